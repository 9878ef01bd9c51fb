/** Puts changes into the query cache: at once what they say, and soon after what the server says. */

import type { Query, QueryClient } from "@tanstack/react-query";
import { type Change, isReread, patched, touches } from "@/lib/live-events";
import { isKeptFresh } from "./polling";

/** How long the first change waits for its like, and how far readings are apart after that. */
const GATHER_MS = 40;
const APART_MS = 400;

export class LiveCache {
  private readonly stale = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readUntil: Promise<unknown> = Promise.resolve();
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
    if (this.timer || this.ended || this.stale.size === 0 || document.hidden) return;
    const delay = Math.max(GATHER_MS, this.notBefore - Date.now());
    this.timer = setTimeout(() => void this.read(), delay);
  };

  private async read(): Promise<void> {
    // One reading at a time: a slow server is not asked faster than it answers.
    await this.readUntil;
    const stale = new Set(this.stale);
    this.stale.clear();
    this.notBefore = Date.now() + APART_MS;
    this.readUntil = this.client
      .invalidateQueries({
        predicate: ({ queryHash, observers }) =>
          stale.has(queryHash) && !observers.some(({ options }) => isForEver(options.staleTime)),
      })
      .catch(() => undefined);
    this.timer = undefined;
    this.schedule();
  }
}

function isForEver(staleTime: unknown): boolean {
  return staleTime === Number.POSITIVE_INFINITY || staleTime === "static";
}
