import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import { type RunKey, retryAll, retryBody, retryPath, retryPreviewQuery } from "@/api/retry";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { common } from "@/i18n/en/common";
import { homeAsks as en } from "@/i18n/en/homeAsks";
import { useText } from "@/i18n/text";
import { notice } from "@/lib/notice";

/** What would run again, run by run; then it does. */
export default function RetryDialog({
  runs,
  onClose,
  onDone,
}: {
  runs: readonly RunKey[];
  onClose: () => void;
  onDone: () => void;
}) {
  const t = useText("homeAsks", en);
  const c = useText("common", common);
  const client = useQueryClient();
  // What was ticked when it opened: what is retried is no longer failed.
  const [chosen] = useState(runs);
  const [done, setDone] = useState(0);
  const previews = useQueries({ queries: chosen.map((run) => retryPreviewQuery(run)) });
  const total = previews.reduce((sum, preview) => sum + (preview.data ?? 0), 0);
  const pending = previews.some((preview) => preview.isPending);
  const useful = chosen.filter((_, index) => (previews[index]?.data ?? 0) > 0);
  // The previews change as it goes on, and what is under way is what was asked for.
  const retry = useMutation({
    mutationFn: (wanted: readonly RunKey[]) => retryAll(wanted, setDone),
    onSuccess: (problems, wanted) => {
      if (problems.length > 0) return;
      notice.set({ text: t("retryDone", { count: wanted.length }) });
      onDone();
      onClose();
    },
    onSettled: () =>
      Promise.all(
        ["runs", "instances", "dags"].map((root) => client.invalidateQueries({ queryKey: [root] })),
      ),
  });
  const problems = retry.data ?? [];
  return (
    <Dialog title={t("retryTitle")} onClose={onClose}>
      <p className="mb-2 text-muted">{t("retryExplain")}</p>
      <ul className="max-h-[50vh] overflow-y-auto">
        {chosen.map((run, index) => {
          const preview = previews[index];
          return (
            <li key={`${run.dagId} ${run.runId}`} className="border-b border-line py-1.5">
              <div className="font-semibold break-words">{run.dagId}</div>
              <div className="text-muted break-all">{run.runId}</div>
              <div className="flex flex-wrap items-center gap-2">
                <span className={preview?.isError ? "text-bad" : ""}>
                  {preview?.isError
                    ? messageOf(preview.error)
                    : preview?.data === undefined
                      ? t("retryPreview")
                      : preview.data === 0
                        ? t("retryNothing")
                        : t("retryTasks", { count: preview.data })}
                </span>
                <span className="ml-auto">
                  <CopyCurl
                    call={{ method: "POST", path: retryPath(run), body: retryBody(false) }}
                  />
                </span>
              </div>
            </li>
          );
        })}
      </ul>
      {problems.length > 0 ? (
        <div role="alert" className="mt-2 text-bad">
          <p>{t("problems", { count: problems.length })}</p>
          <ul className="list-disc pl-5">
            {problems.map((text) => (
              <li key={text} className="break-words">
                {text}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <div className="mt-3 flex items-center justify-end gap-2">
        {retry.isPending ? (
          <span role="status" className="mr-auto text-muted">
            {t("retrying", { done, all: retry.variables.length })}
          </span>
        ) : null}
        <button type="button" className="button" onClick={onClose}>
          {c("close")}
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={pending || retry.isPending || total === 0}
          onClick={() => {
            setDone(0);
            retry.mutate(useful);
          }}
        >
          {t("retryDo", { count: total })}
        </button>
      </div>
    </Dialog>
  );
}
