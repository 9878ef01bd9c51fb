import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { RECENT_RUNS, recentRunsQuery } from "@/api/queries";
import type { Dag, DagRun } from "@/api/types";
import { StateBadge } from "@/components/state";
import { Instant } from "@/components/time";
import { dags as en } from "@/i18n/en/dags";
import { schedule as scheduleEn } from "@/i18n/en/schedule";
import { useSpoken } from "@/i18n/language";
import { useText } from "@/i18n/text";
import { recentRuns } from "@/lib/runs";
import { scheduleInWords } from "@/lib/schedule-words";
import { NextRun } from "./next-run";
import { PauseSwitch } from "./pause-switch";
import { RunBars } from "./run-bars";
import { TriggerButton } from "./trigger-button";

export { PauseSwitch } from "./pause-switch";
export { TriggerButton } from "./trigger-button";

const cell = "h-12 overflow-hidden py-0.5!";

/** One line of the list, as high as every other: its place is known before it is read. */
export const DagRow = memo(function DagRow({
  dag,
  index,
  latest,
  still,
  narrow,
}: {
  dag: Dag;
  index: number;
  latest: readonly DagRun[];
  /** Whether the list stands still: what scrolls by is not asked for. */
  still: boolean;
  /** On a telephone: the last run stands beneath the name. */
  narrow: boolean;
}) {
  const own = useQuery({ ...recentRunsQuery(dag.dag_id), enabled: still });
  const runs = recentRuns(dag.dag_id, own.data?.dag_runs ?? [], latest, RECENT_RUNS);
  const newest = runs.at(-1);
  const tags = dag.tags.map((tag) => tag.name);
  return (
    <tr className="dag-row" aria-rowindex={index + 2}>
      <td className={cell}>
        <PauseSwitch dagId={dag.dag_id} paused={dag.is_paused} tags={tags} />
      </td>
      <td className={cell}>
        <Name dag={dag} index={index} />
        <About dag={dag} newest={narrow ? newest : undefined} />
      </td>
      <td className={`${cell} max-md:hidden`}>
        <Schedule dag={dag} />
      </td>
      {narrow ? null : (
        <>
          <td className={cell}>
            {own.data || runs.length > 0 ? <RunBars dagId={dag.dag_id} runs={runs} /> : null}
          </td>
          <td className={cell}>
            {newest ? (
              <span className="flex flex-col">
                <StateBadge state={newest.state} />
                <span className="text-muted">
                  <Instant
                    at={newest.start_date ?? newest.queued_at ?? newest.run_after}
                    relative
                  />
                </span>
              </span>
            ) : (
              <span className="text-muted">–</span>
            )}
          </td>
        </>
      )}
      <td className={`${cell} max-md:hidden`}>
        <NextRun dag={dag} />
      </td>
      <td className={`${cell} text-right`}>
        <TriggerButton dagId={dag.dag_id} tags={tags} />
      </td>
    </tr>
  );
});

function Name({ dag, index }: { dag: Dag; index: number }) {
  const t = useText("dags", en);
  return (
    <div className="flex min-w-0 items-baseline gap-2 whitespace-nowrap">
      <Link
        to="/dags/$dagId"
        params={{ dagId: dag.dag_id }}
        className="link truncate font-semibold"
        title={dag.dag_display_name}
        data-row={index}
      >
        {dag.dag_display_name}
      </Link>
      {dag.dag_display_name === dag.dag_id ? null : (
        <code className="truncate font-mono text-muted max-sm:hidden">{dag.dag_id}</code>
      )}
      {dag.has_import_errors ? (
        <Link to="/import-errors" className="text-bad underline">
          {t("importError")}
        </Link>
      ) : null}
      <Tags dag={dag} />
    </div>
  );
}

/** Beneath the name: whose it is and what it does; on a telephone how it went. */
function About({ dag, newest }: { dag: Dag; newest: DagRun | undefined }) {
  return (
    <div className="flex min-w-0 gap-2 text-muted">
      {newest ? (
        <span className="flex shrink-0 gap-1.5">
          <StateBadge state={newest.state} />
          <Instant at={newest.start_date ?? newest.queued_at ?? newest.run_after} relative />
        </span>
      ) : null}
      {dag.owners.map((owner) => (
        <Link
          key={owner}
          from="/dags"
          to="/dags"
          search={(old) => ({ ...old, owner })}
          className="shrink-0 hover:text-ink hover:underline max-sm:hidden"
        >
          {owner}
        </Link>
      ))}
      {dag.description && !newest ? (
        <span className="truncate" title={dag.description}>
          {dag.description}
        </span>
      ) : null}
    </div>
  );
}

function Schedule({ dag }: { dag: Dag }) {
  const say = useText("schedule", scheduleEn);
  const { language } = useSpoken();
  const words = scheduleInWords(dag.timetable_summary, say, language);
  const title = dag.timetable_description ?? dag.timetable_summary ?? undefined;
  return (
    <span className={`block truncate ${dag.timetable_summary ? "" : "text-muted"}`} title={title}>
      {words ?? <code className="font-mono">{dag.timetable_summary}</code>}
    </span>
  );
}

const SHOWN_TAGS = 3;

function Tags({ dag }: { dag: Dag }) {
  const t = useText("dags", en);
  if (dag.tags.length === 0) return null;
  return (
    <ul className="flex gap-1 max-md:hidden" aria-label={t("tagsOf", { dag: dag.dag_id })}>
      {dag.tags.slice(0, SHOWN_TAGS).map((tag) => (
        <li key={tag.name}>
          <Link
            from="/dags"
            to="/dags"
            search={(old) => ({ ...old, tag: tag.name })}
            className="rounded bg-raised px-1.5 text-muted hover:text-ink"
          >
            {tag.name}
          </Link>
        </li>
      ))}
      {dag.tags.length > SHOWN_TAGS ? (
        <li className="text-muted" title={dag.tags.map((tag) => tag.name).join(", ")}>
          +{dag.tags.length - SHOWN_TAGS}
        </li>
      ) : null}
    </ul>
  );
}
