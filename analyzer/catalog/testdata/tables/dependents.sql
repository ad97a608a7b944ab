create table o (id int primary key);
create view v1 as select id from o;
create view v2 as select id from v1;
create view v3 as select 1 from o;
create function fo(o) returns int language sql as 'select 1';
create table usesrow (r o);
drop table o; -- 2BP01
alter table o drop column id; -- 2BP01
drop view v1; -- 2BP01
drop view v1, v2;
create view v1 as select o from o;
create view v2 as select v1.o from v1;
create table part (id int primary key) partition by hash (id);
create table part0 partition of part for values with (modulus 2, remainder 0);
create view pv as select * from part0;
drop table part; -- 2BP01
create table fk (x int references part, y int references o);
drop table part cascade;
drop table o cascade;
create table w (a int, b text default 'x', c int);
create or replace view vw as select a from w;
create or replace view vw as select a, b from w;
create or replace view vw as select b, a from w; -- 42P16
create or replace view w as select 1; -- 42809
alter table w rename to w2;
alter view vw rename to vw2;
create or replace view vw2 as select a, b, c from w; -- 42P01
create or replace view vw2 as select a, b, c from w2;
alter view vw2 set schema nope; -- 3F000
create schema sc;
alter view vw2 set schema sc;
drop table w2; -- 2BP01
drop schema sc; -- 2BP01
drop schema sc cascade;
drop table w2;
create recursive view rv (n) as values (1) union all select n + 1 from rv where n < 10;
create view cols (a, b) as select 1; -- 42601
create view dup as select 1 as a, 2 as a; -- 42701
create view amb as select id from part, part0; -- 42P01
create temp table tt (a int);
create view tv as select * from tt;
create table tt (b int);
alter table tt add column z int;
drop table tt cascade;
alter table tt add column z int;
create view star as select p.*, q.id as qid from pg_class p, part0 q; -- 42P01
create view sub as select (select max(a) from unknown_t) from pg_class; -- 42P01
create view sub as select (select max(oid) from pg_type) as m, exists (select 1 from tt where tt.b = c.relpages) from pg_class c;
alter table tt drop column b; -- 2BP01
-- A public.fk.x 1 integer 0l
-- A public.fk.y 2 integer 0l
-- A public.rv.n 1
-- A public.sub.exists 2
-- A public.sub.m 1
-- A public.tt.b 1 integer 0l
-- A public.tt.z 2 integer 0l
-- R public.fk r
-- R public.rv v
-- R public.sub v
-- R public.tt r
-- R public.usesrow r
