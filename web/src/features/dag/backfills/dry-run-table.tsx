import type { DryRunRow } from "@/api/dag-queries";
import { Scroller } from "@/components/scroller";
import { Instant } from "@/components/time";
import { backfills as en } from "@/i18n/en/backfills";
import { useText } from "@/i18n/text";

const ACTIONS = {
  create: "actionCreate",
  rerun: "actionRerun",
  leave: "actionLeave",
} as const satisfies Record<DryRunRow["action"], keyof typeof en>;

/** How many runs the preview's rows make. */
export function runsOf(rows: readonly DryRunRow[]): number {
  return rows.filter((row) => row.action !== "leave").length;
}

/** What the backfill would do, date by date. */
export function DryRunTable({ rows, total }: { rows: readonly DryRunRow[]; total: number }) {
  const t = useText("backfills", en);
  const count = (action: DryRunRow["action"]) => rows.filter((row) => row.action === action).length;
  return (
    <>
      <p>
        <strong>{t("dates", { count: total })}</strong>:{" "}
        {t("plan", { create: count("create"), rerun: count("rerun"), leave: count("leave") })}
      </p>
      {rows.length < total ? (
        <p className="text-muted">{t("tooMany", { shown: rows.length, total })}</p>
      ) : null}
      <Scroller label={t("dryRun")} className="panel max-h-72 overflow-auto">
        <table className="grid-table">
          <thead>
            <tr>
              <th scope="col">{t("logicalDate")}</th>
              <th scope="col">{t("action")}</th>
              <th scope="col">{t("interval")}</th>
              <th scope="col">{t("intervalEnd")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.dag_run_id} className={row.action === "leave" ? "text-muted" : ""}>
                <td title={row.dag_run_id}>
                  {row.logical_date ? <Instant at={row.logical_date} /> : row.partition_key}
                </td>
                <td>
                  {t(ACTIONS[row.action])}
                  {row.reason ? <div className="text-muted">{row.reason}</div> : null}
                </td>
                <td>
                  <Instant at={row.data_interval_start} />
                </td>
                <td>
                  <Instant at={row.data_interval_end} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  );
}
