/** The words for states, as Airflow's users know them, and what the page may do with each. */

import { states as en } from "@/i18n/en/states";
import { textOf } from "@/i18n/text";

export const RUN_STATES = ["queued", "running", "success", "failed"] as const;
export type RunState = (typeof RUN_STATES)[number];

export const TASK_STATES = [
  "scheduled",
  "queued",
  "running",
  "success",
  "failed",
  "skipped",
  "upstream_failed",
  "up_for_retry",
  "up_for_reschedule",
  "deferred",
  "restarting",
  "removed",
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** null is the API's "none": nothing has happened to the task yet. */
export type AnyState = RunState | TaskState | null;

/** The state's word in the language of the page. */
export function stateLabel(state: AnyState | undefined): string {
  return textOf("states", en)(state ?? "none");
}

/** The CSS class that sets the state's colour; see styles.css. */
export function stateClass(state: AnyState | undefined): string {
  return `state-${state ?? "none"}`;
}

const FINISHED = new Set<AnyState>(["success", "failed", "skipped", "upstream_failed", "removed"]);

/** Finished states change only by a clear or a mark, so they need no polling. */
export function isFinished(state: AnyState | undefined): boolean {
  return FINISHED.has(state ?? null);
}

const WAITING = new Set<AnyState>([
  null,
  "scheduled",
  "queued",
  "up_for_retry",
  "up_for_reschedule",
  "deferred",
]);

/** Waiting states have a reason that the server can tell. */
export function isWaiting(state: AnyState | undefined): boolean {
  return WAITING.has(state ?? null);
}

export function isRunState(value: unknown): value is RunState {
  return RUN_STATES.some((state) => state === value);
}

export function isTaskState(value: unknown): value is TaskState {
  return TASK_STATES.some((state) => state === value);
}

/** How many instances are in each state, in the order in which people look for them. */
export function countStates(states: readonly AnyState[]): { state: AnyState; count: number }[] {
  const order: AnyState[] = [
    "failed",
    "upstream_failed",
    "up_for_retry",
    "running",
    "queued",
    "scheduled",
    "deferred",
    "up_for_reschedule",
    "restarting",
    null,
    "success",
    "skipped",
    "removed",
  ];
  const counts = new Map<AnyState, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return order.flatMap((state) => {
    const count = counts.get(state);
    return count ? [{ state, count }] : [];
  });
}
