import { useQuery } from "@tanstack/react-query";
import { dagQuery } from "@/api/queries";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { ActionError } from "@/components/feedback";
import { Instant } from "@/components/time";
import { common } from "@/i18n/en/common";
import { dags as en } from "@/i18n/en/dags";
import { useText } from "@/i18n/text";
import type { Starts } from "@/lib/unpausing";
import { pauseCall, usePause } from "./use-pause";

/** Asks before a catch-up begins. */
export default function UnpauseDialog({
  dagId,
  starts,
  onClose,
}: {
  dagId: string;
  starts: Starts;
  onClose: () => void;
}) {
  const t = useText("dags", en);
  const c = useText("common", common);
  const change = usePause();
  const name = useQuery(dagQuery(dagId)).data?.dag_display_name ?? dagId;
  const more = starts.runs - starts.first.length;
  const counted = { dag: name, count: starts.runs };
  return (
    <Dialog title={t("unpauseTitle", { dag: name })} onClose={onClose}>
      <p>{t(starts.isExact ? "unpauseStarts" : "unpauseStartsAtLeast", counted)}</p>
      <ul className="my-2 list-disc pl-5">
        {starts.first.map((date) => (
          <li key={date}>
            <Instant at={date} />
          </li>
        ))}
        {more > 0 && starts.first.length > 0 ? <li>{t("unpauseMore", { count: more })}</li> : null}
      </ul>
      {starts.missed > 0 ? <p>{t("unpauseMissed", { count: starts.missed })}</p> : null}
      <p className="mb-3 text-muted">{t("unpauseOtherwise")}</p>
      <ActionError error={change.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <CopyCurl call={pauseCall(dagId, false)} />
        <button type="button" className="button" onClick={onClose}>
          {c("cancel")}
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={change.isPending}
          onClick={() =>
            change.mutate({ dagId, paused: false, sure: true }, { onSuccess: onClose })
          }
        >
          {t("unpauseDo")}
        </button>
      </div>
    </Dialog>
  );
}
