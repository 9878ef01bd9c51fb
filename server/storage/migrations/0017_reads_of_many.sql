-- What is wrong with a file, with the lines round it as they were read: JSON as the API shows it.
ALTER TABLE import_error ADD COLUMN findings TEXT NOT NULL DEFAULT '[]';
-- Whose file is it?
CREATE INDEX dag_by_file ON dag (bundle, path);
-- How runs went in a window of time, over all DAGs: counted without a look at the rows.
CREATE INDEX run_outcomes ON run (run_after, state);
