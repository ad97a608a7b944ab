-- Quoting, folding and the 63 bytes of a name.
CREATE TABLE "Users" ("ID" int PRIMARY KEY, "select" text, "a""b" int UNIQUE);
CREATE TABLE users (ID int PRIMARY KEY);
CREATE TABLE USERS (id int);
SELECT id FROM "Users";
SELECT "ID" FROM "Users";
SELECT "ID", "select" FROM "Users" WHERE "a""b" > 0;
ALTER TABLE "Users" RENAME COLUMN "select" TO selected;
ALTER TABLE "Users" RENAME COLUMN "Select" TO x;
CREATE INDEX ON "Users" (selected, "a""b");
CREATE INDEX ON "Users" (selected, "a""b");
CREATE INDEX ON "Users" (lower(selected));
CREATE INDEX ON "Users" (lower(selected), upper(selected));
CREATE INDEX ON "Users" ((selected || 'x'));
CREATE UNIQUE INDEX ON "Users" (selected COLLATE "C" DESC NULLS LAST);
-- 70 characters, cut to 63.
CREATE TABLE a123456789b123456789c123456789d123456789e123456789f123456789g123456789 (x int PRIMARY KEY, y123456789y123456789y123456789y123456789y123456789 int UNIQUE);
CREATE TABLE a123456789b123456789c123456789d123456789e123456789f123456789g1234 (x int);
CREATE TABLE a123456789b123456789c123456789d123456789e123456789f123456789g12 (x int PRIMARY KEY, y123456789y123456789y123456789y123456789y123456789 int UNIQUE CHECK (y123456789y123456789y123456789y123456789y123456789 > 0), CHECK (x > 0), z serial);
ALTER TABLE a123456789b123456789c123456789d123456789e123456789f123456789g12 ADD FOREIGN KEY (y123456789y123456789y123456789y123456789y123456789) REFERENCES users;
CREATE INDEX ON a123456789b123456789c123456789d123456789e123456789f123456789g12 (x, y123456789y123456789y123456789y123456789y123456789, z);
-- Multi-byte characters are not split.
CREATE TABLE "ééééééééééééééééééééééééééééééé" ("ééééééééééééééééééééé" serial PRIMARY KEY, "üüüüüüüüüüüüüüüüüüüüüüüü" int UNIQUE CHECK ("üüüüüüüüüüüüüüüüüüüüüüüü" > 1));
CREATE TABLE "éééééééééééééééééééééééééééééééééééééé" (a int);
CREATE TABLE U&"d\0061t\+000061" (a int);
SELECT a FROM data;
-- Names that collide.
CREATE TABLE t_a_seq (x int);
CREATE TABLE t (a serial);
CREATE TABLE t_pkey (x int);
ALTER TABLE t ADD PRIMARY KEY (a);
CREATE TABLE c (a int, b int CONSTRAINT c_a_check CHECK (b > 0), CHECK (a > 0), CHECK (a > 1), CHECK (a > b), CHECK (b > a));
CREATE TABLE c2 (a int, CONSTRAINT c_a_check CHECK (a > 0));
ALTER TABLE c ADD CONSTRAINT c_a_check CHECK (a > 5);
ALTER TABLE c ADD CHECK (a > 5);
ALTER TABLE c ADD CHECK (true);
ALTER TABLE c ADD CHECK (a + b > 5);
CREATE TABLE k (a int UNIQUE, b int UNIQUE, UNIQUE (a), UNIQUE (a, b), UNIQUE (b, a));
ALTER TABLE k ADD UNIQUE (a);
ALTER TABLE k ADD UNIQUE (a, b);
CREATE TABLE f (a int REFERENCES users, b int REFERENCES users (id), FOREIGN KEY (a) REFERENCES users, FOREIGN KEY (b, a) REFERENCES k (a, b));
ALTER TABLE f ADD FOREIGN KEY (a) REFERENCES users;
CREATE TYPE users AS ENUM ('a');
CREATE TYPE k AS (a int);
CREATE DOMAIN t AS int;
CREATE SEQUENCE k;
CREATE SEQUENCE users_pkey;
CREATE VIEW users_pkey AS SELECT 1 AS a;
CREATE INDEX users_pkey ON users (id);
CREATE INDEX IF NOT EXISTS users_pkey ON users (id);
CREATE INDEX IF NOT EXISTS users ON users (id);
CREATE TYPE mood AS ENUM ('x');
CREATE TABLE mood (a int);
CREATE SEQUENCE mood;
ALTER TABLE t_pkey RENAME TO users;
ALTER TABLE t_pkey RENAME TO mood;
ALTER TABLE t_pkey RENAME TO t_pkey;
ALTER INDEX users_pkey RENAME TO users_pk;
ALTER TABLE users_pk RENAME TO users_pk2;
ALTER TABLE users RENAME CONSTRAINT users_pk2 TO users_pk3;
ALTER TABLE users RENAME CONSTRAINT users_pk2 TO users_pk4;
ALTER TABLE k RENAME CONSTRAINT k_a_key TO k_b_key;
ALTER TABLE k RENAME CONSTRAINT k_a_key TO c;
ALTER TABLE k RENAME CONSTRAINT k_a_key TO "New Name";
ALTER SEQUENCE mood RENAME TO t;
ALTER TABLE mood RENAME TO t;
CREATE TABLE pg_x (a int);
CREATE SCHEMA pg_x;
CREATE TABLE pg_catalog.x (a int);
CREATE TABLE tableoid (a int);
CREATE TABLE sys (ctid int);
CREATE TABLE sys (tableoid int);
ALTER TABLE users ADD COLUMN xmin int;
ALTER TABLE users RENAME id TO cmax;
-- Names of NOT NULL constraints stay with a table that is renamed.
-- pg>=18
CREATE TABLE reply (id serial, at date, CONSTRAINT reply_published_not_null NOT NULL at);
-- pg<18
CREATE TABLE reply (id serial, at date);
ALTER TABLE reply RENAME TO notification;
CREATE TABLE reply (id serial, at date NOT NULL);
-- pg>=18
ALTER TABLE reply DROP CONSTRAINT reply_id_not_null1, ALTER COLUMN id SET NOT NULL, ADD PRIMARY KEY (id);
