import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { dagEventsQuery, type EventLog } from "@/api/dag-queries";
import { dagQuery, PAGE_SIZE } from "@/api/queries";
import { useMay } from "@/api/rights";
import { Pages } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { dag as en } from "@/i18n/en/dag";
import { useText } from "@/i18n/text";
import { overOf } from "./over";

const route = getRouteApi("/signed-in/dags/$dagId/events");

export function DagEvents() {
  const { dagId } = route.useParams();
  const dag = useQuery(dagQuery(dagId));
  const may = useMay("operator", dag.data ? overOf(dag.data) : { dagId, tags: [] });
  const t = useText("dag", en);
  if (!may) {
    return (
      <div className="panel">
        <Empty>{t("eventsRole")}</Empty>
      </div>
    );
  }
  return <Events />;
}

function Events() {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dag", en);
  const events = useQuery(dagEventsQuery(dagId, search));
  return (
    <Show query={events} what={t("tabEvents")}>
      {(data) => (
        <>
          <div className="panel overflow-x-auto">
            {data.event_logs.length === 0 ? (
              <Empty>
                {t(search.event ? "eventsNone" : "eventsEmpty")}{" "}
                {search.event ? (
                  <Link from="/dags/$dagId/events" to="." search={{}} className="link">
                    {t("anyType")}
                  </Link>
                ) : null}
              </Empty>
            ) : (
              <EventTable dagId={dagId} events={data.event_logs} />
            )}
          </div>
          <Pages
            page={search.page ?? 1}
            size={PAGE_SIZE}
            total={data.total_entries}
            what={(count) => t("events", { count })}
            onPage={(page) => void navigate({ search: (old) => ({ ...old, page }) })}
          />
        </>
      )}
    </Show>
  );
}

function EventTable({ dagId, events }: { dagId: string; events: readonly EventLog[] }) {
  const t = useText("dag", en);
  const { event: chosen } = route.useSearch();
  return (
    <table className="grid-table">
      <thead>
        <tr>
          <th scope="col">{t("when")}</th>
          <th scope="col">{t("who")}</th>
          <th scope="col">{t("event")}</th>
          <th scope="col">{t("runId")}</th>
          <th scope="col">{t("task")}</th>
          <th scope="col">{t("extra")}</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.event_log_id}>
            <td>
              <Instant at={event.when} />
            </td>
            <td>{event.owner}</td>
            <td>
              <Link
                from="/dags/$dagId/events"
                to="."
                search={{ event: chosen === event.event ? undefined : event.event }}
                className="link"
              >
                {event.event}
              </Link>
            </td>
            <td>
              {event.run_id ? (
                <Link
                  to="/dags/$dagId/runs/$runId"
                  params={{ dagId, runId: event.run_id }}
                  className="link break-all"
                >
                  {event.run_id}
                </Link>
              ) : null}
            </td>
            <td className="break-all">
              {event.task_id}
              {event.map_index !== null && event.map_index >= 0 ? ` [${event.map_index}]` : ""}
            </td>
            <td className="max-w-96 break-words">{event.extra}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
