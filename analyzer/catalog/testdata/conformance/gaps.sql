-- Dependencies and refusals that are easily missed.
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text, o oid, d text);
CREATE VIEW grouped AS SELECT id, a, b FROM t GROUP BY id;
ALTER TABLE t DROP CONSTRAINT t_pkey;
DROP VIEW grouped;
CREATE VIEW grouped AS SELECT t.id, t.a, count(*) FROM t GROUP BY t.id, t.a;
ALTER TABLE t DROP CONSTRAINT t_pkey;
DROP VIEW grouped;
ALTER TABLE t ADD PRIMARY KEY (id);
CREATE VIEW vw AS SELECT id, a FROM t;
ALTER TABLE vw DISABLE RULE "_RETURN";
ALTER TABLE vw ENABLE ROW LEVEL SECURITY;
ALTER TABLE t ALTER COLUMN o TYPE regclass;
ALTER TABLE t ALTER COLUMN o TYPE regclass USING o::regclass;
CREATE TABLE arr (v int[]);
CREATE INDEX arr_v ON arr USING gin (v);
ALTER TABLE arr ALTER COLUMN v TYPE text USING v::text;
CREATE TYPE kind AS (x int, y int);
CREATE TABLE typed OF kind;
ALTER TYPE kind DROP ATTRIBUTE y;
ALTER TYPE kind DROP ATTRIBUTE y CASCADE;
DROP TYPE kind;
DROP TYPE kind CASCADE;
-- pg>=18
CREATE TABLE loose (id int, CONSTRAINT loose_nn NOT NULL id NOT VALID);
-- pg>=18
CREATE TABLE loose2 (id int);
-- pg>=18
ALTER TABLE loose2 ADD CONSTRAINT nn NOT NULL id NOT VALID;
-- pg>=18
ALTER TABLE loose2 ADD PRIMARY KEY (id);
