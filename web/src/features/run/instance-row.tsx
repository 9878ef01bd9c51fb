import { Link } from "@tanstack/react-router";
import type { Ref } from "react";
import type { RunRowItem } from "@/api/run-queries";
import type { DagRun, TaskInstance } from "@/api/types";
import { StateBadge, StateCounts } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { TaskWhy } from "@/features/why";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import type { Row } from "@/lib/run-rows";
import { stateClass } from "@/lib/states";
import { instanceName, type Span, stripes } from "@/lib/tasks";

/** What the virtual list wants on each row. */
export interface Place {
  ref: Ref<HTMLTableRowElement>;
  "data-index": number;
  "aria-rowindex": number;
}

const indent = (depth: number) => ({ paddingLeft: 10 + depth * 16 });

/** A group or a mapped task: how many of which state, and whether what is in it is shown. */
export function FoldRow({
  place,
  row,
  columns,
  onFold,
}: {
  place: Place;
  row: Extract<Row<RunRowItem>, { kind: "group" | "mapped" }>;
  columns: number;
  onFold: (id: string) => void;
}) {
  return (
    <tr {...place}>
      <td colSpan={columns} style={indent(row.depth)}>
        <div className="flex flex-wrap items-center gap-x-3">
          <button
            type="button"
            aria-expanded={row.isOpen}
            className="inline-flex min-w-0 items-center gap-1.5 font-semibold"
            onClick={() => onFold(row.id)}
          >
            <span aria-hidden="true" className="w-3 text-muted">
              {row.isOpen ? "▾" : "▸"}
            </span>
            <span className="break-all">{row.label}</span>
            {row.kind === "mapped" ? (
              <span className="font-normal text-muted">[{row.states.length}]</span>
            ) : null}
          </button>
          <StateCounts states={row.states} />
        </div>
      </td>
    </tr>
  );
}

export function InstanceRow({
  place,
  run,
  row,
  detail,
  isFirst,
  isAsked,
  span,
  now,
}: {
  place: Place;
  run: DagRun;
  row: Extract<Row<RunRowItem>, { kind: "instance" }>;
  detail: TaskInstance | undefined;
  isFirst: boolean;
  /** True: a reason for waiting is asked for. */
  isAsked: boolean;
  span: Span;
  now: number;
}) {
  const t = useText("run", en);
  const { item } = row;
  const key = {
    dagId: run.dag_id,
    runId: run.dag_run_id,
    taskId: item.task_id,
    mapIndex: item.map_index,
  };
  // A reason is of the state that it was read with.
  const told = detail?.state === item.state ? detail : undefined;
  return (
    <tr {...place} className={isFirst ? "bg-bad-panel" : ""}>
      <td>
        <StateBadge state={item.state} />
        {told?.next_retry_at ? (
          <div className="text-muted">
            {t("nextTry")} <Instant at={told.next_retry_at} relative />
          </div>
        ) : null}
      </td>
      <td className="max-w-[34rem]" style={indent(row.depth)}>
        <Link
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{ dagId: run.dag_id, runId: run.dag_run_id, taskId: item.task_id }}
          search={item.map_index >= 0 ? { map: item.map_index } : {}}
          className="link font-semibold break-all"
        >
          {instanceName(item.task_display_name, item.map_index)}
        </Link>
        {item.is_critical && run.end_date ? (
          <span className="ml-1.5 text-muted" title={t("critical")}>
            <span aria-hidden="true">◆</span>
            <span className="sr-only">{t("critical")}</span>
          </span>
        ) : null}
        {told?.reason ? <div className="break-words text-muted">{told.reason}</div> : null}
        {isAsked ? <TaskWhy instance={key} /> : null}
      </td>
      <td>{row.operator}</td>
      <td>
        {item.try_number > 0
          ? told
            ? t("tryOf", { try: item.try_number, all: told.max_tries + 1 })
            : item.try_number
          : "–"}
      </td>
      <td>
        <Instant at={item.start_date} />
      </td>
      <td>
        <Elapsed item={item} />
      </td>
      <td>
        <Bars item={item} span={span} now={now} />
      </td>
    </tr>
  );
}

/** When it waited and ran within its run; the same is told in words by start and duration. */
function Bars({ item, span, now }: { item: RunRowItem; span: Span; now: number }) {
  return (
    <div aria-hidden="true" className="relative h-2.5 min-w-24 rounded bg-raised">
      {stripes(item, span, now).map((stripe) => (
        <div
          key={stripe.key}
          className={`absolute h-2.5 ${
            stripe.state === "waiting"
              ? "stripe-waiting"
              : `state-fill rounded ${stateClass(stripe.state)}`
          }`}
          style={{ left: `${stripe.left}%`, width: `${stripe.width}%`, minWidth: 2 }}
        />
      ))}
    </div>
  );
}
