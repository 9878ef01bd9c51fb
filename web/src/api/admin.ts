/** What the pages of the administration read. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { AuditSearch, ListSearch, TokenListSearch } from "@/lib/search-system";
import { api, unwrap } from "./client";
import { ACTIVE_MS, CALM_MS } from "./queries";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];
export type Variable = Schemas["VariableResponse"];
export type Connection = Schemas["ConnectionResponse"];
export type User = Schemas["UserResponse"];
export type Grant = Schemas["Grant"];
export type Token = Schemas["ApiTokenResponse"];
export type EventLog = Schemas["EventLogResponse"];

export const LIST_SIZE = 50;

const slice = (page: number | undefined) => ({
  limit: LIST_SIZE,
  offset: ((page ?? 1) - 1) * LIST_SIZE,
});

export const poolListQuery = (filter: ListSearch) =>
  queryOptions({
    queryKey: ["pools", "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/pools", {
          params: {
            query: {
              ...slice(filter.page),
              order_by: [filter.sort ?? "name"],
              pool_name_pattern: filter.q,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ACTIVE_MS,
  });

/** What holds a slot of a pool or waits for one. */
export const POOL_STATES = ["running", "queued", "scheduled", "deferred"] as const;

export const poolInstancesQuery = (pool: string) =>
  queryOptions({
    queryKey: ["instances", "pool", pool],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
          params: {
            path: { dag_id: "~", dag_run_id: "~" },
            query: { limit: 100, pool: [pool], state: [...POOL_STATES], order_by: ["id"] },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ACTIVE_MS,
  });

export const workerListQuery = (filter: ListSearch) =>
  queryOptions({
    queryKey: ["workers", "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/workers", {
          params: { query: { ...slice(filter.page), order_by: [filter.sort ?? "name"] } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ACTIVE_MS,
  });

/** What the workers have: running, or handed out a moment ago. */
export const runningQuery = () =>
  queryOptions({
    queryKey: ["instances", "running"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
          params: {
            path: { dag_id: "~", dag_run_id: "~" },
            query: { limit: 100, state: ["running", "queued"], order_by: ["start_date"] },
          },
          signal,
        }),
      ),
    refetchInterval: ACTIVE_MS,
  });

export const variableListQuery = (filter: ListSearch) =>
  queryOptions({
    queryKey: ["variables", "list", filter],
    queryFn: ({ signal }) => listVariables(filter, slice(filter.page), signal),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS,
  });

function listVariables(
  filter: ListSearch,
  part: { limit: number; offset: number },
  signal?: AbortSignal,
) {
  return unwrap(
    api.GET("/api/v2/variables", {
      params: {
        query: { ...part, order_by: [filter.sort ?? "key"], variable_key_pattern: filter.q },
      },
      ...(signal ? { signal } : {}),
    }),
  );
}

/** Every variable that the search finds, for the export. */
export async function allVariables(q: string | undefined): Promise<Variable[]> {
  const all: Variable[] = [];
  for (;;) {
    const part = await listVariables({ q }, { limit: 100, offset: all.length });
    all.push(...part.variables);
    if (part.variables.length === 0 || all.length >= part.total_entries) return all;
  }
}

export const connectionListQuery = (filter: ListSearch) =>
  queryOptions({
    queryKey: ["connections", "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/connections", {
          params: {
            query: {
              ...slice(filter.page),
              order_by: [filter.sort ?? "connection_id"],
              connection_id_pattern: filter.q,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS,
  });

export const userListQuery = (filter: ListSearch) =>
  queryOptions({
    queryKey: ["users", "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/users", {
          params: {
            query: {
              ...slice(filter.page),
              order_by: [filter.sort ?? "username"],
              username_pattern: filter.q,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS,
  });

export const tokenListQuery = (filter: TokenListSearch) =>
  queryOptions({
    queryKey: ["tokens", "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/tokens", {
          params: {
            query: {
              ...slice(filter.page),
              order_by: [filter.sort ?? "-created_at"],
              username: filter.user,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS,
  });

export const auditQuery = (filter: AuditSearch) =>
  queryOptions({
    queryKey: ["audit", "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/eventLogs", {
          params: {
            query: {
              ...slice(filter.page),
              order_by: ["-event_log_id"],
              event_pattern: filter.event,
              owner_pattern: filter.owner,
              dag_id_pattern: filter.dag,
              run_id_pattern: filter.run,
              task_id_pattern: filter.task,
              after: filter.after && `${filter.after}Z`,
              before: filter.before && `${filter.before}Z`,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS / 2,
  });

export const importListQuery = (filter: ListSearch) =>
  queryOptions({
    queryKey: ["importErrors", "list", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/importErrors", {
          params: {
            query: {
              ...slice(filter.page),
              order_by: ["-timestamp"],
              filename_pattern: filter.q,
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ACTIVE_MS,
  });
