/** What unpausing a DAG starts at once: shown before it does. */

import type { Explanation } from "@/api/types";
import { createStore } from "./store";

export interface Starts {
  /** Of its schedule's missed ticks and of the assets that it waits for. */
  runs: number;
  /** False: at least so many. */
  isExact: boolean;
  /** The first logical dates. */
  first: string[];
  /** Ticks that get no run, whatever one does. */
  missed: number;
}

/** Whom somebody was about to unpause; null: nobody. */
export const unpausing = createStore<{ dagId: string; starts: Starts } | null>(null);

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const count = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Of the reason "paused" of the DAG's `why`. */
export function startsOf({ reasons }: Explanation): Starts {
  const data = record(reasons.find(({ code }) => code === "paused")?.data);
  const first = Array.isArray(data.first_logical_dates) ? data.first_logical_dates.map(String) : [];
  return {
    runs: count(data.runs) + count(data.asset_runs),
    isExact: data.runs_are_exact !== false,
    first,
    missed: count(record(data.dropped).count),
  };
}
