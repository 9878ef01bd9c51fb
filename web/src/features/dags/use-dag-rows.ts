import { useQueries, useQuery } from "@tanstack/react-query";
import { DAG_PAGE, firstDagsQuery, furtherDagsQuery } from "@/api/dag-list";
import type { Dag } from "@/api/types";
import type { DagListSearch } from "@/lib/search-dags";

/** The DAGs of the list as far as they are shown: the first page, and those around the eye. */
export function useDagRows(search: DagListSearch, from: number, to: number) {
  const first = useQuery(firstDagsQuery(search));
  const pages = pagesBetween(from, to);
  const further = useQueries({
    queries: pages.map((page) => ({
      ...furtherDagsQuery(search, first.data?.by ?? "name", page),
      // While the last list still stands in for this one nobody knows what its pages are.
      enabled: first.data !== undefined && !first.isPlaceholderData,
    })),
  });
  const rowAt = (index: number): Dag | undefined => {
    const page = Math.floor(index / DAG_PAGE);
    const at = index % DAG_PAGE;
    return page === 0 ? first.data?.dags[at] : further[pages.indexOf(page)]?.data?.dags[at];
  };
  const reached = pages.map((page, at) => reach(page, further[at]?.data?.dags.length ?? 0));
  const counted = first.data?.total_entries ?? 0;
  const total = first.data?.total_entries_exact === false ? Math.max(counted, ...reached) : counted;
  return { first, total, rowAt };
}

/** How many rows there are at least, by a page that has so many; behind a full one may be more. */
function reach(page: number, rows: number): number {
  if (rows === 0) return 0;
  return page * DAG_PAGE + rows + (rows === DAG_PAGE ? 1 : 0);
}

/** The pages behind the first one on which these rows are. */
export function pagesBetween(from: number, to: number): number[] {
  const pages: number[] = [];
  for (let page = Math.max(1, Math.floor(from / DAG_PAGE)); page * DAG_PAGE <= to; page += 1) {
    pages.push(page);
  }
  return pages;
}
