/** What is different from the last success, and how a run is acknowledged. Pure. */

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

const ACKNOWLEDGED = /^Acknowledged by (.+) at (\S+)(?:\n|$)/;

/** A run is acknowledged by the first line of its note, which everybody sees. */
export function acknowledgedNote(note: string | null, by: string, at: Date): string {
  const rest = (note ?? "").replace(ACKNOWLEDGED, "");
  const head = `Acknowledged by ${by} at ${at.toISOString().replace(/\.\d+/, "")}`;
  // A note may have 1000 characters.
  return (rest ? `${head}\n${rest}` : head).slice(0, 1000);
}

export function acknowledgement(note: string | null): { by: string; at: string } | null {
  const found = ACKNOWLEDGED.exec(note ?? "");
  return found?.[1] && found[2] ? { by: found[1], at: found[2] } : null;
}

/** The note without its first line if that says who acknowledged the run. */
export function noteText(note: string | null): string {
  return (note ?? "").replace(ACKNOWLEDGED, "");
}
