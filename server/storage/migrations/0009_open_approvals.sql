-- Approvals without an answer: what people look for among all that were ever asked.

CREATE INDEX approval_open ON approval (instance) WHERE responded_at IS NULL;
