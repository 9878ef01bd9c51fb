import { useQuery } from "@tanstack/react-query";
import { dagQuery } from "@/api/queries";
import type { DagRun } from "@/api/types";
import { Facts } from "@/components/controls";
import { Scroller } from "@/components/scroller";
import { StateBadge } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { RunWhy } from "@/features/why";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { isFinished } from "@/lib/states";
import { webLink } from "@/lib/web-link";
import { RunActions } from "./run-actions";
import { RunId } from "./run-id";
import { RunNote } from "./run-note";

export function RunHeading({ run }: { run: DagRun }) {
  const t = useText("run", en);
  return (
    <section className="panel mb-3 flex flex-col gap-2 p-3" aria-label={t("about")}>
      <div className="flex flex-wrap items-center gap-3">
        <StateBadge state={run.state} large />
        <h1 className="min-w-0 text-lg font-semibold break-words">
          {run.dag_display_name} · <Instant at={run.logical_date ?? run.run_after} />
        </h1>
        <Runbook dagId={run.dag_id} />
        <span className="flex-1" />
        <RunActions run={run} />
      </div>
      <RunId id={run.dag_run_id} />
      {run.reason ? <p className="break-words">{run.reason}</p> : null}
      {run.state === "success" && run.failed_tasks > 0 ? (
        <p className="text-bad">{t("succeededWith", { count: run.failed_tasks })}</p>
      ) : null}
      {isFinished(run.state) ? null : <RunWhy dagId={run.dag_id} runId={run.dag_run_id} />}
      <Facts
        facts={[
          [t("type"), run.run_type],
          [t("triggeredBy"), run.triggered_by],
          [t("user"), run.triggering_user_name],
          [t("logicalDate"), run.logical_date ? <Instant key="l" at={run.logical_date} /> : null],
          [t("start"), <Instant key="s" at={run.start_date} />],
          [t("end"), run.end_date ? <Instant key="e" at={run.end_date} /> : null],
          [t("duration"), <Elapsed key="d" item={run} />],
          [
            t("interval"),
            // A run by hand covers no time.
            run.data_interval_start && run.data_interval_start !== run.data_interval_end ? (
              <span key="i">
                <Instant at={run.data_interval_start} /> {t("to")}{" "}
                <Instant at={run.data_interval_end} />
              </span>
            ) : null,
          ],
          [t("version"), run.dag_versions.map((version) => version.version_number).join(", ")],
        ]}
      />
      {run.conf && Object.keys(run.conf).length > 0 ? (
        <details>
          <summary>{t("paramsGiven")}</summary>
          <Scroller className="overflow-x-auto font-mono text-xs whitespace-pre">
            {JSON.stringify(run.conf, null, 2)}
          </Scroller>
        </details>
      ) : null}
      <RunNote run={run} />
    </section>
  );
}

/** What to do when it fails, as the author of the DAG says now. */
function Runbook({ dagId }: { dagId: string }) {
  const t = useText("run", en);
  const url = webLink(useQuery(dagQuery(dagId)).data?.runbook_url);
  if (!url) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer" className="link font-semibold">
      {t("runbook")} ↗
    </a>
  );
}
