create type dup as enum ('a','b','a'); -- 23505
create type e as enum ('a','b');
create type e as enum ('a','b'); -- 42710
create table e(i int); -- 42710
create table t(i int);
create type t as enum('x'); -- 42710
create domain t as int; -- 42710
create domain t2 as int;
create domain t2 as int; -- 42710
create table t2(i int); -- 42710
alter type e add value 'a'; -- 42710
alter type e add value 'c' before 'zz'; -- 22023
alter type e rename value 'zz' to 'y'; -- 22023
alter type e rename value 'a' to 'b'; -- 42710
alter type nope add value 'a'; -- 42704
alter type t2 add value 'a'; -- 42809
alter type t add value 'a'; -- 42809
alter type t2 rename value 'a' to 'b'; -- 42809
drop type nope; -- 42704
drop domain nope; -- 42704
drop domain e; -- 42809
drop domain t; -- 42809
drop type t2;
create domain t2 as int;
drop type t; -- 2BP01
create type c as (a int, b e, a int); -- 42701
create type c as (a int, b e);
create table c(i int); -- 42P07
create view c as select 1; -- 42P07
create index c on t(i); -- 42P07
create type c as (a int); -- 42710
drop table c; -- 42809
drop type e; -- 2BP01
create function f(x e) returns int language sql as 'select 1';
create domain d as int constraint pos check (value>0) check (value<10) check (value<>5) not null;
alter domain d add constraint pos check (value > 1); -- 42710
alter domain d add constraint d_check check (value > 1); -- 42710
alter domain d add constraint d_check1 check (value > 1); -- 42710
alter domain d drop constraint nope; -- 42704
alter domain d drop constraint if exists nope;
alter domain d validate constraint nope; -- 42704
alter domain d add check (value > 1) not valid;
alter domain d validate constraint d_check2;
alter domain d validate constraint d_check3; -- 42704
alter domain nope set not null; -- 42704
alter domain e set not null; -- 42809
create type r as range (subtype=int4);
create type xrange_y as range (subtype=int4);
create type xrange as range (subtype=int4, multirange_type_name=foo);
create type rangerange as range (subtype=int4);
create type rangerange as range (subtype=int4); -- 42710
create type zrange as range (subtype=int4, multirange_type_name=e); -- 42710
create type r2_multirange as enum ('a');
create type r2 as range (subtype=int4); -- 42710
drop type multirangerange; -- 2BP01
drop type rangerange;
drop type multirangerange; -- 42704
drop type foo; -- 2BP01
drop type r_multirange; -- 2BP01
drop type xmultirange_y; -- 2BP01
create type r3 as range (subtype=nope); -- 42704
create domain dd as nope; -- 42704
create type cc as (a nope); -- 42704
create type sh;
create type sh; -- 42710
drop type sh;
create type e; -- 42710
create domain pk as int primary key; -- 42601
create domain pk as int unique; -- 42601
drop type r cascade;
comment on type nope is 'x'; -- 42704
comment on domain e is 'x'; -- 42809
comment on type d is 'x';
comment on type t is 'x';
comment on constraint zz on domain d is 'x'; -- 42704
comment on constraint pos on domain d is 'x';
create table cd (x c);
drop type c; -- 2BP01
drop type nope.foo; -- 3F000
drop type if exists nope.foo;
create type nope.foo as enum ('a'); -- 3F000
drop table c; -- 42809
drop type if exists nope2 , e; -- 2BP01
alter type e add value 'q' before 'a';
alter type e add value if not exists 'q';
alter type e add value 'q'; -- 42710
alter type nope rename to x; -- 42704
create type e2 as enum('a');
alter type e rename to e2; -- 42710
alter type e rename to t; -- 42710
alter type t rename to x; -- 42809
alter domain e rename to x; -- 42809
create schema s2;
create type s2.e as enum('a');
alter type e set schema s2; -- 42710
alter type e set schema nope; -- 3F000
alter type d rename to d2;
alter type d rename to d3; -- 42704
alter type c rename to t; -- 42P07
alter type c rename to v2;
drop type c; -- 42704
alter type t set schema s2; -- 42809
create table s2.v2(i int);
alter type v2 set schema s2; -- 42710
alter type v2 rename to v3;
alter type v3 set schema s2;
drop type v3; -- 42704
drop type s2.v3; -- 2BP01
drop type s2.v3 cascade;
drop type s2.v3; -- 42704
drop type e cascade;
create type e as enum ('z');
alter type e add value 'y' after 'z';
create domain base as e;
drop type e; -- 2BP01
drop domain base;
drop type e;
create type long as enum ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'); -- 42602
