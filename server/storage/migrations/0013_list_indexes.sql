-- For the lists that go on behind a row: the task instances of a run by map_index and id (also of a
-- DAG, run by run), and the audit by time.

CREATE INDEX task_instance_by_map_index ON task_instance (run, map_index);
CREATE INDEX audit_by_at ON audit (at);
