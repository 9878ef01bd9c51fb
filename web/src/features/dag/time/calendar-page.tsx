import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { calendarQuery } from "@/api/dag-queries";
import { dagQuery } from "@/api/queries";
import { Show } from "@/components/feedback";
import { dagTime as en } from "@/i18n/en/dagTime";
import { useText } from "@/i18n/text";
import {
  type Calendar,
  dayIn,
  hoursOf,
  midnight,
  rangeOf,
  runsIn,
  shiftDay,
  weeksOf,
} from "@/lib/dag/calendar";
import { calendarSearch } from "@/lib/search-dag";
import { DayGrid } from "./day-grid";
import { HourTable } from "./hour-table";

const route = getRouteApi("/signed-in/dags/$dagId/calendar");

/** Days shown, and how many of them lie ahead. */
const SPAN = { day: { days: 392, ahead: 34 }, hour: { days: 31, ahead: 6 } } as const;

export function CalendarPage() {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagTime", en);
  const dag = useQuery(dagQuery(dagId));
  const zone = dag.data?.timezone ?? "UTC";
  const granularity = search.by ?? "day";
  const { days, ahead } = SPAN[granularity];
  const today = dayIn(new Date().toISOString(), zone);
  const last = search.until ?? shiftDay(today, ahead);
  const first = shiftDay(last, 1 - days);
  const calendar = useQuery({
    ...calendarQuery(dagId, {
      from: midnight(first, zone),
      to: midnight(shiftDay(last, 1), zone),
      granularity,
    }),
    enabled: dag.data !== undefined,
  });
  const set = (change: Record<string, unknown>) =>
    void navigate({ search: calendarSearch({ ...search, ...change }), replace: true });
  const step = granularity === "day" ? 364 : 28;
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <fieldset className="flex" aria-label={t("scale")}>
          {(["day", "hour"] as const).map((by) => (
            <button
              key={by}
              type="button"
              className="button"
              aria-pressed={granularity === by}
              onClick={() => set({ by, until: undefined })}
            >
              {t(by === "day" ? "byDay" : "byHour")}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          className="button"
          onClick={() => set({ until: shiftDay(last, -step) })}
        >
          ← {t("earlier")}
        </button>
        <button
          type="button"
          className="button"
          disabled={!search.until}
          onClick={() => {
            const next = shiftDay(last, step);
            set({ until: next >= shiftDay(today, ahead) ? undefined : next });
          }}
        >
          {t("later")} →
        </button>
        <span className="text-muted">{t("zone", { zone })}</span>
      </div>
      <Show query={calendar} what={t("loadingCalendar")}>
        {(data) => <Drawing calendar={data} first={first} last={last} today={today} />}
      </Show>
    </>
  );
}

function Drawing({
  calendar,
  first,
  last,
  today,
}: {
  calendar: Calendar;
  first: string;
  last: string;
  today: string;
}) {
  const { dagId } = route.useParams();
  const navigate = route.useNavigate();
  const t = useText("dagTime", en);
  const fullest = Math.max(0, ...calendar.buckets.map(runsIn));
  const open = (date: string) =>
    void navigate({
      to: "/dags/$dagId/runs",
      params: { dagId },
      search: rangeOf(date, calendar.timezone),
    });
  const range = { from: first, to: last };
  return (
    <>
      <div
        className="panel overflow-x-auto p-3"
        // On a narrow screen the days round today are seen first.
        ref={(element) => {
          if (element) element.scrollLeft = element.scrollWidth;
        }}
      >
        {calendar.granularity === "day" ? (
          <DayGrid
            label={t("calendarLabel", range)}
            weeks={weeksOf(first, last, calendar.buckets)}
            fullest={fullest}
            today={today}
            onOpen={open}
          />
        ) : (
          <HourTable
            label={t("calendarHours", range)}
            rows={hoursOf(first, last, calendar.buckets)}
            fullest={fullest}
            today={today}
            onOpen={open}
          />
        )}
      </div>
      <Legend />
      {calendar.planned_until ? (
        <p className="px-1 text-muted">
          {t("plannedUntil", { date: calendar.planned_until.slice(0, 10) })}
        </p>
      ) : null}
    </>
  );
}

function Legend() {
  const t = useText("dagTime", en);
  return (
    <ul aria-label={t("legend")} className="flex flex-wrap gap-x-4 gap-y-1 px-1 py-2 text-muted">
      <li className="flex items-center gap-1.5">
        <span
          className="cal-day cal-still state-success"
          style={{ "--weight": "60%" } as CSSProperties}
        />
        {t("successLegend")}
      </li>
      <li className="flex items-center gap-1.5">
        <span
          className="cal-day cal-still cal-failed state-failed"
          style={{ "--weight": "60%" } as CSSProperties}
        />
        {t("failedShare")}
      </li>
      <li className="flex items-center gap-1.5">
        <span className="cal-day cal-still cal-planned" />
        {t("plannedLegend")}
      </li>
    </ul>
  );
}
