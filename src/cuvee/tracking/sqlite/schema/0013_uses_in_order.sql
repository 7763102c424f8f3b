-- Calls `add#2` … `add#1000000` of one run in that order: `length` is nearly all that it takes. What one commit
-- writes, and what one run looks up, then lies on neighbouring pages, and not on one for each call.
DROP INDEX call_by_use;
CREATE INDEX call_by_use ON call (task, length(path), path, run DESC);
