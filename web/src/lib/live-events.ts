/** What the stream of changes says, and which of the page's queries a change makes old: pure. */

import type { ServerEvent } from "./sse";
import { isRunState, isTaskState, type RunState, type TaskState } from "./states";

export interface RunChange {
  kind: "run";
  dagId: string;
  runId: string;
  /** null: the run was just made. */
  from: RunState | null;
  to: RunState;
  at: string;
}

export interface InstanceChange {
  kind: "instance";
  dagId: string;
  runId: string;
  taskId: string;
  mapIndex: number;
  tryNumber: number;
  from: TaskState | null;
  to: TaskState | null;
  at: string;
}

export interface DagChange {
  kind: "dag";
  dagId: string;
  isPaused: boolean;
  at: string;
}

export type Change = RunChange | InstanceChange | DagChange;

/** null for an event that this page does not know, or that is not as it should be. */
export function parseChange({ event, data }: ServerEvent): Change | null {
  const fields = parseObject(data);
  if (!fields) return null;
  const { dag_id: dagId, dag_run_id: runId, task_id: taskId, at } = fields;
  if (typeof dagId !== "string" || typeof at !== "string") return null;
  if (event === "dag") {
    const isPaused = fields.is_paused;
    return typeof isPaused === "boolean" ? { kind: "dag", dagId, isPaused, at } : null;
  }
  if (typeof runId !== "string") return null;
  if (event === "run") {
    const { from, to } = fields;
    if (!isRunState(to) || !(from === null || isRunState(from))) return null;
    return { kind: "run", dagId, runId, from, to, at };
  }
  if (event !== "task_instance" || typeof taskId !== "string") return null;
  const { from, to, map_index: mapIndex, try_number: tryNumber } = fields;
  if (!(from === null || isTaskState(from)) || !(to === null || isTaskState(to))) return null;
  if (typeof mapIndex !== "number" || typeof tryNumber !== "number") return null;
  return { kind: "instance", dagId, runId, taskId, mapIndex, tryNumber, from, to, at };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Does the change make old what was read under this key? */
export function touches(key: readonly unknown[], change: Change): boolean {
  const { dagId } = change;
  switch (key[0]) {
    case "dags":
      return touchesDags(key, change);
    case "runs":
      if (change.kind !== "run") return false;
      // What is of no DAG in particular is of all.
      return key[1] === "all" || key[1] === "latest" || touchesRun(key, dagId, change.runId);
    case "instances":
      if (change.kind === "dag") return false;
      return key[1] === "all" || (mentions(key, dagId) && mentions(key, change.runId));
    default:
      return mentions(key, dagId);
  }
}

/**
 * Is it to be read again when it was touched? The bars of many DAGs are a long answer: what is new of
 * them comes with the latest runs of all, the rest they read by the clock.
 */
export function isReread(key: readonly unknown[]): boolean {
  return !(key[0] === "runs" && key[1] === "recent" && Array.isArray(key[2]) && key[2].length > 1);
}

function touchesDags(key: readonly unknown[], change: Change): boolean {
  if (change.kind === "instance") return false;
  if (key[1] === "one") return key[2] === change.dagId && key.length === 3;
  // A list has each DAG's next run, and may be of those whose last run is in a state.
  return change.kind === "dag" || change.from === null || isOver(change.to);
}

function touchesRun(key: readonly unknown[], dagId: string, runId: string): boolean {
  return mentions(key, dagId) && (key[1] !== "one" || mentions(key, runId));
}

function isOver(state: RunState): boolean {
  return state === "success" || state === "failed";
}

function mentions(value: unknown, text: string): boolean {
  if (typeof value === "string") return value === text;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((part) => mentions(part, text));
}

/**
 * The data with the change in it, or the same data if it says nothing about it. Only what is still
 * in the state that the change left is changed: what was read later knows better.
 */
export function patched(data: unknown, change: Change): unknown {
  if (!isObject(data)) return data;
  for (const list of ["dags", "dag_runs", "task_instances"] as const) {
    const items = data[list];
    if (!Array.isArray(items)) continue;
    const next = items.map((item: unknown) => patchedItem(item, change));
    return next.some((item, index) => item !== items[index]) ? { ...data, [list]: next } : data;
  }
  return patchedItem(data, change);
}

function patchedItem(item: unknown, change: Change): unknown {
  if (!isObject(item) || item.dag_id !== change.dagId) return item;
  if (change.kind === "dag") {
    const same = item.is_paused === undefined || item.is_paused === change.isPaused;
    return same ? item : { ...item, is_paused: change.isPaused };
  }
  if (item.dag_run_id !== change.runId || item.state !== change.from) return item;
  if (change.kind === "run") {
    return "run_type" in item ? { ...item, state: change.to, ...times(item, change) } : item;
  }
  const is = item.task_id === change.taskId && item.map_index === change.mapIndex;
  if (!is || "log_bytes" in item) return item; // a try has its own history
  return { ...item, state: change.to, try_number: change.tryNumber, ...times(item, change) };
}

/** When it began and ended, as far as the change tells, so that its clock runs at once. */
function times(item: Record<string, unknown>, { to, at }: RunChange | InstanceChange) {
  if (to === "running") return { start_date: at, end_date: null, duration: null };
  if (to === "success" || to === "failed") {
    const start = typeof item.start_date === "string" ? Date.parse(item.start_date) : Number.NaN;
    const seconds = (Date.parse(at) - start) / 1000;
    return { end_date: at, duration: Number.isNaN(seconds) ? null : Math.max(0, seconds) };
  }
  return {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
