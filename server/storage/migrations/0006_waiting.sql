-- What a task instance waits for, beyond its upstreams.

-- As rendered when the trigger rule said run: what it is counted under while it has a worker.
ALTER TABLE task_instance ADD COLUMN concurrency_key TEXT NOT NULL DEFAULT '';
