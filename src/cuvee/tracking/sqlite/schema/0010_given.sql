-- Values that a run's calls were given by the pipeline's body or from outside, and that no text tells whole.

CREATE TABLE run_given (
    run       INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
    artifact  BLOB NOT NULL,
    value     BLOB,
    PRIMARY KEY (run, artifact)
) STRICT, WITHOUT ROWID;

-- What was set for its tasks from outside; null: nothing.

ALTER TABLE run ADD COLUMN overrides BLOB;
