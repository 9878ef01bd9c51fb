/**
 * What the DAG's tabs read. The DAG's id is in each key: whoever hears of a change in it makes all
 * of these stale.
 */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { hasActiveRun } from "@/lib/dag/grid-model";
import type { DagEventsSearch, DagRunsSearch } from "@/lib/search-dag";
import { api, unwrap } from "./client";
import { ACTIVE_MS, CALM_MS, PAGE_SIZE } from "./queries";
import type { components } from "./schema.gen";

export type Graph = components["schemas"]["GraphResponse"];
export type GraphNode = components["schemas"]["GraphNode"];
export type GraphEdge = components["schemas"]["GraphEdge"];
export type DagVersion = components["schemas"]["DagVersionResponse"];
export type EventLog = components["schemas"]["EventLogResponse"];
export type DryRunRow = components["schemas"]["DryRunBackfillResponse"];

const ofDag = (dagId: string) => ({ dag_id: dagId });

export const gridQuery = (dagId: string, limit: number, before?: string) =>
  queryOptions({
    queryKey: ["grid", dagId, limit, before ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/grid", {
          params: { path: ofDag(dagId), query: { limit, before } },
          signal,
        }),
      ),
    placeholderData: (old) => (old?.dag_id === dagId ? old : undefined),
    refetchInterval: ({ state }) => (hasActiveRun(state.data) ? ACTIVE_MS : CALM_MS / 2),
  });

export const graphQuery = (dagId: string, version?: number, collapsed: readonly string[] = []) =>
  queryOptions({
    queryKey: ["dags", "one", dagId, "graph", version ?? null, collapsed],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/graph", {
          params: {
            path: ofDag(dagId),
            query: {
              version_number: version,
              collapsed: collapsed.length > 0 ? [...collapsed] : undefined,
            },
          },
          signal,
        }),
      ),
    placeholderData: (old) => (old?.dag_id === dagId ? old : undefined),
    // A version never changes; only "the newest" may be another one.
    staleTime: version === undefined ? CALM_MS : Number.POSITIVE_INFINITY,
  });

export const GANTT_PAGE = 1000;

export const ganttQuery = (dagId: string, runId: string, page = 1) =>
  queryOptions({
    queryKey: ["gantt", dagId, runId, page],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/gantt", {
          params: {
            path: { dag_id: dagId, dag_run_id: runId },
            query: { limit: GANTT_PAGE, offset: (page - 1) * GANTT_PAGE },
          },
          signal,
        }),
      ),
    placeholderData: (old) => (old?.dag_run_id === runId ? old : undefined),
    refetchInterval: ({ state }) => (state.data?.end_date === null ? ACTIVE_MS : CALM_MS),
  });

/** All instances of a run, page by page: for a run too old for the grid. */
export const runInstancesQuery = (dagId: string, runId: string) =>
  queryOptions({
    queryKey: ["gantt", dagId, runId, "all"],
    queryFn: async ({ signal }) => {
      const all: components["schemas"]["GanttTaskInstance"][] = [];
      for (;;) {
        const page = await unwrap(
          api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/gantt", {
            params: {
              path: { dag_id: dagId, dag_run_id: runId },
              query: { limit: GANTT_PAGE, offset: all.length },
            },
            signal,
          }),
        );
        all.push(...page.task_instances);
        if (page.task_instances.length === 0 || all.length >= page.total_entries) return all;
      }
    },
    refetchInterval: CALM_MS,
  });

export const calendarQuery = (
  dagId: string,
  query: { from?: string; to?: string; granularity: "day" | "hour" },
) =>
  queryOptions({
    queryKey: ["calendar", dagId, query],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/calendar", {
          params: { path: ofDag(dagId), query },
          signal,
        }),
      ),
    placeholderData: (old) =>
      old?.dag_id === dagId && old.granularity === query.granularity ? old : undefined,
    refetchInterval: CALM_MS,
  });

export const dagWhyQuery = (dagId: string) =>
  queryOptions({
    queryKey: ["why", dagId],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v2/dags/{dag_id}/why", { params: { path: ofDag(dagId) }, signal })),
    refetchInterval: CALM_MS,
  });

export const dagWarningsQuery = (dagId: string) =>
  queryOptions({
    queryKey: ["dags", "one", dagId, "warnings"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dagWarnings", {
          params: { query: { dag_id: dagId, limit: 100 } },
          signal,
        }),
      ),
    staleTime: CALM_MS,
  });

export const dagRunsQuery = (dagId: string, search: DagRunsSearch, byRunAfter: boolean) =>
  queryOptions({
    queryKey: ["runs", "of", dagId, search, byRunAfter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns", {
          params: {
            path: ofDag(dagId),
            query: {
              limit: PAGE_SIZE,
              offset: ((search.page ?? 1) - 1) * PAGE_SIZE,
              order_by: [search.order ?? "-run_after"],
              state: search.state ? [search.state] : undefined,
              run_type: search.type ? [search.type] : undefined,
              ...(byRunAfter
                ? { run_after_gte: search.from, run_after_lt: search.to }
                : { logical_date_gte: search.from, logical_date_lt: search.to }),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ACTIVE_MS,
  });

export const HISTORY = 100;

/** The newest instances of a task, of all runs. */
export const taskHistoryQuery = (dagId: string, taskId: string) =>
  queryOptions({
    queryKey: ["history", dagId, taskId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
          params: {
            path: { dag_id: dagId, dag_run_id: "~" },
            query: { task_id: taskId, limit: HISTORY, order_by: ["-run_after"] },
          },
          signal,
        }),
      ),
    refetchInterval: CALM_MS,
  });

export const versionsQuery = (dagId: string, page = 1) =>
  queryOptions({
    queryKey: ["dags", "one", dagId, "versions", page],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagVersions", {
          params: {
            path: ofDag(dagId),
            query: { limit: 100, offset: (page - 1) * 100, order_by: ["-version_number"] },
          },
          signal,
        }),
      ),
    refetchInterval: CALM_MS,
  });

/** The text of a version; of the active one without a number. */
export const versionSourceQuery = (dagId: string, version?: number) =>
  queryOptions({
    queryKey: ["dags", "one", dagId, "source", version ?? null],
    queryFn: async ({ signal }) => {
      const source = await unwrap(
        api.GET("/api/v2/dagSources/{dag_id}", {
          params: { path: ofDag(dagId), query: { version_number: version } },
          headers: { Accept: "application/json" },
          signal,
        }),
      );
      return typeof source === "string"
        ? { content: source, version_number: version ?? null }
        : source;
    },
    staleTime: version === undefined ? CALM_MS : Number.POSITIVE_INFINITY,
  });

/** The JSON Schema of DAG files: what the keys mean. */
export const dagSchemaQuery = () =>
  queryOptions({
    queryKey: ["dagSchema"],
    queryFn: ({ signal }) => unwrap(api.GET("/schemas/dag/v1.json", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const backfillsQuery = (dagId: string, page = 1) =>
  queryOptions({
    queryKey: ["backfills", dagId, page],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/backfills", {
          params: {
            query: {
              dag_id: dagId,
              limit: PAGE_SIZE,
              offset: (page - 1) * PAGE_SIZE,
              order_by: ["-id"],
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.backfills.some((one) => one.state === "running") ? ACTIVE_MS : CALM_MS,
  });

export const dagEventsQuery = (dagId: string, search: DagEventsSearch) =>
  queryOptions({
    queryKey: ["events", "of", dagId, search],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/eventLogs", {
          params: {
            query: {
              dag_id: dagId,
              event: search.event,
              limit: PAGE_SIZE,
              offset: ((search.page ?? 1) - 1) * PAGE_SIZE,
              order_by: ["-when"],
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS,
  });
