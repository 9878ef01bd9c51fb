import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { activeRunsQuery } from "@/api/home-queries";
import { Empty, Show } from "@/components/feedback";
import { StateDot } from "@/components/state";
import { Elapsed } from "@/components/time";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { Section } from "./section";

const MOST_SHOWN = 8;

/** What runs, longest first. */
export function Running() {
  const t = useText("home", en);
  const running = useQuery(activeRunsQuery("running"));
  const queued = useQuery(activeRunsQuery("queued"));
  const waiting = queued.data?.total_entries ?? 0;
  return (
    <Section
      title={t("running")}
      count={running.data?.total_entries}
      tools={
        waiting > 0 ? (
          <span className="text-muted">{t("queuedToo", { count: waiting })}</span>
        ) : null
      }
    >
      <Show query={running} what={t("runningWhat")}>
        {({ dag_runs: runs, total_entries: total }) =>
          runs.length === 0 ? (
            <Empty>{t("nothingRuns")}</Empty>
          ) : (
            <ul className="px-3 py-1">
              {runs.slice(0, MOST_SHOWN).map((run) => (
                <li
                  key={`${run.dag_id} ${run.dag_run_id}`}
                  className="flex items-center gap-2 py-0.5"
                >
                  <StateDot state={run.state} />
                  <Link
                    to="/dags/$dagId/runs/$runId"
                    params={{ dagId: run.dag_id, runId: run.dag_run_id }}
                    className="link min-w-0 truncate"
                    title={run.dag_run_id}
                  >
                    {run.dag_display_name}
                  </Link>
                  <span className="ml-auto text-muted">
                    <Elapsed item={run} />
                  </span>
                </li>
              ))}
              {total > MOST_SHOWN ? (
                <li className="py-0.5">
                  <Link to="/dags" search={{ state: "running" }} className="link">
                    {t("more", { count: total - MOST_SHOWN })}
                  </Link>
                </li>
              ) : null}
            </ul>
          )
        }
      </Show>
    </Section>
  );
}
