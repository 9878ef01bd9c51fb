import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet } from "@tanstack/react-router";
import { dagQuery } from "@/api/queries";
import { importErrorsQuery } from "@/api/system-queries";
import type { DagDetails } from "@/api/types";
import { Facts } from "@/components/controls";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { Breadcrumb } from "@/features/breadcrumb";
import { PauseSwitch, TriggerButton } from "@/features/dags/dag-row";
import { errorsOfFile } from "@/lib/import-errors";

const route = getRouteApi("/signed-in/dags/$dagId");

export function DagPage() {
  const { dagId } = route.useParams();
  const dag = useQuery(dagQuery(dagId));
  return (
    <>
      <title>{`${dagId} · Weft`}</title>
      <Breadcrumb dagId={dagId} />
      <Show query={dag} what="DAG">
        {(data) => (
          <>
            <Heading dag={data} />
            <ImportErrorBanner dag={data} />
            <Tabs dagId={dagId} />
            <Outlet />
          </>
        )}
      </Show>
    </>
  );
}

function Heading({ dag }: { dag: DagDetails }) {
  return (
    <section className="panel mb-3 flex flex-col gap-2 p-3" aria-label="About this DAG">
      <div className="flex flex-wrap items-center gap-3">
        <PauseSwitch dagId={dag.dag_id} paused={dag.is_paused} />
        <h1 className="min-w-0 text-lg font-semibold break-words">{dag.dag_display_name}</h1>
        {dag.is_paused ? <span className="text-muted">Paused</span> : null}
        {dag.is_stale ? <span className="text-bad">Its file is gone</span> : null}
        <span className="flex-1" />
        <TriggerButton dagId={dag.dag_id} primary />
      </div>
      {dag.description ? <p className="break-words">{dag.description}</p> : null}
      <Facts
        facts={[
          [
            "Schedule",
            dag.timetable_summary ? (
              <code key="s" className="font-mono" title={dag.timetable_description ?? undefined}>
                {dag.timetable_summary}
              </code>
            ) : (
              "None"
            ),
          ],
          ["Time zone", dag.timezone],
          [
            "Next run",
            dag.is_paused || !dag.next_dagrun_run_after ? null : (
              <Instant key="n" at={dag.next_dagrun_run_after} />
            ),
          ],
          ["Owner", dag.owners.join(", ")],
          ["Tags", dag.tags.map((tag) => tag.name).join(", ")],
          ["Catchup", dag.catchup ? "Yes" : "No"],
          ["Max active runs", dag.max_active_runs],
          ["Version", dag.latest_dag_version?.version_number],
          ["File", dag.relative_fileloc ?? dag.fileloc],
        ]}
      />
      {dag.doc_md ? (
        <details>
          <summary>Documentation</summary>
          <p className="mt-1 max-w-prose break-words whitespace-pre-wrap">{dag.doc_md}</p>
        </details>
      ) : null}
    </section>
  );
}

/** The last good version goes on running; whoever looks at the DAG should know. */
function ImportErrorBanner({ dag }: { dag: DagDetails }) {
  const errors = useQuery({ ...importErrorsQuery(), enabled: dag.has_import_errors });
  if (!dag.has_import_errors) return null;
  return (
    <div role="alert" className="mb-3 rounded-md border border-bad bg-bad-panel p-3">
      <p>
        <strong>The newest text of this file has errors.</strong> The last good version stays
        active.{" "}
        <Link to="/import-errors" className="link">
          All import errors
        </Link>
      </p>
      {errorsOfFile(errors.data?.import_errors ?? [], dag).map((error) => (
        <pre
          key={error.import_error_id}
          className="mt-2 overflow-x-auto font-mono text-xs whitespace-pre-wrap"
        >
          {error.stack_trace}
        </pre>
      ))}
    </div>
  );
}

const tab =
  "border-b-2 border-transparent px-3 py-1.5 hover:border-line aria-[current=page]:border-accent aria-[current=page]:font-semibold";

function Tabs({ dagId }: { dagId: string }) {
  const params = { dagId };
  return (
    <nav aria-label="DAG" className="mb-3 flex gap-1 border-b border-line">
      <Link to="/dags/$dagId" params={params} className={tab} activeOptions={{ exact: true }}>
        Runs
      </Link>
      <Link to="/dags/$dagId/tasks" params={params} className={tab}>
        Tasks
      </Link>
      <Link to="/dags/$dagId/code" params={params} className={tab}>
        Code
      </Link>
    </nav>
  );
}
