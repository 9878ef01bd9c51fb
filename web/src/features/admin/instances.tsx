import { Link } from "@tanstack/react-router";
import type { TaskInstance } from "@/api/types";
import { StateBadge } from "@/components/state";
import { Instant } from "@/components/time";
import { pools as en } from "@/i18n/en/pools";
import { useText } from "@/i18n/text";

/** Task instances of many DAGs: which, in what state, since when. */
export function Instances({
  instances,
  slots = false,
}: {
  instances: readonly TaskInstance[];
  slots?: boolean;
}) {
  const t = useText("pools", en);
  return (
    <table className="grid-table">
      <thead>
        <tr>
          <th scope="col">{t("state")}</th>
          <th scope="col">DAG</th>
          <th scope="col">{t("task")}</th>
          <th scope="col" className="max-md:hidden">
            {t("run")}
          </th>
          {slots ? (
            <th scope="col" className="max-sm:hidden">
              {t("takes")}
            </th>
          ) : null}
          <th scope="col">{t("since")}</th>
        </tr>
      </thead>
      <tbody>
        {instances.map((one) => (
          <tr key={one.id}>
            <td>
              <StateBadge state={one.state} />
            </td>
            <td className="break-all">
              <Link to="/dags/$dagId" params={{ dagId: one.dag_id }} className="link">
                {one.dag_display_name}
              </Link>
            </td>
            <td className="break-all">
              <Link
                to="/dags/$dagId/runs/$runId/tasks/$taskId"
                params={{ dagId: one.dag_id, runId: one.dag_run_id, taskId: one.task_id }}
                search={one.map_index >= 0 ? { map: one.map_index } : {}}
                className="link"
              >
                {one.task_display_name}
                {one.map_index >= 0 ? `[${one.map_index}]` : ""}
              </Link>
            </td>
            <td className="break-all max-md:hidden">
              <Link
                to="/dags/$dagId/runs/$runId"
                params={{ dagId: one.dag_id, runId: one.dag_run_id }}
                className="link"
              >
                {one.dag_run_id}
              </Link>
            </td>
            {slots ? <td className="max-sm:hidden">{one.pool_slots}</td> : null}
            <td>
              <Instant at={one.start_date ?? one.queued_when ?? one.scheduled_when} relative />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
