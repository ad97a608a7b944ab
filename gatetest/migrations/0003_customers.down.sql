CREATE TABLE sessions (
    id    bigint PRIMARY KEY,
    token text NOT NULL
);
ALTER TABLE customers ALTER COLUMN credit TYPE integer;
ALTER TABLE customers RENAME COLUMN mobile TO phone;
ALTER TABLE customers ADD COLUMN fax text;
