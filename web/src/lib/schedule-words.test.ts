import { describe, expect, it } from "vitest";
import { fill } from "@/i18n/catalogue";
import { schedule as de } from "@/i18n/de/schedule";
import { schedule as en } from "@/i18n/en/schedule";
import type { Text } from "@/i18n/text";
import { scheduleInWords } from "./schedule-words";

const speak =
  (catalogue: typeof en | typeof de, language: string): Text<typeof en> =>
  (key, values = {}) =>
    fill(catalogue[key], values, new Intl.PluralRules(language));

describe("scheduleInWords", () => {
  it.each([
    [null, "Only when triggered"],
    ["@once", "Once"],
    ["@continuous", "Always, run after run"],
    ["Asset", "When assets change"],
    ["* * * * *", "Every minute"],
    ["*/15 * * * *", "Every 15 minutes"],
    ["0 * * * *", "Hourly at :00"],
    ["every 15m", "Every 15 minutes"],
    ["every 1h", "Every hour"],
    ["every 30s", "Every 30 seconds"],
    ["every 2d", "Every 2 days"],
    ["5 */6 * * *", "Every 6 hours at :05"],
    ["@hourly", "Hourly at :00"],
    ["0 2 * * *", "Daily at 02:00"],
    ["@daily", "Daily at 00:00"],
    ["0 6,18 * * *", "Daily at 06:00 and 18:00"],
    ["30 5 * * 1-5", "Weekdays at 05:30"],
    ["30 5 * * MON-FRI", "Weekdays at 05:30"],
    ["15 3 * * 0", "Sun at 03:15"],
    ["15 3 * * 7", "Sun at 03:15"],
    ["0 8 * * 1,4", "Mon, Thu at 08:00"],
    ["0 0 1 * *", "Monthly on day 1 at 00:00"],
    ["0 0 L * *", "Monthly on the last day at 00:00"],
    ["@yearly", "Yearly on Jan 1 at 00:00"],
  ])("%s is %s", (summary, words) => {
    expect(scheduleInWords(summary, speak(en, "en"), "en")).toBe(words);
  });

  // What its words would tell wrong is left as it is written.
  it.each([
    "*/7 * * * *",
    "0 */5 * * *",
    "0 0 13 * 5",
    "0 0 1 */3 *",
    "0 0 * * 5-1",
    "0 0 * * 1#2",
    "0 0 1-5 * *",
    "0,30 2 * * *",
    "0 6 * * *, 0 18 * * *",
    "*/10 0 2 * * *",
    "every 1h30m",
    "nonsense",
  ])("%s stays as it is", (summary) => {
    expect(scheduleInWords(summary, speak(en, "en"), "en")).toBeNull();
  });

  it("speaks German", () => {
    const say = speak(de, "de");
    expect(scheduleInWords("0 8 * * 1,4", say, "de")).toBe("Mo, Do um 08:00");
    expect(scheduleInWords("*/5 * * * *", say, "de")).toBe("Alle 5 Minuten");
  });
});
