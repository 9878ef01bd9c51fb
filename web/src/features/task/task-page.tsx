import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { tasksQuery } from "@/api/queries";
import { useRefreshOn } from "@/api/refresh";
import { type InstanceKey, instanceQuery, triesQuery } from "@/api/task-queries";
import type { TaskInstance, TaskTry } from "@/api/types";
import { Empty, Loading, Show } from "@/components/feedback";
import { StateDot } from "@/components/state";
import { Breadcrumb } from "@/features/breadcrumb";
import { log as logEn } from "@/i18n/en/log";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import type { TaskTab } from "@/lib/search-run";
import { isFinished } from "@/lib/states";
import { instanceName } from "@/lib/tasks";
import { Details } from "./details";
import { LogView } from "./log-view";
import { MappedList } from "./mapped-list";
import { Neighbours } from "./neighbours";
import { Outputs } from "./outputs";
import { TaskHeading } from "./task-heading";

const ApprovalTab = lazy(async () => ({ default: (await import("./approval")).ApprovalTab }));

const route = getRouteApi("/signed-in/dags/$dagId/runs/$runId/tasks/$taskId");

export function TaskPage() {
  const t = useText("task", en);
  const { dagId, runId, taskId } = route.useParams();
  const { map = -1, try: chosen, tab } = route.useSearch();
  const key: InstanceKey = { dagId, runId, taskId, mapIndex: map };
  const tasks = useQuery(tasksQuery(dagId));
  const isMapped = tasks.data?.tasks.find(({ task_id }) => task_id === taskId)?.is_mapped === true;
  // Of a mapped task without an index there is no one instance, only the list of all.
  if (map < 0 && tasks.isPending)
    return (
      <>
        <Head instance={key} />
        <Loading what={t("what")} />
      </>
    );
  if (isMapped && map < 0) return <MappedTask instance={key} />;
  return (
    <OneInstance instanceKey={key} chosen={chosen} tab={tab} what={t("what")} isMapped={isMapped} />
  );
}

function Head({ instance }: { instance: InstanceKey }) {
  const name = instanceName(instance.taskId, instance.mapIndex);
  return (
    <>
      <title>{`${name} · ${instance.dagId} · Weft`}</title>
      <Breadcrumb dagId={instance.dagId} runId={instance.runId} taskId={name} />
    </>
  );
}

function MappedTask({ instance }: { instance: InstanceKey }) {
  const { task_state } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <Head instance={instance} />
      <h1 className="mb-3 text-lg font-semibold break-all">{instance.taskId}</h1>
      <Neighbours instance={instance} />
      <MappedList
        instance={instance}
        state={task_state}
        onState={(next) =>
          void navigate({ search: (old) => ({ ...old, task_state: next }), replace: true })
        }
      />
    </>
  );
}

function OneInstance({
  instanceKey: key,
  chosen,
  tab: wanted,
  what,
  isMapped,
}: {
  instanceKey: InstanceKey;
  chosen: number | undefined;
  tab: TaskTab | undefined;
  what: string;
  isMapped: boolean;
}) {
  const instance = useQuery(instanceQuery(key));
  const active = !isFinished(instance.data?.state);
  const tries = useQuery(triesQuery(key, active));
  useRefreshOn(instance.data?.state, ["instances", "tries", key]);
  useRefreshOn(instance.data?.state, ["instances", "outputs", key]);
  return (
    <>
      <Head instance={key} />
      <Show query={instance} what={what}>
        {(data) => {
          const attempts = tries.data?.task_instances ?? [];
          const tryNumber = chosen ?? data.try_number;
          const shown = attempts.findLast((attempt) => attempt.try_number === tryNumber);
          const isApproval = data.operator === "approval";
          const tab = wanted ?? (isApproval ? "approval" : "log");
          return (
            <>
              <TaskHeading instance={data} shown={shown} instanceKey={key} />
              <div className="mb-3 flex flex-wrap items-end gap-x-6 border-b border-line">
                <Tabs tab={tab} isApproval={isApproval} isMapped={isMapped} />
                <Tries attempts={attempts} shown={tryNumber} />
              </div>
              {active && tryNumber < data.try_number ? <NewerTry number={data.try_number} /> : null}
              <TabBody
                tab={tab}
                instanceKey={key}
                instance={data}
                attempts={attempts}
                shown={shown}
                tryNumber={tryNumber}
                isPending={tries.isPending}
                active={active}
              />
            </>
          );
        }}
      </Show>
    </>
  );
}

function TabBody({
  tab,
  instanceKey,
  instance,
  attempts,
  shown,
  tryNumber,
  isPending,
  active,
}: {
  tab: TaskTab;
  instanceKey: InstanceKey;
  instance: TaskInstance;
  attempts: readonly TaskTry[];
  shown: TaskTry | undefined;
  tryNumber: number;
  isPending: boolean;
  active: boolean;
}) {
  const t = useText("log", logEn);
  const { q, level, only, at, task_state } = route.useSearch();
  const navigate = route.useNavigate();
  switch (tab) {
    case "outputs":
      return <Outputs instance={instanceKey} active={active} />;
    case "details":
      return (
        <>
          <Neighbours instance={instanceKey} />
          <Details instance={instance} attempts={attempts} shown={shown} />
        </>
      );
    case "mapped":
      return (
        <MappedList
          instance={instanceKey}
          state={task_state}
          onState={(next) =>
            void navigate({ search: (old) => ({ ...old, task_state: next }), replace: true })
          }
        />
      );
    case "approval":
      return (
        <Suspense fallback={<Loading what={t("what")} />}>
          <ApprovalTab instance={instanceKey} />
        </Suspense>
      );
    default:
      if (tryNumber < 1) return <Empty>{t("noLog")}</Empty>;
      if (isPending) return <Loading what={t("what")} />;
      return (
        <LogView
          key={`${instanceKey.taskId} ${instanceKey.mapIndex} ${tryNumber}`}
          address={{ ...instanceKey, tryNumber }}
          bytes={shown?.log_bytes}
          search={{ q, level, only, at }}
          onSearch={(next) =>
            void navigate({
              // A place in a log is one of this try: it stays, and so does who looks for something.
              search: (old) => ({
                ...old,
                ...next,
                try: next.at === undefined && !next.q ? old.try : tryNumber,
              }),
              replace: true,
            })
          }
        />
      );
  }
}

const tabClass = (current: boolean) =>
  `inline-flex items-center gap-1.5 border-b-2 px-3 py-1.5 ${
    current ? "border-accent font-semibold" : "border-transparent hover:border-line"
  }`;

function Tabs({
  tab,
  isApproval,
  isMapped,
}: {
  tab: TaskTab;
  isApproval: boolean;
  isMapped: boolean;
}) {
  const t = useText("task", en);
  const names: TaskTab[] = [
    ...(isApproval ? (["approval"] as const) : (["log"] as const)),
    "outputs",
    "details",
    ...(isMapped ? (["mapped"] as const) : []),
  ];
  return (
    <nav aria-label={t("label")}>
      <ul className="flex flex-wrap gap-1">
        {names.map((name) => (
          <li key={name}>
            <Link
              from="/dags/$dagId/runs/$runId/tasks/$taskId"
              to="."
              search={(old) => ({ ...old, tab: name === names[0] ? undefined : name })}
              activeOptions={{ exact: true }}
              aria-current={tab === name ? "page" : undefined}
              className={tabClass(tab === name)}
            >
              {t(name)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** While one reads an older try the page stays there, and says that there is more to see. */
function NewerTry({ number }: { number: number }) {
  const t = useText("task", en);
  return (
    <p role="status" className="mb-2 rounded bg-warn-panel px-2 py-1">
      <Link
        from="/dags/$dagId/runs/$runId/tasks/$taskId"
        to="."
        search={(old) => ({ ...old, try: undefined, at: undefined })}
        className="link"
      >
        {t("newerTry", { number })}
      </Link>
    </p>
  );
}

function Tries({ attempts, shown }: { attempts: readonly TaskTry[]; shown: number }) {
  const t = useText("task", en);
  if (attempts.length < 2) return null;
  const numbers = new Map(attempts.map((attempt) => [attempt.try_number, attempt]));
  return (
    <nav aria-label={t("tries")}>
      <ul className="flex flex-wrap items-center gap-1">
        {[...numbers.values()].map((attempt) => (
          <li key={attempt.try_number}>
            <Link
              from="/dags/$dagId/runs/$runId/tasks/$taskId"
              to="."
              search={(old) => ({ ...old, try: attempt.try_number, at: undefined })}
              activeOptions={{ exact: true }}
              aria-current={attempt.try_number === shown ? "page" : undefined}
              className={tabClass(attempt.try_number === shown)}
            >
              <StateDot state={attempt.state} />
              {t("tryNumber", { number: attempt.try_number })}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
