ALTER TABLE customers DROP COLUMN fax;
ALTER TABLE customers RENAME COLUMN phone TO mobile;
ALTER TABLE customers ALTER COLUMN credit TYPE bigint;
DROP TABLE sessions;
