import type { QueryClient } from "@tanstack/react-query";
import { goLive } from "@/api/live";
import { LiveCache } from "@/api/live-cache";
import { isKeptFresh, live } from "@/api/polling";
import { basePath } from "@/lib/base-path";

/** Keeps the client's data fresh until what it gives is called. Tabs of the same `who` share. */
export function keepLive(client: QueryClient, who: string): () => void {
  const cache = new LiveCache(client);
  const stop = goLive(`weft.changes ${basePath} ${who}`, cache);
  const unsubscribe = live.subscribe(() => {
    if (live.get()) return;
    // The slow polling would go on until its next turn.
    void client.invalidateQueries({ predicate: ({ queryKey }) => isKeptFresh(queryKey) });
  });
  return () => {
    unsubscribe();
    stop();
    cache.end();
  };
}
