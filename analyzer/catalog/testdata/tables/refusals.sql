create table t (a int, b int, a int); -- 42701
create table t (a int, b int) inherits (nope); -- 42P01
create table t (a int, b int, primary key (a), primary key (b)); -- 42P16
create table t (a int primary key, b int primary key); -- 42P16
create table t (a int, unique (a, a)); -- 42701
create table t (a int, unique (z)); -- 42703
create table t (a int, check (z > 0)); -- 42703
create table t (a int default b, b int); -- 0A000
create table t (a nope); -- 42704
create table t (a int default 1 generated always as identity); -- 42601
create table t (a text generated always as identity); -- 22023
create table t (a int, constraint c check (a > 0), constraint c check (a > 1)); -- 42710
create table t (a int constraint c primary key, b int constraint c unique); -- 42P07
create table t (a varchar(5), b char(3), c char, d decimal(5), e timestamp(3) with time zone, f double precision, g bit varying(5), h int[][], i interval(2), j "char", k time, l numeric(4,2)[], m float(3), n bpchar, o bit, p dec, q national character varying(4), r name);
create table x (like t);
alter table t alter a type varchar(10), alter b type text, alter d type numeric(10,5), alter e type timestamp, alter h type bigint[];
alter table t alter f type numeric(3), alter g type int; -- 42804
alter table t alter k type timestamp; -- 42804
alter table t alter i type time;
alter table t alter a type int using a::int;
alter table t add constraint u1 unique (a, c), add constraint u2 unique (c), drop column if exists zz;
alter table t add column z1 int, add constraint z2 unique (z1), alter column z1 set not null;
alter table t add constraint z3 check (z4 > 0), add column z4 int;
alter table t drop column z1, add column z1 text;
alter table t drop constraint z2; -- 42704
alter table t rename constraint u1 to u2; -- 42P07
alter table t rename constraint u1 to t; -- 42P07
alter table t rename constraint u1 to u3;
alter index u3 rename to u4;
alter table t drop constraint u3; -- 42704
alter table t drop constraint u4;
drop index u4; -- 42704
drop index nope; -- 42704
drop index if exists nope;
drop view nope; -- 42P01
drop sequence nope; -- 42P01
drop table nope; -- 42P01
drop materialized view nope; -- 42P01
drop table nope.t; -- 3F000
drop table if exists nope.t;
alter table nope rename to x; -- 42P01
alter table t rename to x; -- 42P07
alter table x rename column nope to y; -- 42703
alter view t rename to y; -- 42809
alter sequence t rename to y; -- 42809
alter table t alter column nope set default 1; -- 42703
alter table t alter column nope type int; -- 42703
alter table t alter column nope set not null; -- 42703
alter table t add foreign key (nope) references x; -- 42703
alter table t add foreign key (z4) references x; -- 42704
alter table t add unique using index nope; -- 42704
alter table t validate constraint nope; -- 42704
alter table t replica identity using index nope; -- 42704
alter table t cluster on nope; -- 42704
alter table t set (fillfactor = 50);
alter table t reset (fillfactor);
alter table t alter a set statistics 100;
alter table t alter a set storage plain;
alter table t inherit nope; -- 42P01
alter table t inherit x; -- 42804
alter table t no inherit x; -- 42P01
alter table t of nope; -- 42704
alter table t not of; -- 42809
alter table t attach partition x default; -- 42809
alter table t detach partition x; -- 42809
create table pt (a int) partition by range (zz); -- 42703
create table pt (a int) partition by range ((a + 1));
alter table pt add primary key (a); -- 0A000
create index concurrently on pt (a); -- 0A000
create index on pt (a);
create table pt1 partition of t for values in (1); -- 42P17
create table pt1 partition of pt for values from (1) to (2);
drop index pt1_a_idx; -- 2BP01
drop table pt1;
create index pti on only pt (a);
create view v as select * from t;
create index on v (a); -- 42809
alter table v add primary key (a); -- 42809
alter table v alter column a set default 3;
alter view v rename column a to aaa;
alter view v alter column aaa drop default;
drop table v; -- 42809
drop table t; -- 2BP01
drop table t, v; -- 42809
create view v as select a, c from x; -- 42P07
create rule r as on insert to v do instead nothing;
create policy pol on x using (a = 'x');
alter table x drop column a; -- 2BP01
alter table x alter column a type text; -- 0A000
alter table x alter column d type text;
drop view v;
alter table x alter column a type text; -- 0A000
drop policy pol on x;
alter table x alter column a type text;
create function trf() returns trigger language plpgsql as 'begin return new; end';
create trigger tr before update of d on x for each row when (new.e is not null) execute function trf();
alter table x alter column d type int; -- 42804
alter table x drop column d; -- 2BP01
alter table x drop column e; -- 2BP01
alter table x drop column e cascade;
drop function trf;
drop function trf cascade; -- 42883
truncate x;
create table y (a int primary key);
create table z (a int references y, b int);
truncate y; -- 0A000
truncate y cascade;
drop table y; -- 2BP01
alter table y drop constraint y_pkey; -- 2BP01
alter table y alter column a type text; -- 42804
alter table y alter column a type bigint;
alter table y drop column a; -- 2BP01
alter table y rename column a to k;
drop table y cascade;
alter table z drop constraint z_a_fkey; -- 42704
create table big (a int, b int generated always as (a) stored, constraint cc check (a > b));
alter table big drop column a cascade;
create sequence seq1;
create table sd (a int default nextval('seq1'), b int default nextval('public.seq1'::regclass));
drop sequence seq1; -- 2BP01
alter sequence seq1 rename to seq2;
alter sequence seq2 owned by sd.a;
drop table sd;
drop sequence seq2; -- 42P01
create unlogged table ul (a serial);
alter table ul set logged;
create table "Mixed Case" ("A b" serial primary key, "select" int unique);
create index on "Mixed Case" (("A b" + 1), "select");
create index on "Mixed Case" (coalesce("A b", 1), upper("select"::text));
create index on "Mixed Case" (cast("A b" as bigint), (case when "A b" > 1 then 1 end));
create statistics st on "A b", "select" from "Mixed Case";
alter table "Mixed Case" drop column "select";
-- A public.Mixed Case.A b 1 integer nn def 0l
-- A public.pt.a 1 integer 0l
-- A public.t.a 1 integer 0l
-- A public.t.b 2 text 0l
-- A public.t.c 3 character(1) 0l
-- A public.t.d 4 numeric(10,5) 0l
-- A public.t.e 5 timestamp without time zone 0l
-- A public.t.f 6 double precision 0l
-- A public.t.g 7 bit varying(5) 0l
-- A public.t.h 8 bigint[] 0l
-- A public.t.i 9 time without time zone 0l
-- A public.t.j 10 "char" 0l
-- A public.t.k 11 time without time zone 0l
-- A public.t.l 12 numeric(4,2)[] 0l
-- A public.t.m 13 real 0l
-- A public.t.n 14 bpchar 0l
-- A public.t.o 15 bit(1) 0l
-- A public.t.p 16 numeric 0l
-- A public.t.q 17 character varying(4) 0l
-- A public.t.r 18 name 0l
-- A public.t.z1 21 text 0l
-- A public.t.z4 20 integer 0l
-- A public.ul.a 1 integer nn def 0l
-- A public.x.a 1 text 0l
-- A public.x.b 2 character(3) 0l
-- A public.x.c 3 character(1) 0l
-- A public.x.d 4 text 0l
-- A public.x.f 6 double precision 0l
-- A public.x.g 7 bit varying(5) 0l
-- A public.x.h 8 integer[] 0l
-- A public.x.i 9 interval(2) 0l
-- A public.x.j 10 "char" 0l
-- A public.x.k 11 time without time zone 0l
-- A public.x.l 12 numeric(4,2)[] 0l
-- A public.x.m 13 real 0l
-- A public.x.n 14 bpchar 0l
-- A public.x.o 15 bit(1) 0l
-- A public.x.p 16 numeric 0l
-- A public.x.q 17 character varying(4) 0l
-- A public.x.r 18 name 0l
-- A public.z.a 1 integer 0l
-- A public.z.b 2 integer 0l
-- C public.Mixed Case.Mixed Case_pkey p 1  0l
-- C public.t.u2 u 3  0l
-- C public.t.z3 c 20  0l
-- I public.Mixed Case_A b_case_idx Mixed Case 0 0
-- I public.Mixed Case_pkey Mixed Case 1 u
-- I public.pt_a_idx pt 1
-- I public.pti pt 1
-- I public.u2 t 3 u
-- R public.Mixed Case r
-- R public.Mixed Case_A b_case_idx i
-- R public.Mixed Case_A b_seq S
-- R public.Mixed Case_pkey i
-- R public.big r
-- R public.pt p
-- R public.pt_a_idx I
-- R public.pti I
-- R public.t r
-- R public.u2 i
-- R public.ul r
-- R public.ul_a_seq S
-- R public.x r
-- R public.z r
-- S public.Mixed Case_A b_seq integer 2147483647
-- S public.ul_a_seq integer 2147483647
