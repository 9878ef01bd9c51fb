import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { holdAll, type Progress, resumeHeld, resumePreviewQuery } from "@/api/hold";
import { dagCountQuery } from "@/api/home-queries";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { ActionError, Show } from "@/components/feedback";
import { common } from "@/i18n/en/common";
import { homeAsks as en } from "@/i18n/en/homeAsks";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { forgetHeld, held } from "@/lib/held";

const NONE: Progress = { done: 0, problems: [] };

export default function HoldDialog({
  kind,
  onClose,
}: {
  kind: "hold" | "resume" | "forget";
  onClose: () => void;
}) {
  const t = useText("homeAsks", en);
  const s = useText("shell", shell);
  // What was held when it opened: it becomes less while it is resumed.
  const [before] = useState(() => held.get());
  const active = useQuery({ ...dagCountQuery(false), enabled: kind === "hold" });
  const [frozen, setFrozen] = useState<number | null>(null);
  if (kind === "forget") return <Forget dagIds={before?.dagIds ?? []} onClose={onClose} />;
  if (kind === "resume") {
    return (
      <Dialog title={t("resumeTitle")} onClose={onClose}>
        <Steps
          count={before?.dagIds.length ?? 0}
          words={["resumeText", "resumeDo", "resuming"]}
          note={<Starts dagIds={before?.dagIds ?? []} />}
          work={(tell, signal) =>
            before ? resumeHeld(before, tell, signal) : Promise.resolve(NONE)
          }
          onClose={onClose}
        />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("holdTitle")} onClose={onClose}>
      <Show query={active} what={s("dags")}>
        {({ total_entries: count }) => (
          <Steps
            count={frozen ?? count}
            words={["holdText", "holdDo", "holding"]}
            note={t("holdKept")}
            call={{
              method: "PATCH",
              path: "/api/v2/dags?paused=false&limit=100",
              body: { is_paused: true },
            }}
            work={(tell, signal) => {
              setFrozen(count);
              return holdAll(tell, signal);
            }}
            onClose={onClose}
          />
        )}
      </Show>
    </Dialog>
  );
}

/** What was missed meanwhile, as far as the server can tell. */
function Starts({ dagIds }: { dagIds: readonly string[] }) {
  const t = useText("homeAsks", en);
  const { data, isPending } = useQuery(resumePreviewQuery(dagIds));
  if (isPending) return <p role="status">{t("resumeAsking")}</p>;
  if (!data || (data.runs === 0 && !data.isExact))
    return <p>{t("resumeMissed", { count: dagIds.length })}</p>;
  if (data.runs === 0) return <p>{t("resumeNothing")}</p>;
  return (
    <p className="font-semibold text-ink">
      {t(data.isExact ? "resumeStarts" : "resumeStartsAtLeast", {
        count: data.runs,
        dags: data.dags,
      })}
    </p>
  );
}

/** Says what is lost: nothing else knows who was paused here. */
function Forget({ dagIds, onClose }: { dagIds: readonly string[]; onClose: () => void }) {
  const t = useText("homeAsks", en);
  const c = useText("common", common);
  return (
    <Dialog title={t("forgetTitle")} onClose={onClose}>
      <p className="mb-2">{t("forgetText", { count: dagIds.length })}</p>
      <ul className="mb-2 max-h-40 list-disc overflow-y-auto pl-5">
        {dagIds.map((id) => (
          <li key={id} className="break-all">
            {id}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Link to="/dags" search={{ paused: "yes" }} className="link mr-auto">
          {t("forgetLink")}
        </Link>
        <button type="button" className="button" onClick={onClose}>
          {c("cancel")}
        </button>
        <button
          type="button"
          className="button button-danger"
          onClick={() => {
            forgetHeld();
            onClose();
          }}
        >
          {t("forget")}
        </button>
      </div>
    </Dialog>
  );
}

/** What will happen, then it, with a way to stop in between. */
function Steps({
  count,
  words: [text, action, progressText],
  note,
  call,
  work,
  onClose,
}: {
  count: number;
  words: readonly ["holdText" | "resumeText", "holdDo" | "resumeDo", "holding" | "resuming"];
  note?: ReactNode;
  call?: Parameters<typeof CopyCurl>[0]["call"];
  work: (tell: (progress: Progress) => void, signal: AbortSignal) => Promise<Progress>;
  onClose: () => void;
}) {
  const t = useText("homeAsks", en);
  const c = useText("common", common);
  const client = useQueryClient();
  const [progress, setProgress] = useState(NONE);
  const abort = useRef<AbortController | null>(null);
  const change = useMutation({
    mutationFn: () => {
      abort.current = new AbortController();
      return work(setProgress, abort.current.signal);
    },
    onSuccess: ({ problems }) => {
      if (problems.length === 0) onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["dags"] }),
  });
  // Who closes the dialog in the middle wants it to stop.
  useEffect(() => () => abort.current?.abort(), []);
  return (
    <div className="flex flex-col gap-2">
      <p>{count === 0 ? t("noHold") : t(text, { count })}</p>
      {note && count > 0 ? <div className="text-muted">{note}</div> : null}
      <ActionError error={change.error} />
      {progress.problems.length > 0 ? (
        <div role="alert" className="max-h-40 overflow-y-auto text-bad">
          <p>{t("problems", { count: progress.problems.length })}</p>
          <ul className="list-disc pl-5">
            {progress.problems.map((problem) => (
              <li key={problem} className="break-words">
                {problem}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span role="status" className="mr-auto text-muted">
          {change.isPending ? t(progressText, { done: progress.done, all: count }) : ""}
        </span>
        {call ? <CopyCurl call={call} /> : null}
        <button type="button" className="button" onClick={onClose}>
          {change.isPending ? t("stop") : c("close")}
        </button>
        <button
          type="button"
          className="button button-danger"
          disabled={count === 0 || change.isPending}
          onClick={() => change.mutate()}
        >
          {t(action, { count })}
        </button>
      </div>
    </div>
  );
}
