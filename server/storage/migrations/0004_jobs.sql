-- Edits of more than one step go on as jobs, also after a restart. Whoever deletes a run leaves the
-- highest ids behind: an attempt's id is its fencing token and may never be given twice.

CREATE TABLE job (
  id         INTEGER PRIMARY KEY,
  kind       INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 1),
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
CREATE INDEX job_active ON job (id) WHERE state = 0;

CREATE TABLE retired_ids (
  only     INTEGER PRIMARY KEY CHECK (only = 1),
  run      INTEGER NOT NULL,
  instance INTEGER NOT NULL,
  attempt  INTEGER NOT NULL
) STRICT;
INSERT INTO retired_ids VALUES (1, 0, 0, 0);
