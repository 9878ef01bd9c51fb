/** What the home page reads over all DAGs. The keys begin like those of runs: see live-events. */

import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { type Bucket, SPAN_MS, since } from "@/lib/home";
import type { Span } from "@/lib/search-home";
import { api, unwrap } from "./client";
import { ACTIVE_MS, CALM_MS } from "./queries";
import type { paths } from "./schema.gen";

type RunQuery = NonNullable<paths["/api/v2/dags/{dag_id}/dagRuns"]["get"]["parameters"]["query"]>;

function allRuns(query: RunQuery, signal: AbortSignal) {
  return unwrap(
    api.GET("/api/v2/dags/{dag_id}/dagRuns", { params: { path: { dag_id: "~" }, query }, signal }),
  );
}

/** The runs that failed in a span, newest first. */
export const failedRunsQuery = (span: Span) =>
  queryOptions({
    queryKey: ["runs", "all", "failed", span],
    queryFn: ({ signal }) =>
      allRuns(
        {
          limit: 100,
          order_by: ["-id"],
          state: ["failed"],
          end_date_gte: since(SPAN_MS[span], Date.now()),
        },
        signal,
      ),
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS / 2,
  });

/** The runs that are not over, the oldest first; `limit` of them and how many there are. */
export const activeRunsQuery = (state: "queued" | "running") =>
  queryOptions({
    queryKey: ["runs", "all", "active", state],
    queryFn: ({ signal }) => allRuns({ limit: 50, order_by: ["id"], state: [state] }, signal),
    refetchInterval: ACTIVE_MS,
  });

/** Task instances that wait for something, of runs that are under way; the oldest first. */
export const waitingInstancesQuery = () =>
  queryOptions({
    queryKey: ["instances", "all", "waiting"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
          params: {
            path: { dag_id: "~", dag_run_id: "~" },
            query: { limit: 50, state: ["scheduled", "queued"], order_by: ["id"] },
          },
          signal,
        }),
      ),
    refetchInterval: CALM_MS / 2,
  });

/** DAGs whose last run failed: what is still broken. */
export const failingDagsQuery = () =>
  queryOptions({
    queryKey: ["dags", "failing"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags", {
          params: { query: { limit: 100, last_dag_run_state: "failed" } },
          signal,
        }),
      ),
    refetchInterval: CALM_MS,
  });

export const nextDagsQuery = () =>
  queryOptions({
    queryKey: ["dags", "next"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags", {
          params: { query: { limit: 8, paused: false, order_by: ["next_dagrun"] } },
          signal,
        }),
      ),
    refetchInterval: CALM_MS,
  });

/** How many DAGs are active or paused. */
export const dagCountQuery = (paused: boolean) =>
  queryOptions({
    queryKey: ["dags", "count", paused],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v2/dags", { params: { query: { limit: 0, paused } }, signal })),
    refetchInterval: CALM_MS,
  });

export const healthQuery = () =>
  queryOptions({
    queryKey: ["health"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v2/monitor/health", { signal })),
    refetchInterval: CALM_MS / 2,
  });

export interface Counted extends Bucket {
  success: number;
  failed: number;
}

/** The last buckets, in which runs still end; of the others the counts hardly change. */
const FRESH_BUCKETS = 2;
const SETTLED_MS = 600_000;

/** How the runs of buckets that follow each other ended. */
const runStatsQuery = (buckets: readonly Bucket[], staleTime: number) =>
  queryOptions({
    queryKey: ["counts", buckets],
    queryFn: async ({ signal }): Promise<Counted[]> => {
      const first = buckets[0];
      if (!first) return [];
      const run_after = [first.from, ...buckets.map(({ to }) => to)];
      const { windows } = await unwrap(
        api.GET("/api/v2/dagRunStats", { params: { query: { run_after } }, signal }),
      );
      return buckets.map((bucket, at) => ({
        ...bucket,
        success: windows[at]?.dag_run_states.success ?? 0,
        failed: windows[at]?.dag_run_states.failed ?? 0,
      }));
    },
    staleTime,
    gcTime: 1_800_000,
  });

/** How the runs of each bucket ended; only the last ones are counted again and again. */
export const trendQuery = (client: QueryClient, buckets: readonly Bucket[]) =>
  queryOptions({
    queryKey: ["trend", buckets],
    queryFn: async () => {
      const [settled, fresh] = await Promise.all([
        client.fetchQuery(runStatsQuery(buckets.slice(0, -FRESH_BUCKETS), SETTLED_MS)),
        client.fetchQuery(runStatsQuery(buckets.slice(-FRESH_BUCKETS), 0)),
      ]);
      return [...settled, ...fresh];
    },
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS,
  });
