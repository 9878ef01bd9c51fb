/** Pauses every DAG that is active, and unpauses those again. */

import { queryOptions } from "@tanstack/react-query";
import { addHeld, dropHeld, type Held, held, settleHeld } from "@/lib/held";
import { forEachOf } from "@/lib/pool";
import { startsOf } from "@/lib/unpausing";
import { api, unwrap } from "./client";
import { messageOf } from "./problem";

const PAGE = 100;
const WIDTH = 6;

export interface Progress {
  done: number;
  problems: readonly string[];
}

type Tell = (progress: Progress) => void;

/**
 * Page by page: what a page paused is not in the next one. Who was paused is what the answer says: a
 * DAG may have come, or have been paused by somebody else, since the page was read. Until the answer
 * is there the page is remembered, so that a lost answer loses nobody: to unpause an active DAG does
 * nothing.
 */
export async function holdAll(tell: Tell, signal: AbortSignal): Promise<Progress> {
  const at = new Date().toISOString();
  const seen = new Set<string>();
  let done = 0;
  for (;;) {
    const query = { paused: false, limit: PAGE, offset: 0 };
    const page = await unwrap(api.GET("/api/v2/dags", { params: { query }, signal }));
    const expected = page.dags.map((dag) => dag.dag_id).filter((id) => !seen.has(id));
    // What stays active though it was to be paused is not this person's to pause.
    if (expected.length === 0 || signal.aborted) return { done, problems: [] };
    const before = held.get();
    addHeld(expected, at);
    const { dags } = await unwrap(
      api.PATCH("/api/v2/dags", { params: { query }, body: { is_paused: true }, signal }),
    );
    const paused = dags.filter((dag) => dag.is_paused).map((dag) => dag.dag_id);
    settleHeld(before, paused, at);
    for (const id of [...expected, ...paused]) seen.add(id);
    done += paused.length;
    tell({ done, problems: [] });
  }
}

/** Each is a question of its own. */
const MOST_ASKED = 100;

export interface Resumed {
  /** That start at once, since they were missed. */
  runs: number;
  /** Of so many DAGs. */
  dags: number;
  /** False: at least so many. */
  isExact: boolean;
}

/** What unpausing these DAGs starts at once. */
export const resumePreviewQuery = (dagIds: readonly string[]) =>
  queryOptions({
    queryKey: ["preview", "resume", dagIds],
    queryFn: async ({ signal }): Promise<Resumed> => {
      const asked = dagIds.slice(0, MOST_ASKED);
      const sum = { runs: 0, dags: 0, isExact: asked.length === dagIds.length };
      await forEachOf(asked, WIDTH, signal, async (dag_id) => {
        const params = { path: { dag_id } };
        const { data } = await api.GET("/api/v2/dags/{dag_id}/why", { params, signal });
        const starts = data && startsOf(data);
        sum.runs += starts?.runs ?? 0;
        sum.dags += starts?.runs ? 1 : 0;
        sum.isExact &&= starts?.isExact ?? false;
      });
      return sum;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** One by one, as a pattern would also unpause DAGs of a similar name. */
export async function resumeHeld(
  { dagIds }: Held,
  tell: Tell,
  signal: AbortSignal,
): Promise<Progress> {
  let done = 0;
  const problems: string[] = [];
  const resumed = new Set<string>();
  await forEachOf(dagIds, WIDTH, signal, async (dagId) => {
    try {
      await unwrap(
        api.PATCH("/api/v2/dags/{dag_id}", {
          params: { path: { dag_id: dagId } },
          body: { is_paused: false },
        }),
      );
      resumed.add(dagId);
    } catch (error) {
      problems.push(`${dagId}: ${messageOf(error)}`);
    }
    done += 1;
    tell({ done, problems: [...problems] });
  });
  dropHeld(resumed);
  return { done, problems };
}
