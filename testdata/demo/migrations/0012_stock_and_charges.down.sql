DROP VIEW payments;

ALTER TABLE charges RENAME TO payments;

-- The values are gone: the columns come back empty.
ALTER TABLE products
    ADD COLUMN legacy_code text,
    ADD COLUMN stock integer NOT NULL DEFAULT 0 CHECK (stock >= 0);
