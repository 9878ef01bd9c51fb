-- For the lists of the API: runs of a DAG by id and by state, the latest runs of all DAGs.

CREATE INDEX run_by_dag ON run (dag);
CREATE INDEX run_by_state ON run (dag, state);
CREATE INDEX run_recent ON run (run_after);
