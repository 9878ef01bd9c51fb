import { Link } from "@tanstack/react-router";
import type { DagRun, TaskInstance } from "@/api/types";
import { StateBadge } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { TaskWhy } from "@/features/why";
import { useNow } from "@/lib/clock";
import { isWaiting, stateClass } from "@/lib/states";
import { barOf } from "@/lib/tasks";

/** Reasons cost a question each, so only the first waiting instances are asked about. */
const MAX_REASONS = 20;

export function InstanceTable({
  run,
  instances,
  first,
}: {
  run: DagRun;
  instances: readonly TaskInstance[];
  /** The id of the first failed one. */
  first: string | undefined;
}) {
  const now = useNow();
  const span = {
    start: Date.parse(run.start_date ?? run.run_after),
    end: run.end_date ? Date.parse(run.end_date) : now,
  };
  const waiting = instances.filter((item) => isWaiting(item.state)).slice(0, MAX_REASONS);
  const asked = new Set(waiting.map((item) => item.id));
  return (
    <table className="grid-table">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Task</th>
          <th scope="col">Type</th>
          <th scope="col">Try</th>
          <th scope="col">Start</th>
          <th scope="col">Duration</th>
          <th scope="col" className="w-1/5">
            Timeline
          </th>
        </tr>
      </thead>
      <tbody>
        {instances.map((item) => (
          <tr key={item.id} className={item.id === first ? "bg-bad-panel" : ""}>
            <td>
              <StateBadge state={item.state} />
              {item.next_retry_at ? (
                <div className="text-muted">
                  Next try <Instant at={item.next_retry_at} relative />
                </div>
              ) : null}
            </td>
            <td className="max-w-[34rem]">
              <Link
                to="/dags/$dagId/runs/$runId/tasks/$taskId"
                params={{ dagId: run.dag_id, runId: run.dag_run_id, taskId: item.task_id }}
                search={item.map_index >= 0 ? { map: item.map_index } : {}}
                className="link font-semibold break-all"
              >
                {item.task_display_name}
                {item.map_index >= 0 ? ` [${item.map_index}]` : ""}
              </Link>
              {item.reason ? <div className="break-words text-muted">{item.reason}</div> : null}
              {asked.has(item.id) ? (
                <TaskWhy
                  instance={{
                    dagId: run.dag_id,
                    runId: run.dag_run_id,
                    taskId: item.task_id,
                    mapIndex: item.map_index,
                  }}
                />
              ) : null}
            </td>
            <td>{item.operator}</td>
            <td>{item.try_number > 0 ? `${item.try_number} of ${item.max_tries + 1}` : "–"}</td>
            <td>
              <Instant at={item.start_date} />
            </td>
            <td>
              <Elapsed item={item} />
            </td>
            <td>
              <Bar item={item} span={span} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** When it ran within its run; the same is told in words by start and duration. */
function Bar({
  item,
  span,
  now,
}: {
  item: TaskInstance;
  span: { start: number; end: number };
  now: number;
}) {
  const bar = barOf(item, span, now);
  if (!bar) return null;
  return (
    <div aria-hidden="true" className="relative h-2 min-w-24 rounded bg-raised">
      <div
        className={`state-fill absolute h-2 rounded ${stateClass(item.state)}`}
        style={{
          left: `${bar.left}%`,
          width: `${Math.min(bar.width, 100 - bar.left)}%`,
          minWidth: 2,
        }}
      />
    </div>
  );
}
