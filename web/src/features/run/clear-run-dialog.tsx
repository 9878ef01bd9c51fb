import { useState } from "react";
import { clearRun, clearRunCall, useClearRun } from "@/api/run-actions";
import type { ClearRunBody, DagRun } from "@/api/types";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { Choice, EditDialog } from "./edit-dialog";

export function ClearRunDialog({ run, onClose }: { run: DagRun; onClose: () => void }) {
  const t = useText("run", en);
  const name = { dagId: run.dag_id, runId: run.dag_run_id };
  const [onlyFailed, setOnlyFailed] = useState(run.state === "failed");
  const [latest, setLatest] = useState(false);
  const body: ClearRunBody = {
    dry_run: false,
    only_failed: onlyFailed,
    run_on_latest_version: latest,
  };
  const mutation = useClearRun(name);
  return (
    <EditDialog
      title={t("clearTitle", { name: run.dag_run_id })}
      text={t("clearText")}
      dagId={run.dag_id}
      body={body}
      preview={{
        key: ["clearRun", name, onlyFailed, latest],
        ask: async (signal) => {
          const answer = await clearRun(name, { ...body, dry_run: true }, signal);
          // Only a clear that is done answers with the run.
          return "task_instances" in answer ? answer : { task_instances: [], total_entries: 0 };
        },
      }}
      call={clearRunCall(name, body)}
      submit={t("clear")}
      mutation={mutation}
      onClose={onClose}
    >
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        <Choice label={t("onlyFailed")} checked={onlyFailed} onChange={setOnlyFailed} />
        <Choice label={t("latest")} checked={latest} onChange={setLatest} />
      </div>
    </EditDialog>
  );
}
