/** What the page of one run reads beyond the run itself. */

import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { ACTIVE_MS, CALM_MS } from "./queries";
import type { DagRun, GanttInstance } from "./types";

/** An instance as the table needs it: where it is, and when it waited and ran. */
export type RunRowItem = GanttInstance & { dag_id: string; dag_run_id: string };

const PAGE = 1000;
/** A run with more instances is read again by the clock, not at each change. */
export const MANY_INSTANCES = 1000;

/** All instances of a run, in pages as large as the server gives them. */
export const runRowsQuery = (dagId: string, runId: string, active: boolean, isLarge: boolean) =>
  queryOptions({
    queryKey: ["instances", "rows", dagId, runId],
    queryFn: async ({ signal }) => {
      const found = new Map<string, RunRowItem>();
      for (let offset = 0; ; offset += PAGE) {
        const page = await unwrap(
          api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/gantt", {
            params: {
              path: { dag_id: dagId, dag_run_id: runId },
              query: { limit: PAGE, offset },
            },
            signal,
          }),
        );
        // What begins between two pages may stand in both.
        for (const item of page.task_instances)
          found.set(`${item.task_id} ${item.map_index}`, {
            ...item,
            dag_id: dagId,
            dag_run_id: runId,
          });
        const isLast = page.task_instances.length < PAGE;
        if (isLast) return { task_instances: [...found.values()] };
      }
    },
    ...(isLarge ? { staleTime: Number.POSITIVE_INFINITY } : {}),
    refetchInterval: ({ state }) => {
      const pages = Math.ceil((state.data?.task_instances.length ?? 0) / PAGE);
      return (active ? ACTIVE_MS : CALM_MS) * Math.max(1, 2 * (pages - 1));
    },
  });

/** The failures, the first to end first: reasons, and where to look. */
export const failuresQuery = (dagId: string, runId: string, active: boolean) =>
  queryOptions({
    queryKey: ["instances", "failed", dagId, runId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
          params: {
            path: { dag_id: dagId, dag_run_id: runId },
            query: {
              limit: 100,
              state: ["failed", "up_for_retry"],
              order_by: ["end_date"],
            },
          },
          signal,
        }),
      ),
    refetchInterval: active ? ACTIVE_MS : CALM_MS,
  });

/** The boxes of the version that the run has: its groups, and what is mapped. */
export const boxesQuery = (dagId: string, version: number | undefined) =>
  queryOptions({
    queryKey: ["boxes", dagId, version ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/graph", {
          params: {
            path: { dag_id: dagId },
            query: version === undefined ? {} : { version_number: version },
          },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The last success before a run; what is different from it may be the cause. */
export const lastSuccessQuery = (run: Pick<DagRun, "dag_id" | "dag_run_id" | "run_after">) =>
  queryOptions({
    queryKey: ["runs", "lastSuccess", run.dag_id, run.dag_run_id],
    queryFn: async ({ signal }) => {
      const found = await unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns", {
          params: {
            path: { dag_id: run.dag_id },
            query: {
              limit: 1,
              state: ["success"],
              run_after_lt: run.run_after,
              order_by: ["-run_after"],
            },
          },
          signal,
        }),
      );
      return found.dag_runs[0] ?? null;
    },
    staleTime: 60_000,
  });

/** Confs of the latest runs, for the forms. */
export const recentConfsQuery = (dagId: string) =>
  queryOptions({
    queryKey: ["runs", "confs", dagId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns", {
          params: { path: { dag_id: dagId }, query: { limit: 20, order_by: ["-run_after"] } },
          signal,
        }),
      ),
    staleTime: CALM_MS,
  });

export const upstreamEventsQuery = (dagId: string, runId: string) =>
  queryOptions({
    queryKey: ["assetEvents", dagId, runId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/upstreamAssetEvents", {
          params: { path: { dag_id: dagId, dag_run_id: runId } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What the DAG makes, and which DAGs are scheduled by it. */
export const madeAssetsQuery = (dagId: string) =>
  queryOptions({
    queryKey: ["assets", "of", dagId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/assets", {
          params: { query: { dag_ids: [dagId], limit: 100 } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

export interface Waiter {
  dag_id: string;
  run_id: string;
  task_id: string;
  map_index: number;
}

export interface Waiters {
  found: Waiter[];
  /** So many waiting tasks were asked … */
  asked: number;
  /** … of so many that there are. */
  all: number;
}

/** Waiting tasks are asked one by one what they wait for, so no more than these. */
const MAX_ASKED = 50;
const WAITING_FOR_RUNS: ReadonlySet<string> = new Set(["trigger_dag", "sensor.task"]);

/** The tasks of other runs that wait for the end of this one, as trigger_dag and sensor.task do. */
export const waitersQuery = (dagId: string, runId: string) =>
  queryOptions({
    queryKey: ["waiters", dagId, runId],
    queryFn: async ({ signal }): Promise<Waiters> => {
      const { task_instances: waiting, total_entries: all } = await unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
          params: {
            path: { dag_id: "~", dag_run_id: "~" },
            query: {
              limit: MAX_ASKED,
              // Not by operator: the server looks that up in no more than some thousand DAGs.
              state: ["deferred", "up_for_reschedule"],
            },
          },
          signal,
        }),
      );
      const candidates = waiting.filter(({ operator }) => WAITING_FOR_RUNS.has(operator ?? ""));
      const asked = candidates.map(async (item): Promise<Waiter[]> => {
        const { reasons } = await unwrap(
          api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/why", {
            params: {
              path: { dag_id: item.dag_id, dag_run_id: item.dag_run_id, task_id: item.task_id },
              query: { map_index: item.map_index },
            },
            signal,
          }),
        );
        return reasons.some(({ data }) => isAbout(data, dagId, runId))
          ? [{ ...item, run_id: item.dag_run_id }]
          : [];
      });
      const settled = await Promise.allSettled(asked);
      const found = settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
      return { found, asked: waiting.length, all };
    },
    refetchInterval: CALM_MS,
    staleTime: CALM_MS,
  });

function isAbout(data: unknown, dagId: string, runId: string): boolean {
  if (typeof data !== "object" || data === null) return false;
  const { dag_id, run_id } = data as { dag_id?: unknown; run_id?: unknown };
  return dag_id === dagId && run_id === runId;
}

/** An edit of more than one step, until it is done. */
export const jobQuery = (jobId: number) =>
  queryOptions({
    queryKey: ["jobs", jobId],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v2/jobs/{job_id}", { params: { path: { job_id: jobId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === "success" ? false : 1000),
  });
