import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { activeRunsQuery, openApprovalsQuery } from "@/api/home-queries";
import type { DagRun } from "@/api/types";
import { Empty, Show } from "@/components/feedback";
import { StateDot } from "@/components/state";
import { Elapsed } from "@/components/time";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { Section } from "./section";

/** Comes when somebody is asked. */
const Answers = lazy(() => import("./answers"));

const MOST_SHOWN = 8;

const keyOf = (run: { dag_id: string; dag_run_id: string }) => `${run.dag_id} ${run.dag_run_id}`;

/** What runs, longest first; what waits for a person by itself, and here after what works. */
export function Running() {
  const t = useText("home", en);
  const running = useQuery(activeRunsQuery("running"));
  const queued = useQuery(activeRunsQuery("queued"));
  const waiting = queued.data?.total_entries ?? 0;
  const open = useQuery(openApprovalsQuery()).data?.hitl_details ?? [];
  const asks = new Set(open.map((one) => keyOf(one.task_instance)));
  return (
    <>
      {open.length > 0 ? (
        <Suspense fallback={null}>
          <Answers />
        </Suspense>
      ) : null}
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
                {workFirst(runs, asks).map((run) => (
                  <li key={keyOf(run)} className="flex items-center gap-2 py-0.5">
                    <StateDot state={asks.has(keyOf(run)) ? "deferred" : run.state} />
                    <Link
                      to="/dags/$dagId/runs/$runId"
                      params={{ dagId: run.dag_id, runId: run.dag_run_id }}
                      className="link min-w-0 truncate"
                      title={run.dag_run_id}
                    >
                      {run.dag_display_name}
                    </Link>
                    {asks.has(keyOf(run)) ? (
                      <span className="shrink-0 text-muted">{t("asks")}</span>
                    ) : null}
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
    </>
  );
}

/** Who waits for an answer for days is not to hide what works. */
function workFirst(runs: readonly DagRun[], asks: ReadonlySet<string>): DagRun[] {
  return runs
    .toSorted((a, b) => Number(asks.has(keyOf(a))) - Number(asks.has(keyOf(b))))
    .slice(0, MOST_SHOWN);
}
