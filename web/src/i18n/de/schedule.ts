import type { Translation } from "../catalogue";
import type { schedule as english } from "../en/schedule";

export const schedule: Translation<typeof english> = {
  none: "Nur von Hand",
  once: "Einmal",
  continuous: "Ständig, Lauf auf Lauf",
  asset: "Wenn sich Assets ändern",
  everyMinute: "Jede Minute",
  everyMinutes: { one: "Jede Minute", other: "Alle {count} Minuten" },
  everyHours: { one: "Stündlich um :{minute}", other: "Alle {count} Stunden um :{minute}" },
  eachSecond: { one: "Jede Sekunde", other: "Alle {count} Sekunden" },
  eachHour: { one: "Jede Stunde", other: "Alle {count} Stunden" },
  eachDay: { one: "Jeden Tag", other: "Alle {count} Tage" },
  daily: "Täglich um {at}",
  weekdays: "Werktags um {at}",
  weekly: "{days} um {at}",
  monthly: "Monatlich am {days}. um {at}",
  monthEnd: "Monatlich am letzten Tag um {at}",
  yearly: "Jährlich am {day}. {month} um {at}",
  and: "{first} und {last}",
};
