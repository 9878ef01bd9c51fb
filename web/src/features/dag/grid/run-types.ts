import type { RunType } from "@/lib/dag/grid-model";

/** The catalogue's keys of the types of runs. */
export const RUN_TYPE_KEYS = {
  scheduled: "typeScheduled",
  manual: "typeManual",
  backfill: "typeBackfill",
  asset_triggered: "typeAsset",
  asset_materialization: "typeMaterialization",
} as const satisfies Record<RunType, string>;
