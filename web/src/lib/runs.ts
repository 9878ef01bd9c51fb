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
 * A DAG's newest runs, oldest first: what its own (slow) query knows, brought up to date by the
 * (quick) query of everything that is new.
 */
export function recentRuns<T extends RunLike>(
  dagId: string,
  own: readonly T[],
  latest: readonly T[],
  limit: number,
): T[] {
  const runs = new Map<string, T>();
  for (const run of own) runs.set(run.dag_run_id, run);
  for (const run of latest) if (run.dag_id === dagId) runs.set(run.dag_run_id, run);
  return [...runs.values()]
    .sort((a, b) => Date.parse(a.run_after) - Date.parse(b.run_after))
    .slice(-limit);
}

/** Bar heights in percent of the longest run; a run that never started is the smallest. */
export function barHeights(runs: readonly RunLike[], now: number): number[] {
  const durations = runs.map((run) => elapsed(run, now) ?? 0);
  const longest = Math.max(...durations, 0);
  return durations.map((seconds) =>
    longest > 0 ? Math.max(20, Math.round((seconds / longest) * 100)) : 20,
  );
}
