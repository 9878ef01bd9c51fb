-- Backfills of some tasks only.

ALTER TABLE backfill ADD COLUMN task_ids TEXT NOT NULL DEFAULT '[]';  -- JSON; empty: all
ALTER TABLE backfill ADD COLUMN include_downstream INTEGER NOT NULL DEFAULT 0
  CHECK (include_downstream IN (0, 1));
