-- What the last run of a command stood on: where none of it has moved, the run is answered from the records.

CREATE TABLE footing (
    command  BLOB PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    body     BLOB NOT NULL          -- compressed (zlib)
) STRICT, WITHOUT ROWID;

CREATE INDEX footing_by_run ON footing (run);
