import { type UseQueryResult, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { latestRunsQuery, RECENT_RUNS, type RecentRuns, recentRunsQuery } from "@/api/queries";
import type { Dag, RunBar } from "@/api/types";
import { partsOf, recentRuns } from "@/lib/runs";
import type { Range } from "@/lib/window-rows";

/** So many rows ask together: the ids of so many DAGs fit into an address. */
const PART = 25;

/**
 * The newest runs of the DAGs in sight, by their ids: of each part of the list at once, which is read
 * seldom, and what of all DAGs' newest is theirs. What scrolls by is not asked for.
 */
export function useRecentRuns(
  { from, to }: Range,
  rowAt: (index: number) => Dag | undefined,
  still: boolean,
): ReadonlyMap<string, readonly RunBar[]> {
  const client = useQueryClient();
  const latest = useQuery(latestRunsQuery()).data?.dag_runs;
  const parts = partsOf(from, to, PART)
    .map((part) => idsOf(part, rowAt))
    .filter((dagIds) => dagIds.length > 0);
  const found = useQueries({
    queries: parts.map((dagIds) => ({ ...recentRunsQuery(dagIds), enabled: still })),
    combine: dataOf,
  });
  const shown = parts.flat().join("\n");
  return useMemo(() => {
    // After the list was sorted anew, what another part of it has told stands in for a while.
    const others = client.getQueriesData<RecentRuns>({ queryKey: ["runs", "recent"] });
    const told = [...found, ...others.map(([, data]) => data)];
    const bars = new Map<string, readonly RunBar[]>();
    for (const dagId of shown.split("\n")) {
      const own = told.find((data) => data?.dag_ids.includes(dagId));
      const runs = recentRuns<RunBar>(dagId, own?.dag_runs ?? [], latest ?? [], RECENT_RUNS);
      if (own || runs.length > 0) bars.set(dagId, runs);
    }
    return bars;
  }, [client, shown, found, latest]);
}

function idsOf(part: number, rowAt: (index: number) => Dag | undefined): string[] {
  const rows = Array.from({ length: PART }, (_, at) => rowAt(part * PART + at));
  return rows.flatMap((dag) => dag?.dag_id ?? []);
}

function dataOf(results: UseQueryResult<RecentRuns>[]): (RecentRuns | undefined)[] {
  return results.map(({ data }) => data);
}
