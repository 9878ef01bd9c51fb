/** Where a place of the grid leads. Pure. */

import type { StateFilter } from "../search-run";
import { isTaskState } from "../states";
import type { GridRun, VisibleRow } from "./grid-model";
import { stateOf } from "./letters";

const RUN = "/dags/$dagId/runs/$runId";
const TASK = "/dags/$dagId/runs/$runId/tasks/$taskId";

/**
 * A bar leads to its run, a cell to its task instance, that of a mapped task to the list of its
 * instances, that of a group to its part of the run, a name to its task.
 */
export function linkOf(dagId: string, run: GridRun | undefined, row: VisibleRow | undefined) {
  if (!run) {
    if (row?.kind !== "task") return null;
    return { to: "/dags/$dagId/tasks", params: { dagId }, search: { task: row.id } } as const;
  }
  const params = { dagId, runId: run.dag_run_id };
  if (!row) return { to: RUN, params } as const;
  if (row.kind === "group") return { to: RUN, params, search: { group: row.id } } as const;
  const task_state = row.letter === null ? undefined : filterOf(row.letter);
  const isList = row.mapped || run.mapped[String(row.index)] !== undefined;
  // What is mapped is told by the current version: another one's instances are in the run's table.
  if (isList && !(row.mapped && row.current))
    return { to: RUN, params, search: { q: row.id, task_state } } as const;
  return { to: TASK, params: { ...params, taskId: row.id }, search: { task_state } } as const;
}

function filterOf(letter: string): StateFilter | undefined {
  const state = stateOf(letter);
  return state === null ? "none" : isTaskState(state) ? state : undefined;
}
