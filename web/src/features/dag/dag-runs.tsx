import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { dagRunsQuery } from "@/api/dag-queries";
import { dagQuery, PAGE_SIZE } from "@/api/queries";
import type { DagRun } from "@/api/types";
import { Pages, Select } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import { StateBadge } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { dag as en } from "@/i18n/en/dag";
import { dagGrid as gridEn } from "@/i18n/en/dagGrid";
import { useText } from "@/i18n/text";
import { useZone } from "@/lib/clock";
import { formatInstant } from "@/lib/format";
import { dagRunsSearch, RUN_ORDERS, RUN_TYPES } from "@/lib/search-dag";
import { RUN_STATES, stateLabel } from "@/lib/states";
import { RUN_TYPE_KEYS } from "./grid/run-types";

const route = getRouteApi("/signed-in/dags/$dagId/runs");

export function DagRuns() {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dag", en);
  const dag = useQuery(dagQuery(dagId));
  // Manual runs and those for assets may have no logical date. Where a run is named by the start of
  // its interval the two differ, and people mean the name.
  const { next_dagrun_logical_date: named, next_dagrun_run_after: due } = dag.data ?? {};
  const byRunAfter = !named || named === due;
  const runs = useQuery(dagRunsQuery(dagId, search, byRunAfter));
  const filtered = Boolean(search.state || search.type || search.from || search.to);
  return (
    <>
      <Filters byRunAfter={byRunAfter} />
      <Show query={runs} what={t("tabRuns")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.dag_runs.length === 0 ? (
                <Empty>{t(filtered ? "noRunsMatch" : "noRuns")}</Empty>
              ) : (
                <RunTable dagId={dagId} runs={data.dag_runs} />
              )}
            </div>
            <Pages
              page={search.page ?? 1}
              size={PAGE_SIZE}
              total={data.total_entries}
              what={(count) => t("runs", { count })}
              onPage={(page) => void navigate({ search: (old) => ({ ...old, page }) })}
            />
          </>
        )}
      </Show>
    </>
  );
}

function Filters({ byRunAfter }: { byRunAfter: boolean }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dag", en);
  const g = useText("dagGrid", gridEn);
  const [zone] = useZone();
  const set = (change: Record<string, unknown>) =>
    void navigate({
      search: dagRunsSearch({ ...search, page: undefined, ...change }),
      replace: true,
    });
  const shown = (instant: string | undefined) => formatInstant(instant, zone) || "…";
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2">
      <Select
        label={t("runState")}
        value={search.state ?? ""}
        options={[
          ["", t("anyState")],
          ...RUN_STATES.map((state) => [state, stateLabel(state)] as const),
        ]}
        onChange={(state) => set({ state })}
      />
      <Select
        label={t("runType")}
        value={search.type ?? ""}
        options={[
          ["", t("anyType")],
          ...RUN_TYPES.map((type) => [type, g(RUN_TYPE_KEYS[type])] as const),
        ]}
        onChange={(type) => set({ type })}
      />
      <Select
        label={t("runOrder")}
        value={search.order ?? RUN_ORDERS[0]}
        options={RUN_ORDERS.map((order) => [order, t(`order${order}`)] as const)}
        onChange={(order) => set({ order })}
      />
      {search.from || search.to ? (
        <span className="chip flex items-center gap-2">
          {t(byRunAfter ? "rangeRunAfter" : "range", {
            from: shown(search.from),
            to: shown(search.to),
          })}
          <button
            type="button"
            className="link"
            onClick={() => set({ from: undefined, to: undefined })}
          >
            {t("rangeAll")}
          </button>
        </span>
      ) : null}
    </div>
  );
}

function RunTable({ dagId, runs }: { dagId: string; runs: readonly DagRun[] }) {
  const t = useText("dag", en);
  const g = useText("dagGrid", gridEn);
  return (
    <table className="grid-table">
      <thead>
        <tr>
          <th scope="col">{t("state")}</th>
          <th scope="col">{t("runId")}</th>
          <th scope="col">{t("type")}</th>
          <th scope="col">{t("logicalDate")}</th>
          <th scope="col">{t("start")}</th>
          <th scope="col">{t("duration")}</th>
          <th scope="col">{t("version")}</th>
          <th scope="col">{t("triggeredBy")}</th>
          <th scope="col">{t("note")}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.dag_run_id}>
            <td>
              <StateBadge state={run.state} />
              {run.state === "success" && run.failed_tasks > 0 ? (
                <div className="text-bad">{t("failedTasks", { count: run.failed_tasks })}</div>
              ) : null}
            </td>
            <td>
              <Link
                to="/dags/$dagId/runs/$runId"
                params={{ dagId, runId: run.dag_run_id }}
                className="link break-all"
              >
                {run.dag_run_id}
              </Link>
            </td>
            <td>{g(RUN_TYPE_KEYS[run.run_type])}</td>
            <td>
              <Instant at={run.logical_date} />
            </td>
            <td>
              <Instant at={run.start_date} />
            </td>
            <td>
              <Elapsed item={run} />
            </td>
            <td>{run.dag_versions.map((version) => version.version_number).join(", ")}</td>
            <td>{run.triggering_user_name ?? run.triggered_by}</td>
            <td className="max-w-64 truncate" title={run.note ?? undefined}>
              {run.note}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
