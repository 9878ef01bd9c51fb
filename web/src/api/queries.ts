/** What the pages read, how often, and what a change makes stale. */

import { queryOptions } from "@tanstack/react-query";
import { isFinished } from "@/lib/states";
import { api, unwrap } from "./client";
import type { RunBar } from "./types";

/** Milliseconds between reads while something is active, and while nothing is. */
export const ACTIVE_MS = 2000;
export const CALM_MS = 10_000;
export const PAGE_SIZE = 25;

export const dagQuery = (dagId: string) =>
  queryOptions({
    queryKey: ["dags", "one", dagId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/details", { params: { path: { dag_id: dagId } }, signal }),
      ),
    refetchInterval: CALM_MS,
  });

export const tasksQuery = (dagId: string) =>
  queryOptions({
    queryKey: ["dags", "one", dagId, "tasks"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/tasks", { params: { path: { dag_id: dagId } }, signal }),
      ),
    staleTime: CALM_MS,
  });

/**
 * The runs made last, of all DAGs at once: keeps the bars of the list moving with one request. By
 * id, as a run of a catch-up may be for a day that is years ago.
 */
export const latestRunsQuery = () =>
  queryOptions({
    queryKey: ["runs", "latest"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns", {
          params: { path: { dag_id: "~" }, query: { limit: 100, order_by: ["-id"] } },
          signal,
        }),
      ),
    refetchInterval: ACTIVE_MS,
  });

export const RECENT_RUNS = 14;

/** In one list, as the changes that come in know them. */
export interface RecentRuns {
  dag_ids: string[];
  dag_runs: RunBar[];
}

/** The newest runs of each of these DAGs, at most 100 of them. */
export const recentRunsQuery = (dagIds: readonly string[]) =>
  queryOptions({
    queryKey: ["runs", "recent", dagIds],
    queryFn: async ({ signal }): Promise<RecentRuns> => {
      const { dags } = await unwrap(
        api.GET("/api/v2/recentDagRuns", {
          params: { query: { dag_ids: [...dagIds], dag_runs_limit: RECENT_RUNS } },
          signal,
        }),
      );
      return {
        dag_ids: dags.map((dag) => dag.dag_id),
        dag_runs: dags.flatMap((dag) => dag.latest_dag_runs),
      };
    },
    enabled: dagIds.length > 0,
    staleTime: CALM_MS,
    refetchInterval: 30_000,
  });

export const runQuery = (dagId: string, runId: string) =>
  queryOptions({
    queryKey: ["runs", "one", dagId, runId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}", {
          params: { path: { dag_id: dagId, dag_run_id: runId } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => (isFinished(state.data?.state) ? CALM_MS : ACTIVE_MS),
  });

export const runWhyQuery = (dagId: string, runId: string) =>
  queryOptions({
    queryKey: ["why", dagId, runId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/why", {
          params: { path: { dag_id: dagId, dag_run_id: runId } },
          signal,
        }),
      ),
    refetchInterval: ACTIVE_MS,
  });
