import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { type InstanceKey, logTailQuery } from "@/api/task-queries";
import type { DagRun, TaskInstance } from "@/api/types";
import { AnsiText } from "@/components/ansi-text";
import { Facts } from "@/components/controls";
import { ActionError } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { Elapsed, Instant } from "@/components/time";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { isFinished } from "@/lib/states";
import { instanceName } from "@/lib/tasks";
import { useOver } from "./use-over";

const ClearTaskDialog = lazy(async () => ({
  default: (await import("./clear-task-dialog")).ClearTaskDialog,
}));
const MarkTaskDialog = lazy(async () => ({
  default: (await import("./mark-task-dialog")).MarkTaskDialog,
}));

export const TAIL_LINES = 50;

/** The way to the cause, past everything that it pulled down, with what it said last. */
export function FirstFailure({
  run,
  instance,
  others,
  pulledDown,
}: {
  run: DagRun;
  instance: TaskInstance;
  /** How many more failed by themselves. */
  others: number;
  /** How many did not start because of a failure. */
  pulledDown: number;
}) {
  const t = useText("run", en);
  const over = useOver(run.dag_id);
  const [open, setOpen] = useState<"clear" | "mark" | null>(null);
  const close = () => setOpen(null);
  const key: InstanceKey = {
    dagId: instance.dag_id,
    runId: instance.dag_run_id,
    taskId: instance.task_id,
    mapIndex: instance.map_index,
  };
  return (
    <section
      aria-label={t("firstFailed")}
      className="mb-3 flex flex-col gap-2 rounded-md border border-bad bg-bad-panel px-3 py-2"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="in-text font-semibold">
          {t("firstFailed")}: <InstanceLink instance={instance} />
        </h2>
        <span className="min-w-0 break-words text-bad">{instance.reason}</span>
        <span className="flex-1" />
        <GuardedButton needs="operator" over={over} onClick={() => setOpen("clear")}>
          {t("clearTask")}
        </GuardedButton>
        <GuardedButton needs="operator" over={over} onClick={() => setOpen("mark")}>
          {t("markTaskSuccess")}
        </GuardedButton>
      </div>
      <Facts
        facts={[
          [t("end"), <Instant key="e" at={instance.end_date} />],
          [t("duration"), <Elapsed key="d" item={instance} />],
          [
            t("try"),
            instance.try_number > 0
              ? t("tryOf", { try: instance.try_number, all: instance.max_tries + 1 })
              : null,
          ],
          [t("worker"), instance.hostname],
        ]}
      />
      {others > 0 || pulledDown > 0 ? (
        <p className="text-muted">
          {[
            others > 0 ? t("moreFailed", { count: others }) : "",
            pulledDown > 0 ? t("pulledDown", { count: pulledDown }) : "",
          ]
            .filter(Boolean)
            .join("; ")}
        </p>
      ) : null}
      {instance.try_number > 0 ? (
        <Tail
          instanceKey={key}
          tryNumber={instance.try_number}
          active={!isFinished(instance.state)}
        />
      ) : (
        <p className="text-muted">{t("neverRan")}</p>
      )}
      <Suspense fallback={null}>
        {open === "clear" ? <ClearTaskDialog instance={key} onClose={close} /> : null}
        {open === "mark" ? <MarkTaskDialog instance={key} onClose={close} /> : null}
      </Suspense>
    </section>
  );
}

function InstanceLink({ instance }: { instance: TaskInstance }) {
  return (
    <Link
      to="/dags/$dagId/runs/$runId/tasks/$taskId"
      params={{ dagId: instance.dag_id, runId: instance.dag_run_id, taskId: instance.task_id }}
      search={instance.map_index >= 0 ? { map: instance.map_index } : {}}
      className="link break-all"
    >
      {instanceName(instance.task_display_name, instance.map_index)}
    </Link>
  );
}

function Tail({
  instanceKey,
  tryNumber,
  active,
}: {
  instanceKey: InstanceKey;
  tryNumber: number;
  active: boolean;
}) {
  const t = useText("run", en);
  const tail = useQuery(logTailQuery(instanceKey, tryNumber, TAIL_LINES, active));
  const box = useRef<HTMLElement>(null);
  const lines = tail.data;
  // The end is what matters.
  useEffect(() => {
    if (lines && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  if (tail.isError) return <ActionError error={tail.error} />;
  if (!lines) return <p className="text-muted">…</p>;
  if (lines.length === 0) return <p className="text-muted">{t("noTail")}</p>;
  return (
    <section
      ref={box}
      aria-label={t("tail", { count: lines.length })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="panel max-h-72 overflow-auto p-2 font-mono text-xs"
    >
      {lines.map((line, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place.
          key={index}
          className={`border-l-2 pl-1.5 break-words whitespace-pre-wrap ${
            line.stream === "stderr" ? "border-bad" : "border-transparent"
          }`}
        >
          <AnsiText text={line.event} />
        </div>
      ))}
    </section>
  );
}
