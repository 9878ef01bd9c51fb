/** A schedule in words: the common ones; null for what is better read as it is written. */

import type { schedule as en } from "@/i18n/en/schedule";
import type { Text } from "@/i18n/text";

type Say = Text<typeof en>;

const PRESETS: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@quarterly": "0 0 1 */3 *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/** As the server writes `{"every": "15m"}`: "every 15m". */
const PERIODS = { s: "eachSecond", m: "everyMinutes", h: "eachHour", d: "eachDay" } as const;

const DAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

export function scheduleInWords(summary: string | null, say: Say, language: string): string | null {
  if (summary === null) return say("none");
  if (summary === "@once") return say("once");
  if (summary === "@continuous") return say("continuous");
  if (summary === "Asset") return say("asset");
  const period = /^every (\d+)([smhd])$/.exec(summary);
  if (period) return say(PERIODS[period[2] as keyof typeof PERIODS], { count: Number(period[1]) });
  return cronInWords(PRESETS[summary] ?? summary, say, language);
}

function cronInWords(cron: string, say: Say, language: string): string | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const every = everyInWords({ minute, hour, day, month, weekday }, say);
  if (every) return every;
  const at = timesOfDay(minute, hour, say);
  if (!at) return null;
  if (month !== "*") {
    return weekday === "*" && isNumber(day) && isNumber(month)
      ? say("yearly", { month: monthName(Number(month), language), day: Number(day), at })
      : null;
  }
  if (day === "*" && weekday === "*") return say("daily", { at });
  if (weekday === "*") return monthlyInWords(day, at, say);
  return day === "*" ? weeklyInWords(weekday, at, say, language) : null;
}

interface Fields {
  minute: string;
  hour: string;
  day: string;
  month: string;
  weekday: string;
}

function everyInWords({ minute, hour, day, month, weekday }: Fields, say: Say): string | null {
  if (day !== "*" || month !== "*" || weekday !== "*") return null;
  const minutes = step(minute);
  // */7 begins anew each hour, so it is not "every 7 minutes".
  if (hour === "*" && minutes && 60 % minutes === 0) {
    return minutes === 1 ? say("everyMinute") : say("everyMinutes", { count: minutes });
  }
  const hours = step(hour);
  if (hours && 24 % hours === 0 && isNumber(minute)) {
    return say("everyHours", { count: hours, minute: two(minute) });
  }
  return null;
}

function monthlyInWords(day: string, at: string, say: Say): string | null {
  if (day === "L") return say("monthEnd", { at });
  return isNumber(day) ? say("monthly", { days: Number(day), at }) : null;
}

function weeklyInWords(weekday: string, at: string, say: Say, language: string): string | null {
  const days = daysOf(weekday);
  if (!days) return null;
  if (days.join() === "1,2,3,4,5") return say("weekdays", { at });
  return say("weekly", { days: days.map((one) => dayName(one, language)).join(", "), at });
}

/** "05:30", "06:00 and 18:00"; null for more than a list of hours at one minute. */
function timesOfDay(minute: string, hour: string, say: Say): string | null {
  const hours = hour.split(",");
  if (!isNumber(minute) || hours.length > 4 || !hours.every(isNumber)) return null;
  const times = hours.map((one) => `${two(one)}:${two(minute)}`);
  const last = times.pop() ?? "";
  return times.length === 0 ? last : say("and", { first: times.join(", "), last });
}

function daysOf(weekday: string): number[] | null {
  const days = weekday.split(",").flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split("-").map(dayNumber);
    if (Number.isNaN(from) || Number.isNaN(to) || to < from) return [Number.NaN];
    return Array.from({ length: to - from + 1 }, (_, index) => (from + index) % 7);
  });
  return days.some(Number.isNaN) ? null : days;
}

function dayNumber(text: string): number {
  const named = DAY_NAMES.indexOf(text.toLowerCase());
  if (named >= 0) return named;
  return /^[0-7]$/.test(text) ? Number(text) : Number.NaN;
}

/** "*" is 1, "*\/15" is 15. */
function step(field: string): number | null {
  const found = /^\*(?:\/([1-9]\d?))?$/.exec(field);
  return found ? Number(found[1] ?? 1) : null;
}

function isNumber(field: string): boolean {
  return /^\d{1,2}$/.test(field);
}

function two(field: string): string {
  return field.padStart(2, "0");
}

// The first of January 2023 was a Sunday.
function dayName(day: number, language: string): string {
  return nameOf({ weekday: "short" }, Date.UTC(2023, 0, 1 + day), language);
}

function monthName(month: number, language: string): string {
  return nameOf({ month: "short" }, Date.UTC(2023, month - 1, 1), language);
}

function nameOf(style: Intl.DateTimeFormatOptions, at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { ...style, timeZone: "UTC" }).format(at);
}
