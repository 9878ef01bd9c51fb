import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type Asset, type AssetEvent, assetEventsQuery, EVENT_PAGE } from "@/api/assets";
import { Select } from "@/components/controls";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { assets as en } from "@/i18n/en/assets";
import { type Text, useText } from "@/i18n/text";
import { NoMatch, NothingYet, Paging } from "../admin/list";
import { RunLinks } from "./run-links";

const route = getRouteApi("/signed-in/asset/$assetId");

/** Every time that an asset was made: by whom, with what, and what that started. */
export function AssetEvents({ asset }: { asset: Asset }) {
  const t = useText("assets", en);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = search.page ?? 1;
  const events = useQuery(assetEventsQuery(asset.id, search.dag, page));
  const makers = [...new Set(asset.producing_tasks.map(({ dag_id }) => dag_id))].sort();
  if (search.dag && !makers.includes(search.dag)) makers.push(search.dag);
  return (
    <section aria-label={t("events")} className="mt-3">
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">{t("events")}</h2>
        {makers.length > 1 || search.dag ? (
          <Select
            label={t("eventsOfDag")}
            value={search.dag ?? ""}
            options={[["", "–"], ...makers.map((dag) => [dag, dag] as const)]}
            onChange={(dag) => void navigate({ search: { dag: dag || undefined } })}
          />
        ) : null}
      </div>
      <Show query={events} what={t("eventsWhat")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.asset_events.length === 0 && search.dag ? (
                <NoMatch onClear={() => void navigate({ search: {} })} />
              ) : data.asset_events.length === 0 ? (
                <NothingYet text={t("eventsNone")} cli={`weft assets emit '${asset.uri}'`} />
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <th scope="col">{t("when")}</th>
                      <th scope="col">{t("source")}</th>
                      <th scope="col" className="max-sm:hidden">
                        {t("extra")}
                      </th>
                      <th scope="col">{t("startedRuns")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.asset_events.map((event) => (
                      <Row key={event.id} event={event} t={t} />
                    ))}
                  </tbody>
                </table>
              )}
            </div>
            <Paging
              page={page}
              size={EVENT_PAGE}
              total={data.total_entries}
              what={t("eventCount", { count: data.total_entries })}
              onPage={(next) => void navigate({ search: (old) => ({ ...old, page: next }) })}
            />
          </>
        )}
      </Show>
    </section>
  );
}

function Row({ event, t }: { event: AssetEvent; t: Text<typeof en> }) {
  const { from_rest_api, ...extra } = event.extra ?? {};
  const json = Object.keys(extra).length > 0 ? JSON.stringify(extra) : "";
  return (
    <tr className="[&>td]:align-top">
      <td>
        <Instant at={event.timestamp} />
        {event.partition_key ? (
          <div className="font-mono text-xs break-all text-muted">{event.partition_key}</div>
        ) : null}
      </td>
      <td className="break-all">
        <Source event={event} byHand={from_rest_api === true} t={t} />
      </td>
      <td className="max-w-80 max-sm:hidden">
        {json ? (
          <details>
            <summary className="truncate font-mono text-xs">{json}</summary>
            <pre className="font-mono text-xs break-all whitespace-pre-wrap">
              {JSON.stringify(extra, null, 2)}
            </pre>
          </details>
        ) : null}
      </td>
      <td>
        {event.created_dagruns.length === 0 ? (
          <span className="text-muted">{t("noRuns")}</span>
        ) : (
          <RunLinks runs={event.created_dagruns} />
        )}
      </td>
    </tr>
  );
}

function Source({ event, byHand, t }: { event: AssetEvent; byHand: boolean; t: Text<typeof en> }) {
  const { source_dag_id: dagId, source_run_id: runId, source_task_id: taskId } = event;
  if (!dagId) return <span className="text-muted">{byHand ? t("byHand") : t("hidden")}</span>;
  if (!runId || !taskId) return dagId;
  return (
    <Link
      to="/dags/$dagId/runs/$runId/tasks/$taskId"
      params={{ dagId, runId, taskId }}
      search={event.source_map_index >= 0 ? { map: event.source_map_index } : {}}
      className="link"
      title={runId}
    >
      {dagId} / {taskId}
      {event.source_map_index >= 0 ? `[${event.source_map_index}]` : ""}
    </Link>
  );
}
