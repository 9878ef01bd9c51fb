import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { madeAssetsQuery, upstreamEventsQuery, waitersQuery } from "@/api/run-queries";
import type { DagRun } from "@/api/types";
import { Instant } from "@/components/time";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { instanceName } from "@/lib/tasks";

/** Who stands still while this run does: DAGs that its assets start, tasks that wait for its end. */
export function WaitingForIt({ run }: { run: DagRun }) {
  const t = useText("run", en);
  const assets = useQuery(madeAssetsQuery(run.dag_id));
  const waiters = useQuery({
    ...waitersQuery(run.dag_id, run.dag_run_id),
    enabled: run.state !== "success",
  });
  // A success has told them already.
  const byAsset =
    run.state === "success"
      ? []
      : (assets.data?.assets ?? []).flatMap((asset) =>
          asset.producing_tasks.some(({ dag_id }) => dag_id === run.dag_id)
            ? asset.scheduled_dags.map((dag) => ({ dagId: dag.dag_id, asset: asset.name }))
            : [],
        );
  const { found: byTask = [], asked = 0, all = 0 } = waiters.data ?? {};
  if (byAsset.length === 0 && byTask.length === 0 && all <= asked) return null;
  return (
    <section aria-label={t("waiting")} className="panel mb-3 p-3">
      <h2 className="font-semibold">{t("waiting")}</h2>
      <ul>
        {byTask.map((one) => (
          <li
            key={`${one.dag_id} ${one.run_id} ${one.task_id} ${one.map_index}`}
            className="in-text"
          >
            <DagLink dagId={one.dag_id} />:{" "}
            <Link
              to="/dags/$dagId/runs/$runId/tasks/$taskId"
              params={{ dagId: one.dag_id, runId: one.run_id, taskId: one.task_id }}
              search={one.map_index >= 0 ? { map: one.map_index } : {}}
              className="link break-all"
            >
              {t("waitsByTask", {
                task: instanceName(one.task_id, one.map_index),
                run: one.run_id,
              })}
            </Link>
          </li>
        ))}
        {byAsset.map(({ dagId, asset }) => (
          <li key={`${dagId} ${asset}`} className="in-text break-words">
            <DagLink dagId={dagId} /> {t("waitsByAsset", { asset })}
          </li>
        ))}
      </ul>
      {all > asked ? (
        <p className="text-muted">{t("waitersAsked", { asked, count: all })}</p>
      ) : null}
    </section>
  );
}

function DagLink({ dagId }: { dagId: string }) {
  return (
    <Link to="/dags/$dagId" params={{ dagId }} className="link font-semibold break-all">
      {dagId}
    </Link>
  );
}

/** The events of assets that made the run, and who told of them. */
export function MadeFor({ run }: { run: DagRun }) {
  const t = useText("run", en);
  const events = useQuery({
    ...upstreamEventsQuery(run.dag_id, run.dag_run_id),
    enabled: run.run_type === "asset_triggered",
  });
  const found = events.data?.asset_events ?? [];
  if (found.length === 0) return null;
  return (
    <section aria-label={t("madeFor")} className="panel mb-3 p-3">
      <h2 className="font-semibold">{t("madeFor")}</h2>
      <ul>
        {found.map((event) => (
          <li key={event.id} className="in-text break-words">
            <strong>{event.name ?? event.uri}</strong>
            {event.partition_key ? ` [${event.partition_key}]` : ""}{" "}
            <Instant at={event.timestamp} />{" "}
            {event.source_dag_id && event.source_run_id ? (
              <Link
                to="/dags/$dagId/runs/$runId"
                params={{ dagId: event.source_dag_id, runId: event.source_run_id }}
                className="link"
              >
                {t("byTask", { task: event.source_task_id ?? "", dag: event.source_dag_id })}
              </Link>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
