import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useLayoutEffect, useRef, useState } from "react";
import { StateMark } from "@/features/dag/state-mark";
import { dagTime as en } from "@/i18n/en/dagTime";
import { useText } from "@/i18n/text";
import { useNow } from "@/lib/clock";
import {
  barsOf,
  type Gantt,
  type GanttInstance,
  isDecisive,
  type Span,
  spanOf,
  ticksOf,
  timesOf,
} from "@/lib/dag/gantt";
import { letterOf } from "@/lib/dag/letters";
import { formatDuration } from "@/lib/format";
import { isFinished, stateClass, stateLabel } from "@/lib/states";

const ROW = 26;
const NAMES = "grid-cols-[minmax(0,2fr)_minmax(0,3fr)] sm:grid-cols-[16rem_minmax(0,1fr)]";

/** A row per task instance, from when it was queued to when it ended; only what is in sight is there. */
export function GanttChart({ gantt, items }: { gantt: Gantt; items: readonly GanttInstance[] }) {
  const t = useText("dagTime", en);
  const clock = useNow();
  const now = gantt.end_date ? Date.parse(gantt.end_date) : clock;
  const { start, end } = spanOf(gantt, now);
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: top,
    initialRect: { width: 1000, height: 800 },
  });
  return (
    <div className="panel overflow-hidden">
      <Scale span={{ start, end }} />
      <ul
        ref={list}
        aria-label={t("ganttLabel")}
        className="relative"
        style={{ height: rows.getTotalSize() }}
      >
        {rows.getVirtualItems().map((row) => {
          const item = items[row.index];
          if (!item) return null;
          return (
            <li
              key={`${item.task_id} ${item.map_index}`}
              className="absolute inset-x-0 top-0"
              style={{ height: ROW, transform: `translateY(${row.start - top}px)` }}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
            >
              <Row
                gantt={gantt}
                item={item}
                start={start}
                // What is over does not move when the clock does, unless its scale does.
                end={end}
                now={isFinished(item.state) ? 0 : now}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Scale({ span }: { span: Span }) {
  const length = (span.end - span.start) / 1000;
  return (
    <div aria-hidden="true" className={`grid ${NAMES} border-b border-line text-muted`}>
      <span />
      <div className="relative mx-2 h-6">
        {ticksOf(span, 8).map((at) => (
          <span
            key={at}
            className="absolute top-1 border-l max-sm:even:hidden border-line pl-1 whitespace-nowrap"
            style={{ left: `${(at / length) * 100}%` }}
          >
            {at / length > 0.92 ? "" : shortTime(at)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** "5s" and not "5.00s": the marks are round. */
function shortTime(seconds: number): string {
  return seconds < 60
    ? `${Number(seconds.toFixed(1))}s`
    : formatDuration(seconds).replace(/ 00[smh]$/, "");
}

const Row = memo(function Row({
  gantt,
  item,
  start,
  end,
  now,
}: {
  gantt: Gantt;
  item: GanttInstance;
  start: number;
  end: number;
  now: number;
}) {
  const t = useText("dagTime", en);
  const name = item.task_display_name + (item.map_index >= 0 ? ` [${item.map_index}]` : "");
  const { waited, ran } = timesOf(item, now);
  const isCritical = isDecisive(item);
  const facts = [
    stateLabel(item.state),
    item.try_number > 1 ? t("try", { number: item.try_number }) : "",
    waited === null ? "" : t("waited", { time: formatDuration(waited) }),
    ran === null ? "" : t("ran", { time: formatDuration(ran) }),
    isCritical ? t("critical") : "",
  ].filter(Boolean);
  return (
    <Link
      to="/dags/$dagId/runs/$runId/tasks/$taskId"
      params={{ dagId: gantt.dag_id, runId: gantt.dag_run_id, taskId: item.task_id }}
      search={{ map: item.map_index >= 0 ? item.map_index : undefined }}
      preload={false}
      aria-label={[name, ...facts].join(", ")}
      title={[name, ...facts].join("\n")}
      className={`grid ${NAMES} h-full items-center hover:bg-raised`}
    >
      <span className="flex min-w-0 items-center gap-1.5 px-2">
        <StateMark letter={letterOf(item.state)} className="size-3.5" />
        <span className={`truncate ${isCritical ? "font-semibold" : ""}`}>{name}</span>
        {isCritical ? <span className="gantt-star">◆</span> : null}
      </span>
      <span className="relative mx-2 h-full">
        {barsOf(item, { start, end }, now).map((bar) => (
          <span
            key={`${bar.kind} ${bar.tryNumber}`}
            className={`absolute top-1/2 -translate-y-1/2 ${
              bar.kind === "wait"
                ? "gantt-wait"
                : `state-fill gantt-run ${stateClass(bar.state)} ${isCritical ? "gantt-critical" : ""}`
            }`}
            style={{
              left: `${bar.left}%`,
              width: `max(${bar.kind === "run" ? 3 : 1}px, ${bar.width}%)`,
            }}
          />
        ))}
      </span>
    </Link>
  );
});
