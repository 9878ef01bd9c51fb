import { cancelInstanceCall, useCancelInstance } from "@/api/run-actions";
import type { InstanceKey } from "@/api/task-queries";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { instanceName } from "@/lib/tasks";
import { ConfirmDialog } from "./confirm-dialog";

export function CancelTaskDialog({
  instance,
  onClose,
}: {
  instance: InstanceKey;
  onClose: () => void;
}) {
  const t = useText("run", en);
  const cancel = useCancelInstance(instance);
  const name = instanceName(instance.taskId, instance.mapIndex);
  return (
    <ConfirmDialog
      title={t("cancelTaskTitle", { name })}
      text={t("cancelTaskText")}
      name={name}
      submit={t("cancelTaskTitle", { name }).replace(/\?$/, "")}
      dagId={instance.dagId}
      call={cancelInstanceCall(instance)}
      error={cancel.error}
      isPending={cancel.isPending}
      onSubmit={() => cancel.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
