import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { tasksQuery } from "@/api/queries";
import type { InstanceKey } from "@/api/task-queries";
import { neighboursQuery } from "@/api/task-queries";
import { StateBadge, StateCounts } from "@/components/state";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import type { AnyState } from "@/lib/states";

/** The tasks next to this one in the graph, with their states in the same run. */
export function Neighbours({ instance }: { instance: InstanceKey }) {
  const t = useText("task", en);
  const tasks = useQuery(tasksQuery(instance.dagId));
  const own = tasks.data?.tasks.find(({ task_id }) => task_id === instance.taskId);
  const upstream = own?.upstream_task_ids ?? [];
  const downstream = own?.downstream_task_ids ?? [];
  const near = [...new Set([...upstream, ...downstream])];
  const states = useQuery({ ...neighboursQuery(instance, near), enabled: near.length > 0 });
  if (!own) return null;
  const statesOf = (taskId: string): AnyState[] =>
    (states.data?.task_instances ?? [])
      .filter(({ task_id }) => task_id === taskId)
      .map(({ state }) => state);
  const column = (title: string, ids: readonly string[], none: string) => (
    <section aria-label={title} className="min-w-0 flex-1">
      <h2 className="font-semibold">{title}</h2>
      {ids.length === 0 ? <p className="text-muted">{none}</p> : null}
      <ul>
        {ids.map((id) => {
          const found = statesOf(id);
          return (
            <li key={id} className="flex flex-wrap items-center gap-x-2">
              <Link
                to="/dags/$dagId/runs/$runId/tasks/$taskId"
                params={{ dagId: instance.dagId, runId: instance.runId, taskId: id }}
                search={{}}
                className="link break-all"
              >
                {id}
              </Link>
              {found.length > 1 ? (
                <StateCounts states={found} />
              ) : found.length === 1 ? (
                <StateBadge state={found[0] ?? null} />
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
  return (
    <div className="panel mb-3 flex flex-wrap gap-6 p-3">
      {column(t("upstream"), upstream, t("noUpstream"))}
      {column(t("downstream"), downstream, t("noDownstream"))}
    </div>
  );
}
