import { Link, useLocation } from "@tanstack/react-router";
import { memo } from "react";
import { hasRole, type Me } from "@/api/rights";
import type { Dag, RunBar } from "@/api/types";
import { Switch } from "@/components/controls";
import { PlainLink } from "@/components/plain-link";
import { StateBadge } from "@/components/state";
import { Instant } from "@/components/time";
import { common } from "@/i18n/en/common";
import { dags as en } from "@/i18n/en/dags";
import { schedule as scheduleEn } from "@/i18n/en/schedule";
import { useSpoken } from "@/i18n/language";
import { useText } from "@/i18n/text";
import { scheduleInWords } from "@/lib/schedule-words";
import { stringifySearch } from "@/lib/search";
import { NextRun } from "./next-run";
import { RunBars } from "./run-bars";

export { PauseSwitch } from "./pause-switch";
export { TriggerButton } from "./trigger-button";

const cell = "h-12 overflow-hidden py-0.5!";

/** What the rows may do and share, so that none of them carries it by itself. */
export interface RowActions {
  me: Me | undefined;
  /** The DAG whose switch is under way. */
  pausing: string | undefined;
  pause: (dagId: string, paused: boolean) => void;
  trigger: (dagId: string) => void;
}

/** One line of the list, as high as every other: its place is known before it is read. */
export const DagRow = memo(function DagRow({
  dag,
  index,
  runs,
  narrow,
  actions,
}: {
  dag: Dag;
  index: number;
  /** Its newest, oldest first; undefined while nothing is known of them. */
  runs: readonly RunBar[] | undefined;
  /** On a telephone: the last run stands beneath the name. */
  narrow: boolean;
  actions: RowActions;
}) {
  const t = useText("dags", en);
  const c = useText("common", common);
  const { me, pausing, pause, trigger } = actions;
  const may = !me || hasRole(me, "operator", overOf(dag));
  const reason = may ? undefined : c("needsRole", { role: "operator" });
  const toggle = t(dag.is_paused ? "unpauseDag" : "pauseDag", { dag: dag.dag_id });
  return (
    <tr className="dag-row" aria-rowindex={index + 2}>
      <td className={cell}>
        <Switch
          checked={!dag.is_paused}
          label={toggle}
          title={reason ?? toggle}
          disabled={!may || pausing === dag.dag_id}
          onChange={(active) => pause(dag.dag_id, !active)}
        />
      </td>
      <td className={cell}>
        <Name dag={dag} index={index} />
        {narrow && runs ? <LastRun dag={dag} runs={runs} /> : <About dag={dag} />}
      </td>
      <td className={`${cell} max-md:hidden`}>
        <Schedule dag={dag} />
      </td>
      {narrow ? null : runs ? <Runs dag={dag} runs={runs} /> : <NoRuns />}
      <td className={`${cell} max-md:hidden`}>
        <NextRun dag={dag} />
      </td>
      <td className={`${cell} text-right`}>
        <button
          type="button"
          className="button"
          aria-label={t("triggerDag", { dag: dag.dag_id })}
          title={reason}
          disabled={!may}
          onClick={() => trigger(dag.dag_id)}
        >
          {t("trigger")}
        </button>
      </td>
    </tr>
  );
});

function overOf(dag: Dag) {
  return { dagId: dag.dag_id, tags: dag.tags.map((tag) => tag.name) };
}

/** The cells of the recent runs and of the last one. */
function Runs({ dag, runs }: { dag: Dag; runs: readonly RunBar[] }) {
  const newest = runs.at(-1);
  return (
    <>
      <td className={cell}>
        <RunBars dagId={dag.dag_id} runs={runs} />
      </td>
      <td className={cell}>
        {newest ? (
          <span className="flex flex-col">
            <StateBadge state={newest.state} />
            <span className="text-muted">
              <Instant at={newest.start_date ?? newest.queued_at ?? newest.run_after} relative />
            </span>
          </span>
        ) : (
          <span className="text-muted">–</span>
        )}
      </td>
    </>
  );
}

function NoRuns() {
  return (
    <>
      <td className={cell} />
      <td className={cell} />
    </>
  );
}

/** On a telephone beneath the name: how it went, else what it does. */
function LastRun({ dag, runs }: { dag: Dag; runs: readonly RunBar[] }) {
  const newest = runs.at(-1);
  if (!newest) return <About dag={dag} />;
  return (
    <div className="flex gap-1.5 text-muted">
      <StateBadge state={newest.state} />
      <Instant at={newest.start_date ?? newest.queued_at ?? newest.run_after} relative />
    </div>
  );
}

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
        <PlainLink path="/import-errors" className="text-bad underline">
          {t("importError")}
        </PlainLink>
      ) : null}
      <Tags dag={dag} />
    </div>
  );
}

/** Beneath the name: whose it is and what it does. */
function About({ dag }: { dag: Dag }) {
  const { search } = useLocation();
  return (
    <div className="flex min-w-0 gap-2 text-muted">
      {dag.owners.map((owner) => (
        <PlainLink
          key={owner}
          path={`/dags${stringifySearch({ ...search, owner })}`}
          className="max-w-1/2 shrink-0 truncate hover:text-ink hover:underline max-sm:hidden"
        >
          {owner}
        </PlainLink>
      ))}
      {dag.description ? (
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
  const { search } = useLocation();
  if (dag.tags.length === 0) return null;
  return (
    // The first to give way, so that long tags leave the name its place.
    <ul
      className="flex min-w-0 shrink-[20] gap-1 max-md:hidden"
      aria-label={t("tagsOf", { dag: dag.dag_id })}
    >
      {dag.tags.slice(0, SHOWN_TAGS).map((tag) => (
        <li key={tag.name} className="min-w-0 truncate">
          <PlainLink
            path={`/dags${stringifySearch({ ...search, tag: tag.name })}`}
            className="rounded bg-raised px-1.5 text-muted hover:text-ink"
          >
            {tag.name}
          </PlainLink>
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
