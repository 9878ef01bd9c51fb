/** Puts changes into the query cache: at once what they say, and soon after what the server says. */

import type { Query, QueryClient } from "@tanstack/react-query";
import { type Change, isReread, patched, touches } from "@/lib/live-events";
import { isKeptFresh } from "./polling";

/** How long the first change waits for its like. */
const GATHER_MS = 40;
/**
 * From one reading to the next. What no change can tell (a new run, a cell of the grid) is seen by
 * reading only, and is to be seen within 300 ms: so they are not far apart. When the server takes
 * longer for them, it then has twice as long to itself, up to a second.
 */
const APART_MS = 150;
const REST = 2;
const LONGEST_REST_MS = 1000;

export class LiveCache {
  private readonly stale = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reading = false;
  private notBefore = 0;
  private ended = false;

  constructor(private readonly client: QueryClient) {
    document.addEventListener("visibilitychange", this.schedule);
  }

  changes(changes: readonly Change[]): void {
    const queries = this.client.getQueryCache().getAll();
    for (const change of changes) {
      for (const query of queries) {
        if (!touches(query.queryKey, change)) continue;
        this.patch(query, change);
        if (isReread(query.queryKey)) this.stale.add(query.queryHash);
      }
    }
    this.schedule();
  }

  /** Something may have been missed of what is kept fresh; the rest is polled as ever. */
  restart(): void {
    for (const { queryKey, queryHash } of this.client.getQueryCache().getAll()) {
      if (isKeptFresh(queryKey)) this.stale.add(queryHash);
    }
    this.schedule();
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.schedule);
  }

  private patch({ queryKey, state }: Query, change: Change): void {
    const next = patched(state.data, change);
    if (next === state.data) return;
    // It is no reading: the data are as old as they were.
    this.client.setQueryData(queryKey, next, { updatedAt: state.dataUpdatedAt });
  }

  /** Nobody looks at a hidden tab: it reads when it is shown. */
  private readonly schedule = (): void => {
    const idle = !this.timer && !this.reading && this.stale.size > 0;
    if (!idle || this.ended || document.hidden) return;
    const delay = Math.max(GATHER_MS, this.notBefore - Date.now());
    this.timer = setTimeout(() => void this.read(), delay);
  };

  /** One at a time: a slow server is not asked faster than it answers. */
  private async read(): Promise<void> {
    this.timer = undefined;
    this.reading = true;
    const begun = Date.now();
    const stale = new Set(this.stale);
    this.stale.clear();
    await this.client
      .invalidateQueries({
        predicate: ({ queryHash, observers }) =>
          stale.has(queryHash) && !observers.some(({ options }) => isForEver(options.staleTime)),
      })
      .catch(() => undefined);
    const now = Date.now();
    const rest = Math.min(LONGEST_REST_MS, REST * (now - begun));
    this.notBefore = Math.max(begun + APART_MS, now + rest);
    this.reading = false;
    this.schedule();
  }
}

function isForEver(staleTime: unknown): boolean {
  return staleTime === Number.POSITIVE_INFINITY || staleTime === "static";
}
