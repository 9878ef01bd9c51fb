/** Order and grouping of task instances: pure, so that the pages only draw. */

import type { AnyState } from "./states";

export interface TaskNode {
  task_id?: string | null;
  downstream_task_ids?: string[] | null;
}

/**
 * The position of each task when upstreams come before downstreams (Kahn's order; the file's order
 * among equals). Tasks of a cycle, which the server never lets in, come last.
 */
export function topologicalRank(tasks: readonly TaskNode[]): Map<string, number> {
  const waitingFor = new Map<string, number>();
  const downstream = new Map<string, readonly string[]>();
  for (const task of tasks) {
    if (!task.task_id) continue;
    waitingFor.set(task.task_id, waitingFor.get(task.task_id) ?? 0);
    downstream.set(task.task_id, task.downstream_task_ids ?? []);
    for (const id of task.downstream_task_ids ?? []) {
      waitingFor.set(id, (waitingFor.get(id) ?? 0) + 1);
    }
  }
  const rank = new Map<string, number>();
  const ready = [...waitingFor].filter(([, count]) => count === 0).map(([id]) => id);
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    rank.set(next, rank.size);
    for (const id of downstream.get(next) ?? []) {
      const left = (waitingFor.get(id) ?? 0) - 1;
      waitingFor.set(id, left);
      if (left === 0) ready.push(id);
    }
  }
  for (const id of waitingFor.keys()) if (!rank.has(id)) rank.set(id, rank.size);
  return rank;
}

/** "load", or "load [3]" for one of a map. */
export function instanceName(taskId: string, mapIndex: number): string {
  return mapIndex >= 0 ? `${taskId} [${mapIndex}]` : taskId;
}

export interface Span {
  start: number;
  end: number;
}

/** What a bar is drawn from: the tries, each with the time that it waited. */
export interface Timed {
  state?: AnyState;
  scheduled_when?: string | null;
  start_date?: string | null;
  end_date?: string | null;
  tries: readonly {
    try_number: number;
    state?: AnyState;
    queued_when?: string | null;
    start_date?: string | null;
    end_date?: string | null;
  }[];
}

export interface Stripe {
  key: string;
  state: AnyState | "waiting";
  /** Both in percent of the span. */
  left: number;
  width: number;
}

const timeOf = (iso: string | null | undefined): number => (iso ? Date.parse(iso) : Number.NaN);

/** Where an instance waited and ran in its run's time; nothing before it was scheduled. */
export function stripes(item: Timed, span: Span, now: number): Stripe[] {
  const length = span.end - span.start;
  if (!(length > 0)) return [];
  const found: Stripe[] = [];
  const put = (key: string, state: Stripe["state"], from: number, to: number) => {
    if (Number.isNaN(from) || Number.isNaN(to) || to < from) return;
    const percent = (time: number) =>
      Math.min(100, Math.max(0, ((time - span.start) / length) * 100));
    const left = Math.min(99.5, percent(from));
    found.push({ key, state, left, width: Math.max(0.5, percent(to) - left) });
  };
  const endOf = (iso: string | null | undefined) => (iso ? Date.parse(iso) : now);
  for (const attempt of item.tries) {
    const start = timeOf(attempt.start_date);
    const queued = timeOf(attempt.queued_when);
    put(
      `w${attempt.try_number}`,
      "waiting",
      queued,
      Number.isNaN(start) ? endOf(attempt.end_date) : start,
    );
    put(`t${attempt.try_number}`, attempt.state ?? null, start, endOf(attempt.end_date));
  }
  // What needs no worker has no tries: a sensor, an approval.
  if (item.tries.length === 0)
    put("t0", item.state ?? null, timeOf(item.start_date), endOf(item.end_date));
  return found;
}

export interface Phase {
  name: "waited" | "started" | "ran";
  seconds: number;
}

/** Where the time of a try went: until it was taken, until it began, until it ended. */
export function phasesOf(
  attempt: {
    scheduled_when?: string | null;
    queued_when?: string | null;
    start_date?: string | null;
    end_date?: string | null;
  },
  now: number,
): Phase[] {
  const places = [
    timeOf(attempt.scheduled_when),
    timeOf(attempt.queued_when),
    timeOf(attempt.start_date),
    attempt.end_date ? Date.parse(attempt.end_date) : now,
  ];
  const names = ["waited", "started", "ran"] as const;
  return names.flatMap((name, index) => {
    const [from, to] = [places[index] ?? Number.NaN, places[index + 1] ?? Number.NaN];
    return to >= from ? [{ name, seconds: (to - from) / 1000 }] : [];
  });
}
