-- What failed, over all DAGs, in the order in which it was made: few rows of many. What is live is
-- found by its run (run_active), so that the way of every task through its states costs no index.

CREATE INDEX task_instance_failed ON task_instance (state, id) WHERE state IN (5, 7);
