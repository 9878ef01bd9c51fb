import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { nextDagsQuery } from "@/api/home-queries";
import type { Dag } from "@/api/types";
import { Empty, Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { useZone } from "@/lib/clock";
import { formatInstant } from "@/lib/format";
import { scheduleClock } from "@/lib/home";
import { Section } from "./section";

/** What the schedules start next. */
export function NextRuns() {
  const t = useText("home", en);
  const [zone] = useZone();
  const next = useQuery(nextDagsQuery());
  return (
    <Section title={t("next")}>
      <Show query={next} what={t("nextWhat")}>
        {({ dags }) => {
          const coming = dags.filter((dag) => dag.next_dagrun_run_after);
          return coming.length === 0 ? (
            <Empty>{t("nothingNext")}</Empty>
          ) : (
            <ul className="px-3 py-1">
              {coming.map((dag) => (
                <li key={dag.dag_id} className="flex items-baseline gap-2 py-0.5">
                  <Link
                    to="/dags/$dagId"
                    params={{ dagId: dag.dag_id }}
                    className="link min-w-0 truncate"
                  >
                    {dag.dag_display_name}
                  </Link>
                  <span className="ml-auto shrink-0 text-right text-muted">
                    {/* The day and the minute; the seconds are in the title. */}
                    {formatInstant(dag.next_dagrun_run_after, zone).slice(5, 16)}
                    <OwnClock dag={dag} zone={zone} />
                  </span>
                  <span className="w-16 shrink-0 text-right">
                    <Instant at={dag.next_dagrun_run_after} relative />
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Show>
    </Section>
  );
}

/** As the schedule is written, so that it is not taken for another time than the list of DAGs has. */
function OwnClock({ dag, zone }: { dag: Dag; zone: string }) {
  const own = scheduleClock(dag.next_dagrun_run_after, dag.timetable_description, zone);
  return own ? <span className="block text-xs">{own}</span> : null;
}
