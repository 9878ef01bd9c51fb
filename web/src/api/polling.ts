/** How often what the pages read is read again: seldom while a stream of changes keeps it fresh. */

import type {
  DefaultedQueryObserverOptions,
  QueryClient,
  QueryObserverOptions,
} from "@tanstack/react-query";
import { createStore } from "@/lib/store";

/** Does a stream keep this page fresh? If not, it polls. */
export const live = createStore(false);

/** Against what no event tells. */
const SLOW_MS = 30_000;

/** Queries whose data the stream keeps fresh, by the first word of their key. */
const KEPT_FRESH = new Set(["dags", "runs", "instances", "why"]);

export function isKeptFresh(key: readonly unknown[]): boolean {
  return KEPT_FRESH.has(String(key[0]));
}

/** From now on the client polls slowly what the stream keeps fresh, as long as there is a stream. */
export function paceByStream(client: QueryClient): QueryClient {
  const fill = client.defaultQueryOptions.bind(client) as Fill;
  const paced: Fill = (options) => {
    const full = fill(options);
    const own = full.refetchInterval;
    if (options._defaulted || !own || !isKeptFresh(full.queryKey)) return full;
    full.refetchInterval = (query) => {
      const interval = typeof own === "function" ? own(query) : own;
      return interval && live.get() ? Math.max(interval, SLOW_MS) : interval;
    };
    return full;
  };
  client.defaultQueryOptions = paced as QueryClient["defaultQueryOptions"];
  return client;
}

/** defaultQueryOptions without its type parameters, which say nothing here. */
type Fill = (options: QueryObserverOptions) => DefaultedQueryObserverOptions;
