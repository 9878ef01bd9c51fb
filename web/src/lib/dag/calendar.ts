/** The calendar's days as weeks, and what a day looks like. Pure; days are "2026-01-31". */

import type { components } from "@/api/schema.gen";
import { instantAt } from "../wall-time";

export type Calendar = components["schemas"]["CalendarResponse"];
export type Bucket = components["schemas"]["CalendarBucket"];

export interface Day {
  date: string;
  bucket: Bucket | null;
}

const DAY_MS = 86_400_000;
const dateOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const timeOf = (date: string) => Date.parse(`${date}T00:00:00Z`);

/** The day of an instant as the wall shows it in a zone. */
export function dayIn(iso: string, zone: string): string {
  try {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(
      new Date(iso),
    );
  } catch {
    return iso.slice(0, 10);
  }
}

export function shiftDay(date: string, days: number): string {
  return dateOf(timeOf(date) + days * DAY_MS);
}

/** Weeks from Monday to Sunday that cover [from, to]; null for days outside of it. */
export function weeksOf(from: string, to: string, buckets: readonly Bucket[]): (Day | null)[][] {
  const byDate = new Map(buckets.map((bucket) => [bucket.date.slice(0, 10), bucket]));
  const first = timeOf(from);
  const last = timeOf(to);
  // Thursday was the first day of 1970.
  const monday = first - ((Math.floor(first / DAY_MS) + 3) % 7) * DAY_MS;
  const weeks: (Day | null)[][] = [];
  for (let week = monday; week <= last; week += 7 * DAY_MS) {
    weeks.push(
      Array.from({ length: 7 }, (_, index) => {
        const time = week + index * DAY_MS;
        if (time < first || time > last) return null;
        const date = dateOf(time);
        return { date, bucket: byDate.get(date) ?? null };
      }),
    );
  }
  return weeks;
}

/** Hours by day: [day, its 24 buckets]. An hour that comes twice is the sum of both. */
export function hoursOf(
  from: string,
  to: string,
  buckets: readonly Bucket[],
): [string, (Bucket | null)[]][] {
  const rows = new Map<string, (Bucket | null)[]>();
  for (let time = timeOf(from); time <= timeOf(to); time += DAY_MS) {
    rows.set(dateOf(time), new Array<Bucket | null>(24).fill(null));
  }
  for (const bucket of buckets) {
    const row = rows.get(bucket.date.slice(0, 10));
    const hour = Number(bucket.date.slice(11, 13));
    if (!row || Number.isNaN(hour)) continue;
    const there = row[hour];
    row[hour] = there ? added(there, bucket) : bucket;
  }
  return [...rows];
}

function added(a: Bucket, b: Bucket): Bucket {
  const states = { ...a.states };
  for (const state of STATES) {
    const count = (a.states[state] ?? 0) + (b.states[state] ?? 0);
    if (count > 0) states[state] = count;
  }
  return { date: a.date, states, planned: a.planned + b.planned };
}

export const STATES = ["failed", "running", "queued", "success"] as const;

export function runsIn(bucket: Bucket): number {
  return STATES.reduce((sum, state) => sum + (bucket.states[state] ?? 0), 0);
}

/**
 * What a day is: the state that one looks for first, and how much of it (0 to 1): the share of runs
 * that failed, else the number of runs against the fullest day.
 */
export function faceOf(
  bucket: Bucket | null,
  fullest: number,
): { state: (typeof STATES)[number] | "planned" | null; weight: number } {
  if (!bucket) return { state: null, weight: 0 };
  const total = runsIn(bucket);
  const state = STATES.find((one) => (bucket.states[one] ?? 0) > 0);
  if (!state)
    return bucket.planned > 0 ? { state: "planned", weight: 0 } : { state: null, weight: 0 };
  if (state === "failed") return { state, weight: (bucket.states.failed ?? 0) / total };
  return { state, weight: fullest > 0 ? total / fullest : 1 };
}

/** The range of instants of a bucket, by its date in the calendar's zone; the end is exclusive. */
export function rangeOf(date: string, zone: string): { from: string; to: string } {
  const day = date.slice(0, 10);
  if (date.length > 10) {
    const start = Date.parse(date);
    return { from: new Date(start).toISOString(), to: new Date(start + 3_600_000).toISOString() };
  }
  return { from: midnight(day, zone), to: midnight(shiftDay(day, 1), zone) };
}

/** The first instant of a day in a zone. */
export function midnight(day: string, zone: string): string {
  return instantAt(day, zone) ?? new Date(timeOf(day)).toISOString();
}
