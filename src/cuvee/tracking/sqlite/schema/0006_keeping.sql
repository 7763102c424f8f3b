-- What housekeeping and naming need: seals, by which an altered row is known; when an entry last served;
-- notes; tags, with all their moves.

-- Entries from before have no seal to be checked by: their calls run once more.
DELETE FROM entry;
ALTER TABLE entry ADD COLUMN used REAL NOT NULL DEFAULT 0;  -- when a run that is gone last reused it
ALTER TABLE entry ADD COLUMN seal BLOB;

ALTER TABLE call ADD COLUMN seal BLOB;

ALTER TABLE run ADD COLUMN start_seal BLOB;
ALTER TABLE run ADD COLUMN end_seal BLOB;
ALTER TABLE run ADD COLUMN note TEXT;

CREATE TABLE tag (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    run   INTEGER,                  -- null: the tag was taken away
    path  TEXT NOT NULL,            -- of a call, or of an element of what it gave; empty: the run
    at    REAL NOT NULL
) STRICT;

CREATE INDEX tag_by_name ON tag (name, id);
