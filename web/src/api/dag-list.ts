/** The list of DAGs, page by page, and what is looked for in it. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type DagListSearch, ranSince } from "@/lib/search-dags";
import { api, unwrap } from "./client";
import { CALM_MS } from "./queries";
import type { paths } from "./schema.gen";

/** As many as the server gives at once. */
export const DAG_PAGE = 100;

export type DagQuery = NonNullable<paths["/api/v2/dags"]["get"]["parameters"]["query"]>;

/** The filters of the URL in the server's words; `by` says what the text is looked for in. */
function filtersOf(search: DagListSearch, by: "name" | "id", now: number): DagQuery {
  return {
    dag_display_name_pattern: by === "name" ? search.q : undefined,
    dag_id_pattern: by === "id" ? search.q : undefined,
    tags: search.tag ? [search.tag] : undefined,
    owners: search.owner ? [search.owner] : undefined,
    last_dag_run_state: search.state,
    paused: search.paused === undefined ? undefined : search.paused === "yes",
    has_import_errors: search.broken ? true : undefined,
    dag_run_start_date_gte: ranSince(search.ran, now),
    order_by: [search.sort ?? "dag_id"],
  };
}

function listDags(query: DagQuery, signal: AbortSignal) {
  return unwrap(api.GET("/api/v2/dags", { params: { query }, signal }));
}

/** What people see is the name; what they paste may be an id that looks different. */
async function findDags(search: DagListSearch, more: DagQuery, signal: AbortSignal) {
  const ask = async (by: "name" | "id") => ({
    ...(await listDags({ ...filtersOf(search, by, Date.now()), ...more }, signal)),
    by,
  });
  const named = await ask("name");
  return search.q && named.total_entries === 0 ? ask("id") : named;
}

/** The first page, which says how many there are and what the text was found in. */
export const firstDagsQuery = (search: DagListSearch) =>
  queryOptions({
    queryKey: ["dags", "list", search],
    queryFn: ({ signal }) => findDags(search, { limit: DAG_PAGE }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS / 2,
  });

/** Page 1 and on, for whoever scrolls there: by offset, as a scrollbar goes anywhere. */
export const furtherDagsQuery = (search: DagListSearch, by: "name" | "id", page: number) =>
  queryOptions({
    queryKey: ["dags", "list", search, by, page],
    queryFn: ({ signal }) =>
      listDags(
        { ...filtersOf(search, by, Date.now()), limit: DAG_PAGE, offset: page * DAG_PAGE },
        signal,
      ),
    refetchInterval: CALM_MS,
  });

/** A few DAGs by a part of their name, for the palette. */
export const foundDagsQuery = (q: string) =>
  queryOptions({
    queryKey: ["dags", "found", q],
    queryFn: ({ signal }) => findDags({ q: q || undefined }, { limit: 8 }, signal),
    placeholderData: keepPreviousData,
  });

export const ownersQuery = () =>
  queryOptions({
    queryKey: ["owners"],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v2/dagOwners", { params: { query: { limit: 100 } }, signal })),
    staleTime: CALM_MS,
  });

export const tagsQuery = () =>
  queryOptions({
    queryKey: ["tags"],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v2/dagTags", { params: { query: { limit: 100 } }, signal })),
    staleTime: CALM_MS,
  });
