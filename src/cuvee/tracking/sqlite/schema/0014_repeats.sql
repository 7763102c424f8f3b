-- A run whose calls are all those of an earlier run, each reused, keeps none of its own: it names that run.

CREATE TABLE graph (
    digest  BLOB PRIMARY KEY,       -- of all that the keys of its calls are made of
    run     INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    calls   INTEGER NOT NULL,
    seal    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX graph_by_run ON graph (run);

CREATE TABLE repeat (
    run   INTEGER PRIMARY KEY REFERENCES run (number) ON DELETE CASCADE,
    of    INTEGER NOT NULL REFERENCES run (number),
    at    REAL NOT NULL,            -- when its calls were found to be there
    seal  BLOB NOT NULL
) STRICT;

CREATE INDEX repeat_by_of ON repeat (of, run);
