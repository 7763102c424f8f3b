-- The project's source as it was at each run.

CREATE TABLE run_snapshot (
    run       INTEGER PRIMARY KEY REFERENCES run (number) ON DELETE CASCADE,
    artifact  BLOB NOT NULL,        -- a Directory
    left_out  BLOB NOT NULL         -- files that were not kept, each with why
) STRICT;
