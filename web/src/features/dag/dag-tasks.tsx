import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { tasksQuery } from "@/api/queries";
import { Show } from "@/components/feedback";
import { plural } from "@/lib/format";
import { topologicalRank } from "@/lib/tasks";

const route = getRouteApi("/signed-in/dags/$dagId/tasks");

export function DagTasks() {
  const { dagId } = route.useParams();
  const tasks = useQuery(tasksQuery(dagId));
  return (
    <Show query={tasks} what="the tasks">
      {(data) => {
        const rank = topologicalRank(data.tasks);
        const sorted = [...data.tasks].sort(
          (a, b) => (rank.get(a.task_id ?? "") ?? 0) - (rank.get(b.task_id ?? "") ?? 0),
        );
        return (
          <>
            <div className="panel overflow-x-auto">
              <table className="grid-table">
                <thead>
                  <tr>
                    <th scope="col">Task</th>
                    <th scope="col">Type</th>
                    <th scope="col">Upstream</th>
                    <th scope="col">Trigger rule</th>
                    <th scope="col">Retries</th>
                    <th scope="col">Pool</th>
                    <th scope="col">Queue</th>
                  </tr>
                </thead>
                <tbody>
                  {sorted.map((task) => (
                    <tr key={task.task_id}>
                      <th scope="row" className="break-all !text-ink">
                        {task.task_display_name ?? task.task_id}
                        {task.is_mapped ? <span className="text-muted"> [mapped]</span> : null}
                      </th>
                      <td>{task.operator_name}</td>
                      <td className="break-all">{task.upstream_task_ids.join(", ")}</td>
                      <td>{task.trigger_rule}</td>
                      <td>{task.retries}</td>
                      <td>{task.pool}</td>
                      <td>{task.queue}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <p className="px-1 py-2 text-muted">{plural(data.total_entries, "task")}</p>
          </>
        );
      }}
    </Show>
  );
}
