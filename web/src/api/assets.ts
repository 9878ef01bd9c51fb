/** Assets: what the pages read of them, and what they do. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { dagsOf } from "@/lib/lineage";
import type { AssetListSearch } from "@/lib/search-system";
import { done, useChange } from "./change";
import { api, unwrap } from "./client";
import { ACTIVE_MS, CALM_MS } from "./queries";
import type { components } from "./schema.gen";

export type Asset = components["schemas"]["AssetResponse"];
export type AssetEvent = components["schemas"]["AssetEventResponse"];
export type QueuedEvent = components["schemas"]["QueuedEventResponse"];

export const ASSET_PAGE = 50;
export const EVENT_PAGE = 25;
/** As many as the server gives at once. */
const MOST = 100;

export const assetsQuery = (filter: AssetListSearch) =>
  queryOptions({
    queryKey: ["assets", "list", filter],
    queryFn: async ({ signal }) => {
      const ask = (pattern: { name_pattern?: string; uri_pattern?: string }) =>
        unwrap(
          api.GET("/api/v2/assets", {
            params: {
              query: {
                limit: ASSET_PAGE,
                offset: ((filter.page ?? 1) - 1) * ASSET_PAGE,
                order_by: [filter.sort ?? "name"],
                dag_ids: filter.dag ? [filter.dag] : undefined,
                ...pattern,
              },
            },
            signal,
          }),
        );
      if (!filter.q) return ask({});
      const named = await ask({ name_pattern: filter.q });
      return named.total_entries > 0 ? named : ask({ uri_pattern: filter.q });
    },
    placeholderData: keepPreviousData,
    refetchInterval: CALM_MS / 2,
  });

export const assetQuery = (id: number) =>
  queryOptions({
    queryKey: ["assets", "one", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v2/assets/{asset_id}", { params: { path: { asset_id: id } }, signal })),
    refetchInterval: ACTIVE_MS,
  });

export const assetEventsQuery = (id: number, dag: string | undefined, page: number) =>
  queryOptions({
    queryKey: ["assets", "events", id, dag, page],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v2/assets/events", {
          params: {
            query: {
              asset_id: id,
              source_dag_id: dag,
              limit: EVENT_PAGE,
              offset: (page - 1) * EVENT_PAGE,
              order_by: ["-timestamp"],
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ACTIVE_MS,
  });

/** What waits, of an asset or for a DAG. */
export type Waiting = { asset: number } | { dag: string };

export const queuedQuery = (of: Waiting) =>
  queryOptions({
    queryKey: ["assets", "queued", of],
    queryFn: ({ signal }) =>
      unwrap(
        "asset" in of
          ? api.GET("/api/v2/assets/{asset_id}/queuedEvents", {
              params: { path: { asset_id: of.asset } },
              signal,
            })
          : api.GET("/api/v2/dags/{dag_id}/assets/queuedEvents", {
              params: { path: { dag_id: of.dag } },
              signal,
            }),
      ),
    refetchInterval: ACTIVE_MS,
  });

/**
 * The assets within `depth` DAGs of one, ring by ring: a request per ring, however many assets
 * there are elsewhere. Without an asset the first hundred.
 */
export const lineageQuery = (asset: number | undefined, depth: number) =>
  queryOptions({
    queryKey: ["assets", "lineage", asset, depth],
    queryFn: async ({ signal }) => {
      const list = (dag_ids: string[] | undefined) =>
        unwrap(
          api.GET("/api/v2/assets", {
            params: { query: { limit: MOST, order_by: ["id"], dag_ids } },
            signal,
          }),
        );
      if (asset === undefined) {
        const all = await list(undefined);
        return { assets: all.assets, whole: all.assets.length === all.total_entries };
      }
      const one = await unwrap(
        api.GET("/api/v2/assets/{asset_id}", { params: { path: { asset_id: asset } }, signal }),
      );
      let assets = [one];
      let whole = true;
      let asked = "";
      for (let ring = 0; ring < depth; ring += 1) {
        const dags = dagsOf(assets).slice(0, MOST);
        if (dags.length === 0 || dags.join() === asked) break;
        asked = dags.join();
        const found = await list(dags);
        whole = found.assets.length === found.total_entries;
        assets = [one, ...found.assets.filter(({ id }) => id !== asset)];
      }
      return { assets, whole };
    },
    refetchInterval: CALM_MS,
  });

export function useCreateAssetEvent() {
  return useChange(
    ["assets", "runs"],
    (input: { body: components["schemas"]["CreateAssetEventsBody"]; key: string }) =>
      unwrap(
        api.POST("/api/v2/assets/events", {
          params: { header: { "Idempotency-Key": input.key } },
          body: input.body,
        }),
      ),
  );
}

export function useMaterialize(asset: number) {
  return useChange(["assets", "runs", "dags"], (input: { conf: object | undefined; key: string }) =>
    unwrap(
      api.POST("/api/v2/assets/{asset_id}/materialize", {
        params: { path: { asset_id: asset }, header: { "Idempotency-Key": input.key } },
        body: input.conf ? { conf: input.conf as Record<string, unknown> } : {},
      }),
    ),
  );
}

/** Forgets what waits: of one asset for one DAG, or all that waits for a DAG. */
export function useDeleteQueued() {
  return useChange(["assets"], ({ dag, asset }: { dag: string; asset?: number | undefined }) =>
    done(
      asset === undefined
        ? api.DELETE("/api/v2/dags/{dag_id}/assets/queuedEvents", {
            params: { path: { dag_id: dag } },
          })
        : api.DELETE("/api/v2/dags/{dag_id}/assets/{asset_id}/queuedEvents", {
            params: { path: { dag_id: dag, asset_id: asset } },
          }),
    ),
  );
}
