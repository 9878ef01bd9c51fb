/** Runs again what failed in several runs: first what that would be, then for good. */

import { queryOptions } from "@tanstack/react-query";
import { forEachOf } from "@/lib/pool";
import { api, unwrap } from "./client";
import { messageOf } from "./problem";

export interface RunKey {
  dagId: string;
  runId: string;
}

export function retryBody(dryRun: boolean) {
  return { dry_run: dryRun, only_failed: true };
}

export function retryPath({ dagId, runId }: RunKey): string {
  return `/api/v2/dags/${encodeURIComponent(dagId)}/dagRuns/${encodeURIComponent(runId)}/clear`;
}

function clearFailed({ dagId, runId }: RunKey, dryRun: boolean) {
  return unwrap(
    api.POST("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/clear", {
      params: { path: { dag_id: dagId, dag_run_id: runId } },
      body: retryBody(dryRun),
    }),
  );
}

/** How many task instances would run again. */
export const retryPreviewQuery = (run: RunKey) =>
  queryOptions({
    queryKey: ["preview", "retry", run],
    queryFn: async () => {
      const answer = await clearFailed(run, true);
      return "total_entries" in answer ? answer.total_entries : 0;
    },
    gcTime: 0,
  });

const WIDTH = 4;

/** Gives what did not work; the others go on. */
export async function retryAll(
  runs: readonly RunKey[],
  tell: (done: number) => void,
): Promise<string[]> {
  const problems: string[] = [];
  let done = 0;
  await forEachOf(runs, WIDTH, new AbortController().signal, async (run) => {
    try {
      await clearFailed(run, false);
    } catch (error) {
      problems.push(`${run.dagId} ${run.runId}: ${messageOf(error)}`);
    }
    done += 1;
    tell(done);
  });
  return problems;
}
