-- The schema that the statements of cases.sql run on.
CREATE SCHEMA s;
SET search_path = s;
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TYPE pair AS (x int, y int);
CREATE DOMAIN dom AS int;
CREATE DOMAIN dc AS int CHECK (VALUE > 0);
CREATE DOMAIN dnn AS int NOT NULL DEFAULT 1;
CREATE DOMAIN ddef AS int DEFAULT 7;
CREATE DOMAIN drand AS float8 DEFAULT random();
CREATE DOMAIN d20 AS varchar(20);
CREATE DOMAIN ddc AS dc;
CREATE DOMAIN dnv AS int;
CREATE FUNCTION vf() RETURNS int LANGUAGE plpgsql VOLATILE AS $f$ BEGIN RETURN 1; END $f$;
CREATE FUNCTION sf() RETURNS int LANGUAGE plpgsql STABLE AS $f$ BEGIN RETURN 1; END $f$;
CREATE FUNCTION inl() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION inlr() RETURNS float8 LANGUAGE sql AS 'SELECT random()';
CREATE FUNCTION secd() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION two(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE parent (id int PRIMARY KEY, name text, code varchar(10) UNIQUE);
CREATE TABLE t (
    id int PRIMARY KEY, a int, b text, c varchar(10), n numeric(10,2), nn int NOT NULL DEFAULT 0,
    ts timestamp, tz timestamptz, ch char(5), pid int, j json, jb jsonb, iv interval(3), ts3 timestamp(3), bi bigint,
    d dom, arr varchar(10)[], vb varbit(5), e mood, inetc cidr, x xml, uu uuid, dt date, r real, sm smallint,
    o oid, bt bit(5), tm time(3), d20 d20, arrn varchar[], tarr text[], g int GENERATED ALWAYS AS (id * 2) STORED,
    cc text COLLATE "C", ba bytea, na name, bo boolean, mo money, iarr int[]
);
INSERT INTO parent SELECT g, 'n', g FROM generate_series(1, 50) g;
INSERT INTO t (id, a, b, c, n, ts, tz, ch, pid, bi, d) SELECT g, g, 'x', 'y', 1.5, now(), now(), 'z', 1, g, g FROM generate_series(1, 50) g;
CREATE INDEX t_a ON t (a);
CREATE INDEX t_c ON t (c);
CREATE INDEX t_ts ON t (ts);
CREATE UNIQUE INDEX t_bi ON t (bi);
ALTER TABLE t ADD CONSTRAINT ck_ok CHECK (a > 0);
ALTER TABLE t ADD CONSTRAINT ck_nv CHECK (a > -5) NOT VALID;
ALTER TABLE t ADD CONSTRAINT ck_bi CHECK (bi IS NOT NULL);
-- Types and the indexes on them.
CREATE TABLE x (
    id int PRIMARY KEY, c varchar(10), p varchar(10), w varchar(10), l varchar(10), i varchar(10), pat varchar(10),
    ip cidr, e mood, tz timestamptz, bt bit(5), arr varchar(10)[], n numeric(10,2), k varchar(10), nn varchar(10), o int, j jsonb, cc text COLLATE "C"
);
INSERT INTO x (id, c, nn) SELECT g, g, g FROM generate_series(1, 50) g;
CREATE INDEX x_c ON x (c);
CREATE INDEX x_p ON x (id) WHERE p <> 'q';
CREATE INDEX x_w ON x (w) WHERE id > 0;
CREATE INDEX x_l ON x (lower(l));
CREATE INDEX x_i ON x (id) INCLUDE (i);
CREATE INDEX x_pat ON x (pat varchar_pattern_ops);
CREATE INDEX x_ip ON x (ip);
CREATE INDEX x_e ON x (e);
CREATE INDEX x_tz ON x (tz);
CREATE INDEX x_bt ON x (bt);
CREATE INDEX x_arr ON x USING gin (arr);
CREATE UNIQUE INDEX x_n ON x (n);
ALTER TABLE x ADD CONSTRAINT x_k UNIQUE (k);
ALTER TABLE x ADD CONSTRAINT x_excl EXCLUDE USING btree (nn WITH =);
CREATE INDEX x_o ON x (o);
CREATE INDEX x_j ON x USING gin (j);
CREATE INDEX x_cc ON x (cc);
CREATE TABLE child (id int PRIMARY KEY, pid int CONSTRAINT child_fk REFERENCES parent (id), pid2 int, code varchar(10) CONSTRAINT child_code REFERENCES parent (code));
ALTER TABLE child ADD CONSTRAINT child_fk2 FOREIGN KEY (pid2) REFERENCES parent (id) NOT VALID;
INSERT INTO child SELECT g, 1, 1 FROM generate_series(1, 50) g;
CREATE TABLE selfref (id int PRIMARY KEY, up int CONSTRAINT selfref_fk REFERENCES selfref (id));
CREATE VIEW v AS SELECT id, b FROM t;
CREATE VIEW vv AS SELECT id FROM v;
CREATE MATERIALIZED VIEW mv AS SELECT id, b FROM t;
CREATE UNIQUE INDEX mv_id ON mv (id);
CREATE TABLE free (id int PRIMARY KEY, b text, ts timestamp, a int, z text);
INSERT INTO free SELECT g, 'x', now(), g FROM generate_series(1, 50) g;
CREATE TABLE p (id int, k int) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
CREATE TABLE p2 (id int, k int);
INSERT INTO p2 VALUES (1, 150);
CREATE TABLE p3 (id int, k int, CONSTRAINT p3c CHECK (k IS NOT NULL AND k >= 300 AND k < 400));
INSERT INTO p3 VALUES (1, 350);
CREATE TABLE p4 (id int, k int NOT NULL, CONSTRAINT p4c CHECK (k >= 410), CONSTRAINT p4d CHECK (k < 420));
CREATE TABLE p5 (id int, k int, CONSTRAINT p5c CHECK (k >= 500 AND k < 600));
CREATE TABLE p6 (id int, k int);
ALTER TABLE p6 ADD CONSTRAINT p6c CHECK (k IS NOT NULL AND k >= 600 AND k < 700) NOT VALID;
INSERT INTO p VALUES (1, 1);
-- Partitioned, with an index, a key, a reference and a default partition.
CREATE TABLE q (id int NOT NULL, k int NOT NULL, pid int CONSTRAINT q_fk REFERENCES parent (id), note text, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
CREATE INDEX q_note ON q (note);
CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (100);
CREATE TABLE q2 PARTITION OF q FOR VALUES FROM (100) TO (200);
CREATE TABLE qd PARTITION OF q DEFAULT;
CREATE TABLE q3 (id int NOT NULL, k int NOT NULL, pid int, note text);
INSERT INTO q VALUES (1, 1, 1), (2, 150, 1), (3, 900, 1);
INSERT INTO q3 VALUES (1, 350, 1);
CREATE TABLE lp (id int, k text) PARTITION BY LIST (k);
CREATE TABLE lpa PARTITION OF lp FOR VALUES IN ('a');
CREATE TABLE lpb (id int, k text, CHECK (k IS NOT NULL AND k = 'b'));
CREATE TABLE lpc (id int, k text, CHECK (k IS NOT NULL AND k IN ('c', 'd')));
INSERT INTO lpb VALUES (1, 'b');
CREATE TABLE sub (id int, k int) PARTITION BY RANGE (k);
CREATE TABLE sub1 PARTITION OF sub FOR VALUES FROM (800) TO (810);
INSERT INTO sub VALUES (1, 805);
CREATE TABLE dp (id int, d date NOT NULL) PARTITION BY RANGE (d);
CREATE TABLE dp1 (id int, d date NOT NULL CHECK (d >= '2024-01-01'::date AND d < '2024-02-01'::date));
CREATE TABLE nd (id int, k int) PARTITION BY RANGE (k);
CREATE TABLE ndd PARTITION OF nd (CONSTRAINT nd_a CHECK (k < 300 OR k >= 400), CONSTRAINT nd_b CHECK (NOT (k >= 500 AND k < 600)), CONSTRAINT nd_c CHECK (NOT (k IS NOT NULL AND k >= 700 AND k < 800))) DEFAULT;
CREATE TABLE nd1 (id int, k int NOT NULL);
CREATE TABLE nd2 (id int, k int NOT NULL);
CREATE TABLE nd3 (id int, k int NOT NULL);
CREATE TABLE hp (id int) PARTITION BY HASH (id);
CREATE TABLE hp0 (id int);
CREATE INDEX pi ON ONLY p (id);
CREATE INDEX p1i ON p1 (id);
-- Inheritance.
CREATE TABLE par0 (id int, a int);
CREATE TABLE kid0 (note text) INHERITS (par0);
INSERT INTO par0 VALUES (1, 1);
INSERT INTO kid0 VALUES (2, 2, 'x');
CREATE TABLE seqt (id serial PRIMARY KEY, v int);
CREATE TABLE idt (id int GENERATED ALWAYS AS IDENTITY, v int);
CREATE TABLE ul (id int, a int);
INSERT INTO ul VALUES (1, 1);
CREATE TABLE unl (id int PRIMARY KEY) WITH (autovacuum_enabled = off);
CREATE UNLOGGED TABLE reallyul (id int PRIMARY KEY);
CREATE TABLE nulls (id int, a int NOT NULL, b int);
CREATE UNIQUE INDEX nulls_id ON nulls (id);
CREATE UNIQUE INDEX nulls_a ON nulls (a);
ALTER TABLE nulls ADD CONSTRAINT nulls_b CHECK (b IS NOT NULL AND b > 0);
INSERT INTO nulls VALUES (1, 1, 1);
CREATE TABLE onpair OF pair;
CREATE TABLE holder (id int, d ddc, darr dc[], v dnv);
INSERT INTO holder VALUES (1, 1, '{1}', 1);
CREATE TRIGGER tg BEFORE INSERT ON t FOR EACH ROW EXECUTE PROCEDURE trg();
CREATE TRIGGER qtg BEFORE INSERT ON q1 FOR EACH ROW EXECUTE PROCEDURE trg();
CREATE POLICY pol0 ON t USING (true);
CREATE RULE rul AS ON DELETE TO seqt DO INSTEAD NOTHING;
CREATE STATISTICS st0 ON a, pid FROM t;
CREATE SEQUENCE sq;
CREATE SEQUENCE sq2 OWNED BY ul.id;
CREATE TABLE defseq (id int DEFAULT nextval('sq'));
