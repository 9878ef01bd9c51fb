/** What the URLs of the DAG's tabs may say; anything else is dropped, so a bad link still opens. */

import { count, oneOf, type Raw, text } from "./search";
import { isRunState, isTaskState, type RunState, type TaskState } from "./states";

export const RUN_TYPES = [
  "scheduled",
  "manual",
  "backfill",
  "asset_triggered",
  "asset_materialization",
] as const;
export type RunType = (typeof RUN_TYPES)[number];

function flag(value: unknown): 1 | undefined {
  return value === 1 || value === "1" ? 1 : undefined;
}

/** A list of ids in one parameter: ids have no commas. */
export function listOf(value: string | undefined): string[] {
  return value ? value.split(",").filter(Boolean) : [];
}

function day(value: unknown): string | undefined {
  const given = text(value, 40);
  return given && !Number.isNaN(Date.parse(given)) ? given : undefined;
}

export const GRID_RUNS = [25, 50, 100] as const;

export interface GridSearch {
  n?: number | undefined;
  /** Older than this run. */
  before?: string | undefined;
  type?: RunType | undefined;
  state?: RunState | undefined;
  /** A state of tasks: only those that have it. */
  task?: TaskState | undefined;
  q?: string | undefined;
  fold?: string | undefined;
  open?: string | undefined;
}

export function gridSearch(raw: Raw): GridSearch {
  const n = count(raw.n, 1);
  return {
    n: n === 50 || n === 100 ? n : undefined,
    before: text(raw.before),
    type: oneOf(raw.type, RUN_TYPES),
    state: isRunState(raw.state) ? raw.state : undefined,
    task: isTaskState(raw.task) ? raw.task : undefined,
    q: text(raw.q),
    fold: text(raw.fold, 4000),
    open: text(raw.open, 4000),
  };
}

export interface GraphSearch {
  run?: string | undefined;
  version?: number | undefined;
  q?: string | undefined;
  fold?: string | undefined;
  view?: "list" | undefined;
}

export function graphSearch(raw: Raw): GraphSearch {
  return {
    run: text(raw.run),
    version: count(raw.version, 1),
    q: text(raw.q),
    fold: text(raw.fold, 4000),
    view: oneOf(raw.view, ["list"]),
  };
}

export interface GanttSearch {
  run?: string | undefined;
  critical?: 1 | undefined;
  page?: number | undefined;
}

export function ganttSearch(raw: Raw): GanttSearch {
  return { run: text(raw.run), critical: flag(raw.critical), page: count(raw.page, 2) };
}

export interface CalendarSearch {
  by?: "hour" | undefined;
  /** The last day that is shown. */
  until?: string | undefined;
}

export function calendarSearch(raw: Raw): CalendarSearch {
  const until = day(raw.until);
  return { by: oneOf(raw.by, ["hour"]), until: until?.slice(0, 10) };
}

export const RUN_ORDERS = ["-run_after", "-start_date", "-duration", "-end_date"] as const;

export interface DagRunsSearch {
  state?: RunState | undefined;
  type?: RunType | undefined;
  /** Of the logical date; the end is exclusive. */
  from?: string | undefined;
  to?: string | undefined;
  order?: (typeof RUN_ORDERS)[number] | undefined;
  page?: number | undefined;
}

export function dagRunsSearch(raw: Raw): DagRunsSearch {
  const order = oneOf(raw.order, RUN_ORDERS);
  return {
    state: isRunState(raw.state) ? raw.state : undefined,
    type: oneOf(raw.type, RUN_TYPES),
    from: day(raw.from),
    to: day(raw.to),
    order: order === RUN_ORDERS[0] ? undefined : order,
    page: count(raw.page, 2),
  };
}

export interface DagTasksSearch {
  q?: string | undefined;
  task?: string | undefined;
}

export function dagTasksSearch(raw: Raw): DagTasksSearch {
  return { q: text(raw.q), task: text(raw.task) };
}

export interface VersionsSearch {
  a?: number | undefined;
  b?: number | undefined;
  whole?: 1 | undefined;
  page?: number | undefined;
}

export function versionsSearch(raw: Raw): VersionsSearch {
  return {
    a: count(raw.a, 1),
    b: count(raw.b, 1),
    whole: flag(raw.whole),
    page: count(raw.page, 2),
  };
}

export interface CodeSearch {
  version?: number | undefined;
  /** A JSON pointer: the key whose help is shown. */
  key?: string | undefined;
  line?: number | undefined;
}

export function codeSearch(raw: Raw): CodeSearch {
  return { version: count(raw.version, 1), key: text(raw.key, 1000), line: count(raw.line, 1) };
}

export interface BackfillsSearch {
  new?: 1 | undefined;
  page?: number | undefined;
}

export function backfillsSearch(raw: Raw): BackfillsSearch {
  return { new: flag(raw.new), page: count(raw.page, 2) };
}

export interface DagEventsSearch {
  event?: string | undefined;
  page?: number | undefined;
}

export function dagEventsSearch(raw: Raw): DagEventsSearch {
  return { event: text(raw.event, 100), page: count(raw.page, 2) };
}
