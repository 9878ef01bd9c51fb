-- Groups with retries: how often the whole group of an instance was run again.

ALTER TABLE task_instance ADD COLUMN group_retries INTEGER NOT NULL DEFAULT 0;
