/** Pauses every DAG that is active, and unpauses those again. */

import { addHeld, dropHeld, type Held } from "@/lib/held";
import { forEachOf } from "@/lib/pool";
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
 * Page by page: what a page paused is not in the next one. Each page is remembered before it is
 * paused, so that a lost answer loses nobody: to unpause an active DAG does nothing.
 */
export async function holdAll(tell: Tell, signal: AbortSignal): Promise<Progress> {
  const at = new Date().toISOString();
  const seen = new Set<string>();
  for (;;) {
    const query = { paused: false, limit: PAGE, offset: 0 };
    const { dags } = await unwrap(api.GET("/api/v2/dags", { params: { query }, signal }));
    const fresh = dags.map((dag) => dag.dag_id).filter((id) => !seen.has(id));
    // What stays active though it was to be paused is not this person's to pause.
    if (fresh.length === 0 || signal.aborted) return { done: seen.size, problems: [] };
    addHeld(fresh, at);
    await unwrap(
      api.PATCH("/api/v2/dags", { params: { query }, body: { is_paused: true }, signal }),
    );
    for (const id of fresh) seen.add(id);
    tell({ done: seen.size, problems: [] });
  }
}

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
