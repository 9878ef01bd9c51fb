/** What the checklist of the first minute is ticked by. */

import { queryOptions } from "@tanstack/react-query";
import { FEW_DAGS, GREEN, isFirstMinute, RED, WAITING } from "@/lib/first-minute";
import { api, unwrap } from "./client";
import { CALM_MS } from "./queries";

const FAILING_TASK = "check_stock";

export const firstMinuteQuery = () =>
  queryOptions({
    queryKey: ["firstMinute"],
    queryFn: async ({ signal }) => {
      const { dags, total_entries } = await unwrap(
        api.GET("/api/v2/dags", { params: { query: { limit: FEW_DAGS } }, signal }),
      );
      if (!isFirstMinute(dags, total_entries)) return null;
      const runOf = async (dag_id: string, order: "id" | "-id") => {
        const { dag_runs, total_entries: count } = await unwrap(
          api.GET("/api/v2/dags/{dag_id}/dagRuns", {
            params: { path: { dag_id }, query: { limit: 1, order_by: [order] } },
            signal,
          }),
        );
        return { run: dag_runs[0], count };
      };
      const versions = async (dag_id: string) =>
        (
          await unwrap(
            api.GET("/api/v2/dags/{dag_id}/dagVersions", {
              params: { path: { dag_id }, query: { limit: 1 } },
              signal,
            }),
          )
        ).total_entries;
      const [green, red, waiting, tries, ...numbers] = await Promise.all([
        runOf(GREEN, "-id"),
        // The one that failed.
        runOf(RED, "id"),
        dags.some(({ dag_id }) => dag_id === WAITING) ? runOf(WAITING, "-id") : undefined,
        unwrap(
          api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances", {
            params: {
              path: { dag_id: RED, dag_run_id: "~" },
              query: { task_id: FAILING_TASK, limit: 100 },
            },
            signal,
          }),
        ),
        versions(GREEN),
        versions(RED),
      ]);
      return {
        dags,
        green: green.run,
        red: red.run,
        waiting: waiting?.run,
        runsOfRed: red.count,
        triesOfRed: tries.task_instances.map(({ try_number }) => try_number),
        versions: numbers,
      };
    },
    refetchInterval: CALM_MS / 2,
  });
