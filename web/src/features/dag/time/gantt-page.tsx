import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { GANTT_PAGE, ganttQuery, gridQuery } from "@/api/dag-queries";
import { Pages } from "@/components/controls";
import { Empty, Loading, Show } from "@/components/feedback";
import { StateBadge } from "@/components/state";
import { dagTime as en } from "@/i18n/en/dagTime";
import { useText } from "@/i18n/text";
import { useNow } from "@/lib/clock";
import { decisive, type Gantt, isDecisive, lengthOf } from "@/lib/dag/gantt";
import { formatDuration } from "@/lib/format";
import { GRID_RUNS, ganttSearch } from "@/lib/search-dag";
import { RunPicker } from "../run-picker";
import { GanttChart } from "./gantt-chart";

const route = getRouteApi("/signed-in/dags/$dagId/gantt");

export function GanttPage() {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagTime", en);
  const grid = useQuery(gridQuery(dagId, GRID_RUNS[0]));
  const runs = grid.data?.runs ?? [];
  const runId = search.run ?? runs[0]?.dag_run_id;
  const set = (change: Record<string, unknown>) =>
    void navigate({ search: ganttSearch({ ...search, ...change }), replace: true });
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <RunPicker
          runs={runs}
          chosen={search.run}
          onChoose={(run) => set({ run, page: undefined })}
        />
        <label className="flex items-center gap-1.5">
          <input
            type="checkbox"
            checked={search.critical === 1}
            onChange={(event) => set({ critical: event.target.checked ? 1 : undefined })}
          />
          {t("criticalOnly")}
        </label>
        {runId ? (
          <Link to="/dags/$dagId/runs/$runId" params={{ dagId, runId }} className="link ml-auto">
            {t("openRun")}
          </Link>
        ) : null}
      </div>
      {runId ? (
        <GanttOfRun runId={runId} />
      ) : grid.isPending ? (
        <Loading what={t("loadingGantt")} />
      ) : (
        <div className="panel">
          <Empty>{t("ganttNoRun")}</Empty>
        </div>
      )}
    </>
  );
}

function GanttOfRun({ runId }: { runId: string }) {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagTime", en);
  const page = search.page ?? 1;
  const gantt = useQuery(ganttQuery(dagId, runId, page));
  return (
    <Show query={gantt} what={t("loadingGantt")}>
      {(data) => {
        const items = search.critical
          ? data.task_instances.filter(isDecisive)
          : data.task_instances;
        return (
          <>
            <Summary gantt={data} />
            {items.length === 0 ? (
              <div className="panel">
                <Empty>{t("ganttEmpty")}</Empty>
              </div>
            ) : (
              <GanttChart gantt={data} items={items} />
            )}
            <Pages
              page={page}
              size={GANTT_PAGE}
              total={data.total_entries}
              what={(count) => t("tasks", { count })}
              onPage={(next) => void navigate({ search: (old) => ({ ...old, page: next }) })}
            />
          </>
        );
      }}
    </Show>
  );
}

function Summary({ gantt }: { gantt: Gantt }) {
  const t = useText("dagTime", en);
  const length = lengthOf(gantt, useNow());
  const count = decisive(gantt);
  return (
    <p className="mb-2 flex flex-wrap items-center gap-x-4">
      <StateBadge state={gantt.state} />
      {length === null ? null : <span>{t("total", { time: formatDuration(length) })}</span>}
      {count > 0 ? (
        <span className="text-muted">
          <span aria-hidden="true" className="gantt-star">
            ◆
          </span>{" "}
          {t("criticalLength", { count })}
        </span>
      ) : null}
    </p>
  );
}
