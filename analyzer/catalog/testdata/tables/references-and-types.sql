create schema s;
create table s.t (id int primary key, name varchar(10) default 'a', e numeric(4,2));
create table t (like s.t including all, extra int);
create table t2 (like s.t);
create table t3 (like s.t including constraints including indexes excluding indexes);
create table u (tid int constraint fk references s.t on delete cascade, tid2 int, foreign key (tid2) references s.t (id));
create table w (tid text references s.t); -- 42804
create table w (tid int references s.t (name)); -- 42830
create table w (tid int references nope); -- 42P01
create table w (tid int references s.t (nope)); -- 42703
create table w (tid int, foreign key (nope) references s.t); -- 42703
create table w (tid int, foreign key (tid, tid) references s.t); -- 42830
create table w (tid bigint references s.t);
create table w2 (tid numeric references s.t); -- 42804
alter table w add constraint k unique using index nope; -- 42704
create unique index wi on w (tid);
alter table w add constraint k unique using index wi;
alter table w add constraint k2 unique using index k; -- 55000
create index nu on w (tid);
alter table w add constraint k2 unique using index nu; -- 42809
create unique index ex on w ((tid+1));
alter table w add constraint k2 unique using index ex; -- 42809
create unique index pt on w (tid) where tid > 0;
alter table w add constraint k2 primary key using index pt; -- 42809
create unique index good on w (tid);
alter table w add primary key using index good;
alter table s.t set schema public; -- 42P07
alter table s.t rename to tt;
alter table s.tt set schema public; -- 42P07
alter table s.tt set schema nope; -- 3F000
drop schema s; -- 2BP01
create type mood as enum ('a', 'b');
create domain dd as int check (value > 0);
create type comp as (a int, b text);
create table ty (m mood, d dd, c comp, ma mood[], t tt, u nope); -- 42704
create table ty (m mood, d dd, c comp, ma mood[], t tt); -- 42704
alter table ty alter m type text; -- 42P01
alter table ty alter m type int; -- 42P01
alter table ty alter m type int using 1; -- 42P01
alter table ty alter m type bigint, alter m set default 3; -- 42P01
alter table ty alter m type boolean using true; -- 42P01
alter table ty alter m drop default, alter m type boolean using true; -- 42P01
alter table tt alter id type bigint; -- 42P01
alter table ty drop column t; -- 42P01
alter table tt alter id type bigint; -- 42P01
alter table tt alter id type text; -- 42P01
alter table tt alter name type varchar(20); -- 42P01
alter table tt alter name type int; -- 42P01
alter type comp add attribute z int;
alter type comp alter attribute a type bigint;
alter type comp drop attribute b;
alter type comp rename attribute a to aa;
drop type comp;
drop type mood;
drop type mood cascade; -- 42704
drop type comp cascade; -- 42704
drop domain dd cascade;
create table typed of comp; -- 42704
create type comp as (a int, b text);
create table typed of comp (a primary key, b default 'x');
create table typed2 of comp (nope primary key); -- 42703
alter table typed add column x int; -- 42809
alter table typed drop column a; -- 42809
alter table typed rename column a to b2; -- 42809
drop type comp; -- 2BP01
drop table typed;
alter table ty of comp; -- 42P01
create view vv as select 1;
alter table vv add column x int; -- 42809
drop table vv; -- 42809
drop view tt; -- 42P01
drop index tt; -- 42704
drop sequence tt; -- 42P01
drop table tt_id_seq; -- 42P01
create table vv (a int); -- 42P07
alter view tt rename to x; -- 42P01
alter index tt rename to x; -- 42P01
alter table vv rename to vvv;
create index on vvv ("?column?"); -- 42809
-- A public.comp.a 1
-- A public.comp.b 2
-- A public.t.e 3 numeric(4,2) 0l
-- A public.t.extra 4 integer 0l
-- A public.t.id 1 integer nn 0l
-- A public.t.name 2 character varying(10) def 0l
-- A public.t2.e 3 numeric(4,2) 0l
-- A public.t2.id 1 integer nn 0l
-- A public.t2.name 2 character varying(10) 0l
-- A public.t3.e 3 numeric(4,2) 0l
-- A public.t3.id 1 integer nn 0l
-- A public.t3.name 2 character varying(10) 0l
-- A public.u.tid 1 integer 0l
-- A public.u.tid2 2 integer 0l
-- A public.vvv.?column? 1
-- A public.w.tid 1 bigint nn 0l
-- A s.tt.e 3 numeric(4,2) 0l
-- A s.tt.id 1 integer nn 0l
-- A s.tt.name 2 character varying(10) def 0l
-- C public.t.t_pkey p 1  0l
-- C public.u.fk f 1 1 0l
-- C public.u.u_tid2_fkey f 2 1 0l
-- C public.w.good p 1  0l
-- C public.w.k u 1  0l
-- C public.w.w_tid_fkey f 1 1 0l
-- C s.tt.t_pkey p 1  0l
-- I public.ex w 0 u
-- I public.good w 1 u
-- I public.k w 1 u
-- I public.nu w 1
-- I public.pt w 1 u
-- I public.t_pkey t 1 u
-- I s.t_pkey tt 1 u
-- R public.comp c
-- R public.ex i
-- R public.good i
-- R public.k i
-- R public.nu i
-- R public.pt i
-- R public.t r
-- R public.t2 r
-- R public.t3 r
-- R public.t_pkey i
-- R public.u r
-- R public.vvv v
-- R public.w r
-- R s.t_pkey i
-- R s.tt r
