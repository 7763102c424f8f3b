-- What the user's files came to when they were last read, so that those not touched since are not read again.

CREATE TABLE known_file (
    path    BLOB PRIMARY KEY,       -- absolute
    stat    BLOB NOT NULL,          -- device, inode, size, times of the last changes of content and metadata
    digest  BLOB NOT NULL,
    seen    REAL NOT NULL           -- when it was read, in seconds since 1970
) STRICT, WITHOUT ROWID;
