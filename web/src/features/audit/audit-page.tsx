import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { auditQuery, type EventLog, LIST_SIZE } from "@/api/admin";
import { CopyCurl } from "@/components/copy-curl";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { audit as en } from "@/i18n/en/audit";
import { type Text, useText } from "@/i18n/text";
import { readDetail } from "@/lib/change";
import type { AuditSearch } from "@/lib/search-system";
import { Cli } from "../admin/cli";
import { ListHead, ListSearch, NoMatch, NothingYet, Paging } from "../admin/list";
import { Detail } from "./detail";
import { InstantField } from "./instant-field";

const route = getRouteApi("/signed-in/audit");
const TEXTS = ["event", "owner", "dag", "run", "task"] as const;
const TIMES = ["after", "before"] as const;

/** Who did what: everything that a person or a program has changed. */
export function AuditPage() {
  const t = useText("audit", en);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const entries = useQuery(auditQuery(search));
  const filter = (change: AuditSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }), replace });
  const filtered = [...TEXTS, ...TIMES].some((name) => search[name] !== undefined);
  return (
    <>
      <ListHead
        title={t("title")}
        actions={
          <CopyCurl call={{ method: "GET", path: "/api/v2/eventLogs?order_by=-event_log_id" }} />
        }
      />
      <section aria-label={t("filters")} className="mb-2 flex flex-wrap items-end gap-2">
        {TEXTS.map((name) => (
          <ListSearch
            key={name}
            hotkey={false}
            label={t(name)}
            value={search[name] ?? ""}
            onChange={(value) => filter({ [name]: value }, true)}
          />
        ))}
        {TIMES.map((name) => (
          <InstantField
            key={name}
            label={(zone) => t(name, { zone })}
            value={search[name]}
            onChange={(instant) => filter({ [name]: instant }, true)}
          />
        ))}
      </section>
      <Show query={entries} what={t("what")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.event_logs.length === 0 && filtered ? (
                <NoMatch onClear={() => void navigate({ search: {} })} />
              ) : data.event_logs.length === 0 ? (
                <NothingYet
                  text={t("empty")}
                  cli="weft api GET '/eventLogs?order_by=-event_log_id'"
                />
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <th scope="col">{t("when")}</th>
                      <th scope="col">{t("owner")}</th>
                      <th scope="col">{t("event")}</th>
                      <th scope="col">{t("about")}</th>
                      <th scope="col">{t("detail")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.event_logs.map((entry) => (
                      <Row key={entry.event_log_id} entry={entry} t={t} onFilter={filter} />
                    ))}
                  </tbody>
                </table>
              )}
            </div>
            <Paging
              page={search.page ?? 1}
              size={LIST_SIZE}
              total={data.total_entries}
              what={t("count", { count: data.total_entries })}
              onPage={(page) => void navigate({ search: (old) => ({ ...old, page }) })}
            />
          </>
        )}
      </Show>
      <p className="mt-3 text-muted">{t("verify")}</p>
      <Cli lines="weft audit verify --data DIR" />
    </>
  );
}

function Row({
  entry,
  t,
  onFilter,
}: {
  entry: EventLog;
  t: Text<typeof en>;
  onFilter: (change: AuditSearch) => void;
}) {
  return (
    <tr className="[&>td]:align-top">
      <td className="whitespace-nowrap">
        <Instant at={entry.when} />
      </td>
      <td>
        {entry.owner ? (
          <button
            type="button"
            className="link max-w-40 truncate"
            title={entry.owner}
            onClick={() => onFilter({ owner: entry.owner ?? undefined })}
          >
            {entry.owner}
          </button>
        ) : null}
      </td>
      <td>
        <button
          type="button"
          className="link font-mono text-xs"
          onClick={() => onFilter({ event: entry.event })}
        >
          {entry.event}
        </button>
      </td>
      <td className="max-w-80 min-w-48 break-all">
        <About entry={entry} />
      </td>
      <td className="max-w-[40rem] min-w-40">
        <Detail detail={readDetail(entry.extra)} t={t} />
      </td>
    </tr>
  );
}

/** The DAG, the run, the task instance: whatever the entry names, as links. */
function About({ entry }: { entry: EventLog }) {
  const { dag_id: dagId, run_id: runId, task_id: taskId } = entry;
  if (!dagId) return null;
  return (
    <>
      <Link to="/dags/$dagId" params={{ dagId }} className="link">
        {dagId}
      </Link>
      {runId ? (
        <>
          {" / "}
          <Link to="/dags/$dagId/runs/$runId" params={{ dagId, runId }} className="link">
            {runId}
          </Link>
        </>
      ) : null}
      {runId && taskId ? (
        <>
          {" / "}
          <Link
            to="/dags/$dagId/runs/$runId/tasks/$taskId"
            params={{ dagId, runId, taskId }}
            className="link"
          >
            {taskId}
          </Link>
        </>
      ) : null}
    </>
  );
}
