import type { InstanceKey } from "@/api/task-queries";
import type { TaskInstance, TaskTry } from "@/api/types";
import { Facts } from "@/components/controls";
import { StateBadge } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { TaskWhy } from "@/features/why";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import { isWaiting } from "@/lib/states";
import { instanceName } from "@/lib/tasks";
import { TaskActions } from "./task-actions";

export function TaskHeading({
  instance,
  shown,
  instanceKey,
}: {
  instance: TaskInstance;
  shown: TaskTry | undefined;
  instanceKey: InstanceKey;
}) {
  const t = useText("task", en);
  // All facts are of one try: those of another beside its exit code would tell what never was.
  const isOlder = shown !== undefined && shown.try_number !== instance.try_number;
  const times = isOlder ? shown : instance;
  return (
    <section className="panel mb-3 flex flex-col gap-2 p-3" aria-label={t("about")}>
      <div className="flex flex-wrap items-center gap-3">
        <StateBadge state={instance.state} large />
        <h1 className="min-w-0 text-lg font-semibold break-all">
          {instanceName(instance.task_display_name, instance.map_index)}
        </h1>
        <span className="flex-1" />
        <TaskActions instance={instanceKey} state={instance.state} />
      </div>
      {instance.reason ? <p className="break-words">{instance.reason}</p> : null}
      {isWaiting(instance.state) ? <TaskWhy instance={instanceKey} /> : null}
      {shown?.error && shown.error !== instance.reason ? (
        <p className="break-words text-bad">{shown.error}</p>
      ) : null}
      {instance.note ? (
        <p className="rounded bg-warn-panel px-2 py-1 break-words whitespace-pre-wrap">
          {instance.note}
        </p>
      ) : null}
      <Facts
        facts={[
          [t("type"), instance.operator],
          [
            t("try"),
            instance.try_number > 0
              ? t("tryOf", {
                  try: shown?.try_number ?? instance.try_number,
                  all: instance.max_tries + 1,
                })
              : null,
          ],
          [t("start"), times.start_date ? <Instant key="s" at={times.start_date} /> : null],
          [t("end"), times.end_date ? <Instant key="e" at={times.end_date} /> : null],
          [t("duration"), times.start_date ? <Elapsed key="d" item={times} /> : null],
          [
            t("nextTry"),
            instance.next_retry_at ? <Instant key="n" at={instance.next_retry_at} /> : null,
          ],
          [t("worker"), times.hostname],
          [t("exitCode"), shown?.exit_code],
          [t("signal"), shown?.signal],
        ]}
      />
    </section>
  );
}
