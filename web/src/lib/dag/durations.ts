/** How long a task took, from run to run. Pure. */

import type { AnyState } from "@/lib/states";

export interface Timed {
  duration?: number | null;
  state?: AnyState;
}

export interface Summary {
  count: number;
  median: number;
  p95: number;
  slowest: number;
  /** The newest against the median, as a factor; null when the median is 0. */
  newest: number;
  factor: number | null;
}

/** Of those that ended well or badly, the newest last; null when none has. */
export function summaryOf(items: readonly Timed[]): Summary | null {
  const seconds = items.flatMap((item) =>
    (item.state === "success" || item.state === "failed") && typeof item.duration === "number"
      ? [item.duration]
      : [],
  );
  const newest = seconds.at(-1);
  if (newest === undefined) return null;
  const sorted = [...seconds].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const median = at(0.5);
  return {
    count: sorted.length,
    median,
    p95: at(0.95),
    slowest: sorted.at(-1) ?? 0,
    newest,
    factor: median > 0 ? newest / median : null,
  };
}
