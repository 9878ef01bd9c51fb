/** What the backfill tab changes. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { BackfillBody } from "@/lib/dag/backfill";
import { api, unwrap } from "./client";

/** What the backfill would do; changes nothing. */
export function useDryRun() {
  return useMutation({
    mutationFn: (body: BackfillBody) => unwrap(api.POST("/api/v2/backfills/dry_run", { body })),
  });
}

function useBackfillChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["backfills"] }),
        client.invalidateQueries({ queryKey: ["runs"] }),
        client.invalidateQueries({ queryKey: ["grid"] }),
      ]),
  });
}

export function useCreateBackfill() {
  return useBackfillChange(({ body, key }: { body: BackfillBody; key: string }) =>
    unwrap(api.POST("/api/v2/backfills", { params: { header: { "Idempotency-Key": key } }, body })),
  );
}

export type BackfillAction = "pause" | "unpause" | "cancel";

/** From the origin on, for the call itself and for its curl. */
export function backfillPath(id: number, action: BackfillAction, cancelRunning = false): string {
  return `/api/v2/backfills/${id}/${action}${action === "cancel" && cancelRunning ? "?cancel_running=true" : ""}`;
}

export function useBackfillAction(id: number) {
  const path = { backfill_id: id };
  return useBackfillChange(
    ({ action, cancelRunning }: { action: BackfillAction; cancelRunning?: boolean }) => {
      switch (action) {
        case "pause":
          return unwrap(api.PUT("/api/v2/backfills/{backfill_id}/pause", { params: { path } }));
        case "unpause":
          return unwrap(api.PUT("/api/v2/backfills/{backfill_id}/unpause", { params: { path } }));
        case "cancel":
          return unwrap(
            api.PUT("/api/v2/backfills/{backfill_id}/cancel", {
              params: { path, query: { cancel_running: cancelRunning } },
            }),
          );
      }
    },
  );
}
