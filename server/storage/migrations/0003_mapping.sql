-- What tasks and groups of tasks are mapped over: the lists of their `expand`, evaluated.

CREATE TABLE mapping (
  run    INTEGER NOT NULL REFERENCES run (id),
  owner  TEXT NOT NULL,             -- a task's id, or a group's
  length INTEGER NOT NULL,
  lists  TEXT NOT NULL,             -- JSON {"zip": bool, "keys": [[name, [values]]]}
  PRIMARY KEY (run, owner)
) STRICT, WITHOUT ROWID;
