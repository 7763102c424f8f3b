-- The seed that a run was given; null: none.

ALTER TABLE run ADD COLUMN seed INTEGER;
