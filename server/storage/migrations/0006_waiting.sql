-- What a task instance waits for, beyond its upstreams.

-- As rendered when the trigger rule said run: what it is counted under while it has a worker.
ALTER TABLE task_instance ADD COLUMN concurrency_key TEXT NOT NULL DEFAULT '';

-- Of a run that a trigger_dag task made: the DAGs from the first that triggered, a JSON list.
ALTER TABLE run ADD COLUMN triggered_through TEXT NOT NULL DEFAULT '[]';

-- What approvals ask, and what people answered.
CREATE TABLE approval (
  instance       INTEGER PRIMARY KEY REFERENCES task_instance (id),
  run            INTEGER NOT NULL,
  subject        TEXT NOT NULL,
  body           TEXT NOT NULL,
  options        TEXT NOT NULL,       -- JSON list of strings, as assigned_to and chosen_options
  params         TEXT NOT NULL,       -- JSON: {name: {schema, value}}
  assigned_to    TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  expires_at     INTEGER,
  responded_at   INTEGER,
  responded_by   TEXT,
  chosen_options TEXT,
  params_input   TEXT                 -- JSON object
) STRICT;
CREATE INDEX approval_by_run ON approval (run);
