-- What stood in for tasks of a run, each with its name, kind and text; null: nothing.

ALTER TABLE run ADD COLUMN swaps BLOB;
