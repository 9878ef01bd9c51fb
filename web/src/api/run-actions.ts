/** What the pages of a run and of a task instance change; each with the call that does it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Call } from "@/lib/curl";
import { type RunMark, statesChangedBy } from "@/lib/run-mark";
import { api, unwrap } from "./client";
import { toApiError } from "./problem";
import type { components } from "./schema.gen";
import type { InstanceKey } from "./task-queries";
import type { ClearBody, ClearRunBody, MarkBody } from "./types";

type Schemas = components["schemas"];

const part = encodeURIComponent;

export const runPath = (dagId: string, runId: string) =>
  `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}`;

export const instancePath = (key: InstanceKey) =>
  `${runPath(key.dagId, key.runId)}/taskInstances/${part(key.taskId)}`;

/** What is read of runs and instances is old after any of these. */
export function useEdit<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(
        ["runs", "instances", "why", "dags", "approvals"].map((name) =>
          client.invalidateQueries({ queryKey: [name] }),
        ),
      ),
  });
}

export interface RunName {
  dagId: string;
  runId: string;
}

const runParams = ({ dagId, runId }: RunName) => ({ path: { dag_id: dagId, dag_run_id: runId } });

/** Of an answer that may go on as a job. */
export interface Edited {
  count: number;
  jobId: number | undefined;
}

const edited = (answer: object): Edited => ({
  count: "total_entries" in answer ? Number(answer.total_entries) : 0,
  jobId: "job_id" in answer && typeof answer.job_id === "number" ? answer.job_id : undefined,
});

export async function clearRun(name: RunName, body: ClearRunBody, signal?: AbortSignal) {
  return unwrap(
    api.POST("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/clear", {
      params: runParams(name),
      body,
      signal: signal ?? null,
    }),
  );
}

export const clearRunCall = (name: RunName, body: ClearRunBody): Call => ({
  method: "POST",
  path: `${runPath(name.dagId, name.runId)}/clear`,
  body,
});

export const useClearRun = (name: RunName) =>
  useEdit(async (body: ClearRunBody) => edited(await clearRun(name, body)));

/** The API has no dry run of it: these are the run's instances in the states that it changes. */
export const previewMarkRun = (name: RunName, to: RunMark, signal: AbortSignal) =>
  unwrap(
    api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
      params: { ...runParams(name), query: { state: statesChangedBy(to), limit: 200 } },
      signal,
    }),
  );

export const markRunCall = ({ dagId, runId }: RunName, to: RunMark): Call => ({
  method: "PATCH",
  path: runPath(dagId, runId),
  body: { state: to },
});

export const useMarkRun = (name: RunName) =>
  useEdit(async (to: RunMark) =>
    edited(
      await unwrap(
        api.PATCH("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}", {
          params: runParams(name),
          body: { state: to },
        }),
      ),
    ),
  );

export function clearTasks(dagId: string, body: ClearBody, signal?: AbortSignal) {
  return unwrap(
    api.POST("/api/v2/dags/{dag_id}/clearTaskInstances", {
      params: { path: { dag_id: dagId } },
      body,
      signal: signal ?? null,
    }),
  );
}

export const clearTasksCall = (dagId: string, body: ClearBody): Call => ({
  method: "POST",
  path: `/api/v2/dags/${part(dagId)}/clearTaskInstances`,
  body,
});

export const useClearTasks = (dagId: string) =>
  useEdit(async (body: ClearBody) => edited(await clearTasks(dagId, body)));

/** A map index of -1 is left out for a task that is mapped: then all of its instances are meant. */
export interface MarkTarget extends InstanceKey {
  all: boolean;
}

const markParams = (target: MarkTarget) => ({
  path: { dag_id: target.dagId, dag_run_id: target.runId, task_id: target.taskId },
  query: target.all ? {} : { map_index: target.mapIndex },
});

export const previewMark = (target: MarkTarget, body: MarkBody, signal: AbortSignal) =>
  unwrap(
    api.PATCH("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/dry_run", {
      params: markParams(target),
      body,
      signal,
    }),
  );

export const useMark = (target: MarkTarget) =>
  useEdit(async (body: MarkBody) =>
    edited(
      await unwrap(
        api.PATCH("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}", {
          params: markParams(target),
          body,
        }),
      ),
    ),
  );

export const markCall = (target: MarkTarget, body: MarkBody): Call => ({
  method: "PATCH",
  path: instancePath(target) + (target.all ? "" : `?map_index=${target.mapIndex}`),
  body,
});

export const useCancelInstance = (key: InstanceKey) =>
  useEdit(() =>
    unwrap(
      api.POST("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/cancel", {
        params: {
          path: { dag_id: key.dagId, dag_run_id: key.runId, task_id: key.taskId },
          query: { map_index: key.mapIndex },
        },
      }),
    ),
  );

export const cancelInstanceCall = (key: InstanceKey): Call => ({
  method: "POST",
  path: `${instancePath(key)}/cancel?map_index=${key.mapIndex}`,
});

export function useDeleteRun(name: RunName) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const { response, error } = await api.DELETE("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}", {
        params: runParams(name),
      });
      if (!response.ok) throw toApiError(response.status, error);
    },
    // The run itself is left alone: its page is about to be left.
    onSuccess: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] === "runs" && queryKey[1] !== "one",
      }),
  });
}

export interface OutputEdit {
  name: string;
  /** undefined: take it away. */
  value: unknown;
  isNew: boolean;
}

export const useEditOutput = (key: InstanceKey) =>
  useEdit(async ({ name, value, isNew }: OutputEdit) => {
    const path = { dag_id: key.dagId, dag_run_id: key.runId, task_id: key.taskId };
    const at = { ...path, xcom_key: name };
    const list =
      "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries" as const;
    if (isNew)
      return unwrap(
        api.POST(list, { params: { path }, body: { key: name, map_index: key.mapIndex, value } }),
      );
    if (value !== undefined)
      return unwrap(
        api.PATCH(`${list}/{xcom_key}`, {
          params: { path: at },
          body: { map_index: key.mapIndex, value },
        }),
      );
    const { response, error } = await api.DELETE(`${list}/{xcom_key}`, {
      params: { path: at, query: { map_index: key.mapIndex } },
    });
    if (!response.ok) throw toApiError(response.status, error);
    return undefined;
  });

export function outputCall(key: InstanceKey, { name, value, isNew }: OutputEdit): Call {
  const list = `${instancePath(key)}/xcomEntries`;
  const map_index = key.mapIndex;
  if (isNew) return { method: "POST", path: list, body: { key: name, map_index, value } };
  const path = `${list}/${part(name)}`;
  return value === undefined
    ? { method: "DELETE", path: `${path}?map_index=${map_index}` }
    : { method: "PATCH", path, body: { map_index, value } };
}

export type Answer = Omit<Schemas["UpdateHITLDetailPayload"], "params_input"> & {
  params_input: object;
};

export const useAnswer = (key: InstanceKey) =>
  useEdit((body: Answer) =>
    unwrap(
      api.PATCH(
        "/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/hitlDetails",
        {
          params: {
            path: {
              dag_id: key.dagId,
              dag_run_id: key.runId,
              task_id: key.taskId,
              map_index: key.mapIndex,
            },
          },
          // The document says "an object", which its generated type takes for an empty one.
          body: body as Schemas["UpdateHITLDetailPayload"],
        },
      ),
    ),
  );

export const answerCall = (key: InstanceKey, body: Answer): Call => ({
  method: "PATCH",
  path: `${instancePath(key)}/${key.mapIndex}/hitlDetails`,
  body,
});
