-- Backfills: ranges of dates that are run under a limit of their own.

CREATE TABLE backfill (
  id                    INTEGER PRIMARY KEY,
  dag                   INTEGER NOT NULL REFERENCES dag (key),
  version               INTEGER NOT NULL REFERENCES dag_version (id),
  from_date             INTEGER NOT NULL,
  to_date               INTEGER NOT NULL,
  max_active_runs       INTEGER NOT NULL,
  run_backwards         INTEGER NOT NULL CHECK (run_backwards IN (0, 1)),
  reprocess_behavior    INTEGER NOT NULL CHECK (reprocess_behavior BETWEEN 0 AND 2),
  run_on_latest_version INTEGER NOT NULL CHECK (run_on_latest_version IN (0, 1)),
  conf                  TEXT NOT NULL,
  is_paused             INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
  actor                 TEXT NOT NULL,
  created_at            INTEGER NOT NULL,
  updated_at            INTEGER NOT NULL,
  completed_at          INTEGER,
  is_cancelled          INTEGER NOT NULL CHECK (is_cancelled IN (0, 1)),
  position              INTEGER,
  total                 INTEGER NOT NULL,
  handled               INTEGER NOT NULL,
  left_alone            INTEGER NOT NULL,
  reason                TEXT NOT NULL
) STRICT;
CREATE INDEX backfill_active ON backfill (id) WHERE completed_at IS NULL;
CREATE INDEX backfill_by_dag ON backfill (dag, id);

ALTER TABLE run ADD COLUMN backfill INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_by_backfill ON run (backfill, state) WHERE backfill > 0;
