/** The recent-run bars of the DAG list: pure. */

import { elapsed } from "./format";
import type { RunState } from "./states";

export interface RunLike {
  dag_id: string;
  dag_run_id: string;
  run_after: string;
  state: RunState;
  start_date?: string | null;
  end_date?: string | null;
  duration?: number | null;
}

/**
 * A DAG's newest runs, oldest first: what the (slow) query of those of many DAGs knows, brought up to
 * date by the (quick) query of everything that is new.
 */
export function recentRuns<T extends RunLike>(
  dagId: string,
  own: readonly T[],
  latest: readonly T[],
  limit: number,
): T[] {
  const runs = new Map<string, T>();
  for (const run of [...own, ...latest]) if (run.dag_id === dagId) runs.set(run.dag_run_id, run);
  return [...runs.values()]
    .sort((a, b) => Date.parse(a.run_after) - Date.parse(b.run_after))
    .slice(-limit);
}

/** The rows of a list in parts that are asked about at once, as far as they are in sight. */
export function partsOf(from: number, to: number, size: number): number[] {
  const parts: number[] = [];
  for (let part = Math.floor(from / size); part * size < to; part += 1) parts.push(part);
  return parts;
}

/** Bar heights in percent of the longest run; a run that never started is the smallest. */
export function barHeights(runs: readonly RunLike[], now: number): number[] {
  const durations = runs.map((run) => elapsed(run, now) ?? 0);
  const longest = Math.max(...durations, 0);
  return durations.map((seconds) =>
    longest > 0 ? Math.max(20, Math.round((seconds / longest) * 100)) : 20,
  );
}
