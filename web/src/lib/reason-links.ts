/** Where a reason for waiting leads: what stands in the way can be opened. Pure. */

export interface Here {
  dagId: string;
  runId: string;
}

export type ReasonLink =
  | { to: "run"; dagId: string; runId: string }
  | { to: "task"; dagId: string; runId: string; taskId: string; mapIndex: number }
  | { to: "dag"; dagId: string }
  | { to: "pools" }
  | { to: "workers" }
  | { to: "approval" };

type Data = Readonly<Record<string, unknown>>;

const asText = (value: unknown): string | undefined =>
  typeof value === "string" && value ? value : undefined;

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null;

/** No more than these of each: a join may wait for hundreds. */
const MAX_LINKS = 10;

export function linksOf(reason: { code: string; data: unknown }, here: Here): ReasonLink[] {
  const data = isData(reason.data) ? reason.data : {};
  switch (reason.code) {
    case "upstream_unfinished":
      return list(data.unfinished).flatMap((one) => taskLink(one, here));
    case "max_active_runs":
      return list(data.active).flatMap((id): ReasonLink[] =>
        typeof id === "string" ? [{ to: "run", dagId: here.dagId, runId: id }] : [],
      );
    case "depends_on_past":
    case "wait_for_downstream":
    case "awaits_task":
    case "awaits_run":
    case "triggered_run":
      return taskLink(data, here);
    case "pool_full":
    case "pool_too_small":
    case "unknown_pool":
    case "kept_for_larger":
      return [{ to: "pools" }];
    case "no_worker":
    case "no_free_slot":
    case "worker_unreachable":
    case "handed_to_worker":
      return [{ to: "workers" }];
    case "approval":
      return [{ to: "approval" }];
    default:
      return [];
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_LINKS) : [];
}

/** The most exact place that the data names; what they leave out is here. */
function taskLink(value: unknown, here: Here): ReasonLink[] {
  if (!isData(value)) return [];
  const dagId = asText(value.dag_id) ?? here.dagId;
  const taskId = asText(value.task_id);
  // Another DAG's run is never ours.
  const runId = asText(value.run_id) ?? (value.dag_id === undefined ? here.runId : undefined);
  if (runId && taskId) {
    const mapIndex = typeof value.map_index === "number" ? value.map_index : -1;
    return [{ to: "task", dagId, runId, taskId, mapIndex }];
  }
  if (runId && asText(value.run_id)) return [{ to: "run", dagId, runId }];
  return dagId === here.dagId ? [] : [{ to: "dag", dagId }];
}
