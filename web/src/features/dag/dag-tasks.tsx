import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { tasksQuery } from "@/api/queries";
import type { Task } from "@/api/types";
import { Empty, Loading, Show } from "@/components/feedback";
import { SearchBox } from "@/components/search-box";
import { dag as en } from "@/i18n/en/dag";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { topologicalRank } from "@/lib/tasks";

const route = getRouteApi("/signed-in/dags/$dagId/tasks");

// The chart's library comes when somebody asks for a chart.
const TaskTrend = lazy(async () => ({ default: (await import("./trend/task-trend")).TaskTrend }));

export function DagTasks() {
  const { dagId } = route.useParams();
  const { q, task } = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dag", en);
  const s = useText("shell", shell);
  const tasks = useQuery(tasksQuery(dagId));
  return (
    <Show query={tasks} what={t("tabTasks")}>
      {(data) => {
        const shown = sorted(data.tasks, q);
        return (
          <>
            <div className="mb-2 flex items-center gap-3">
              <SearchBox
                value={q ?? ""}
                label={t("filterTasks")}
                hint={t("filterTasks")}
                group={s("groupList")}
                onChange={(words) =>
                  void navigate({
                    search: (old) => ({ ...old, q: words || undefined }),
                    replace: true,
                  })
                }
              />
              <span className="text-muted">{t("tasks", { count: shown.length })}</span>
            </div>
            {task ? (
              <Suspense fallback={<Loading what={t("trendOf", { task })} />}>
                <TaskTrend
                  dagId={dagId}
                  taskId={task}
                  onClose={() => void navigate({ search: (old) => ({ ...old, task: undefined }) })}
                />
              </Suspense>
            ) : null}
            <div className="panel overflow-x-auto">
              {shown.length === 0 ? (
                <Empty>{t("tasksNone")}</Empty>
              ) : (
                <TaskTable tasks={shown} chosen={task} />
              )}
            </div>
          </>
        );
      }}
    </Show>
  );
}

/** Upstreams before downstreams, those whose name has the words in it. */
function sorted(tasks: readonly Task[], q: string | undefined): Task[] {
  const rank = topologicalRank(tasks);
  const words = q?.toLowerCase() ?? "";
  const at = (task: Task) => rank.get(task.task_id ?? "") ?? 0;
  return tasks
    .filter((task) =>
      `${task.task_id ?? ""} ${task.task_display_name ?? ""}`.toLowerCase().includes(words),
    )
    .sort((a, b) => at(a) - at(b));
}

function TaskTable({ tasks, chosen }: { tasks: readonly Task[]; chosen: string | undefined }) {
  const t = useText("dag", en);
  return (
    <table className="grid-table">
      <thead>
        <tr>
          <th scope="col">{t("task")}</th>
          <th scope="col">{t("trendShow")}</th>
          <th scope="col">{t("type")}</th>
          <th scope="col">{t("upstream")}</th>
          <th scope="col">{t("triggerRule")}</th>
          <th scope="col">{t("retries")}</th>
          <th scope="col">{t("pool")}</th>
          <th scope="col">{t("queue")}</th>
          <th scope="col">{t("priority")}</th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <TaskRow key={task.task_id} task={task} chosen={task.task_id === chosen} />
        ))}
      </tbody>
    </table>
  );
}

function TaskRow({ task, chosen }: { task: Task; chosen: boolean }) {
  const t = useText("dag", en);
  const navigate = route.useNavigate();
  const id = task.task_id ?? "";
  return (
    <tr className={chosen ? "bg-raised" : undefined}>
      <th scope="row" className="break-all whitespace-normal !text-ink">
        {task.task_display_name ?? id}
        {task.is_mapped ? <span className="font-normal text-muted"> [{t("mapped")}]</span> : null}
        {task.doc_md ? (
          <details className="font-normal text-muted">
            <summary>{t("documentation")}</summary>
            <p className="max-w-prose whitespace-pre-wrap">{task.doc_md}</p>
          </details>
        ) : null}
      </th>
      <td>
        <button
          type="button"
          className="link"
          aria-expanded={chosen}
          aria-label={t("trendOf", { task: id })}
          onClick={() =>
            void navigate({
              search: (old) => ({ ...old, task: chosen ? undefined : id }),
              resetScroll: true,
            })
          }
        >
          {t("trendShow")}
        </button>
      </td>
      <td>{task.operator_name}</td>
      <td className="max-w-72 break-all">{task.upstream_task_ids.join(", ")}</td>
      <td>{task.trigger_rule}</td>
      <td>{task.retries}</td>
      <td>
        {task.pool}
        {task.pool_slots && task.pool_slots > 1 ? ` × ${task.pool_slots}` : ""}
      </td>
      <td>{task.queue}</td>
      <td>{task.priority_weight}</td>
    </tr>
  );
}
