-- Sensors that a worker looks for: how often this try has looked in vain, and the outcome of such a
-- look (8, rescheduled), which the check of `attempt` did not know: the table is made anew.

ALTER TABLE task_instance ADD COLUMN pokes INTEGER NOT NULL DEFAULT 0;

CREATE TABLE attempt_anew (
  id           INTEGER PRIMARY KEY,
  instance     INTEGER NOT NULL REFERENCES task_instance (id),
  run          INTEGER NOT NULL,
  try_number   INTEGER NOT NULL,
  state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 8),
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
INSERT INTO attempt_anew SELECT id, instance, run, try_number, state, worker, session, queued_at,
  started_at, ended_at, exit_code, signal, pid, cpu_us, max_rss_kb, log_bytes, error FROM attempt;
DROP TABLE attempt;
ALTER TABLE attempt_anew RENAME TO attempt;
-- A try may have many attempts now; the last one stands for it.
CREATE INDEX attempt_by_instance ON attempt (instance, try_number);
CREATE INDEX attempt_active ON attempt (run) WHERE state < 2;
