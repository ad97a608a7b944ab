create schema s2;
create schema s2; -- 42P06
create schema if not exists s2;
create schema pg_foo; -- 42939
drop schema nope; -- 3F000
drop schema if exists nope;
create table s2.t(i int);
create type s2.e as enum('a');
create function s2.f() returns int language sql as 'select 1';
create table u(x s2.e);
create view uv as select i from s2.t;
drop schema s2; -- 2BP01
alter schema s2 rename to public; -- 42P06
alter schema nope rename to public; -- 3F000
alter schema s2 rename to s3;
select i from s3.t;
alter schema s3 rename to pg_x; -- 42939
create function s3.f() returns int language sql as 'select 1'; -- 42723
create type s3.e as enum('a'); -- 42710
create function takes(s3.e) returns int language sql as 'select 1';
drop function takes(s2.e); -- 3F000
drop schema s3 cascade;
select x from u; -- 42703
select * from uv; -- 42P01
drop function takes(text); -- 42883
drop schema s3; -- 3F000
create schema s3;
create table s3.t(i int);
set search_path to s3;
create table here(i int);
drop schema s3; -- 2BP01
set search_path to public;
drop table here; -- 42P01
drop table s3.here;
drop schema pg_catalog cascade; -- 2BP01
alter table u add column y int;
create schema emptied;
create sequence emptied.s;
create table usesseq(i int default nextval('emptied.s'));
drop schema emptied cascade;
drop extension nope; -- 42704
drop extension if exists nope;
alter extension nope update; -- 42704
comment on extension nope is 'x'; -- 42704
comment on schema nope is 'x'; -- 3F000
alter schema nope owner to postgres; -- 3F000
