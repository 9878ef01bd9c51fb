import { type KeyboardEvent, useRef, useState } from "react";
import { dagTime as en } from "@/i18n/en/dagTime";
import { useSpoken } from "@/i18n/language";
import { useText } from "@/i18n/text";
import { type Day, shiftDay } from "@/lib/dag/calendar";
import { cellWords } from "./cell-words";
import { faceStyle } from "./face";

/** A year of days: weeks from left to right, Monday on top. One day has the keyboard. */
export function DayGrid({
  label,
  weeks,
  fullest,
  today,
  onOpen,
}: {
  label: string;
  weeks: readonly (Day | null)[][];
  fullest: number;
  today: string;
  onOpen: (date: string) => void;
}) {
  const t = useText("dagTime", en);
  const { language } = useSpoken();
  const [chosen, setChosen] = useState(today);
  const table = useRef<HTMLTableElement>(null);
  const days = weeks.flat().filter((day): day is Day => day !== null);
  const active = days.some((day) => day.date === chosen) ? chosen : days.at(-1)?.date;
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const month = new Intl.DateTimeFormat(language, { month: "short", timeZone: "UTC" });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step || !active) return;
    const next = shiftDay(active, step);
    if (!days.some((day) => day.date === next)) return;
    event.preventDefault();
    setChosen(next);
    table.current?.querySelector<HTMLElement>(`[data-date="${next}"]`)?.focus();
  };
  return (
    <>
      <table ref={table} aria-label={label} className="cal-table" onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <td />
            {weeks.map((week, index) => {
              const first = week.find((day) => day !== null);
              const before = weeks[index - 1]?.find((day) => day !== null);
              const begins = first && first.date.slice(0, 7) !== before?.date.slice(0, 7);
              // The next month's name would lie upon it.
              const next = weeks[index + 1]?.find((day) => day !== null);
              const room =
                index < weeks.length - 2 && next?.date.slice(0, 7) === first?.date.slice(0, 7);
              return (
                <td key={first?.date ?? index} className="relative h-5 text-muted">
                  {begins && room ? (
                    <span className="absolute bottom-0.5 left-0">
                      {month.format(Date.parse(first.date))}
                    </span>
                  ) : null}
                </td>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {DAYS.map((row) => (
            <tr key={row}>
              <th scope="row" className="pr-2 text-left font-normal text-muted">
                {/* 5 January 1970 was a Monday. */}
                {weekday.format((row + 4) * 86_400_000)}
              </th>
              {weeks.map((week, index) => {
                const day = week[row];
                if (!day) return <td key={week[0]?.date ?? `none ${index}`} />;
                const face = faceStyle(day.bucket, fullest);
                return (
                  <td key={day.date}>
                    <button
                      type="button"
                      data-date={day.date}
                      tabIndex={day.date === active ? 0 : -1}
                      aria-label={cellWords(day.date, day.bucket, t)}
                      title={cellWords(day.date, day.bucket, t)}
                      aria-current={day.date === today ? "date" : undefined}
                      className={`cal-day ${face.className}`}
                      style={face.style}
                      onClick={() => onOpen(day.date)}
                      onFocus={() => setChosen(day.date)}
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="sr-only">{t("calendarHelp")}</p>
    </>
  );
}

const DAYS = [0, 1, 2, 3, 4, 5, 6];
const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  ArrowLeft: -7,
  ArrowRight: 7,
};
