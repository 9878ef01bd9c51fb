/** The bars of a run's time line. Pure. */

import type { components } from "@/api/schema.gen";

export type Gantt = components["schemas"]["GanttResponse"];
export type GanttInstance = components["schemas"]["GanttTaskInstance"];

export interface Span {
  start: number;
  end: number;
}

export interface Bar {
  kind: "wait" | "run";
  left: number;
  width: number;
  state: GanttInstance["state"];
  tryNumber: number;
}

const instant = (text: string | null): number | null => {
  const time = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
};

/** From the run's first moment to its last, or to now. At least a second, so that there is a scale. */
export function spanOf(gantt: Gantt, now: number): Span {
  const starts = [instant(gantt.start_date), instant(gantt.queued_at)];
  const ends = [instant(gantt.end_date)];
  for (const item of gantt.task_instances) {
    for (const one of item.tries) {
      starts.push(instant(one.queued_when), instant(one.start_date));
      ends.push(instant(one.end_date));
    }
    ends.push(instant(item.end_date));
  }
  const known = (times: (number | null)[]) => times.filter((time): time is number => time !== null);
  // A run that was cleared goes on from its first start; what is before it is of no interest.
  const begun = instant(gantt.start_date);
  const start = begun ?? Math.min(...known(starts), now);
  const end = gantt.end_date ? Math.max(...known(ends), start) : Math.max(now, start);
  return { start, end: Math.max(end, start + 1000) };
}

/** Seconds from the run's start to its end, or to now; null before it starts. */
export function lengthOf(gantt: Gantt, now: number): number | null {
  const start = instant(gantt.start_date);
  return start === null ? null : Math.max(0, (instant(gantt.end_date) ?? now) - start) / 1000;
}

/** On the critical path, and not only behind it: one that never began took no time. */
export function isDecisive(item: GanttInstance): boolean {
  return item.is_critical && item.start_date !== null;
}

/** How many task instances decided the end. */
export function decisive({ critical_path }: Gantt): number {
  return critical_path.filter(({ start_date }) => start_date !== null).length;
}

/** Waiting and running of each try, in percent of the span. */
export function barsOf(item: GanttInstance, span: Span, now: number): Bar[] {
  const percent = (time: number) =>
    Math.min(100, Math.max(0, ((time - span.start) / (span.end - span.start)) * 100));
  const bars: Bar[] = [];
  const add = (
    kind: Bar["kind"],
    from: number,
    to: number,
    state: Bar["state"],
    tryNumber: number,
  ) => {
    if (to < span.start) return;
    const left = percent(from);
    bars.push({
      kind,
      left,
      width: Math.max(0, percent(Math.max(from, to)) - left),
      state,
      tryNumber,
    });
  };
  const tries =
    item.tries.length > 0
      ? item.tries
      : [
          {
            try_number: item.try_number,
            state: item.state,
            queued_when: item.queued_when,
            start_date: item.start_date,
            end_date: item.end_date,
          },
        ];
  for (const one of tries) {
    const queued = instant(one.queued_when);
    const started = instant(one.start_date);
    const ended = instant(one.end_date);
    if (queued !== null) add("wait", queued, started ?? ended ?? now, one.state, one.try_number);
    if (started !== null) add("run", started, ended ?? now, one.state, one.try_number);
  }
  return bars;
}

/** How long it waited and how long it ran, over all tries; null when it did neither yet. */
export function timesOf(
  item: GanttInstance,
  now: number,
): { waited: number | null; ran: number | null } {
  let waited: number | null = null;
  let ran: number | null = null;
  for (const one of item.tries.length > 0 ? item.tries : [item]) {
    const queued = instant(one.queued_when);
    const started = instant(one.start_date);
    const ended = instant(one.end_date);
    if (queued !== null)
      waited = (waited ?? 0) + Math.max(0, (started ?? ended ?? now) - queued) / 1000;
    if (started !== null) ran = (ran ?? 0) + Math.max(0, (ended ?? now) - started) / 1000;
  }
  return { waited, ran };
}

const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600,
  43_200, 86_400,
];

/** Round seconds from the start at which the scale is marked; at most `most` of them. */
export function ticksOf(span: Span, most: number): number[] {
  const length = (span.end - span.start) / 1000;
  let step = STEPS.find((one) => length / one <= most) ?? 86_400;
  while (length / step > most) step *= 2;
  const ticks: number[] = [];
  for (let count = 0; count * step <= length; count += 1) ticks.push(count * step);
  return ticks;
}
