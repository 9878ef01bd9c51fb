/** What the URL of the home page says. */

import { oneOf, type Raw } from "./search";

export const SPANS = ["day", "week", "month"] as const;
export type Span = (typeof SPANS)[number];

export interface HomeSearch {
  /** How far back failures are shown; a day unless told. */
  since?: Exclude<Span, "day"> | undefined;
  /** Also DAGs of which a later run went well. */
  failed?: "all" | undefined;
  /** Of the trend: by day; by hour unless told. */
  trend?: "days" | undefined;
}

export function homeSearch(raw: Raw): HomeSearch {
  return {
    since: oneOf(raw.since, ["week", "month"]),
    failed: oneOf(raw.failed, ["all"]),
    trend: oneOf(raw.trend, ["days"]),
  };
}
