import { useRef, useState } from "react";
import { Empty, Show } from "@/components/feedback";
import { dags as en } from "@/i18n/en/dags";
import { useText } from "@/i18n/text";
import { type DagListSearch, isFiltered } from "@/lib/search-dags";
import { useMedia } from "@/lib/use-media";
import { useWindowRows } from "@/lib/use-window-rows";
import type { Range } from "@/lib/window-rows";
import { DagRow } from "./dag-row";
import { DagTableHead } from "./dag-table-head";
import { useDagRows } from "./use-dag-rows";
import { useRecentRuns } from "./use-recent-runs";
import { useRowActions } from "./use-row-actions";
import { useRowKeys } from "./use-row-keys";

/** In pixels; h-12 of the cells. */
const ROW_HEIGHT = 48;

/** All DAGs in one scroll: only the rows around the eye are drawn and read. */
export function DagTable({ search }: { search: DagListSearch }) {
  const t = useText("dags", en);
  const table = useRef<HTMLTableElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [count, setCount] = useState(0);
  const { range, still, show } = useWindowRows(body, ROW_HEIGHT, count);
  const narrow = useMedia("(width < 40rem)");
  const { first, total, rowAt } = useDagRows(search, range.from, range.to);
  const runs = useRecentRuns(range, rowAt, still);
  const { actions, dialog } = useRowActions();
  // Beyond 10,000 the server counts no further: then the list grows as one scrolls.
  const exact = first.data?.total_entries_exact !== false;
  const known = exact ? total : Math.max(total, count);
  if (known !== count) setCount(known);

  useRowKeys({
    table,
    total: count,
    rowAt,
    actions,
    show: (index) => show(index, table.current?.tHead?.clientHeight ?? 0),
  });

  return (
    <Show query={first} what={t("what")}>
      {(data) => (
        <div className={`panel ${first.isPlaceholderData ? "opacity-60" : ""}`}>
          {data.total_entries === 0 ? (
            <Empty>{t(isFiltered(search) ? "noneMatch" : "none")}</Empty>
          ) : (
            <table
              ref={table}
              className="grid-table dag-table"
              aria-label={t("list")}
              aria-rowcount={exact ? total + 1 : -1}
            >
              <DagTableHead sort={search.sort} />
              <tbody ref={body}>
                <Gap rows={range.from} />
                {indexes(range).map((index) => {
                  const dag = rowAt(index);
                  return dag ? (
                    <DagRow
                      key={dag.dag_id}
                      dag={dag}
                      index={index}
                      runs={runs.get(dag.dag_id)}
                      narrow={narrow}
                      actions={actions}
                    />
                  ) : (
                    <tr key={`row ${index}`} className="dag-row" aria-rowindex={index + 2}>
                      <td className="h-12" />
                      <td colSpan={6} className="text-muted">
                        {t("loadingRow")}
                      </td>
                    </tr>
                  );
                })}
                <Gap rows={count - range.to} />
              </tbody>
            </table>
          )}
          {dialog}
        </div>
      )}
    </Show>
  );
}

function indexes({ from, to }: Range): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** In place of the rows that are not drawn. */
function Gap({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row has no focus.
    <tr aria-hidden="true">
      <td colSpan={7} className="border-0! p-0!" style={{ height: rows * ROW_HEIGHT }} />
    </tr>
  );
}
