import { keepPreviousData, type UseMutationResult, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Edited } from "@/api/run-actions";
import { jobQuery } from "@/api/run-queries";
import type { InstanceCollection } from "@/api/types";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { ActionError } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { Scroller } from "@/components/scroller";
import { StateBadge, StateCounts } from "@/components/state";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import type { Call } from "@/lib/curl";
import { useOver } from "./use-over";

/** What would be changed, as the server says it by the same rules. */
export interface Preview {
  key: readonly unknown[];
  ask: (signal: AbortSignal) => Promise<InstanceCollection>;
}

/** A clear or a mark: its choices, what it touches, and its progress when it is a large one. */
export function EditDialog<Body>({
  title,
  text,
  dagId,
  body,
  preview,
  call,
  submit,
  mutation,
  untouched,
  onClose,
  children,
}: {
  title: string;
  text: string;
  dagId: string;
  body: Body;
  preview: Preview;
  call: Call;
  submit: string;
  mutation: UseMutationResult<Edited, Error, Body>;
  /** Said where no instance changes but something else does; without it nothing is sent then. */
  untouched?: string;
  onClose: () => void;
  children?: ReactNode;
}) {
  const t = useText("run", en);
  const over = useOver(dagId);
  const touched = useQuery({
    queryKey: ["preview", ...preview.key],
    queryFn: ({ signal }) => preview.ask(signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });
  // Only what was shown is sent: not by the list of the choices before, nor by one that failed.
  const found = touched.isPlaceholderData || touched.isError ? undefined : touched.data;
  const mayBeSent = found !== undefined && (found.total_entries > 0 || untouched !== undefined);
  const [jobId, setJobId] = useState<number | null>(null);
  if (jobId !== null)
    return (
      <Dialog title={title} onClose={onClose}>
        <JobProgress jobId={jobId} />
        <div className="mt-3 flex justify-end">
          <button type="button" className="button" onClick={onClose}>
            {t("done")}
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={title} onClose={onClose} wide>
      <div className="flex flex-col gap-3">
        <p>{text}</p>
        {children}
        <section aria-live="polite" aria-busy={touched.isFetching}>
          {touched.isError ? (
            <div className="flex flex-wrap items-center gap-2">
              <ActionError error={touched.error} />
              <button type="button" className="button" onClick={() => void touched.refetch()}>
                {t("previewAgain")}
              </button>
            </div>
          ) : found ? null : (
            <p className="text-muted">{t("previewing")}</p>
          )}
          {touched.data && !touched.isError ? (
            // The old list keeps the dialog's height, unread and unseen.
            <div className={found ? undefined : "invisible"}>
              <Touched found={touched.data} untouched={untouched} />
            </div>
          ) : null}
        </section>
        <ActionError error={mutation.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <CopyCurl call={call} />
          <button type="button" className="button" onClick={onClose}>
            {t("leave")}
          </button>
          <GuardedButton
            needs="operator"
            over={over}
            className="button-primary"
            disabled={mutation.isPending || !mayBeSent}
            onClick={() =>
              mutation.mutate(body, {
                onSuccess: ({ jobId: started }) =>
                  started === undefined ? onClose() : setJobId(started),
              })
            }
          >
            {submit}
          </GuardedButton>
        </div>
      </div>
    </Dialog>
  );
}

const SHOWN = 200;

function Touched({
  found,
  untouched,
}: {
  found: InstanceCollection;
  untouched: string | undefined;
}) {
  const t = useText("run", en);
  const { task_instances: items, total_entries: total } = found;
  if (total === 0) return <p className="text-muted">{untouched ?? t("touchesNothing")}</p>;
  const runs = new Set(items.map(({ dag_run_id }) => dag_run_id)).size;
  return (
    <>
      <div className="mb-1 flex flex-wrap items-center gap-3">
        <strong>{t("touches", { count: total })}</strong>
        <StateCounts states={items.map(({ state }) => state)} />
      </div>
      <Scroller className="panel max-h-56 overflow-auto">
        <table className="grid-table">
          <tbody>
            {items.slice(0, SHOWN).map((item) => (
              <tr key={item.id}>
                <td className="break-all">
                  {item.task_id}
                  {item.map_index >= 0 ? ` [${item.map_index}]` : ""}
                </td>
                <td>
                  <StateBadge state={item.state} />
                </td>
                {runs > 1 ? <td className="break-all text-muted">{item.dag_run_id}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {total > SHOWN ? (
        <p className="text-muted">
          {t("andMore", { count: total - Math.min(SHOWN, items.length) })}
        </p>
      ) : null}
    </>
  );
}

/** A large edit goes on in the server after its answer, also when this page is closed. */
function JobProgress({ jobId }: { jobId: number }) {
  const t = useText("run", en);
  const job = useQuery(jobQuery(jobId));
  if (!job.data) return <ActionError error={job.error} />;
  const { state, changed_task_instances: changed, done_runs: done, total_runs: all } = job.data;
  return (
    <div className="flex flex-col gap-2" role="status">
      <p>{state === "success" ? t("jobDone", { changed }) : t("job", { changed, done, all })}</p>
      <progress
        aria-label={t("done")}
        className="w-full"
        max={Math.max(1, all)}
        value={state === "success" ? Math.max(1, all) : done}
      />
    </div>
  );
}

/** One of the choices of a clear or a mark. */
export function Choice({
  label,
  checked,
  onChange,
  disabled = false,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label className="flex items-center gap-1.5">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
