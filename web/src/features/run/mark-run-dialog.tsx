import { markRunCall, previewMarkRun, useMarkRun } from "@/api/run-actions";
import type { DagRun } from "@/api/types";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import type { RunMark } from "@/lib/run-mark";
import { EditDialog } from "./edit-dialog";

const WORDS = {
  success: { submit: "markRunSuccess", title: "successTitle", text: "successText" },
  failed: { submit: "markRunFailed", title: "failedTitle", text: "failedText" },
} as const satisfies Record<RunMark, Record<string, keyof typeof en>>;

/** A mark of a whole run, with the task instances that change with it. */
export function MarkRunDialog({
  run,
  to,
  onClose,
}: {
  run: DagRun;
  to: RunMark;
  onClose: () => void;
}) {
  const t = useText("run", en);
  const name = { dagId: run.dag_id, runId: run.dag_run_id };
  const words = WORDS[to];
  return (
    <EditDialog
      title={t(words.title)}
      text={t(words.text)}
      dagId={run.dag_id}
      body={to}
      preview={{
        key: ["markRun", name, to],
        ask: (signal) => previewMarkRun(name, to, signal),
      }}
      call={markRunCall(name, to)}
      submit={t(words.submit)}
      mutation={useMarkRun(name)}
      untouched={t("touchesRunOnly")}
      onClose={onClose}
    >
      <p className="font-mono text-xs break-all">{run.dag_run_id}</p>
    </EditDialog>
  );
}
