create table t(id int primary key, a text);
create function base() returns int language sql as 'select 1';
create function twice() returns int language sql as 'select base()';
drop function base();
create function dep(a int default 1) returns int language sql as 'select 1';
create view fv as select dep() as d;
drop function dep(int); -- 2BP01
drop function dep; -- 2BP01
drop view fv;
drop function dep;
create type ct as (x int, y int);
create table uses(c ct);
alter type ct add attribute z int;
alter table uses drop column c;
alter type ct add attribute z int; -- 42701
alter type ct drop attribute nope; -- 42703
alter type ct rename attribute z to w;
create domain d as int;
alter domain d rename constraint nope to y; -- 42704
alter domain d add constraint k check (value > 0);
alter domain d rename constraint k to l;
alter domain d drop constraint k; -- 42704
alter domain d drop constraint l;
alter domain d set default 4;
alter domain d drop default;
create type pair as (a int);
alter type pair rename to pears;
create table pears(i int); -- 42P07
drop type pears;
create table pears(i int);
create type pears as enum ('a'); -- 42710
drop table pears;
create type pears as enum ('a');
create table arr(x pears[]);
drop type pears; -- 2BP01
drop table arr;
drop type pears;
create function s() returns setof t language sql as 'select * from t';
alter table t add column extra int;
drop table t; -- 2BP01
drop table t cascade;
drop function s(); -- 42883
create table t(id int);
create function st(t) returns int language sql as 'select 1';
alter table t rename to t2;
drop function st(t); -- 42704
drop function st(t2);
create function trg() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on t2 for each row execute function trg();
alter table t2 rename to t3;
drop trigger a on t2; -- 42P01
drop trigger a on t3;
create rule rl as on update to t3 where old.id > 1 do also delete from pg_catalog.pg_seclabel;
alter table t3 drop column id; -- 2BP01
drop rule rl on t3;
alter table t3 drop column id;
create procedure pp() language sql as 'select 1';
call pp();
drop function pp(); -- 42809
drop routine pp();
create view vv as select 1 as one;
create rule vr as on insert to vv do instead nothing;
insert into vv values (1);
drop view vv;
create table inh(i int);
create table inh2() inherits (inh);
truncate inh;
create schema a;
create schema b;
create table a.t(i int primary key);
create table b.t(i int references a.t);
drop schema a; -- 2BP01
drop schema a cascade;
insert into b.t values (1);
alter function nope(int) rename to x; -- 42883
create type en as enum ('a');
create function usesen(en) returns en language sql as 'select $1';
drop type en; -- 2BP01
drop type en cascade;
drop function usesen; -- 42883
create extension if not exists plpgsql;
reset role;
reset all;
create publication allt for all tables;
alter publication allt set (publish = 'insert');
drop publication allt;
create sequence q1;
create table q2(i int default nextval('q1'));
alter sequence q1 rename to q3;
drop sequence q3; -- 2BP01
alter sequence q3 owned by q2.i;
drop table q2;
drop sequence q3; -- 42P01
create function ov(int) returns int language sql as 'select 1';
create function ov(text) returns int language sql as 'select 1';
comment on function ov is 'x'; -- 42725
grant execute on function ov to public; -- 42725
grant execute on function ov(int) to public;
drop function ov(int), ov(text);
alter schema public owner to postgres;
create operator === (leftarg = int, rightarg = int, function = int4eq);
drop operator === (int, int);
drop operator === (int, int); -- 42883
create text search configuration cfg (copy = simple);
create text search configuration cfg (copy = simple); -- 23505
alter text search configuration cfg rename to cfg2;
drop text search configuration cfg2;
drop text search configuration cfg2; -- 42704
