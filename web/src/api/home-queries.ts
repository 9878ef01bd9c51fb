/** What the home page reads over all DAGs. The keys begin like those of runs: see live-events. */

import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { type Bucket, SPAN_MS, since } from "@/lib/home";
import { forEachOf } from "@/lib/pool";
import type { Span } from "@/lib/search-home";
import type { RunState } from "@/lib/states";
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

/** How many runs of a state began their turn in a span. What is long over is asked for once. */
const runCountQuery = ({ from, to }: Bucket, state: RunState) =>
  queryOptions({
    queryKey: ["counts", from, to, state],
    queryFn: async ({ signal }) => {
      const query = { limit: 0, state: [state], run_after_gte: from, run_after_lt: to };
      const { total_entries } = await allRuns(query, signal);
      return total_entries;
    },
    staleTime: ({ state: { dataUpdatedAt } }) =>
      dataUpdatedAt > Date.parse(to) + 3_600_000 ? 600_000 : CALM_MS,
    gcTime: 1_800_000,
  });

export interface Counted extends Bucket {
  success: number;
  failed: number;
}

/** Few at a time: what one looks at first is not to wait for what is behind it. */
const COUNT_WIDTH = 2;

/** How the runs of each bucket ended, counted one by one. */
export const trendQuery = (client: QueryClient, buckets: readonly Bucket[]) =>
  queryOptions({
    queryKey: ["trend", buckets],
    queryFn: async ({ signal }) => {
      const counted = buckets.map((bucket): Counted => ({ ...bucket, success: 0, failed: 0 }));
      await forEachOf(counted.toReversed(), COUNT_WIDTH, signal, async (bucket) => {
        for (const state of ["success", "failed"] as const) {
          bucket[state] = await client.fetchQuery(runCountQuery(bucket, state));
        }
      });
      return counted;
    },
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS,
  });
