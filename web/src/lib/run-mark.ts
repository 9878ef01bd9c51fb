/** Which task instances change when a whole run is marked. Pure. */

import { isFinished, TASK_STATES, type TaskState } from "./states";

export type RunMark = "success" | "failed";

/**
 * A success makes one of all that a run has, also of what failed or was skipped; a failure leaves
 * alone what has ended.
 */
export function statesChangedBy(mark: RunMark): (TaskState | "none")[] {
  const isKept = (state: TaskState) =>
    mark === "success" ? state === "success" || state === "removed" : isFinished(state);
  return ["none", ...TASK_STATES.filter((state) => !isKept(state))];
}
