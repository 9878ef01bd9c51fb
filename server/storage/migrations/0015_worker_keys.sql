-- How workers prove who they are. Of each token there is only the SHA-256.
CREATE TABLE join_token (
  id         TEXT PRIMARY KEY,
  hash       TEXT NOT NULL,
  worker     TEXT NOT NULL,           -- the only name that it lets in; '': any that is free
  queues     TEXT NOT NULL,           -- JSON list of the only queues; []: any
  is_once    INTEGER NOT NULL CHECK (is_once IN (0, 1)),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,                 -- the last time
  used_by    TEXT NOT NULL            -- the worker of that time; ''
) STRICT, WITHOUT ROWID;

-- A row that was revoked stays: its name is shut until it is invited again.
CREATE TABLE worker_key (
  worker     TEXT PRIMARY KEY,        -- its name; one key each
  hash       TEXT NOT NULL,           -- '': it was revoked before it had one
  queues     TEXT NOT NULL,           -- as in join_token
  join_token TEXT NOT NULL,           -- id; '': the file worker-token
  session    TEXT NOT NULL,           -- that joined
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  revoked_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
