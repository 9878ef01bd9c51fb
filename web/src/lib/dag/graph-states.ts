/** The states of a run on its graph: by the grid's cells, or counted from the run's time line. Pure. */

import type { GanttInstance } from "./gantt";
import type { Grid, GridRow } from "./grid-model";
import { LETTERS, letterOf, worst } from "./letters";

export interface NodeState {
  letter: string;
  /** Of a mapped task: how many instances have each letter, the worst first. */
  counts: { letter: string; count: number }[];
}

export type NodeStates = ReadonlyMap<string, NodeState>;

/** null when the run is not among those of the grid. */
export function statesOfGrid(grid: Grid, runId: string): NodeStates | null {
  const run = grid.runs.find((one) => one.dag_run_id === runId);
  if (!run) return null;
  const states = new Map<string, NodeState>();
  grid.rows.forEach((row, index) => {
    const counts = run.mapped[String(index)] ?? {};
    states.set(row.id, { letter: run.cells[index] ?? ".", counts: listed(counts) });
  });
  return states;
}

/** The same from the instances; a group has the worst of what stands in it. */
export function statesOfInstances(
  instances: readonly GanttInstance[],
  rows: readonly Pick<GridRow, "id" | "parent">[],
): NodeStates {
  const counts = new Map<string, Record<string, number>>();
  const mapped = new Set<string>();
  for (const item of instances) {
    const letter = letterOf(item.state);
    const own = counts.get(item.task_id) ?? {};
    own[letter] = (own[letter] ?? 0) + 1;
    counts.set(item.task_id, own);
    if (item.map_index >= 0) mapped.add(item.task_id);
  }
  const letters = new Map<string, string>();
  for (const [id, own] of counts) letters.set(id, worst(Object.keys(own)));
  // Groups stand before what is in them, so from the end each group's letters are known.
  for (const row of [...rows].reverse()) {
    const own = letters.get(row.id);
    if (own === undefined || row.parent === null) continue;
    const around = letters.get(row.parent);
    letters.set(row.parent, worst(around === undefined ? own : own + around));
  }
  return new Map(
    [...letters].map(([id, letter]) => [
      id,
      { letter, counts: mapped.has(id) ? listed(counts.get(id) ?? {}) : [] },
    ]),
  );
}

function listed(counts: Readonly<Record<string, number>>): { letter: string; count: number }[] {
  return LETTERS.flatMap((letter) => {
    const count = counts[letter] ?? 0;
    return count > 0 ? [{ letter, count }] : [];
  });
}
