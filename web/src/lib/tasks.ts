/** Order and grouping of task instances: pure, so that the pages only draw. */

import type { AnyState } from "./states";

export interface TaskNode {
  task_id?: string | null;
  downstream_task_ids?: string[] | null;
}

/**
 * The position of each task when upstreams come before downstreams (Kahn's order; the file's order
 * among equals). Tasks of a cycle, which the server never lets in, come last.
 */
export function topologicalRank(tasks: readonly TaskNode[]): Map<string, number> {
  const waitingFor = new Map<string, number>();
  const downstream = new Map<string, readonly string[]>();
  for (const task of tasks) {
    if (!task.task_id) continue;
    waitingFor.set(task.task_id, waitingFor.get(task.task_id) ?? 0);
    downstream.set(task.task_id, task.downstream_task_ids ?? []);
    for (const id of task.downstream_task_ids ?? []) {
      waitingFor.set(id, (waitingFor.get(id) ?? 0) + 1);
    }
  }
  const rank = new Map<string, number>();
  const ready = [...waitingFor].filter(([, count]) => count === 0).map(([id]) => id);
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    rank.set(next, rank.size);
    for (const id of downstream.get(next) ?? []) {
      const left = (waitingFor.get(id) ?? 0) - 1;
      waitingFor.set(id, left);
      if (left === 0) ready.push(id);
    }
  }
  for (const id of waitingFor.keys()) if (!rank.has(id)) rank.set(id, rank.size);
  return rank;
}

export interface Instance {
  task_id: string;
  map_index: number;
  state?: AnyState;
  start_date?: string | null;
  end_date?: string | null;
}

/** Sorts by the graph, then by map index; unknown tasks (removed from the DAG) come last. */
export function sortInstances<T extends Instance>(
  instances: readonly T[],
  rank: ReadonlyMap<string, number>,
): T[] {
  const at = (item: T) => rank.get(item.task_id) ?? Number.MAX_SAFE_INTEGER;
  return [...instances].sort(
    (a, b) => at(a) - at(b) || a.task_id.localeCompare(b.task_id) || a.map_index - b.map_index,
  );
}

/** The failed instance that ended first: where to look, not the ones that it pulled down. */
export function firstFailed<T extends Instance>(instances: readonly T[]): T | undefined {
  let first: T | undefined;
  for (const item of instances) {
    if (item.state !== "failed") continue;
    if (!first || endOf(item) < endOf(first)) first = item;
  }
  return first;
}

function endOf(item: Instance): number {
  const time = item.end_date ? Date.parse(item.end_date) : Number.NaN;
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

/** Where an instance's bar lies in its run's time, both in percent; null before it starts. */
export function barOf(
  item: Instance,
  span: { start: number; end: number },
  now: number,
): { left: number; width: number } | null {
  const start = item.start_date ? Date.parse(item.start_date) : Number.NaN;
  if (Number.isNaN(start) || span.end <= span.start) return null;
  const end = item.end_date ? Date.parse(item.end_date) : now;
  const percent = (time: number) =>
    Math.min(100, Math.max(0, ((time - span.start) / (span.end - span.start)) * 100));
  const left = percent(start);
  return { left, width: Math.max(0.5, percent(end) - left) };
}
