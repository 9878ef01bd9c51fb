import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { failuresQuery } from "@/api/run-queries";
import type { DagRun } from "@/api/types";
import { StateDot } from "@/components/state";
import { Instant } from "@/components/time";
import { common } from "@/i18n/en/common";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { takenBy } from "@/lib/acknowledgement";
import type { FailedDag } from "@/lib/home";

export function keyOf(run: { dag_id: string; dag_run_id: string }): string {
  return `${run.dag_id}\n${run.dag_run_id}`;
}

/** A DAG that failed: its last failure, and the others folded. */
export function FailureRow({
  group,
  may,
  isTicked,
  onTick,
}: {
  group: FailedDag<DagRun>;
  /** May the person retry runs of this DAG? */
  may: boolean;
  isTicked: (run: DagRun) => boolean;
  onTick: (runs: readonly DagRun[], on: boolean) => void;
}) {
  const t = useText("home", en);
  const c = useText("common", common);
  const { newest, runs, open } = group;
  const others = runs.slice(1);
  return (
    <li className="border-b border-line px-3 py-1.5 last:border-b-0">
      <div className="flex items-start gap-2">
        <Tick run={newest} may={may} ticked={isTicked(newest)} onTick={onTick} />
        <span className="mt-1">
          <StateDot state="failed" />
        </span>
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-baseline gap-x-2">
            <Link
              to="/dags/$dagId/runs/$runId"
              params={{ dagId: newest.dag_id, runId: newest.dag_run_id }}
              className="link min-w-0 font-semibold break-words"
            >
              {newest.dag_display_name}
            </Link>
            {open ? null : <span className="text-muted">{t("recovered")}</span>}
            <Taken run={newest} />
            <span className="ml-auto text-muted">
              <Instant at={newest.end_date} relative />
            </span>
          </div>
          <FirstFailed run={newest} />
          {others.length > 0 ? (
            <details>
              <summary className="text-muted">{t("more", { count: others.length })}</summary>
              <label className="flex w-fit items-center gap-2">
                <input
                  type="checkbox"
                  disabled={!may}
                  title={may ? undefined : c("needsRole", { role: "operator" })}
                  checked={runs.every(isTicked)}
                  onChange={(event) => onTick(runs, event.target.checked)}
                />
                {t("selectRuns", { count: runs.length, dag: newest.dag_display_name })}
              </label>
              <ul>
                {others.map((run) => (
                  <li key={run.dag_run_id} className="flex items-center gap-2">
                    <Tick run={run} may={may} ticked={isTicked(run)} onTick={onTick} />
                    <Link
                      to="/dags/$dagId/runs/$runId"
                      params={{ dagId: run.dag_id, runId: run.dag_run_id }}
                      className="link min-w-0 truncate"
                    >
                      {run.dag_run_id}
                    </Link>
                    <span className="ml-auto shrink-0 text-muted">
                      <Instant at={run.end_date} relative />
                    </span>
                  </li>
                ))}
              </ul>
            </details>
          ) : null}
        </div>
      </div>
    </li>
  );
}

/** Who has taken care of it, so that nobody else is called out of bed. */
function Taken({ run }: { run: DagRun }) {
  const t = useText("home", en);
  const taken = takenBy(run);
  if (!taken || taken.isOld) return null;
  return (
    <span className="rounded bg-raised px-1.5 break-all" title={t("taken", { name: taken.by })}>
      ✓ {taken.by}, <Instant at={taken.at} relative />
    </span>
  );
}

function Tick({
  run,
  may,
  ticked,
  onTick,
}: {
  run: DagRun;
  may: boolean;
  ticked: boolean;
  onTick: (runs: readonly DagRun[], on: boolean) => void;
}) {
  const t = useText("home", en);
  const c = useText("common", common);
  return (
    <input
      type="checkbox"
      className="mt-0.5"
      aria-label={t("select", { dag: `${run.dag_id} ${run.dag_run_id}` })}
      title={may ? undefined : c("needsRole", { role: "operator" })}
      disabled={!may}
      checked={ticked}
      onChange={(event) => onTick([run], event.target.checked)}
    />
  );
}

/** The task that pulled down the others, with a way to its log; else the run's own reason. */
function FirstFailed({ run }: { run: DagRun }) {
  const t = useText("home", en);
  const failures = useQuery(failuresQuery(run.dag_id, run.dag_run_id, false));
  const first = failures.data?.task_instances[0];
  if (!failures.data) return <div className="text-muted">…</div>;
  if (!first) return <div className="text-muted">{run.reason ?? t("noFailedTask")}</div>;
  return (
    <div className="min-w-0 break-words text-muted">
      <Link
        to="/dags/$dagId/runs/$runId/tasks/$taskId"
        params={{ dagId: run.dag_id, runId: run.dag_run_id, taskId: first.task_id }}
        search={{ map: first.map_index >= 0 ? first.map_index : undefined }}
        className="link underline"
      >
        {t("firstFailed", { task: first.task_id })}
        {first.map_index >= 0 ? ` [${first.map_index}]` : ""}
      </Link>
      {first.reason ? <span>, {first.reason}</span> : null}
    </div>
  );
}
