/** What the page of one task instance reads. A map index of -1 means that it is not mapped. */

import { queryOptions } from "@tanstack/react-query";
import type { StateFilter } from "@/lib/search-run";
import { isFinished } from "@/lib/states";
import { api, unwrap } from "./client";
import { ACTIVE_MS, CALM_MS } from "./queries";

export interface InstanceKey {
  dagId: string;
  runId: string;
  taskId: string;
  mapIndex: number;
}

const pathOf = (key: InstanceKey) => ({
  dag_id: key.dagId,
  dag_run_id: key.runId,
  task_id: key.taskId,
});

export const instanceQuery = (key: InstanceKey) =>
  queryOptions({
    queryKey: ["instances", "one", key],
    queryFn: ({ signal }) =>
      unwrap(
        key.mapIndex < 0
          ? api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}", {
              params: { path: pathOf(key) },
              signal,
            })
          : api.GET(
              "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}",
              { params: { path: { ...pathOf(key), map_index: key.mapIndex } }, signal },
            ),
      ),
    refetchInterval: ({ state }) => (isFinished(state.data?.state) ? CALM_MS : ACTIVE_MS),
  });

export const triesQuery = (key: InstanceKey, active: boolean) =>
  queryOptions({
    queryKey: ["instances", "tries", key],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/tries", {
          params: { path: pathOf(key), query: { map_index: key.mapIndex } },
          signal,
        }),
      ),
    refetchInterval: active ? ACTIVE_MS : CALM_MS,
  });

export const whyQuery = (key: InstanceKey) =>
  queryOptions({
    queryKey: ["why", key],
    queryFn: ({ signal }) =>
      unwrap(
        key.mapIndex < 0
          ? api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/why", {
              params: { path: pathOf(key) },
              signal,
            })
          : api.GET(
              "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/why",
              { params: { path: { ...pathOf(key), map_index: key.mapIndex } }, signal },
            ),
      ),
    refetchInterval: ACTIVE_MS,
  });

export const outputsQuery = (key: InstanceKey, active: boolean) =>
  queryOptions({
    queryKey: ["instances", "outputs", key],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries", {
          params: { path: pathOf(key), query: { map_index: key.mapIndex, limit: 100 } },
          signal,
        }),
      ),
    refetchInterval: active ? ACTIVE_MS : CALM_MS,
  });

export const outputQuery = (key: InstanceKey, name: string, timestamp: string) =>
  queryOptions({
    queryKey: ["output", key, name, timestamp],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET(
          "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key}",
          {
            params: {
              path: { ...pathOf(key), xcom_key: name },
              query: { map_index: key.mapIndex },
            },
            signal,
          },
        ),
      ),
    // The entry's time is in the key: an output never changes under it.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What an approval asks, and its answer. */
export const approvalQuery = (key: InstanceKey) =>
  queryOptions({
    queryKey: ["approvals", "one", key],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET(
          "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/hitlDetails",
          { params: { path: { ...pathOf(key), map_index: key.mapIndex } }, signal },
        ),
      ),
    refetchInterval: ({ state }) => (state.data?.response_received ? CALM_MS : ACTIVE_MS),
  });

/** The last lines of a try's log, as few as fit on a page about something else. */
export const logTailQuery = (key: InstanceKey, tryNumber: number, lines: number, active: boolean) =>
  queryOptions({
    queryKey: ["instances", "logTail", key, tryNumber, lines],
    queryFn: async ({ signal }) => {
      const answer = await unwrap(
        api.GET(
          "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}",
          {
            params: {
              path: { ...pathOf(key), try_number: tryNumber },
              query: { map_index: key.mapIndex, tail: lines },
            },
            headers: { Accept: "application/json" },
            signal,
          },
        ),
      );
      return typeof answer === "object" && "content" in answer ? answer.content : [];
    },
    refetchInterval: active ? ACTIVE_MS : false,
  });

/** The instances of the tasks next to one; of mapped ones no more than a page holds. */
export const neighboursQuery = (key: InstanceKey, taskIds: readonly string[]) =>
  queryOptions({
    queryKey: ["instances", "near", key.dagId, key.runId, taskIds],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/list", {
          params: { path: { dag_id: "~", dag_run_id: "~" } },
          body: { dag_ids: [key.dagId], dag_run_ids: [key.runId], task_ids: [...taskIds] },
          signal,
        }),
      ),
    refetchInterval: CALM_MS / 2,
  });

export const MAPPED_PAGE = 100;

export const mappedQuery = (key: InstanceKey, state: StateFilter | undefined, page: number) =>
  queryOptions({
    queryKey: ["instances", "mapped", key.dagId, key.runId, key.taskId, state ?? null, page],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/listMapped", {
          params: {
            path: pathOf(key),
            query: {
              limit: MAPPED_PAGE,
              offset: page * MAPPED_PAGE,
              state: state ? [state] : undefined,
              order_by: ["map_index"],
            },
          },
          signal,
        }),
      ),
    refetchInterval: CALM_MS / 2,
  });
