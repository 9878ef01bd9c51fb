import { Link } from "@tanstack/react-router";
import { Instant } from "@/components/time";
import { backfills as en } from "@/i18n/en/backfills";
import { useText } from "@/i18n/text";
import { type Backfill, progressOf } from "@/lib/dag/backfill";
import { stateClass, stateLabel } from "@/lib/states";
import { BackfillActions } from "./backfill-actions";

export function BackfillTable({
  backfills,
  may,
}: {
  backfills: readonly Backfill[];
  may: boolean;
}) {
  const t = useText("backfills", en);
  return (
    <table className="grid-table">
      <thead>
        <tr>
          <th scope="col">{t("id")}</th>
          <th scope="col">{t("state")}</th>
          <th scope="col">{t("range")}</th>
          <th scope="col">{t("progress")}</th>
          <th scope="col">{t("options")}</th>
          <th scope="col">
            <span className="sr-only">{t("action")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {backfills.map((backfill) => (
          <Row key={backfill.id} backfill={backfill} may={may} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ backfill, may }: { backfill: Backfill; may: boolean }) {
  const t = useText("backfills", en);
  return (
    <tr>
      <td>{backfill.id}</td>
      <td>
        {t(`state_${backfill.state}`)}
        {backfill.reason ? (
          <div className="max-w-64 break-words text-bad">{backfill.reason}</div>
        ) : null}
      </td>
      <td className="whitespace-nowrap">
        <Instant at={backfill.from_date} /> –<br />
        <Instant at={backfill.to_date} />{" "}
        <Link
          to="/dags/$dagId/runs"
          params={{ dagId: backfill.dag_id }}
          search={{ type: "backfill", from: backfill.from_date, to: after(backfill.to_date) }}
          className="link underline"
        >
          {t("runsOf")}
        </Link>
      </td>
      <td className="min-w-48">
        <Progress backfill={backfill} />
      </td>
      <td className="text-muted">
        <Options backfill={backfill} />
      </td>
      <td>
        <BackfillActions backfill={backfill} may={may} />
      </td>
    </tr>
  );
}

/** The range of a list ends before its end; that of a backfill with it. */
function after(instant: string): string {
  return new Date(Date.parse(instant) + 1000).toISOString();
}

function Progress({ backfill }: { backfill: Backfill }) {
  const t = useText("backfills", en);
  const { progress } = backfill;
  const parts = progressOf(backfill);
  const done = progress.success + progress.failed + progress.left_alone;
  const label = t("progressOf", { done, total: progress.total });
  const words = parts.map(({ state, count }) =>
    state === "skipped" ? `${count} ${t("actionLeave")}` : `${count} ${stateLabel(state)}`,
  );
  if (progress.remaining > 0) words.push(t("remaining", { count: progress.remaining }));
  return (
    <>
      <div
        role="progressbar"
        aria-label={t("progress")}
        aria-valuemin={0}
        aria-valuemax={progress.total}
        aria-valuenow={done}
        aria-valuetext={[label, ...words].join(", ")}
        className="flex h-2.5 overflow-hidden rounded bg-raised"
      >
        {parts.map(({ state, percent }) => (
          <span
            key={state}
            className={`state-fill ${state === "skipped" ? "state-removed" : stateClass(state)}`}
            style={{ width: `${percent}%` }}
          />
        ))}
      </div>
      <div className="text-muted">
        <span className="text-ink">{label}</span> · {words.join(" · ")}
      </div>
    </>
  );
}

function Options({ backfill }: { backfill: Backfill }) {
  const t = useText("backfills", en);
  const reprocess = {
    none: t("reprocessNone"),
    failed: t("reprocessFailed"),
    completed: t("reprocessCompleted"),
  }[backfill.reprocess_behavior];
  const parts = [
    `${t("maxActiveRuns")}: ${backfill.max_active_runs}`,
    t(backfill.run_backwards ? "orderBackwards" : "orderForwards"),
    `${t("reprocess")}: ${reprocess}`,
    backfill.run_on_latest_version ? t("latestVersion") : "",
    backfill.task_ids.length > 0 ? t("tasksOnly", { tasks: backfill.task_ids.join(", ") }) : "",
    backfill.include_downstream ? t("tasksDownstream") : "",
  ];
  return (
    <ul>
      {parts.filter(Boolean).map((part) => (
        <li key={part}>{part}</li>
      ))}
    </ul>
  );
}
