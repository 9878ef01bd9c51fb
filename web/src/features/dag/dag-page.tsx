import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet, useMatchRoute } from "@tanstack/react-router";
import { dagQuery } from "@/api/queries";
import { importErrorsQuery } from "@/api/system-queries";
import type { DagDetails } from "@/api/types";
import { Show } from "@/components/feedback";
import { Scroller } from "@/components/scroller";
import { Breadcrumb } from "@/features/breadcrumb";
import { dag as en } from "@/i18n/en/dag";
import { useText } from "@/i18n/text";
import { errorsOfFile } from "@/lib/import-errors";
import { DagHeader } from "./dag-header";
import "./dag.css";

const route = getRouteApi("/signed-in/dags/$dagId");

export function DagPage() {
  const { dagId } = route.useParams();
  const dag = useQuery(dagQuery(dagId));
  const t = useText("dag", en);
  return (
    <>
      <title>{`${dagId} · Weft`}</title>
      <Breadcrumb dagId={dagId} />
      {dag.data ? null : <h1 className="sr-only">{dagId}</h1>}
      <Show query={dag} what={t("loadingDag")}>
        {(data) => (
          <>
            <DagHeader dag={data} />
            <ImportErrorBanner dag={data} />
            <Tabs dagId={dagId} />
            <Outlet />
          </>
        )}
      </Show>
    </>
  );
}

/** The last good version goes on running; whoever looks at the DAG should know. */
function ImportErrorBanner({ dag }: { dag: DagDetails }) {
  const t = useText("dag", en);
  const errors = useQuery({ ...importErrorsQuery(), enabled: dag.has_import_errors });
  // The code shows them itself, each at its place.
  const onCode = useMatchRoute()({ to: "/dags/$dagId/code", params: { dagId: dag.dag_id } });
  if (!dag.has_import_errors || onCode) return null;
  return (
    <div role="alert" className="mb-3 rounded-md border border-bad bg-bad-panel p-3">
      <p>
        <strong>{t("importErrorTitle")}</strong> {t("importErrorRest")}{" "}
        <Link to="/dags/$dagId/code" params={{ dagId: dag.dag_id }} className="link">
          {t("importErrorCode")}
        </Link>{" "}
        ·{" "}
        <Link to="/import-errors" className="link">
          {t("importErrorAll")}
        </Link>
      </p>
      {errorsOfFile(errors.data?.import_errors ?? [], dag).map((error) => (
        <Scroller
          key={error.import_error_id}
          className="mt-2 max-h-40 overflow-auto font-mono text-xs whitespace-pre-wrap"
        >
          {error.stack_trace}
        </Scroller>
      ))}
    </div>
  );
}

const TABS = [
  ["/dags/$dagId", "tabGrid"],
  ["/dags/$dagId/graph", "tabGraph"],
  ["/dags/$dagId/gantt", "tabGantt"],
  ["/dags/$dagId/calendar", "tabCalendar"],
  ["/dags/$dagId/runs", "tabRuns"],
  ["/dags/$dagId/tasks", "tabTasks"],
  ["/dags/$dagId/versions", "tabVersions"],
  ["/dags/$dagId/code", "tabCode"],
  ["/dags/$dagId/backfills", "tabBackfills"],
  ["/dags/$dagId/details", "tabDetails"],
  ["/dags/$dagId/events", "tabEvents"],
] as const;

const tab =
  "shrink-0 border-b-2 border-transparent px-2.5 py-1.5 hover:border-line aria-[current=page]:border-accent aria-[current=page]:font-semibold";

function Tabs({ dagId }: { dagId: string }) {
  const t = useText("dag", en);
  return (
    <nav
      aria-label={t("tabs")}
      className="mb-3 flex flex-wrap gap-x-0.5 border-b border-line max-sm:flex-nowrap max-sm:overflow-x-auto"
    >
      {TABS.map(([to, key]) => (
        <Link
          key={to}
          to={to}
          params={{ dagId }}
          className={tab}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {t(key)}
        </Link>
      ))}
    </nav>
  );
}
