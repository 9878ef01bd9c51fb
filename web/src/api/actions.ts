/** What the pages change. Each hook makes stale what the change touches. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { startsOf, unpausing } from "@/lib/unpausing";
import { api, unwrap } from "./client";
import type { RunPatch, TriggerBody } from "./types";

export interface Pausing {
  dagId: string;
  paused: boolean;
  /** What it starts was shown. */
  sure?: boolean;
}

/** Shows what unpausing starts, if that is more than a run. True: it is for the person to say. */
async function asksFirst({ dagId, paused, sure }: Pausing): Promise<boolean> {
  if (paused || sure) return false;
  const why = api.GET("/api/v2/dags/{dag_id}/why", { params: { path: { dag_id: dagId } } });
  const starts = startsOf(await unwrap(why));
  if (starts.runs <= 1) return false;
  unpausing.set({ dagId, starts });
  return true;
}

export function useSetPaused(onDone?: (what: Pausing) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (what: Pausing) => {
      if (await asksFirst(what)) return false;
      await unwrap(
        api.PATCH("/api/v2/dags/{dag_id}", {
          params: { path: { dag_id: what.dagId } },
          body: { is_paused: what.paused },
        }),
      );
      return true;
    },
    onSuccess: (isDone, what) => {
      if (isDone) onDone?.(what);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["dags"] }),
  });
}

export interface Trigger {
  dagId: string;
  body: TriggerBody;
  unpause: boolean;
  /** The same for every attempt to send this form, so that a lost answer starts no second run. */
  idempotencyKey: string;
}

export function useTrigger() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ dagId, body, unpause, idempotencyKey }: Trigger) => {
      const run = await unwrap(
        api.POST("/api/v2/dags/{dag_id}/dagRuns", {
          params: { path: { dag_id: dagId }, header: { "Idempotency-Key": idempotencyKey } },
          body,
        }),
      );
      if (unpause) {
        await unwrap(
          api.PATCH("/api/v2/dags/{dag_id}", {
            params: { path: { dag_id: dagId } },
            body: { is_paused: false },
          }),
        );
      }
      return run;
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["dags"] }),
        client.invalidateQueries({ queryKey: ["runs"] }),
      ]),
  });
}

function useRunChange<Input>(change: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["runs"] }),
        client.invalidateQueries({ queryKey: ["instances"] }),
      ]),
  });
}

export function useCancelRun(dagId: string, runId: string) {
  return useRunChange(() =>
    unwrap(
      api.POST("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/cancel", {
        params: { path: { dag_id: dagId, dag_run_id: runId } },
      }),
    ),
  );
}

export function usePatchRun(dagId: string, runId: string) {
  return useRunChange((body: RunPatch) =>
    unwrap(
      api.PATCH("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}", {
        params: { path: { dag_id: dagId, dag_run_id: runId } },
        body,
      }),
    ),
  );
}
