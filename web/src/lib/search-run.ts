/** What a URL's query may say on the pages of a run and of a task instance. */

import { count, oneOf, type Raw, text } from "./search";
import { isTaskState, type TaskState } from "./states";

/** What the log's level filter offers: at least this level, or only what stands on stderr. */
export const LEVEL_FILTERS = ["info", "warning", "error", "stderr"] as const;
export type LevelFilter = (typeof LEVEL_FILTERS)[number];

/** "none" stands for the state that the API writes as null. */
export type StateFilter = TaskState | "none";

function stateFilter(value: unknown): StateFilter | undefined {
  return value === "none" ? "none" : isTaskState(value) ? value : undefined;
}

export interface RunSearch {
  q?: string | undefined;
  /** Only the tasks of this group. */
  group?: string | undefined;
  /** Not `state`, which on the pages of DAGs is that of runs. */
  task_state?: StateFilter | undefined;
  /** Groups and mapped tasks that are not as they are at first: comma between them. */
  fold?: string | undefined;
}

export function runSearch(raw: Raw): RunSearch {
  return {
    q: text(raw.q),
    group: text(raw.group),
    task_state: stateFilter(raw.task_state),
    fold: text(raw.fold, 4000),
  };
}

export const TASK_TABS = ["log", "outputs", "details", "mapped", "approval"] as const;
export type TaskTab = (typeof TASK_TABS)[number];

export interface TaskSearch {
  map?: number | undefined;
  try?: number | undefined;
  tab?: TaskTab | undefined;
  /** What is looked for in the log. */
  q?: string | undefined;
  level?: LevelFilter | undefined;
  only?: "1" | undefined;
  /** A line of the log: the byte at which it begins. */
  at?: number | undefined;
  /** Of the mapped instances. */
  task_state?: StateFilter | undefined;
}

export function taskSearch(raw: Raw): TaskSearch {
  return {
    map: count(raw.map, 0),
    try: count(raw.try, 1),
    tab: oneOf(raw.tab, TASK_TABS),
    q: text(raw.q),
    level: oneOf(raw.level, LEVEL_FILTERS),
    only: oneOf(raw.only, ["1"]),
    at: count(raw.at, 0),
    task_state: stateFilter(raw.task_state),
  };
}
