import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { runQuery, tasksQuery } from "@/api/queries";
import { useRefreshOn } from "@/api/refresh";
import {
  boxesQuery,
  failuresQuery,
  MANY_INSTANCES,
  type RunRowItem,
  runRowsQuery,
} from "@/api/run-queries";
import type { DagRun } from "@/api/types";
import { Loading, Show } from "@/components/feedback";
import { Breadcrumb } from "@/features/breadcrumb";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { isFinished } from "@/lib/states";
import { topologicalRank } from "@/lib/tasks";
import { FirstFailure } from "./first-failure";
import { Instances } from "./instances";
import { RunChanges } from "./run-changes";
import { RunHeading } from "./run-heading";
import { MadeFor, WaitingForIt } from "./run-neighbours";

const route = getRouteApi("/signed-in/dags/$dagId/runs/$runId");

export function RunPage() {
  const t = useText("run", en);
  const { dagId, runId } = route.useParams();
  const run = useQuery(runQuery(dagId, runId));
  return (
    <>
      <title>{`${dagId} ${runId} · Weft`}</title>
      <Breadcrumb dagId={dagId} runId={runId} />
      <Show query={run} what={t("what")}>
        {(data) => (
          <>
            <RunHeading run={data} />
            <Body run={data} />
          </>
        )}
      </Show>
    </>
  );
}

function Body({ run }: { run: DagRun }) {
  const t = useText("run", en);
  const { dag_id: dagId, dag_run_id: runId } = run;
  const active = !isFinished(run.state);
  const known = useQueryClient().getQueryData<{ task_instances: RunRowItem[] }>(
    runRowsQuery(dagId, runId, active, false).queryKey,
  );
  const isLarge = (known?.task_instances.length ?? 0) > MANY_INSTANCES;
  const rows = useQuery(runRowsQuery(dagId, runId, active, isLarge));
  const failures = useQuery(failuresQuery(dagId, runId, active));
  const boxes = useQuery(boxesQuery(dagId, run.dag_versions.at(-1)?.version_number));
  const tasks = useQuery(tasksQuery(dagId));
  useRefreshOn(run.state, ["instances", "rows", dagId, runId]);
  useRefreshOn(run.state, ["instances", "failed", dagId, runId]);
  return (
    <Show query={rows} what={t("whatInstances")}>
      {({ task_instances: items }) => {
        // Rows that change places under the pointer open the wrong task: the graph comes first.
        if (tasks.isPending || boxes.isPending) return <Loading what={t("whatTasks")} />;
        const told = failures.data?.task_instances ?? [];
        const first = told.find(({ state }) => state === "failed");
        const count = (state: string) => items.filter((item) => item.state === state).length;
        return (
          <>
            {first ? (
              <FirstFailure
                run={run}
                instance={first}
                others={Math.max(0, count("failed") - 1)}
                pulledDown={count("upstream_failed")}
              />
            ) : null}
            {run.state === "failed" || first ? <RunChanges run={run} failed={first} /> : null}
            <WaitingForIt run={run} />
            <MadeFor run={run} />
            <Instances
              run={run}
              items={items}
              boxes={boxes.data?.nodes ?? []}
              rank={topologicalRank(tasks.data?.tasks ?? [])}
              told={told}
              first={first ? `${first.task_id} ${first.map_index}` : undefined}
            />
          </>
        );
      }}
    </Show>
  );
}
