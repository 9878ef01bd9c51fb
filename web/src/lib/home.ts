/** What the home page makes of what the server tells: pure. */

import { elapsed, formatInstant } from "./format";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface RunLike {
  dag_id: string;
  dag_run_id: string;
  state: string;
  start_date?: string | null;
  end_date?: string | null;
  queued_at?: string | null;
  run_after: string;
  duration?: number | null;
}

/** To the minute, so that it is the same question for a while. */
export function since(milliseconds: number, now: number): string {
  return new Date(Math.floor((now - milliseconds) / MINUTE) * MINUTE).toISOString();
}

export const SPAN_MS = { day: DAY, week: 7 * DAY, month: 30 * DAY } as const;

/** Of these a later one stands for the one before; any other run is for a date or params of its own. */
const FOLLOWED: ReadonlySet<string> = new Set(["scheduled", "asset_triggered"]);

interface Failure extends RunLike {
  run_type: string;
  partition_key?: string | null;
}

/** May a later run make good that it failed? */
export function isFollowed(run: Failure): boolean {
  return FOLLOWED.has(run.run_type) && !run.partition_key;
}

/** Is the failure still to be mended? Only what was due later and ended later speaks for it. */
export function isOpen(run: Failure, recent: readonly Failure[]): boolean {
  const isMendedBy = (other: Failure) =>
    other.dag_id === run.dag_id &&
    other.state === "success" &&
    other.run_type === run.run_type &&
    Date.parse(other.run_after) > Date.parse(run.run_after) &&
    endOf(other) > endOf(run);
  return !(isFollowed(run) && recent.some(isMendedBy));
}

export interface FailedDag<Run> {
  /** The one that failed last. */
  newest: Run;
  /** All of them, newest first. */
  runs: Run[];
  /** Is any of them still to be mended? */
  open: boolean;
}

/**
 * One entry per DAG, what failed last first: forty failures of one DAG are one trouble. With
 * `onlyOpen` what is mended is left out. A DAG whose last run failed is broken, whatever is known of
 * its runs.
 */
export function groupFailures<Run extends Failure>(
  runs: readonly Run[],
  recent: readonly Failure[],
  failingDags: ReadonlySet<string>,
  onlyOpen: boolean,
): FailedDag<Run>[] {
  const failed = runs.filter(({ state }) => state === "failed");
  return [...groupBy(failed).entries()]
    .flatMap(([dagId, group]) => {
      const open = group.filter((run) => isOpen(run, recent));
      const shown = onlyOpen && open.length > 0 ? open : group;
      const sorted = shown.toSorted((a, b) => endOf(b) - endOf(a));
      const isBroken = open.length > 0 || failingDags.has(dagId);
      const newest = sorted[0];
      return newest && (isBroken || !onlyOpen) ? [{ newest, runs: sorted, open: isBroken }] : [];
    })
    .sort((a, b) => endOf(b.newest) - endOf(a.newest));
}

function groupBy<Run extends RunLike>(runs: readonly Run[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const group = groups.get(run.dag_id);
    if (group) group.push(run);
    else groups.set(run.dag_id, [run]);
  }
  return groups;
}

function endOf(run: RunLike): number {
  return Date.parse(run.end_date ?? run.run_after);
}

/** How long a run of this DAG takes as a rule, in seconds; null when too few are known. */
export function usualSeconds(recent: readonly RunLike[]): number | null {
  const durations = recent
    .filter((run) => run.state === "success")
    .flatMap((run) => elapsed(run, 0) ?? [])
    .sort((a, b) => a - b);
  if (durations.length < 3) return null;
  return durations[Math.floor(durations.length / 2)] ?? null;
}

export type Lateness =
  | { kind: "waits"; seconds: number }
  | { kind: "slow"; seconds: number; usual: number }
  | { kind: "long"; seconds: number };

/** A queue is longer than this only when something holds it up. */
const WAITS_S = 60;
/** Slower than usual by this much, and by at least so many seconds. */
const SLOW_FACTOR = 1.5;
const SLOW_S = 60;
/** A run of which nothing is known that goes on for so long is worth a look. */
const LONG_S = 3600;

/** Why a run that is not over is worth a look; null when it is not. */
export function lateness(run: RunLike, recent: readonly RunLike[], now: number): Lateness | null {
  if (run.state === "queued") {
    const seconds = (now - Date.parse(run.queued_at ?? run.run_after)) / 1000;
    return seconds > WAITS_S ? { kind: "waits", seconds } : null;
  }
  const seconds = elapsed(run, now) ?? 0;
  const usual = usualSeconds(recent);
  if (usual === null) return seconds > LONG_S ? { kind: "long", seconds } : null;
  return seconds > usual * SLOW_FACTOR && seconds > usual + SLOW_S
    ? { kind: "slow", seconds, usual }
    : null;
}

/** The zone of a schedule as the server words it, "0 6 * * * (Europe/Berlin)"; null: none is told. */
export function scheduleZone(description: string | null): string | null {
  return /\(([\w+-]+(?:\/[\w+-]+)*)\)$/.exec(description ?? "")?.[1] ?? null;
}

/** The clock where the schedule is, "06:00 Europe/Berlin", where that is not the page's clock. */
export function scheduleClock(
  at: string | null,
  description: string | null,
  zone: string,
): string | null {
  const own = scheduleZone(description);
  if (!at || !own || formatInstant(at, own) === formatInstant(at, zone)) return null;
  return `${formatInstant(at, own).slice(11, 16)} ${own}`;
}

export interface Bucket {
  from: string;
  to: string;
}

export const TREND_HOURS = 24;
export const TREND_DAYS = 14;

/** The hours or days up to now, oldest first; days begin where the person's days begin. */
export function trendBuckets(unit: "hours" | "days", now: number, utc: boolean): Bucket[] {
  const count = unit === "hours" ? TREND_HOURS : TREND_DAYS;
  const start = (back: number): Date => {
    const at = new Date(now);
    if (unit === "hours") {
      // Zones of half an hour have other full hours.
      const hour = Math.floor(now / HOUR) * HOUR;
      return new Date(hour - back * HOUR);
    }
    if (utc) return new Date(Math.floor(now / DAY) * DAY - back * DAY);
    return new Date(at.getFullYear(), at.getMonth(), at.getDate() - back);
  };
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    return { from: start(back).toISOString(), to: start(back - 1).toISOString() };
  });
}

/** Heights in percent of the highest bar; what is there is to be seen. */
export function barPercent(value: number, highest: number): number {
  if (value <= 0 || highest <= 0) return 0;
  return Math.max(4, Math.round((value / highest) * 100));
}

export interface WorkerLike {
  state: string;
  slots: number;
  occupied_slots: number;
}

export function workerHealth(workers: readonly WorkerLike[]) {
  const online = workers.filter((worker) => worker.state === "online");
  // Who left in good order is nobody's trouble.
  const expected = workers.filter((worker) => worker.state !== "gone");
  return {
    online: online.length,
    troubled: expected.filter((worker) => worker.state !== "online" && worker.state !== "draining")
      .length,
    slots: online.reduce((sum, worker) => sum + worker.slots, 0),
    occupied: online.reduce((sum, worker) => sum + worker.occupied_slots, 0),
  };
}

/** Pools in which tasks wait for a slot. */
export function fullPools<
  Pool extends { slots: number; open_slots: number; scheduled_slots: number },
>(pools: readonly Pool[]): Pool[] {
  return pools.filter(
    (pool) => pool.slots >= 0 && pool.open_slots <= 0 && pool.scheduled_slots > 0,
  );
}
