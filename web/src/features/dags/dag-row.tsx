import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useSetPaused } from "@/api/actions";
import { RECENT_RUNS, recentRunsQuery } from "@/api/queries";
import type { Dag, DagRun } from "@/api/types";
import { Switch } from "@/components/controls";
import { StateBadge } from "@/components/state";
import { Instant } from "@/components/time";
import { recentRuns } from "@/lib/runs";
import { RunBars } from "./run-bars";
import { TriggerDialog } from "./trigger-dialog";

export function DagRow({ dag, latest }: { dag: Dag; latest: readonly DagRun[] }) {
  const own = useQuery(recentRunsQuery(dag.dag_id));
  const runs = recentRuns(dag.dag_id, own.data?.dag_runs ?? [], latest, RECENT_RUNS);
  const newest = runs.at(-1);
  return (
    <tr>
      <td className="w-8">
        <PauseSwitch dagId={dag.dag_id} paused={dag.is_paused} />
      </td>
      <td className="max-w-[32rem] max-sm:max-w-40">
        <Link
          to="/dags/$dagId"
          params={{ dagId: dag.dag_id }}
          className="link font-semibold break-words"
        >
          {dag.dag_display_name}
        </Link>
        {dag.dag_display_name === dag.dag_id ? null : (
          <code className="ml-2 font-mono text-muted">{dag.dag_id}</code>
        )}
        {dag.has_import_errors ? (
          <Link to="/import-errors" className="ml-2 text-bad underline">
            import error
          </Link>
        ) : null}
        {dag.description ? (
          <div className="truncate text-muted" title={dag.description}>
            {dag.description}
          </div>
        ) : null}
        <Tags dag={dag} />
      </td>
      <td
        className="max-w-48 truncate max-md:hidden"
        title={dag.timetable_description ?? undefined}
      >
        {dag.timetable_summary ? (
          <code className="font-mono">{dag.timetable_summary}</code>
        ) : (
          <span className="text-muted">–</span>
        )}
      </td>
      <td className="max-sm:hidden">
        <RunBars dagId={dag.dag_id} runs={runs} />
      </td>
      <td>
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
      <td className="max-md:hidden">
        {dag.is_paused ? (
          <span className="text-muted">Paused</span>
        ) : (
          <Instant at={dag.next_dagrun_run_after} relative />
        )}
      </td>
      <td className="text-right">
        <TriggerButton dagId={dag.dag_id} />
      </td>
    </tr>
  );
}

function Tags({ dag }: { dag: Dag }) {
  if (dag.tags.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1" aria-label={`Tags of ${dag.dag_id}`}>
      {dag.tags.map((tag) => (
        <li key={tag.name}>
          <Link
            to="/dags"
            search={(old) => ({ ...old, tag: tag.name, page: undefined })}
            className="rounded bg-raised px-1.5 text-muted hover:text-ink"
          >
            {tag.name}
          </Link>
        </li>
      ))}
    </ul>
  );
}

export function PauseSwitch({ dagId, paused }: { dagId: string; paused: boolean }) {
  const setPaused = useSetPaused();
  const shown = setPaused.isPending ? setPaused.variables.paused : paused;
  return (
    <>
      <Switch
        checked={!shown}
        label={shown ? `Unpause ${dagId}` : `Pause ${dagId}`}
        disabled={setPaused.isPending}
        onChange={(active) => setPaused.mutate({ dagId, paused: !active })}
      />
      {setPaused.isError ? (
        <span role="alert" className="block text-bad">
          {setPaused.error.message}
        </span>
      ) : null}
    </>
  );
}

export function TriggerButton({ dagId, primary = false }: { dagId: string; primary?: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={`button ${primary ? "button-primary" : ""}`}
        aria-label={`Trigger ${dagId}`}
        onClick={() => setOpen(true)}
      >
        Trigger
      </button>
      {open ? <TriggerDialog dagId={dagId} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
