import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { taskHistoryQuery } from "@/api/dag-queries";
import type { TaskInstance } from "@/api/types";
import { Facts } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import { StateBadge } from "@/components/state";
import { Instant } from "@/components/time";
import { dag as en } from "@/i18n/en/dag";
import { useText } from "@/i18n/text";
import { summaryOf } from "@/lib/dag/durations";
import { formatDuration } from "@/lib/format";
import { DurationChart } from "./duration-chart";

/** How long a task took in its last runs: is it slower than it was? */
export function TaskTrend({
  dagId,
  taskId,
  onClose,
}: {
  dagId: string;
  taskId: string;
  onClose: () => void;
}) {
  const t = useText("dag", en);
  const history = useQuery(taskHistoryQuery(dagId, taskId));
  return (
    <section className="panel mb-3 p-3" aria-label={t("trendOf", { task: taskId })}>
      <div className="mb-2 flex items-start gap-2">
        <h2 className="flex-1 font-semibold break-all">{t("trendOf", { task: taskId })}</h2>
        <button type="button" className="button" onClick={onClose}>
          {t("trendClose")}
        </button>
      </div>
      <Show query={history} what={t("trendOf", { task: taskId })}>
        {(data) => <Trend dagId={dagId} taskId={taskId} newestFirst={data.task_instances} />}
      </Show>
    </section>
  );
}

function Trend({
  dagId,
  taskId,
  newestFirst,
}: {
  dagId: string;
  taskId: string;
  newestFirst: readonly TaskInstance[];
}) {
  const t = useText("dag", en);
  const navigate = useNavigate();
  const items = [...newestFirst].reverse();
  const summary = summaryOf(items);
  if (!summary) return <Empty>{t("trendEmpty", { task: taskId })}</Empty>;
  const slower = summary.factor !== null && summary.factor >= 1.5;
  return (
    <>
      <Facts
        facts={[
          [
            t("trendNewest"),
            <span key="n">
              {formatDuration(summary.newest)}
              {summary.factor === null ? null : (
                <span className={slower ? "text-bad" : "text-muted"}>
                  {" "}
                  ({t("trendFactor", { factor: summary.factor.toFixed(1) })})
                </span>
              )}
            </span>,
          ],
          [t("trendMedian"), formatDuration(summary.median)],
          [t("trendP95"), formatDuration(summary.p95)],
          [t("trendSlowest"), formatDuration(summary.slowest)],
          ["", t("trendRuns", { count: summary.count })],
        ]}
      />
      <DurationChart
        label={t("trendChart", { task: taskId })}
        items={items}
        median={summary.median}
        onOpen={(index) => {
          const item = items[index];
          if (item) void navigate(linkOf(dagId, item));
        }}
      />
      <details>
        <summary className="text-muted">{t("trendTable")}</summary>
        <ul className="mt-1 max-h-64 overflow-y-auto">
          {newestFirst.map((item) => (
            <li key={item.id} className="flex flex-wrap gap-x-3">
              <Link {...linkOf(dagId, item)} className="link">
                <Instant at={item.run_after} />
                {item.map_index >= 0 ? ` [${item.map_index}]` : ""}
              </Link>
              <StateBadge state={item.state ?? null} />
              <span>{formatDuration(item.duration) || "–"}</span>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function linkOf(dagId: string, item: Pick<TaskInstance, "dag_run_id" | "task_id" | "map_index">) {
  return {
    to: "/dags/$dagId/runs/$runId/tasks/$taskId",
    params: { dagId, runId: item.dag_run_id, taskId: item.task_id },
    search: { map: item.map_index >= 0 ? item.map_index : undefined },
  } as const;
}
