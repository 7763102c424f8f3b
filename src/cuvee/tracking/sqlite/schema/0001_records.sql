-- The first schema: artifacts, entries, runs.
--
-- Digests are 33 bytes (one names the algorithm). Times are seconds since 1970, UTC. A BLOB
-- without a digest in it is MessagePack, as `wire.py` writes and reads it.

-- Values in the store, unless they are short: those are written out in a column `value` beside the
-- column `artifact` that has their digest, and have no row here. `body` holds all that is not a
-- blob. A child is written out in it where that is short and else has a row of its own, so a value
-- that many others hold is kept once.
CREATE TABLE artifact (
    id      INTEGER PRIMARY KEY,
    digest  BLOB NOT NULL UNIQUE,
    codec   TEXT NOT NULL,
    type    TEXT NOT NULL,
    size    INTEGER NOT NULL,       -- bytes of the value, children included
    body    BLOB NOT NULL
) STRICT;

-- The children that have rows of their own: what else must stay while the parent stays.
CREATE TABLE artifact_child (
    parent  BLOB NOT NULL,
    child   BLOB NOT NULL,
    PRIMARY KEY (parent, child)
) STRICT, WITHOUT ROWID;

-- The blobs of an artifact and of the children written out in its body.
CREATE TABLE artifact_blob (
    artifact  BLOB NOT NULL,
    blob      BLOB NOT NULL,
    size      INTEGER NOT NULL,
    PRIMARY KEY (artifact, blob)
) STRICT, WITHOUT ROWID;

CREATE INDEX artifact_blob_by_blob ON artifact_blob (blob);

-- What makes reuse possible. `state` is the digest of the files observed, empty if there were none.
-- `boot` is the machine's boot during which the blobs were written, empty once they are known to be
-- on disk. `run` and `path` are to show only: the run may be gone, the entry stands.
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
    UNIQUE (key, state)
) STRICT;

CREATE TABLE entry_figure (
    entry     INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    name      TEXT NOT NULL,
    artifact  BLOB NOT NULL,
    value     BLOB,
    PRIMARY KEY (entry, ordinal)
) STRICT, WITHOUT ROWID;

-- The items that a fingerprint of code or of an environment is made of.
CREATE TABLE ledger (
    id      INTEGER PRIMARY KEY,
    digest  BLOB NOT NULL UNIQUE,
    kind    TEXT NOT NULL,
    items   BLOB NOT NULL,
    doubts  BLOB                    -- null: none
) STRICT;

-- Pythons, platforms and distributions, by the digest of their bytes: the same for most runs.
CREATE TABLE versions (
    digest  BLOB PRIMARY KEY,
    body    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Runs. A number is never given twice, even when its run was deleted. From `status` on all is
-- null while the run goes on, or when it died.
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
    result    BLOB
) STRICT;

CREATE INDEX run_by_pipeline ON run (pipeline, number);

CREATE TABLE run_parameter (
    run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    name      TEXT NOT NULL,
    text      TEXT NOT NULL,
    artifact  BLOB,
    value     BLOB,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

-- The artifacts with rows that a run's result is made of: what must stay while the run stays.
CREATE TABLE run_result (
    run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    artifact  BLOB NOT NULL,
    PRIMARY KEY (run, artifact)
) STRICT, WITHOUT ROWID;

-- The ledgers that the keys of a run's calls name.
CREATE TABLE run_ledger (
    run     INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    ledger  BLOB NOT NULL,
    PRIMARY KEY (run, ledger)
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
    PRIMARY KEY (run, position)
) STRICT;

CREATE INDEX call_by_path ON call (run, path);

-- The last call of a task at a path that ended with success or failure, without a look at the others.
CREATE INDEX call_ended ON call (task, path, run DESC) WHERE status IN ('succeeded', 'failed');

-- `value` is null for not-a-number. `last` is 1 for the value of a name that stands at the call's end.
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

-- What calls wrote to their streams; `at` is seconds since the call began.
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
