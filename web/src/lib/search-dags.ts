/** What the URL of the DAG list says: every filter, and the order. */

import { type Raw, text } from "./search";
import { isRunState, type RunState } from "./states";

export const RAN = ["hour", "day", "week"] as const;
export type Ran = (typeof RAN)[number];

/** The columns that the server can sort by; `-` in front turns it round. */
export const SORTS = ["dag_display_name", "last_run_start_date", "next_dagrun"] as const;
export type SortColumn = (typeof SORTS)[number];
export type Sort = SortColumn | `-${SortColumn}`;

export interface DagListSearch {
  q?: string | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  state?: RunState | undefined;
  paused?: "yes" | "no" | undefined;
  ran?: Ran | undefined;
  broken?: "yes" | undefined;
  sort?: Sort | undefined;
}

export function dagListSearch(raw: Raw): DagListSearch {
  return {
    q: text(raw.q),
    tag: text(raw.tag),
    owner: text(raw.owner),
    state: isRunState(raw.state) ? raw.state : undefined,
    paused: raw.paused === "yes" || raw.paused === "no" ? raw.paused : undefined,
    ran: RAN.find((one) => one === raw.ran),
    broken: raw.broken === "yes" ? "yes" : undefined,
    sort: SORTS.flatMap((one): Sort[] => [one, `-${one}`]).find((one) => one === raw.sort),
  };
}

/** What leaves DAGs out, without the order. */
export function isFiltered({ sort: _, ...filters }: DagListSearch): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}

const RAN_MS: Readonly<Record<Ran, number>> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};

/** Since when, to the minute: so that it is the same question for a while. */
export function ranSince(ran: Ran | undefined, now: number): string | undefined {
  if (!ran) return undefined;
  const minute = 60_000;
  return new Date(Math.floor((now - RAN_MS[ran]) / minute) * minute).toISOString();
}

/** The order after a click on a column: it, then round, then as it was. */
export function nextSort(column: SortColumn, sort: Sort | undefined): Sort | undefined {
  // Of names one wants the first ones first, of times the latest; but of what comes, the nearest.
  const first: Sort = column === "last_run_start_date" ? `-${column}` : column;
  const second: Sort = column === "last_run_start_date" ? column : `-${column}`;
  if (sort === first) return second;
  return sort === second ? undefined : first;
}
