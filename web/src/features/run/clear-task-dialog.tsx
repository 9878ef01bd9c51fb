import { useState } from "react";
import { clearTasks, clearTasksCall, useClearTasks } from "@/api/run-actions";
import type { InstanceKey } from "@/api/task-queries";
import type { ClearBody } from "@/api/types";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { instanceName } from "@/lib/tasks";
import { Choice, EditDialog } from "./edit-dialog";

const OPTIONS = {
  include_downstream: "downstream",
  include_upstream: "upstream",
  include_future: "future",
  include_past: "past",
  only_failed: "onlyFailed",
  run_on_latest_version: "latest",
} as const satisfies Partial<Record<keyof ClearBody, keyof typeof en>>;
type Option = keyof typeof OPTIONS;

export function ClearTaskDialog({
  instance,
  onClose,
}: {
  instance: InstanceKey;
  onClose: () => void;
}) {
  const t = useText("run", en);
  const { dagId, runId, taskId, mapIndex } = instance;
  const [all, setAll] = useState(false);
  // As with Airflow: what comes after a task is done again with it.
  const [chosen, setChosen] = useState<Record<Option, boolean>>({
    include_downstream: true,
    include_upstream: false,
    include_future: false,
    include_past: false,
    only_failed: false,
    run_on_latest_version: false,
  });
  const body: ClearBody = {
    dry_run: false,
    dag_run_id: runId,
    task_ids: [mapIndex >= 0 && !all ? [taskId, mapIndex] : taskId],
    ...chosen,
  };
  const mutation = useClearTasks(dagId);
  return (
    <EditDialog
      title={t("clearTitle", { name: instanceName(taskId, all ? -1 : mapIndex) })}
      text={t("clearText")}
      dagId={dagId}
      body={body}
      preview={{
        key: ["clearTask", dagId, body],
        ask: (signal) => clearTasks(dagId, { ...body, dry_run: true }, signal),
      }}
      call={clearTasksCall(dagId, body)}
      submit={t("clear")}
      mutation={mutation}
      onClose={onClose}
    >
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {mapIndex >= 0 ? (
          <Choice label={t("allInstances")} checked={all} onChange={setAll} />
        ) : null}
        {(Object.keys(OPTIONS) as Option[]).map((name) => (
          <Choice
            key={name}
            label={t(OPTIONS[name])}
            checked={chosen[name]}
            onChange={(on) => setChosen({ ...chosen, [name]: on })}
          />
        ))}
      </div>
    </EditDialog>
  );
}
