-- Assets: what there is, which DAGs name it, what happened to it, who waits for it, and which run
-- had which events.

CREATE TABLE asset (
  id         INTEGER PRIMARY KEY,
  uri        TEXT NOT NULL,
  name       TEXT NOT NULL,
  group_name TEXT NOT NULL,
  extra      TEXT NOT NULL,          -- JSON object
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX asset_by_uri ON asset (uri);

-- What the current version of a DAG says.
CREATE TABLE asset_reference (
  asset      INTEGER NOT NULL REFERENCES asset (id),
  dag        INTEGER NOT NULL REFERENCES dag (key),
  kind       INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 2),  -- schedule, inlet, outlet
  task_id    TEXT NOT NULL,          -- '' for schedule
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (asset, kind, dag, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_reference_by_dag ON asset_reference (dag, kind);

CREATE TABLE asset_event (
  id               INTEGER PRIMARY KEY,
  asset            INTEGER NOT NULL REFERENCES asset (id),
  at               INTEGER NOT NULL,
  source_dag_id    TEXT NOT NULL,    -- '': it came by the API
  source_run_id    TEXT NOT NULL,
  source_task_id   TEXT NOT NULL,
  source_map_index INTEGER NOT NULL,
  extra            TEXT NOT NULL,    -- JSON object
  partition_key    TEXT NOT NULL
) STRICT;
CREATE INDEX asset_event_by_partition ON asset_event (asset, partition_key);
CREATE INDEX asset_event_by_asset ON asset_event (asset, at);
CREATE INDEX asset_event_by_at ON asset_event (at);
CREATE INDEX asset_event_by_source ON asset_event (source_dag_id, source_run_id);

CREATE TABLE asset_queue (
  dag           INTEGER NOT NULL REFERENCES dag (key),
  asset         INTEGER NOT NULL REFERENCES asset (id),
  partition_key TEXT NOT NULL,
  at            INTEGER NOT NULL,
  first_event   INTEGER NOT NULL,
  last_event    INTEGER NOT NULL,
  PRIMARY KEY (dag, asset, partition_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_queue_by_asset ON asset_queue (asset);

CREATE TABLE asset_consumed (
  run           INTEGER NOT NULL,
  dag           INTEGER NOT NULL,
  asset         INTEGER NOT NULL REFERENCES asset (id),
  partition_key TEXT NOT NULL,
  first_event   INTEGER NOT NULL,
  last_event    INTEGER NOT NULL,
  PRIMARY KEY (run, asset)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_consumed_by_event ON asset_consumed (asset, partition_key, dag, first_event);

ALTER TABLE run ADD COLUMN partition_key TEXT NOT NULL DEFAULT '';
