/** What the home page reads over all DAGs. The keys begin like those of runs: see live-events. */

import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { type Bucket, isFollowed, SPAN_MS, since } from "@/lib/home";
import type { Span } from "@/lib/search-home";
import { api, unwrap } from "./client";
import { ACTIVE_MS, CALM_MS, RECENT_RUNS } from "./queries";
import type { paths } from "./schema.gen";
import type { Dag, DagRun, RunBar } from "./types";

type DagQuery = NonNullable<paths["/api/v2/dags"]["get"]["parameters"]["query"]>;
type RunQuery = NonNullable<paths["/api/v2/dags/{dag_id}/dagRuns"]["get"]["parameters"]["query"]>;

function allRuns(query: RunQuery, signal: AbortSignal) {
  return unwrap(
    api.GET("/api/v2/dags/{dag_id}/dagRuns", { params: { path: { dag_id: "~" }, query }, signal }),
  );
}

const PAGE = 100;
/** How often runs of DAGs are asked for that none was found of: one DAG may fill an answer. */
const MOST_ROUNDS = 4;

export interface Failures {
  /** Runs that failed, at least one of each DAG as far as there are not too many. */
  dag_runs: DagRun[];
  /** The newest runs of these DAGs, which may have made good what failed. */
  recent: RunBar[];
  /** DAGs that failed, with what rights are asked of. */
  failed: Pick<Dag, "dag_id" | "tags">[];
  /** Of which the last run failed. */
  failingIds: string[];
  /** How many more DAGs there are, of which no run is among these: whose last run failed … */
  failingHidden: number;
  /** … and that failed in the span. */
  hidden: number;
}

function someDags(query: DagQuery, signal: AbortSignal) {
  const newest = { limit: PAGE, order_by: ["-last_run_start_date"] };
  return unwrap(api.GET("/api/v2/dags", { params: { query: { ...newest, ...query } }, signal }));
}

/** Failures of these DAGs, each round without those that are found already. */
async function failuresOf(dagIds: readonly string[], found: DagRun[], signal: AbortSignal) {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const known = new Set(found.map((run) => run.dag_id));
    const missing = dagIds.filter((id) => !known.has(id));
    if (missing.length === 0) return;
    const { dag_runs: more } = await unwrap(
      api.POST("/api/v2/dags/{dag_id}/dagRuns/list", {
        params: { path: { dag_id: "~" } },
        body: {
          dag_ids: missing,
          states: ["failed"],
          order_by: "-end_date",
          page_limit: PAGE,
          page_offset: 0,
        },
        signal,
      }),
    );
    if (more.length === 0) return;
    found.push(...more);
  }
}

/** What failed in a span, and what is broken since longer: by DAG, so that none hides another. */
async function readFailures(span: Span, signal: AbortSignal): Promise<Failures> {
  const from = since(SPAN_MS[span], Date.now());
  const [newest, failing, troubled] = await Promise.all([
    allRuns(
      { limit: PAGE, order_by: ["-end_date"], state: ["failed"], end_date_gte: from },
      signal,
    ),
    someDags({ last_dag_run_state: "failed" }, signal),
    someDags({ dag_run_state: ["failed"], dag_run_end_date_gte: from }, signal),
  ]);
  const dags = new Map([...failing.dags, ...troubled.dags].map((dag) => [dag.dag_id, dag]));
  const failingIds = failing.dags.map((dag) => dag.dag_id);
  const found = [...newest.dag_runs];
  await failuresOf([...dags.keys()], found, signal);
  const isFailing = new Set(failingIds);
  const runs = found.filter(
    (run) => isFailing.has(run.dag_id) || Date.parse(run.end_date ?? "") >= Date.parse(from),
  );
  const shown = new Set(runs.map((run) => run.dag_id));
  const hiddenOf = (list: typeof failing) =>
    Math.max(0, list.total_entries - list.dags.filter(({ dag_id: id }) => shown.has(id)).length);
  return {
    dag_runs: runs,
    recent: await recentOf(runs, isFailing, signal),
    failed: [...dags.values()].map(({ dag_id, tags }) => ({ dag_id, tags })),
    failingIds,
    failingHidden: hiddenOf(failing),
    hidden: hiddenOf(troubled),
  };
}

/** Of DAGs whose last run failed it matters least: they are broken in any case. */
async function recentOf(
  runs: readonly DagRun[],
  isFailing: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<RunBar[]> {
  const ids = [...new Set(runs.filter(isFollowed).map((run) => run.dag_id))]
    .sort((a, b) => Number(isFailing.has(a)) - Number(isFailing.has(b)))
    .slice(0, PAGE);
  if (ids.length === 0) return [];
  const query = { dag_ids: ids, dag_runs_limit: RECENT_RUNS };
  const { dags } = await unwrap(api.GET("/api/v2/recentDagRuns", { params: { query }, signal }));
  return dags.flatMap((dag) => dag.latest_dag_runs);
}

export const failedQuery = (span: Span) =>
  queryOptions({
    queryKey: ["runs", "all", "failed", span],
    queryFn: ({ signal }) => readFailures(span, signal),
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

/** What waits for a person's answer, the longest first. Its key is that of what instances change. */
export const openApprovalsQuery = () =>
  queryOptions({
    queryKey: ["instances", "all", "approvals"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/hitlDetails", {
          params: {
            path: { dag_id: "~", dag_run_id: "~" },
            query: {
              limit: 50,
              response_received: false,
              state: ["deferred"],
              order_by: ["created_at"],
            },
          },
          signal,
        }),
      ),
    refetchInterval: CALM_MS / 2,
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
