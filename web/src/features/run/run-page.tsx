import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { failuresQuery, instancesQuery, runQuery, TASK_PAGE_SIZE, tasksQuery } from "@/api/queries";
import { useRefreshOn } from "@/api/refresh";
import type { DagRun, TaskInstance } from "@/api/types";
import { Facts, Pages } from "@/components/controls";
import { Empty, Loading, Show } from "@/components/feedback";
import { StateBadge, StateCounts } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { Breadcrumb } from "@/features/breadcrumb";
import { RunWhy } from "@/features/why";
import { plural } from "@/lib/format";
import { isFinished } from "@/lib/states";
import { firstFailed, sortInstances, topologicalRank } from "@/lib/tasks";
import { InstanceTable } from "./instance-table";
import { RunActions } from "./run-actions";
import { RunNote } from "./run-note";

const route = getRouteApi("/signed-in/dags/$dagId/runs/$runId");

export function RunPage() {
  const { dagId, runId } = route.useParams();
  const run = useQuery(runQuery(dagId, runId));
  return (
    <>
      <title>{`${dagId} ${runId} · Weft`}</title>
      <Breadcrumb dagId={dagId} runId={runId} />
      <Show query={run} what="run">
        {(data) => (
          <>
            <Heading run={data} />
            <Instances run={data} />
          </>
        )}
      </Show>
    </>
  );
}

function Heading({ run }: { run: DagRun }) {
  return (
    <section className="panel mb-3 flex flex-col gap-2 p-3" aria-label="About this run">
      <div className="flex flex-wrap items-center gap-3">
        <StateBadge state={run.state} large />
        <h1 className="min-w-0 text-lg font-semibold break-all">{run.dag_run_id}</h1>
        <span className="flex-1" />
        <RunActions run={run} />
      </div>
      {run.reason ? <p className="break-words">{run.reason}</p> : null}
      {run.state === "success" && run.failed_tasks > 0 ? (
        <p className="text-bad">Succeeded with {plural(run.failed_tasks, "failed task")}.</p>
      ) : null}
      {isFinished(run.state) ? null : <RunWhy dagId={run.dag_id} runId={run.dag_run_id} />}
      <Facts
        facts={[
          ["Type", run.run_type],
          ["Triggered by", run.triggered_by],
          ["User", run.triggering_user_name],
          ["Logical date", run.logical_date ? <Instant key="l" at={run.logical_date} /> : null],
          ["Start", <Instant key="s" at={run.start_date} />],
          ["End", run.end_date ? <Instant key="e" at={run.end_date} /> : null],
          ["Duration", <Elapsed key="d" item={run} />],
          [
            "Data interval",
            // A run by hand covers no time.
            run.data_interval_start && run.data_interval_start !== run.data_interval_end ? (
              <span key="i">
                <Instant at={run.data_interval_start} /> to <Instant at={run.data_interval_end} />
              </span>
            ) : null,
          ],
          ["Version", run.dag_versions.map((version) => version.version_number).join(", ")],
        ]}
      />
      {run.conf && Object.keys(run.conf).length > 0 ? (
        <details>
          <summary>Params</summary>
          <pre className="overflow-x-auto font-mono text-xs">
            {JSON.stringify(run.conf, null, 2)}
          </pre>
        </details>
      ) : null}
      <RunNote run={run} />
    </section>
  );
}

function Instances({ run }: { run: DagRun }) {
  const { dag_id: dagId, dag_run_id: runId } = run;
  const { page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const instances = useQuery(instancesQuery(dagId, runId, page, !isFinished(run.state)));
  const tasks = useQuery(tasksQuery(dagId));
  useRefreshOn(run.state, ["instances", "of", dagId, runId]);
  return (
    <Show query={instances} what="the task instances">
      {(data) => {
        // Rows that change places under the pointer open the wrong task: the graph comes first.
        if (tasks.isPending) return <Loading what="the tasks" />;
        const rank = topologicalRank(tasks.data?.tasks ?? []);
        const sorted = sortInstances(data.task_instances, rank);
        return (
          <>
            {data.total_entries > TASK_PAGE_SIZE ? (
              <FirstFailedOfMany dagId={dagId} runId={runId} />
            ) : (
              <FirstFailed instance={firstFailed(sorted)} />
            )}
            <div className="mb-2 flex flex-wrap items-center gap-3">
              <h2 className="font-semibold">Task instances</h2>
              <StateCounts states={sorted.map((item) => item.state)} />
            </div>
            <div className="panel overflow-x-auto">
              {sorted.length === 0 ? (
                <Empty>This run has no task instances.</Empty>
              ) : (
                <InstanceTable run={run} instances={sorted} first={firstFailed(sorted)?.id} />
              )}
            </div>
            <Pages
              page={page}
              size={TASK_PAGE_SIZE}
              total={data.total_entries}
              what="task instance"
              onPage={(next) => void navigate({ search: { page: next > 1 ? next : undefined } })}
            />
          </>
        );
      }}
    </Show>
  );
}

function FirstFailedOfMany({ dagId, runId }: { dagId: string; runId: string }) {
  const failures = useQuery(failuresQuery(dagId, runId));
  return <FirstFailed instance={failures.data?.task_instances[0]} />;
}

/** The way to the cause, past everything that it pulled down. */
function FirstFailed({ instance }: { instance: TaskInstance | undefined }) {
  if (!instance) return null;
  return (
    <section
      aria-label="First failed task"
      className="mb-3 rounded-md border border-bad bg-bad-panel px-3 py-2"
    >
      <p>
        First failed task:{" "}
        <Link
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{
            dagId: instance.dag_id,
            runId: instance.dag_run_id,
            taskId: instance.task_id,
          }}
          search={instance.map_index >= 0 ? { map: instance.map_index } : {}}
          className="link font-semibold"
        >
          {instance.task_display_name}
          {instance.map_index >= 0 ? ` [${instance.map_index}]` : ""}
        </Link>{" "}
        at <Instant at={instance.end_date} />
        {instance.reason ? `: ${instance.reason}` : ""}
      </p>
    </section>
  );
}
