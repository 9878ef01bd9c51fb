import { dagTime as en } from "@/i18n/en/dagTime";
import { useText } from "@/i18n/text";
import { type Bucket, runsIn } from "@/lib/dag/calendar";
import { cellWords } from "./cell-words";
import { faceStyle } from "./face";

/** The hours of a month: a row per day. Only hours with something in them can be opened. */
export function HourTable({
  label,
  rows,
  fullest,
  today,
  onOpen,
}: {
  label: string;
  rows: readonly (readonly [day: string, hours: readonly (Bucket | null)[]])[];
  fullest: number;
  today: string;
  onOpen: (date: string) => void;
}) {
  const t = useText("dagTime", en);
  return (
    <table aria-label={label} className="cal-table">
      <thead>
        <tr>
          <td />
          {HOURS.map((hour) => (
            <th key={hour} scope="col" className="text-left font-normal text-muted">
              {hour % 3 === 0 ? hour : ""}
              <span className="sr-only">{hour % 3 === 0 ? "" : hour}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([day, hours]) => (
          <tr key={day}>
            <th
              scope="row"
              className={`pr-3 text-left font-normal tabular-nums ${day === today ? "" : "text-muted"}`}
            >
              {day}
            </th>
            {HOURS.map((hour) => {
              const bucket = hours[hour] ?? null;
              const face = faceStyle(bucket, fullest);
              const words = cellWords(`${day} ${String(hour).padStart(2, "0")}:00`, bucket, t);
              return (
                <td key={hour}>
                  {bucket && runsIn(bucket) > 0 ? (
                    <button
                      type="button"
                      className={`cal-day ${face.className}`}
                      style={face.style}
                      aria-label={words}
                      title={words}
                      onClick={() => onOpen(bucket.date)}
                    />
                  ) : (
                    <span
                      className={`cal-day cal-still ${face.className}`}
                      title={bucket ? words : undefined}
                    />
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
