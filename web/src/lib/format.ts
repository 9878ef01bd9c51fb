/** Times and durations as text. Everything takes its clock and zone as an argument. */

import { time as en } from "@/i18n/en/time";
import { textOf } from "@/i18n/text";

/** "local", "utc" or an IANA name. */
export type Zone = string;

const formatters = new Map<Zone, Intl.DateTimeFormat>();

function formatter(zone: Zone): Intl.DateTimeFormat {
  let found = formatters.get(zone);
  if (!found) {
    found = makeFormatter(zone === "local" ? undefined : zone);
    formatters.set(zone, found);
  }
  return found;
}

function makeFormatter(timeZone: string | undefined): Intl.DateTimeFormat {
  // Swedish dates are ISO dates.
  const style = { dateStyle: "short", timeStyle: "medium" } as const;
  try {
    return new Intl.DateTimeFormat("sv-SE", { ...style, timeZone });
  } catch {
    // A zone that the server knows and this browser does not.
    return new Intl.DateTimeFormat("sv-SE", { ...style, timeZone: "UTC" });
  }
}

/** "2026-01-31 05:30:00", or "" for a missing or unreadable instant. */
export function formatInstant(iso: string | null | undefined, zone: Zone): string {
  const time = iso ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(time) ? "" : formatter(zone).format(time);
}

/** "0.42s", "12.3s", "3m 05s", "2h 04m", "3d 07h"; "" for a missing one. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "";
  const s = Math.max(0, seconds);
  if (s < 9.995) return `${s.toFixed(2)}s`;
  if (s < 59.95) return `${s.toFixed(1)}s`;
  const whole = Math.round(s);
  if (whole < 3600) return pair(Math.floor(whole / 60), "m", whole % 60, "s");
  if (whole < 86_400)
    return pair(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "m");
  return pair(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3600), "h");
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}${largeUnit} ${String(small).padStart(2, "0")}${smallUnit}`;
}

const STEPS: [limit: number, unit: string, seconds: number][] = [
  [60, "s", 1],
  [3600, "m", 60],
  [86_400, "h", 3600],
  [Number.POSITIVE_INFINITY, "d", 86_400],
];

const DISTANT_SECONDS = 60 * 86_400;

/**
 * "12s ago", "in 5m", "now"; "" for a missing or unreadable instant, and for one so far away that
 * its date says more.
 */
export function formatRelative(iso: string | null | undefined, now: number): string {
  const time = iso ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(time)) return "";
  const seconds = Math.round((time - now) / 1000);
  const distance = Math.abs(seconds);
  const t = textOf("time", en);
  if (distance < 2) return t("now");
  if (distance > DISTANT_SECONDS) return "";
  const step = STEPS.find(([limit]) => distance < limit);
  if (!step) return "";
  const text = `${Math.floor(distance / step[2])}${step[1]}`;
  return t(seconds < 0 ? "ago" : "ahead", { distance: text });
}

/**
 * Seconds from start to end; to `now` for what is still going, null for what never began.
 * The server's own figure wins, as it was measured on a clock that doesn't jump.
 */
export function elapsed(
  item: { start_date?: string | null; end_date?: string | null; duration?: number | null },
  now: number,
): number | null {
  if (item.end_date && item.duration !== null && item.duration !== undefined) return item.duration;
  const start = item.start_date ? Date.parse(item.start_date) : Number.NaN;
  if (Number.isNaN(start)) return null;
  const end = item.end_date ? Date.parse(item.end_date) : now;
  return Math.max(0, (end - start) / 1000);
}

/** "1 task", "2 tasks". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "512 B", "1.5 KiB", "64.0 MiB", "1.0 GiB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  if (kib < 1024) return `${kib.toFixed(1)} KiB`;
  const mib = kib / 1024;
  return mib < 1024 ? `${mib.toFixed(1)} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
}
