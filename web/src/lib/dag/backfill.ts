/** The backfill wizard's form: what it says, what is wrong with it, what is sent. Pure. */

import type { components } from "@/api/schema.gen";
import { instantAt } from "../wall-time";
import { shiftDay } from "./calendar";

export type BackfillBody = components["schemas"]["BackfillPostBody"];
export type Backfill = components["schemas"]["BackfillResponse"];
export type Reprocess = components["schemas"]["ReprocessBehavior"];

export interface BackfillForm {
  /** Days, or days with a time, as the wall shows them in the DAG's zone. */
  from: string;
  to: string;
  reprocess: Reprocess;
  maxActiveRuns: string;
  backwards: boolean;
  latestVersion: boolean;
  tasks: string;
  downstream: boolean;
  conf: string;
}

export const EMPTY_FORM: BackfillForm = {
  from: "",
  to: "",
  reprocess: "none",
  maxActiveRuns: "10",
  backwards: false,
  latestVersion: false,
  tasks: "",
  downstream: false,
  conf: "",
};

export type FormError = "dates" | "order" | "limit" | "conf" | "confObject";

/** The body, or the first thing that is wrong. Days are whole days of the zone. */
export function bodyOf(dagId: string, form: BackfillForm, zone: string): BackfillBody | FormError {
  const from = instantAt(form.from, zone);
  const to = hasTime(form.to) ? instantAt(form.to, zone) : dayEnd(form.to, zone);
  if (from === null || to === null) return "dates";
  if (from > to) return "order";
  const limit = Number(form.maxActiveRuns);
  if (!Number.isSafeInteger(limit) || limit < 1) return "limit";
  const body: BackfillBody = {
    dag_id: dagId,
    from_date: from,
    to_date: to,
    reprocess_behavior: form.reprocess,
    max_active_runs: limit,
    run_backwards: form.backwards,
    run_on_latest_version: form.latestVersion,
  };
  const tasks = form.tasks.split(/[\s,]+/).filter(Boolean);
  if (tasks.length > 0) {
    body.task_ids = tasks;
    body.include_downstream = form.downstream;
  }
  if (form.conf.trim()) {
    let conf: unknown;
    try {
      conf = JSON.parse(form.conf);
    } catch {
      return "conf";
    }
    if (typeof conf !== "object" || conf === null || Array.isArray(conf)) return "confObject";
    if (Object.keys(conf).length > 0) body.dag_run_conf = conf as Record<string, never>;
  }
  return body;
}

const hasTime = (text: string) => text.length > "2026-01-31".length;

/** The last second of a day, of which there may be fewer or more than 86,400. */
function dayEnd(day: string, zone: string): string | null {
  if (instantAt(day, zone) === null) return null;
  const next = instantAt(shiftDay(day, 1), zone);
  return next && new Date(Date.parse(next) - 1000).toISOString();
}

/** The same range by days with a time, or by days again. */
export function withTimes(form: BackfillForm, on: boolean): Pick<BackfillForm, "from" | "to"> {
  const day = (text: string) => text.slice(0, 10);
  const at = (text: string, time: string) =>
    text && on ? (hasTime(text) ? text : `${text}T${time}`) : day(text);
  return { from: at(form.from, "00:00"), to: at(form.to, "23:59") };
}

/** Whether the next runs are less than a day apart, so that a day is many of them. */
export function isWithinDay(dag: {
  next_dagrun_data_interval_start: string | null;
  next_dagrun_data_interval_end: string | null;
}): boolean {
  const start = Date.parse(dag.next_dagrun_data_interval_start ?? "");
  const hours = (Date.parse(dag.next_dagrun_data_interval_end ?? "") - start) / 3_600_000;
  // A day of 23 hours is one, too.
  return hours > 0 && hours < 23;
}

/** How far it is, in percent: what is over, what runs. */
export function progressOf({ progress }: Pick<Backfill, "progress">): {
  state: "failed" | "success" | "skipped" | "running" | "queued";
  count: number;
  percent: number;
}[] {
  const parts = [
    ["failed", progress.failed],
    ["success", progress.success],
    ["skipped", progress.left_alone],
    ["running", progress.running],
    ["queued", progress.queued],
  ] as const;
  return parts.flatMap(([state, count]) =>
    count > 0 && progress.total > 0
      ? [{ state, count, percent: (count / progress.total) * 100 }]
      : [],
  );
}
