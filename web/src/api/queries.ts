/** What the pages read, how often, and what a change makes stale. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { isFinished, type RunState } from "@/lib/states";
import { api, unwrap } from "./client";

/** Milliseconds between reads while something is active, and while nothing is. */
export const ACTIVE_MS = 2000;
export const CALM_MS = 10_000;
export const PAGE_SIZE = 25;

export interface DagFilter {
  q?: string | undefined;
  tag?: string | undefined;
  state?: RunState | undefined;
  paused?: boolean | undefined;
  page: number;
}

export const dagsQuery = (filter: DagFilter) =>
  queryOptions({
    queryKey: ["dags", "list", filter],
    queryFn: async ({ signal }) => {
      const named = await listDags(filter, { dag_display_name_pattern: filter.q }, signal);
      // What people see is the name; what they paste may be an id that looks different.
      if (!filter.q || named.total_entries > 0) return named;
      return listDags(filter, { dag_id_pattern: filter.q }, signal);
    },
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS / 2,
  });

function listDags(
  filter: DagFilter,
  pattern: { dag_id_pattern?: string | undefined; dag_display_name_pattern?: string | undefined },
  signal: AbortSignal,
) {
  return unwrap(
    api.GET("/api/v2/dags", {
      params: {
        query: {
          limit: PAGE_SIZE,
          offset: (filter.page - 1) * PAGE_SIZE,
          ...pattern,
          tags: filter.tag ? [filter.tag] : undefined,
          last_dag_run_state: filter.state,
          paused: filter.paused,
        },
      },
      signal,
    }),
  );
}

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

export const sourceQuery = (dagId: string) =>
  queryOptions({
    queryKey: ["dags", "one", dagId, "source"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dagSources/{dag_id}", {
          params: { path: { dag_id: dagId } },
          headers: { Accept: "application/json" },
          signal,
        }),
      ),
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

export const recentRunsQuery = (dagId: string) =>
  queryOptions({
    queryKey: ["runs", "recent", dagId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns", {
          params: {
            path: { dag_id: dagId },
            query: { limit: RECENT_RUNS, order_by: ["-run_after"] },
          },
          signal,
        }),
      ),
    staleTime: CALM_MS,
    refetchInterval: 30_000,
  });

export const runsQuery = (dagId: string, filter: { state?: RunState | undefined; page: number }) =>
  queryOptions({
    queryKey: ["runs", "of", dagId, filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns", {
          params: {
            path: { dag_id: dagId },
            query: {
              limit: PAGE_SIZE,
              offset: (filter.page - 1) * PAGE_SIZE,
              order_by: ["-run_after"],
              state: filter.state ? [filter.state] : undefined,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ACTIVE_MS,
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
