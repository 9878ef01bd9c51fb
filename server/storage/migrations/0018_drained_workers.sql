-- A worker that a person wants to be empty.

ALTER TABLE worker ADD COLUMN is_drained INTEGER NOT NULL DEFAULT 0;
