/** Schedules in words; `{at}` is a time of day, `{days}` a list of days. */
export const schedule = {
  none: "Only when triggered",
  once: "Once",
  continuous: "Always, run after run",
  asset: "When assets change",
  everyMinute: "Every minute",
  everyMinutes: { one: "Every minute", other: "Every {count} minutes" },
  everyHours: { one: "Hourly at :{minute}", other: "Every {count} hours at :{minute}" },
  daily: "Daily at {at}",
  weekdays: "Weekdays at {at}",
  weekly: "{days} at {at}",
  monthly: "Monthly on day {days} at {at}",
  monthEnd: "Monthly on the last day at {at}",
  yearly: "Yearly on {month} {day} at {at}",
  and: "{first} and {last}",
} as const;
