-- The schema that all migrations together give, to read in one place. A test holds it to them.

CREATE TABLE artifact (
    id      INTEGER PRIMARY KEY,
    digest  BLOB NOT NULL UNIQUE,
    codec   TEXT NOT NULL,
    type    TEXT NOT NULL,
    size    INTEGER NOT NULL,       -- bytes of the value, children included
    body    BLOB NOT NULL
) STRICT;

CREATE TABLE artifact_blob (
    artifact  BLOB NOT NULL,
    blob      BLOB NOT NULL,
    size      INTEGER NOT NULL,
    PRIMARY KEY (artifact, blob)
) STRICT, WITHOUT ROWID;

CREATE INDEX artifact_blob_by_blob ON artifact_blob (blob);

CREATE TABLE artifact_child (
    parent  BLOB NOT NULL,
    child   BLOB NOT NULL,
    PRIMARY KEY (parent, child)
) STRICT, WITHOUT ROWID;

CREATE TABLE call (
    run          INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    path         TEXT NOT NULL,
    task         TEXT NOT NULL,
    status       TEXT NOT NULL,
    decision     TEXT,
    reason_code  TEXT,
    reason       TEXT NOT NULL,
    started      REAL NOT NULL,
    seconds      REAL NOT NULL,
    saved        REAL NOT NULL,
    key          BLOB NOT NULL,
    components   BLOB NOT NULL,
    artifact     BLOB,
    value        BLOB,
    details      BLOB,              -- outputs, failure, doubts, made_by; null: none of them
    metrics      INTEGER NOT NULL,  -- how many rows of metric
    figures      INTEGER NOT NULL,  -- how many rows of call_figure
    seal         BLOB,              -- of all that is above but the value, and of metrics and figures
    PRIMARY KEY (run, position)
) STRICT;

CREATE INDEX call_by_use ON call (task, length(path), path, run DESC);

CREATE TABLE call_figure (
    run       INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    ordinal   INTEGER NOT NULL,
    name      TEXT NOT NULL,
    artifact  BLOB NOT NULL,
    value     BLOB,
    PRIMARY KEY (run, position, ordinal),
    FOREIGN KEY (run, position) REFERENCES call (run, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
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

CREATE INDEX entry_by_key ON entry (substr(key, 2, 5));

CREATE TABLE entry_figure (
    entry     INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    name      TEXT NOT NULL,
    artifact  BLOB NOT NULL,
    value     BLOB,
    PRIMARY KEY (entry, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE footing (
    command  BLOB PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    body     BLOB NOT NULL          -- compressed (zlib)
) STRICT, WITHOUT ROWID;

CREATE INDEX footing_by_run ON footing (run);

CREATE TABLE graph (
    digest  BLOB PRIMARY KEY,       -- of all that the keys of its calls are made of
    run     INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    calls   INTEGER NOT NULL,
    seal    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX graph_by_run ON graph (run);

CREATE TABLE known_file (
    path    BLOB PRIMARY KEY,       -- absolute
    stat    BLOB NOT NULL,          -- device, inode, size, times of the last changes of content and metadata
    digest  BLOB NOT NULL,
    seen    REAL NOT NULL           -- when it was read, in seconds since 1970
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
    id      INTEGER PRIMARY KEY,
    digest  BLOB NOT NULL UNIQUE,
    kind    TEXT NOT NULL,
    items   BLOB NOT NULL,
    doubts  BLOB                    -- null: none
) STRICT;

CREATE TABLE log (
    run       INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    ordinal   INTEGER NOT NULL,
    stream    TEXT NOT NULL,
    at        REAL NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (run, position, ordinal),
    FOREIGN KEY (run, position) REFERENCES call (run, position) ON DELETE CASCADE
) STRICT;

CREATE TABLE metric (
    run       INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    ordinal   INTEGER NOT NULL,
    name      TEXT NOT NULL,
    value     REAL,
    step      INTEGER,
    last      INTEGER NOT NULL,
    PRIMARY KEY (run, position, ordinal),
    FOREIGN KEY (run, position) REFERENCES call (run, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX metric_last ON metric (run, position, ordinal) WHERE last = 1;

CREATE TABLE migration (
    number    INTEGER PRIMARY KEY,
    name      TEXT NOT NULL,
    checksum  TEXT NOT NULL,
    applied   REAL NOT NULL
) STRICT
;

CREATE TABLE profile (
    id        INTEGER PRIMARY KEY,
    artifact  BLOB NOT NULL UNIQUE,
    body      BLOB NOT NULL
) STRICT;

CREATE TABLE repeat (
    run   INTEGER PRIMARY KEY REFERENCES run (number) ON DELETE CASCADE,
    of    INTEGER NOT NULL REFERENCES run (number),
    at    REAL NOT NULL,            -- when its calls were found to be there
    seal  BLOB NOT NULL
) STRICT;

CREATE INDEX repeat_by_of ON repeat (of, run);

CREATE TABLE run (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    pipeline  TEXT NOT NULL,
    target    TEXT NOT NULL,
    started   REAL NOT NULL,
    host      TEXT NOT NULL,
    pid       INTEGER NOT NULL,
    boot      TEXT NOT NULL,
    versions  BLOB NOT NULL,
    status    TEXT,
    seconds   REAL,
    saved     REAL,
    error     TEXT,
    git       BLOB,
    result    BLOB,
    seed      INTEGER,
    start_seal  BLOB,               -- of what is known when it begins, its parameters included
    end_seal    BLOB,               -- of what is known when it is over
    note      TEXT,
    swaps     BLOB,                 -- what stood in for its tasks: name, kind and text; null: nothing
    overrides BLOB,                 -- what was set for its tasks from outside; null: nothing
    mixed     BLOB                  -- null: it is no mixture
) STRICT;

CREATE INDEX run_by_pipeline ON run (pipeline, number);

CREATE TABLE run_given (
    run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    artifact  BLOB NOT NULL,
    value     BLOB,
    PRIMARY KEY (run, artifact)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_ledger (
    run     INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    ledger  BLOB NOT NULL,
    PRIMARY KEY (run, ledger)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_parameter (
    run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    name      TEXT NOT NULL,
    text      TEXT NOT NULL,
    artifact  BLOB,
    value     BLOB,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_result (
    run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    artifact  BLOB NOT NULL,
    PRIMARY KEY (run, artifact)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_snapshot (
    run       INTEGER PRIMARY KEY REFERENCES run (number) ON DELETE CASCADE,
    artifact  BLOB NOT NULL,        -- a Directory
    left_out  BLOB NOT NULL         -- files that were not kept, each with why
) STRICT;

CREATE TABLE source (
    digest  BLOB PRIMARY KEY,
    body    BLOB NOT NULL           -- compressed (zlib)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    run   INTEGER,                  -- null: the tag was taken away
    path  TEXT NOT NULL,            -- of a call, or of an element of what it gave; empty: the run
    at    REAL NOT NULL
) STRICT;

CREATE INDEX tag_by_name ON tag (name, id);

CREATE TABLE versions (
    digest  BLOB PRIMARY KEY,
    body    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
