/** What is different from the last success. Pure. */

import { equal, isObject } from "./schema-check";

export interface ConfChange {
  name: string;
  /** undefined: not there. */
  before: unknown;
  after: unknown;
}

export function confChanges(before: unknown, after: unknown): ConfChange[] {
  const old = isObject(before) ? before : {};
  const now = isObject(after) ? after : {};
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .sort()
    .filter((name) => !equal(old[name], now[name]))
    .map((name) => ({ name, before: old[name], after: now[name] }));
}

/** "2.0× as long", from a factor on; null when the durations are alike or one is unknown. */
export function slowdown(before: number | null, after: number | null): number | null {
  if (!before || !after || before < 0.5) return null;
  const factor = after / before;
  return factor >= 1.5 || factor <= 0.67 ? factor : null;
}
