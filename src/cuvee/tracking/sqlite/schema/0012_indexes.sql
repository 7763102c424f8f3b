-- Fewer and shorter indexes: most of what a short call costs here is to keep them, and of a million calls
-- most of what is read and written.

-- Of a key its first eight bytes are enough to find it by; that the first entry of a key and state stays is
-- seen to by who writes one.
CREATE TABLE entry_anew (
    id        INTEGER PRIMARY KEY,
    key       BLOB NOT NULL,
    state     BLOB NOT NULL,
    task      TEXT NOT NULL,
    artifact  BLOB NOT NULL,
    value     BLOB,
    seconds   REAL NOT NULL,
    created   REAL NOT NULL,
    run       INTEGER NOT NULL,
    path      TEXT NOT NULL,
    boot      TEXT NOT NULL,
    details   BLOB,                 -- metrics and observations; null: none
    figures   INTEGER NOT NULL,     -- how many rows of entry_figure
    used      REAL NOT NULL DEFAULT 0,  -- when a run that is gone last reused it
    seal      BLOB                  -- of what was written, but for value and boot
) STRICT;

INSERT INTO entry_anew SELECT * FROM entry;
DROP TABLE entry;
ALTER TABLE entry_anew RENAME TO entry;

CREATE INDEX entry_by_key ON entry (substr(key, 2, 8));

-- One index instead of two: the last call of a task at a path without a look at others, newest runs first;
-- and by the tasks, of which there are few, a run's call at a path.
DROP INDEX call_by_path;
DROP INDEX call_ended;
CREATE INDEX call_by_use ON call (task, path, run DESC);
