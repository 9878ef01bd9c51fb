import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { PAGE_SIZE, runsQuery } from "@/api/queries";
import type { DagRun } from "@/api/types";
import { Pages, Select } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import { StateBadge } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { plural } from "@/lib/format";
import { isRunState, RUN_STATES, stateLabel } from "@/lib/states";

const route = getRouteApi("/signed-in/dags/$dagId/");

export function DagRuns() {
  const { dagId } = route.useParams();
  const { state, page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const runs = useQuery(runsQuery(dagId, { state, page }));
  return (
    <>
      <div className="mb-2">
        <Select
          label="State of the runs"
          value={state ?? ""}
          options={[
            ["", "Any state"],
            ...RUN_STATES.map((value) => [value, stateLabel(value)] as const),
          ]}
          onChange={(value) =>
            void navigate({ search: { state: isRunState(value) ? value : undefined } })
          }
        />
      </div>
      <Show query={runs} what="the runs">
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.dag_runs.length === 0 ? (
                <Empty>{state ? "No run is in this state." : "This DAG has not run yet."}</Empty>
              ) : (
                <RunTable dagId={dagId} runs={data.dag_runs} />
              )}
            </div>
            <Pages
              page={page}
              size={PAGE_SIZE}
              total={data.total_entries}
              what="run"
              onPage={(next) => void navigate({ search: (old) => ({ ...old, page: next }) })}
            />
          </>
        )}
      </Show>
    </>
  );
}

function RunTable({ dagId, runs }: { dagId: string; runs: readonly DagRun[] }) {
  return (
    <table className="grid-table">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Run ID</th>
          <th scope="col">Type</th>
          <th scope="col">Logical date</th>
          <th scope="col">Start</th>
          <th scope="col">Duration</th>
          <th scope="col">Note</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.dag_run_id}>
            <td>
              <StateBadge state={run.state} />
              {run.state === "success" && run.failed_tasks > 0 ? (
                <div className="text-bad">with {plural(run.failed_tasks, "failed task")}</div>
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
            <td>{run.run_type}</td>
            <td>
              <Instant at={run.logical_date} />
            </td>
            <td>
              <Instant at={run.start_date} />
            </td>
            <td>
              <Elapsed item={run} />
            </td>
            <td className="max-w-64 truncate" title={run.note ?? undefined}>
              {run.note}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
