import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, unwrap } from "@/api/client";
import { CALM_MS } from "@/api/queries";
import { StateBadge } from "@/components/state";
import { Elapsed } from "@/components/time";

/** The instances that keep a run going. */
const goingQuery = (dagId: string, runId: string) =>
  queryOptions({
    queryKey: ["instances", "going", dagId, runId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
          params: {
            path: { dag_id: dagId, dag_run_id: runId },
            query: {
              limit: 1,
              state: ["running", "deferred", "up_for_retry", "up_for_reschedule"],
              order_by: ["start_date"],
            },
          },
          signal,
        }),
      ),
    refetchInterval: CALM_MS,
  });

/** What a run that takes long is at. */
export function LongestTask({ dagId, runId }: { dagId: string; runId: string }) {
  const going = useQuery(goingQuery(dagId, runId));
  const one = going.data?.task_instances[0];
  if (!one) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-muted">
      <Link
        to="/dags/$dagId/runs/$runId/tasks/$taskId"
        params={{ dagId, runId, taskId: one.task_id }}
        search={{ map: one.map_index >= 0 ? one.map_index : undefined }}
        className="link"
      >
        {one.task_id}
        {one.map_index >= 0 ? ` [${one.map_index}]` : ""}
      </Link>
      <StateBadge state={one.state} />
      {one.start_date ? <Elapsed item={one} /> : null}
    </p>
  );
}
