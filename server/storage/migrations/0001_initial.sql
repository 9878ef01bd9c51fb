-- The first schema. Column names are the field names of server/core/scheduler/change.h. Instants
-- are microseconds since 1970 in UTC, states and kinds the integers of proto/wire/vocabulary.h,
-- JSON is text. Ids come from the scheduler. An index exists only for a query that exists.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dag (
  key               INTEGER PRIMARY KEY,
  dag_id            TEXT NOT NULL,
  bundle            TEXT NOT NULL,
  path              TEXT NOT NULL,
  is_paused         INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
  is_stale          INTEGER NOT NULL CHECK (is_stale IN (0, 1)),
  has_import_errors INTEGER NOT NULL CHECK (has_import_errors IN (0, 1)),
  current_version   INTEGER,          -- of dag_version, which refers to this table
  cursor            INTEGER,
  once_done         INTEGER NOT NULL CHECK (once_done IN (0, 1)),
  version_count     INTEGER NOT NULL,
  consecutive_failures INTEGER NOT NULL,
  last_parsed       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX dag_by_dag_id ON dag (dag_id);

-- The columns between hash and canonical repeat what is in canonical, for lists of DAGs.
CREATE TABLE dag_version (
  id               INTEGER PRIMARY KEY,
  dag              INTEGER NOT NULL REFERENCES dag (key),
  number           INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  hash             TEXT NOT NULL,
  display_name     TEXT NOT NULL,
  description      TEXT NOT NULL,
  owner            TEXT NOT NULL,
  tags             TEXT NOT NULL,     -- JSON list of strings
  schedule         TEXT,              -- in words; null: none
  timezone         TEXT NOT NULL,
  max_active_runs  INTEGER NOT NULL,
  max_active_tasks INTEGER NOT NULL,
  task_count       INTEGER NOT NULL,
  canonical        TEXT NOT NULL,
  source           TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX dag_version_by_number ON dag_version (dag, number);

CREATE TABLE run (
  id                  INTEGER PRIMARY KEY,
  dag                 INTEGER NOT NULL REFERENCES dag (key),
  version             INTEGER NOT NULL REFERENCES dag_version (id),
  run_id              TEXT NOT NULL,
  type                INTEGER NOT NULL CHECK (type BETWEEN 0 AND 3),
  triggered_by        INTEGER NOT NULL CHECK (triggered_by BETWEEN 0 AND 6),
  state               INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  logical_date        INTEGER,
  data_interval_start INTEGER,
  data_interval_end   INTEGER,
  run_after           INTEGER NOT NULL,
  queued_at           INTEGER NOT NULL,
  started_at          INTEGER,
  ended_at            INTEGER,
  conf                TEXT NOT NULL,
  params              TEXT NOT NULL,
  note                TEXT NOT NULL,
  reason              TEXT NOT NULL,
  actor               TEXT NOT NULL,
  failed_tasks        INTEGER NOT NULL,
  materialized        INTEGER NOT NULL CHECK (materialized IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX run_by_run_id ON run (dag, run_id);
CREATE UNIQUE INDEX run_by_logical_date ON run (dag, logical_date) WHERE logical_date IS NOT NULL;
CREATE INDEX run_by_run_after ON run (dag, run_after);
CREATE INDEX run_active ON run (state, id) WHERE state < 2;
CREATE INDEX run_success ON run (dag, logical_date) WHERE state = 2 AND logical_date IS NOT NULL;

CREATE TABLE task_instance (
  id           INTEGER PRIMARY KEY,
  run          INTEGER NOT NULL REFERENCES run (id),
  task_id      TEXT NOT NULL,
  map_index    INTEGER NOT NULL,
  state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 12),
  try_number   INTEGER NOT NULL,
  failures     INTEGER NOT NULL,
  losses       INTEGER NOT NULL,
  attempt      INTEGER NOT NULL,      -- the latest; 0 before the first
  scheduled_at INTEGER,
  queued_at    INTEGER,
  started_at   INTEGER,
  ended_at     INTEGER,
  retry_at     INTEGER,
  reason       TEXT NOT NULL,
  note         TEXT NOT NULL,
  updated_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX task_instance_by_task ON task_instance (run, task_id, map_index);

CREATE TABLE attempt (
  id           INTEGER PRIMARY KEY,
  instance     INTEGER NOT NULL REFERENCES task_instance (id),
  run          INTEGER NOT NULL,
  try_number   INTEGER NOT NULL,
  state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7),
  worker       INTEGER NOT NULL,      -- 0: none
  session      TEXT NOT NULL,
  queued_at    INTEGER NOT NULL,
  started_at   INTEGER,
  ended_at     INTEGER,
  exit_code    INTEGER NOT NULL,
  signal       INTEGER NOT NULL,
  pid          INTEGER NOT NULL,
  cpu_us       INTEGER NOT NULL,
  max_rss_kb   INTEGER NOT NULL,
  log_bytes    INTEGER NOT NULL,
  error        TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_by_instance ON attempt (instance);
CREATE INDEX attempt_active ON attempt (run) WHERE state < 2;

CREATE TABLE output (
  instance INTEGER NOT NULL REFERENCES task_instance (id),
  run      INTEGER NOT NULL,
  attempt  INTEGER NOT NULL,
  key      TEXT NOT NULL,
  value    TEXT NOT NULL,             -- JSON
  at       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX output_by_key ON output (instance, key);

CREATE TABLE event (
  id         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  kind       INTEGER NOT NULL,
  dag        INTEGER NOT NULL,        -- 0: none, as run, instance and attempt
  run        INTEGER NOT NULL,
  instance   INTEGER NOT NULL,
  attempt    INTEGER NOT NULL,
  from_state INTEGER NOT NULL,
  to_state   INTEGER NOT NULL,
  detail     TEXT NOT NULL
) STRICT;

CREATE TABLE pool (
  name             TEXT PRIMARY KEY,
  slots            INTEGER NOT NULL,
  include_deferred INTEGER NOT NULL CHECK (include_deferred IN (0, 1)),
  description      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO pool VALUES ('default_pool', 128, 0, 'Default pool');

CREATE TABLE worker (
  id            INTEGER PRIMARY KEY,
  name          TEXT NOT NULL,
  host          TEXT NOT NULL,
  version       TEXT NOT NULL,
  session       TEXT NOT NULL,
  slots         INTEGER NOT NULL,
  queues        TEXT NOT NULL,        -- JSON list of strings
  state         INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
  registered_at INTEGER NOT NULL,
  last_seen     INTEGER NOT NULL
) STRICT;

CREATE TABLE import_error (
  id          INTEGER PRIMARY KEY,
  bundle      TEXT NOT NULL,
  path        TEXT NOT NULL,
  at          INTEGER NOT NULL,
  stack_trace TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX import_error_by_path ON import_error (bundle, path);

CREATE TABLE idempotency (
  key          TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  run          INTEGER NOT NULL,
  at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  action  TEXT NOT NULL,
  dag_id  TEXT NOT NULL,
  run_id  TEXT NOT NULL,
  task_id TEXT NOT NULL,
  detail  TEXT NOT NULL
) STRICT;
