-- What artifacts look like, by their digest. A profile stays when the bytes of its artifact go. `body` is
-- JSON, or that by zlib: the first byte tells.
CREATE TABLE profile (
    id        INTEGER PRIMARY KEY,
    artifact  BLOB NOT NULL UNIQUE,
    body      BLOB NOT NULL
) STRICT;
