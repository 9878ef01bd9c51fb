/** The backfill wizard's form: what it says, what is wrong with it, what is sent. Pure. */

import type { components } from "@/api/schema.gen";

export type BackfillBody = components["schemas"]["BackfillPostBody"];
export type Backfill = components["schemas"]["BackfillResponse"];
export type Reprocess = components["schemas"]["ReprocessBehavior"];

export interface BackfillForm {
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

/** The body, or the first thing that is wrong. Days are whole days in UTC. */
export function bodyOf(dagId: string, form: BackfillForm): BackfillBody | FormError {
  const from = dayStart(form.from);
  const to = dayEnd(form.to);
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

/** "2026-01-31", or "2026-01-31T05:30" in UTC; null for anything else. */
function instant(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(text)) return null;
  const time = Date.parse(`${text}Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function dayStart(text: string): string | null {
  return instant(text.length === 10 ? `${text}T00:00` : text);
}

function dayEnd(text: string): string | null {
  return instant(text.length === 10 ? `${text}T23:59:59` : text);
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
