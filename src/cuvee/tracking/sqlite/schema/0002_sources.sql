-- The source text of what code reaches, as it was loaded, named by the items of ledgers.

CREATE TABLE source (
    digest  BLOB PRIMARY KEY,
    body    BLOB NOT NULL           -- compressed (zlib)
) STRICT, WITHOUT ROWID;
