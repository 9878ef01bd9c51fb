import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useRefreshOn } from "@/api/refresh";
import { type InstanceKey, instanceQuery, triesQuery } from "@/api/task-queries";
import type { TaskInstance, TaskTry } from "@/api/types";
import { Code, Facts } from "@/components/controls";
import { Empty, Loading, Show } from "@/components/feedback";
import { StateBadge, StateDot } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { Breadcrumb } from "@/features/breadcrumb";
import { TaskWhy } from "@/features/why";
import { formatBytes } from "@/lib/log-buffer";
import { TASK_TABS } from "@/lib/search";
import { isFinished, isWaiting } from "@/lib/states";
import { LogView } from "./log-view";
import { Outputs } from "./outputs";

const route = getRouteApi("/signed-in/dags/$dagId/runs/$runId/tasks/$taskId");

export function TaskPage() {
  const { dagId, runId, taskId } = route.useParams();
  const { map = -1, try: chosen, tab = "log" } = route.useSearch();
  const key: InstanceKey = { dagId, runId, taskId, mapIndex: map };
  const instance = useQuery(instanceQuery(key));
  const active = !isFinished(instance.data?.state);
  const tries = useQuery(triesQuery(key, active));
  useRefreshOn(instance.data?.state, ["instances", "tries", key]);
  useRefreshOn(instance.data?.state, ["instances", "outputs", key]);
  return (
    <>
      <title>{`${taskId} · ${dagId} · Weft`}</title>
      <Breadcrumb dagId={dagId} runId={runId} taskId={map >= 0 ? `${taskId} [${map}]` : taskId} />
      <Show query={instance} what="task instance">
        {(data) => {
          const attempts = tries.data?.task_instances ?? [];
          const tryNumber = chosen ?? data.try_number;
          const shown = attempts.findLast((attempt) => attempt.try_number === tryNumber);
          return (
            <>
              <Heading instance={data} shown={shown} instanceKey={key} />
              <div className="mb-3 flex flex-wrap items-end gap-x-6 border-b border-line">
                <Tabs />
                <Tries attempts={attempts} shown={tryNumber} />
              </div>
              {tab === "outputs" ? (
                <Outputs instance={key} active={active} />
              ) : tab === "details" ? (
                <Details instance={data} shown={shown} />
              ) : tryNumber < 1 ? (
                <Empty>Nothing has run yet, so there is no log.</Empty>
              ) : tries.isPending ? (
                <Loading what="the log" />
              ) : (
                <LogView
                  key={`${map} ${tryNumber}`}
                  address={{ ...key, tryNumber }}
                  bytes={shown?.log_bytes}
                />
              )}
            </>
          );
        }}
      </Show>
    </>
  );
}

function Heading({
  instance,
  shown,
  instanceKey,
}: {
  instance: TaskInstance;
  shown: TaskTry | undefined;
  instanceKey: InstanceKey;
}) {
  return (
    <section className="panel mb-3 flex flex-col gap-2 p-3" aria-label="About this task instance">
      <div className="flex flex-wrap items-center gap-3">
        <StateBadge state={instance.state} large />
        <h1 className="min-w-0 text-lg font-semibold break-all">
          {instance.task_display_name}
          {instance.map_index >= 0 ? ` [${instance.map_index}]` : ""}
        </h1>
      </div>
      {instance.reason ? <p className="break-words">{instance.reason}</p> : null}
      {isWaiting(instance.state) ? <TaskWhy instance={instanceKey} /> : null}
      {shown?.error && shown.error !== instance.reason ? (
        <p className="break-words text-bad">{shown.error}</p>
      ) : null}
      {instance.note ? <p className="rounded bg-warn-panel px-2 py-1">{instance.note}</p> : null}
      <Facts
        facts={[
          ["Type", instance.operator],
          [
            "Try",
            instance.try_number > 0 ? `${instance.try_number} of ${instance.max_tries + 1}` : null,
          ],
          ["Start", instance.start_date ? <Instant key="s" at={instance.start_date} /> : null],
          ["End", instance.end_date ? <Instant key="e" at={instance.end_date} /> : null],
          ["Duration", instance.start_date ? <Elapsed key="d" item={instance} /> : null],
          [
            "Next try",
            instance.next_retry_at ? <Instant key="n" at={instance.next_retry_at} /> : null,
          ],
          ["Worker", instance.hostname],
          ["Exit code", shown?.exit_code],
          ["Signal", shown?.signal],
        ]}
      />
    </section>
  );
}

const TAB_WORDS = { log: "Log", outputs: "Outputs (XCom)", details: "Details" };
const tabClass = (current: boolean) =>
  `inline-flex items-center gap-1.5 border-b-2 px-3 py-1.5 ${
    current ? "border-accent font-semibold" : "border-transparent hover:border-line"
  }`;

function Tabs() {
  const { tab = "log" } = route.useSearch();
  return (
    <nav aria-label="Task instance">
      <ul className="flex gap-1">
        {TASK_TABS.map((name) => (
          <li key={name}>
            <Link
              from="/dags/$dagId/runs/$runId/tasks/$taskId"
              to="."
              search={(old) => ({ ...old, tab: name === "log" ? undefined : name })}
              activeOptions={{ exact: true }}
              aria-current={tab === name ? "page" : undefined}
              className={tabClass(tab === name)}
            >
              {TAB_WORDS[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Tries({ attempts, shown }: { attempts: readonly TaskTry[]; shown: number }) {
  if (attempts.length < 2) return null;
  const numbers = new Map(attempts.map((attempt) => [attempt.try_number, attempt]));
  return (
    <nav aria-label="Tries">
      <ul className="flex flex-wrap items-center gap-1">
        {[...numbers.values()].map((attempt) => (
          <li key={attempt.try_number}>
            <Link
              from="/dags/$dagId/runs/$runId/tasks/$taskId"
              to="."
              search={(old) => ({ ...old, try: attempt.try_number })}
              activeOptions={{ exact: true }}
              aria-current={attempt.try_number === shown ? "page" : undefined}
              className={tabClass(attempt.try_number === shown)}
            >
              <StateDot state={attempt.state} />
              Try {attempt.try_number}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Details({ instance, shown }: { instance: TaskInstance; shown: TaskTry | undefined }) {
  return (
    <div className="flex flex-col gap-3">
      <section className="panel p-3" aria-label="Details">
        <Facts
          facts={[
            ["Pool", `${instance.pool} (${instance.pool_slots})`],
            ["Queue", instance.queue],
            ["Priority weight", instance.priority_weight],
            ["Version", instance.dag_version?.version_number],
            ["Scheduled", <Instant key="s" at={instance.scheduled_when} />],
            ["Queued", <Instant key="q" at={instance.queued_when} />],
            ["Outcome of the try", shown?.outcome],
            ["Log", shown ? formatBytes(shown.log_bytes) : null],
            ["CPU", shown ? `${shown.cpu_seconds.toFixed(2)}s` : null],
            ["Peak memory", shown ? formatBytes(shown.max_rss_kb * 1024) : null],
            ["PID", instance.pid],
          ]}
        />
      </section>
      {Object.keys(instance.rendered_fields).length > 0 ? (
        <>
          <h2 className="font-semibold">Rendered fields</h2>
          <Code text={JSON.stringify(instance.rendered_fields, null, 2)} label="Rendered fields" />
        </>
      ) : null}
    </div>
  );
}
