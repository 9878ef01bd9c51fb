import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import type { RunRowItem } from "@/api/run-queries";
import type { DagRun, TaskInstance } from "@/api/types";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { useNow } from "@/lib/clock";
import type { Row } from "@/lib/run-rows";
import { isWaiting } from "@/lib/states";
import { FoldRow, InstanceRow } from "./instance-row";

/** Reasons cost a question each, so only the first waiting instances are asked about. */
const MAX_REASONS = 20;
const ROW_HEIGHT = 31;

const COLUMNS = ["state", "task", "type", "try", "start", "duration", "timeline"] as const;

/** All rows of a run, of which only those in sight are in the document. */
export function InstanceTable({
  run,
  rows,
  details,
  first,
  onFold,
}: {
  run: DagRun;
  rows: readonly Row<RunRowItem>[];
  /** What is known beyond the row, by "task index": reasons, next tries. */
  details: ReadonlyMap<string, TaskInstance>;
  /** The key of the first failed one. */
  first: string | undefined;
  onFold: (id: string) => void;
}) {
  const t = useText("run", en);
  const now = useNow();
  const box = useRef<HTMLElement>(null);
  const span = {
    start: Date.parse(run.start_date ?? run.run_after),
    end: run.end_date ? Date.parse(run.end_date) : now,
  };
  const asked = useMemo(() => {
    const waiting = rows.flatMap((row) =>
      row.kind === "instance" && isWaiting(row.item.state) ? [row.key] : [],
    );
    return new Set(waiting.slice(0, MAX_REASONS));
  }, [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 15,
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <section
      ref={box}
      aria-label={t("instances")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="panel max-h-[75vh] overflow-auto"
    >
      <table className="grid-table" aria-rowcount={rows.length + 1}>
        <thead className="sticky top-0 z-1 bg-panel">
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className={name === "timeline" ? "w-1/4" : ""}>
                {t(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={above} />
          {items.map(({ index }) => {
            const row = rows[index];
            if (!row) return null;
            const place = {
              ref: virtual.measureElement,
              "data-index": index,
              "aria-rowindex": index + 2,
            };
            return row.kind === "instance" ? (
              <InstanceRow
                key={row.key}
                place={place}
                run={run}
                row={row}
                detail={details.get(row.key)}
                isFirst={row.key === first}
                isAsked={asked.has(row.key)}
                span={span}
                now={now}
              />
            ) : (
              <FoldRow
                key={row.key}
                place={place}
                row={row}
                columns={COLUMNS.length}
                onFold={onFold}
              />
            );
          })}
          <Spacer height={below} />
        </tbody>
      </table>
    </section>
  );
}

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr>
      <td colSpan={COLUMNS.length} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
