import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { activeRunsQuery, nextDagsQuery, waitingInstancesQuery } from "@/api/home-queries";
import { recentRunsQuery } from "@/api/queries";
import type { DagRun } from "@/api/types";
import { Empty, Show } from "@/components/feedback";
import { StateDot } from "@/components/state";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { useNow } from "@/lib/clock";
import { formatDuration } from "@/lib/format";
import { type Lateness, lateness } from "@/lib/home";
import type { AnyState } from "@/lib/states";
import { LongestTask } from "./longest-task";
import { Section } from "./section";

/** Comes when something is late. */
const RunWhy = lazy(async () => ({ default: (await import("@/features/why")).RunWhy }));
const TaskWhy = lazy(async () => ({ default: (await import("@/features/why")).TaskWhy }));

/** Runs of so many DAGs are compared with what is usual. */
const MOST_COMPARED = 30;
const MOST_SHOWN = 12;
const WAITS_S = 60;

/** What should be further by now, with the reason as far as the server knows one. */
export function Late() {
  const t = useText("home", en);
  const now = useNow();
  const queued = useQuery(activeRunsQuery("queued"));
  const running = useQuery(activeRunsQuery("running"));
  const waiting = useQuery(waitingInstancesQuery());
  const next = useQuery(nextDagsQuery());
  const lateRuns = useLateRuns([
    ...(queued.data?.dag_runs ?? []),
    ...(running.data?.dag_runs ?? []),
  ]);
  const stuck = (waiting.data?.task_instances ?? []).filter(
    (one) => secondsSince(one.queued_when ?? one.scheduled_when, now) > WAITS_S,
  );
  // A task that waits says it better than its run, which only takes long.
  const told = new Set(stuck.map((one) => `${one.dag_id}\n${one.dag_run_id}`));
  const late = lateRuns.filter(({ run }) => !told.has(`${run.dag_id}\n${run.dag_run_id}`));
  const due = (next.data?.dags ?? []).filter(
    (dag) => secondsSince(dag.next_dagrun_run_after, now) > WAITS_S,
  );
  const count = late.length + stuck.length + due.length;
  return (
    <Section title={t("late")} count={count}>
      <Show query={running} what={t("lateWhat")}>
        {() =>
          count === 0 ? (
            <Empty>{t("nothingLate")}</Empty>
          ) : (
            <ul>
              {due.slice(0, MOST_SHOWN).map((dag) => (
                <LateRow
                  key={`due ${dag.dag_id}`}
                  state={null}
                  name={dag.dag_display_name}
                  dagId={dag.dag_id}
                  what={t("due", {
                    time: formatDuration(secondsSince(dag.next_dagrun_run_after, now)),
                  })}
                >
                  <p className="text-muted">{t("dueText")}</p>
                </LateRow>
              ))}
              {late.slice(0, MOST_SHOWN).map(({ run, why }) => (
                <LateRow
                  key={`run ${run.dag_id} ${run.dag_run_id}`}
                  state={run.state}
                  name={run.dag_display_name}
                  dagId={run.dag_id}
                  runId={run.dag_run_id}
                  what={t(why.kind, {
                    time: formatDuration(why.seconds),
                    usual: why.kind === "slow" ? formatDuration(why.usual) : "",
                  })}
                >
                  {why.kind === "waits" ? (
                    <RunWhy dagId={run.dag_id} runId={run.dag_run_id} />
                  ) : (
                    <LongestTask dagId={run.dag_id} runId={run.dag_run_id} />
                  )}
                </LateRow>
              ))}
              {stuck.slice(0, MOST_SHOWN).map((one) => (
                <LateRow
                  key={`task ${one.id}`}
                  state={one.state}
                  name={one.dag_display_name}
                  dagId={one.dag_id}
                  runId={one.dag_run_id}
                  what={t("taskWaits", {
                    task: one.map_index < 0 ? one.task_id : `${one.task_id} [${one.map_index}]`,
                    time: formatDuration(secondsSince(one.queued_when ?? one.scheduled_when, now)),
                  })}
                >
                  <TaskWhy
                    instance={{
                      dagId: one.dag_id,
                      runId: one.dag_run_id,
                      taskId: one.task_id,
                      mapIndex: one.map_index,
                    }}
                  />
                </LateRow>
              ))}
              {count > 3 * MOST_SHOWN ? (
                <li className="px-3 py-1.5 text-muted">
                  {t("more", { count: count - 3 * MOST_SHOWN })}
                </li>
              ) : null}
            </ul>
          )
        }
      </Show>
    </Section>
  );
}

/** Of the runs that are not over, those that are late, the latest first. */
function useLateRuns(runs: readonly DagRun[]): { run: DagRun; why: Lateness }[] {
  const now = useNow();
  const dagIds = [...new Set(runs.map((run) => run.dag_id))].slice(0, MOST_COMPARED);
  // While others are read about, what is known of those that stay.
  const recent = useQuery({ ...recentRunsQuery(dagIds), placeholderData: keepPreviousData });
  return runs
    .flatMap((run) => {
      const known = (recent.data?.dag_runs ?? []).filter(({ dag_id }) => dag_id === run.dag_id);
      const why = lateness(run, known, now);
      return why ? [{ run, why }] : [];
    })
    .sort((a, b) => b.why.seconds - a.why.seconds);
}

function secondsSince(iso: string | null, now: number): number {
  return iso ? (now - Date.parse(iso)) / 1000 : 0;
}

function LateRow({
  state,
  name,
  dagId,
  runId,
  what,
  children,
}: {
  state: AnyState;
  name: string;
  dagId: string;
  runId?: string;
  what: string;
  children: ReactNode;
}) {
  return (
    <li className="flex items-start gap-2 border-b border-line px-3 py-1.5 last:border-b-0">
      <span className="mt-1">
        <StateDot state={state} />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline gap-x-2">
          {runId ? (
            <Link
              to="/dags/$dagId/runs/$runId"
              params={{ dagId, runId }}
              className="link min-w-0 font-semibold break-words"
            >
              {name}
            </Link>
          ) : (
            <Link
              to="/dags/$dagId"
              params={{ dagId }}
              className="link min-w-0 font-semibold break-words"
            >
              {name}
            </Link>
          )}
          <span className="ml-auto">{what}</span>
        </div>
        <Suspense fallback={null}>{children}</Suspense>
      </div>
    </li>
  );
}
