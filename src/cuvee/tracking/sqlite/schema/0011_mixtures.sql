-- What a mixture of two runs is made of.

ALTER TABLE run ADD COLUMN mixed BLOB;      -- null: it is no mixture
