/** What the page of one task instance reads. A map index of -1 means that it is not mapped. */

import { queryOptions } from "@tanstack/react-query";
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
    queryKey: ["instances", "output", key, name, timestamp],
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
