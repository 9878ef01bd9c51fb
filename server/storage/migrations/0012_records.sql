-- What people keep here and the scheduler never looks into. Sealed columns are ciphertext in
-- base64 (server/secrets): their key is not in this folder.
CREATE TABLE variable (
  key         TEXT PRIMARY KEY,
  value       TEXT NOT NULL,          -- sealed
  is_secret   INTEGER NOT NULL CHECK (is_secret IN (0, 1)),
  description TEXT NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE connection (
  connection_id TEXT PRIMARY KEY,
  conn_type     TEXT NOT NULL,
  description   TEXT NOT NULL,
  host          TEXT NOT NULL,
  login         TEXT NOT NULL,
  "schema"      TEXT NOT NULL,
  port          INTEGER,
  password      TEXT NOT NULL,        -- sealed; '': none
  extra         TEXT NOT NULL,        -- sealed; '': none
  allowed_dags  TEXT NOT NULL,        -- JSON list of dag_ids; []: all
  updated_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
  name          TEXT PRIMARY KEY,
  display_name  TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  role          TEXT NOT NULL,
  grants        TEXT NOT NULL,        -- JSON
  is_disabled   INTEGER NOT NULL CHECK (is_disabled IN (0, 1)),
  provider      TEXT NOT NULL,
  epoch         INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
  id           TEXT PRIMARY KEY,
  hash         TEXT NOT NULL,
  kind         INTEGER NOT NULL CHECK (kind IN (0, 1)),
  user         TEXT NOT NULL REFERENCES user (name) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  role         TEXT NOT NULL,
  epoch        INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX token_by_user ON token (user);

-- The audit becomes a chain: each hash covers the row and the hash before it. Rows from before
-- have none.
ALTER TABLE audit ADD COLUMN remote TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT raise(ABORT, 'the audit is only appended to'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
  BEGIN SELECT raise(ABORT, 'the audit is only appended to'); END;
