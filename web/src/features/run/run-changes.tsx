import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { lastSuccessQuery } from "@/api/run-queries";
import { instanceQuery } from "@/api/task-queries";
import type { DagRun, TaskInstance } from "@/api/types";
import { PathLink } from "@/components/path-link";
import { Instant } from "@/components/time";
import { run as en } from "@/i18n/en/run";
import { useText } from "@/i18n/text";
import { useNow } from "@/lib/clock";
import { elapsed, formatDuration } from "@/lib/format";
import { confChanges, slowdown } from "@/lib/run-changes";

/** What is different from the last time that it worked: the likely cause. */
export function RunChanges({ run, failed }: { run: DagRun; failed: TaskInstance | undefined }) {
  const t = useText("run", en);
  const last = useQuery(lastSuccessQuery(run));
  if (last.data === undefined) return null;
  return (
    <section aria-label={t("changed")} className="panel mb-3 flex flex-col gap-1 p-3">
      <h2 className="font-semibold">{t("changed")}</h2>
      {last.data === null ? (
        <p className="text-muted">{t("noSuccess")}</p>
      ) : (
        <Changes run={run} last={last.data} failed={failed} />
      )}
    </section>
  );
}

const versionOf = (run: DagRun) => run.dag_versions.at(-1)?.version_number;

function Changes({
  run,
  last,
  failed,
}: {
  run: DagRun;
  last: DagRun;
  failed: TaskInstance | undefined;
}) {
  const t = useText("run", en);
  const now = useNow();
  const then = useQuery({
    ...instanceQuery({
      dagId: last.dag_id,
      runId: last.dag_run_id,
      taskId: failed?.task_id ?? "",
      mapIndex: failed?.map_index ?? -1,
    }),
    enabled: failed !== undefined,
    refetchInterval: false,
  });
  const [before, after] = [versionOf(last), versionOf(run)];
  const conf = confChanges(last.conf, run.conf);
  const old = then.data;
  const rows: [string, ReactNode][] = [];
  if (before !== after && before !== undefined && after !== undefined)
    rows.push([
      t("version"),
      <span key="v">
        {t("from", { before: `v${before}`, after: `v${after}` })}{" "}
        <PathLink path={`/dags/${encodeURIComponent(run.dag_id)}/versions?a=${before}&b=${after}`}>
          {t("showDiff")}
        </PathLink>
      </span>,
    ]);
  const text = (value: unknown) => (value === undefined ? t("notGiven") : JSON.stringify(value));
  for (const change of conf)
    rows.push([
      change.name,
      <span key={change.name} className="font-mono text-xs break-all">
        {t("from", { before: text(change.before), after: text(change.after) })}
      </span>,
    ]);
  if (old?.hostname && failed?.hostname && old.hostname !== failed.hostname)
    rows.push([t("worker"), t("from", { before: old.hostname, after: failed.hostname })]);
  const isSame = rows.length === 0;
  const duration = (name: string, isSuccess: boolean, a: number | null, b: number | null) => {
    if (a === null || b === null) return;
    const factor = slowdown(a, b);
    // A failure ends sooner: that is no news.
    if (!isSuccess && (factor ?? 0) < 1) return;
    rows.push([
      name,
      t("from", { before: formatDuration(a), after: formatDuration(b) }) +
        (factor ? ` (${t("slower", { factor: factor.toFixed(1) })})` : ""),
    ]);
  };
  duration(t("runDuration"), run.state === "success", elapsed(last, now), elapsed(run, now));
  if (old && failed)
    duration(
      t("taskDuration", { task: failed.task_display_name }),
      failed.state === "success",
      elapsed(old, now),
      elapsed(failed, now),
    );
  return (
    <>
      <p>
        {t("lastSuccess")}:{" "}
        <Link
          to="/dags/$dagId/runs/$runId"
          params={{ dagId: last.dag_id, runId: last.dag_run_id }}
          className="link break-all"
        >
          {last.dag_run_id}
        </Link>{" "}
        <Instant at={last.end_date} relative />
      </p>
      {isSame ? <p className="text-muted">{t("nothingChanged")}</p> : null}
      <dl className="in-text grid grid-cols-[auto_1fr] gap-x-3">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="break-all text-muted">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
