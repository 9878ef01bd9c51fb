import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { dagWhyQuery } from "@/api/dag-queries";
import { RECENT_RUNS, recentRunsQuery } from "@/api/queries";
import type { DagDetails } from "@/api/types";
import { Facts } from "@/components/controls";
import { StateBadge } from "@/components/state";
import { Instant } from "@/components/time";
import { PauseSwitch } from "@/features/dags/pause-switch";
import { RunBars } from "@/features/dags/run-bars";
import { TriggerButton } from "@/features/dags/trigger-button";
import { dag as en } from "@/i18n/en/dag";
import { schedule as scheduleEn } from "@/i18n/en/schedule";
import { useSpoken } from "@/i18n/language";
import { useText } from "@/i18n/text";
import { recentRuns } from "@/lib/runs";
import { scheduleInWords } from "@/lib/schedule-words";
import { webLink } from "@/lib/web-link";

/** What one wants to know about a DAG whichever tab is open. */
export function DagHeader({ dag }: { dag: DagDetails }) {
  const t = useText("dag", en);
  const own = useQuery(recentRunsQuery([dag.dag_id]));
  const runs = recentRuns(dag.dag_id, own.data?.dag_runs ?? [], [], RECENT_RUNS);
  const newest = runs.at(-1);
  const tags = dag.tags.map((tag) => tag.name);
  return (
    <section className="panel mb-3 flex flex-col gap-2 p-3" aria-label={t("about")}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <PauseSwitch dagId={dag.dag_id} paused={dag.is_paused} tags={tags} />
        <h1 className="min-w-0 text-lg font-semibold break-words">{dag.dag_display_name}</h1>
        {dag.dag_display_name === dag.dag_id ? null : (
          <code className="font-mono break-all text-muted">{dag.dag_id}</code>
        )}
        {dag.is_paused ? <span className="chip">{t("paused")}</span> : null}
        {dag.is_stale ? <span className="text-bad">{t("fileGone")}</span> : null}
        <span className="flex-1" />
        <Runbook dag={dag} />
        <TriggerButton dagId={dag.dag_id} tags={tags} primary />
      </div>
      {dag.description ? <p className="break-words">{dag.description}</p> : null}
      <Facts
        facts={[
          [t("schedule"), <Schedule key="s" dag={dag} />],
          [t("nextRun"), <NextRun key="n" dag={dag} />],
          [
            t("lastRuns"),
            runs.length > 0 ? <RunBars key="r" dagId={dag.dag_id} runs={runs} /> : null,
          ],
          [
            t("newestRun"),
            newest ? (
              <Link
                key="w"
                to="/dags/$dagId/runs/$runId"
                params={{ dagId: dag.dag_id, runId: newest.dag_run_id }}
                className="hover:underline"
              >
                <StateBadge state={newest.state} />{" "}
                <Instant at={newest.start_date ?? newest.queued_at ?? newest.run_after} relative />
              </Link>
            ) : null,
          ],
          [t("owner"), dag.owners.join(", ")],
          [t("tags"), dag.tags.length > 0 ? <Tags key="t" dag={dag} /> : null],
        ]}
      />
    </section>
  );
}

function Schedule({ dag }: { dag: DagDetails }) {
  const t = useText("dag", en);
  const say = useText("schedule", scheduleEn);
  const { language } = useSpoken();
  const summary = dag.timetable_summary;
  const words = scheduleInWords(summary, say, language);
  if (!summary) return <>{words ?? t("noSchedule")}</>;
  return (
    <span title={summary}>
      {words ?? <code className="font-mono">{summary}</code>}{" "}
      <span className="text-muted">{dag.timezone}</span>
    </span>
  );
}

/** When it runs next; if it does not, why. */
function NextRun({ dag }: { dag: DagDetails }) {
  const why = useQuery(dagWhyQuery(dag.dag_id));
  const at = dag.is_paused ? null : dag.next_dagrun_run_after;
  // That a tick comes is said by its time already.
  const reasons = (why.data?.reasons ?? []).filter((reason) => !at || reason.code !== "next_tick");
  const t = useText("dag", en);
  return (
    <>
      {at ? (
        <>
          <Instant at={at} />{" "}
          <span className="text-muted">
            (<Instant at={at} relative />)
          </span>
        </>
      ) : null}
      {reasons.length > 0 ? (
        <ul aria-label={t("whyNot")} className="text-muted">
          {reasons.map((reason) => (
            <li key={`${reason.code} ${reason.message}`} className="break-words">
              {reason.message}
            </li>
          ))}
        </ul>
      ) : at ? null : (
        "–"
      )}
    </>
  );
}

function Tags({ dag }: { dag: DagDetails }): ReactNode {
  return (
    <span className="flex flex-wrap gap-1">
      {dag.tags.map((tag) => (
        <Link key={tag.name} to="/dags" search={{ tag: tag.name }} className="chip hover:text-ink">
          {tag.name}
        </Link>
      ))}
    </span>
  );
}

function Runbook({ dag }: { dag: DagDetails }) {
  const t = useText("dag", en);
  const url = webLink(dag.runbook_url);
  if (!url) return null;
  return (
    <a href={url} className="button" target="_blank" rel="noreferrer" title={url}>
      {t("runbook")} <span aria-hidden="true">↗</span>
    </a>
  );
}
