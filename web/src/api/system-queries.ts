/** What is not about one DAG: import errors, pools, workers, the server itself. */

import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { ACTIVE_MS, CALM_MS } from "./queries";

export const importErrorsQuery = () =>
  queryOptions({
    queryKey: ["importErrors"],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/importErrors", {
          params: { query: { limit: 100, order_by: ["-timestamp"] } },
          signal,
        }),
      ),
    refetchInterval: CALM_MS / 2,
  });

export const poolsQuery = () =>
  queryOptions({
    queryKey: ["pools"],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v2/pools", { params: { query: { limit: 100 } }, signal })),
    refetchInterval: ACTIVE_MS,
  });

export const workersQuery = () =>
  queryOptions({
    queryKey: ["workers"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v2/workers", { signal })),
    refetchInterval: ACTIVE_MS,
  });

export const versionQuery = () =>
  queryOptions({
    queryKey: ["version"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v2/version", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
