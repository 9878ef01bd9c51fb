-- DAGs can be deleted, which is a job of its own kind that the check of `job` did not know: the
-- table is made anew. Whoever deletes a DAG leaves the highest ids behind, as with a run.

CREATE TABLE job_anew (
  id         INTEGER PRIMARY KEY,
  kind       INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),
  state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 1),
  dag        INTEGER NOT NULL REFERENCES dag (key),
  run        INTEGER NOT NULL,        -- 0: several
  action     TEXT NOT NULL,
  actor      TEXT NOT NULL,
  spec       TEXT NOT NULL,           -- JSON
  cursor     TEXT NOT NULL,           -- JSON
  runs_total INTEGER NOT NULL,
  runs_done  INTEGER NOT NULL,
  changed    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at   INTEGER
) STRICT;
INSERT INTO job_anew SELECT id, kind, state, dag, run, action, actor, spec, cursor, runs_total,
  runs_done, changed, created_at, updated_at, ended_at FROM job;
DROP TABLE job;
ALTER TABLE job_anew RENAME TO job;
CREATE INDEX job_active ON job (id) WHERE state = 0;
CREATE INDEX job_by_dag ON job (dag);

ALTER TABLE retired_ids ADD COLUMN dag INTEGER NOT NULL DEFAULT 0;
ALTER TABLE retired_ids ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE retired_ids ADD COLUMN backfill INTEGER NOT NULL DEFAULT 0;
ALTER TABLE retired_ids ADD COLUMN job INTEGER NOT NULL DEFAULT 0;

-- Who names a version: without these, the deletion of one would read all runs.
CREATE INDEX run_by_version ON run (version);
CREATE INDEX backfill_by_version ON backfill (version);
