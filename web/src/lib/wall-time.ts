/** From what a clock on the wall shows in a zone to the instant, and back. Pure. */

import type { Zone } from "./format";

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat | null>();

/** As the browser wants it; undefined is its own. */
const nameOf = (zone: Zone) => (zone === "local" ? undefined : zone);

/** null: a zone that the server knows and this browser does not; times are then shown in UTC. */
function formatOf(zone: Zone): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  let made: Intl.DateTimeFormat | null = null;
  try {
    made = new Intl.DateTimeFormat("en-CA", {
      timeZone: nameOf(zone),
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch {
    // Stays null.
  }
  formats.set(zone, made);
  return made;
}

/** What the zone is called on a label: that in which one reads and types, whatever was asked for. */
export function zoneName(zone: Zone): string {
  const format = formatOf(zone);
  return !format || zone === "utc" ? "UTC" : format.resolvedOptions().timeZone;
}

/** What the wall shows, as if it were UTC; in whole seconds. */
function wallAt(time: number, zone: Zone): number {
  const format = formatOf(zone);
  if (!format) return time;
  const part = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const at = (name: Intl.DateTimeFormatPartTypes) => part.get(name) ?? Number.NaN;
  return Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute"), at("second"));
}

const WALL = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/;
/** Nobody means a year before this one, but everybody types one on the way to a later year. */
const FIRST_YEAR = Date.UTC(1900, 0, 1);

/**
 * The instant of "2026-01-31", "2026-01-31T05:30" or "2026-01-31 05:30:10"; null for anything else.
 * A time that comes twice is the first one, one that the clock leaves out is as much later.
 */
export function instantAt(wall: string, zone: Zone): string | null {
  const found = WALL.exec(wall);
  if (!found) return null;
  const wanted = Date.parse(`${found[1]}T${found[2] ?? "00:00"}Z`);
  if (Number.isNaN(wanted) || wanted < FIRST_YEAR) return null;
  // "2026-02-30" is a day of March to some browsers.
  if (new Date(wanted).toISOString().slice(0, 10) !== found[1]) return null;
  const offsetAt = (time: number) => wallAt(time, zone) - time;
  const before = wanted - offsetAt(wanted - DAY_MS);
  const after = wanted - offsetAt(wanted + DAY_MS);
  const fits = (time: number) => wallAt(time, zone) === wanted;
  return new Date(!fits(before) && fits(after) ? after : before).toISOString();
}

/** "2026-01-31T05:30", as a field for a day and a time has it; "" for no instant. */
export function wallOf(iso: string | undefined, zone: Zone): string {
  const time = iso ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(time)) return "";
  return new Date(wallAt(Math.floor(time / 1000) * 1000, zone)).toISOString().slice(0, 16);
}
