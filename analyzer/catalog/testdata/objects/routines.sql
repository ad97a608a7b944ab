create table t(id int primary key, a text);
create function f(x int) returns int language sql as 'select 1';
create function f(y int) returns int language sql as 'select 1'; -- 42723
create function f(y int, out z int) returns int language sql as 'select 1'; -- 42723
create or replace function f(x int) returns text language sql as 'select 1'; -- 42P13
create or replace function f(y int) returns int language sql as 'select 1'; -- 42P13
create or replace function f(int) returns int language sql as 'select 1'; -- 42P13
create or replace function f(x int default 1) returns int language sql as 'select 1';
create or replace function f(x int) returns int language sql as 'select 1'; -- 42P13
create or replace procedure f(x int) language sql as 'select 1'; -- 42809
create or replace function f(x int default 2) returns setof int language sql as 'select 1'; -- 42P13
create function g(int) returns int language sql as 'select 1';
create or replace function g(x int) returns int language sql as 'select 1';
create function h(out a int, out b text) language sql as $$select 1,'x'$$;
create or replace function h(out a int, out c text) language sql as $$select 1,'x'$$; -- 42P13
create or replace function h(out a int, out b int) language sql as $$select 1,2$$; -- 42P13
create or replace function h() returns record language sql as $$select 1,'x'$$; -- 42P13
create function tb() returns table(a int, b text) language sql as $$select 1,'x'$$;
create or replace function tb() returns table(a int, c text) language sql as $$select 1,'x'$$; -- 42P13
create or replace function tb() returns table(a int, b text) language sql as $$select 2,'x'$$;
create function vc(varchar(10)) returns int language sql as 'select 1';
create function vc(varchar(20)) returns int language sql as 'select 1'; -- 42723
create function ar(int[]) returns int language sql as 'select 1';
create function ar(int[][]) returns int language sql as 'select 1'; -- 42723
create function ar(int) returns int language sql as 'select 1';
create function ar(character varying) returns int language sql as 'select 1';
create function f(text) returns int language sql as 'select 1';
drop function f; -- 42725
drop function nope; -- 42883
drop function nope(int); -- 42883
drop function f(nope); -- 42704
drop function f(bool); -- 42883
drop procedure f(int); -- 42809
drop procedure nope(int); -- 42883
drop procedure nope; -- 42883
drop aggregate f(int); -- 42809
drop aggregate nope(int); -- 42883
drop routine f(int);
drop function if exists f(nope);
drop function if exists nope.f(int);
drop function if exists f(int);
drop function nope.f(int); -- 3F000
create function nope.f() returns int language sql as 'select 1'; -- 3F000
create aggregate agg(int) (sfunc=int4pl, stype=int);
create aggregate agg(int) (sfunc=int4pl, stype=int); -- 42723
create or replace function agg(int) returns int language sql as 'select 1'; -- 42809
drop function agg(int); -- 42809
drop routine agg(int);
create function p1(x nope) returns int language sql as 'select 1'; -- 42704
create function p1() returns nope language sql as 'select 1'; -- 42704
create procedure pr(x int) language sql as 'select 1';
create or replace procedure pr(y int) language sql as 'select 1'; -- 42P13
create or replace function pr(x int) returns int language sql as 'select 1'; -- 42809
alter function nope() stable; -- 42883
alter function pr(int) stable; -- 42809
alter function nope stable; -- 42883
alter function f(text) immutable;
create function k(text) returns int language sql as 'select 1';
alter function f(text) rename to k; -- 42723
alter function f(text) rename to k2;
alter function f(text) rename to k3; -- 42883
alter function k2(text) set schema nope; -- 3F000
create schema s2;
create function s2.k2(text) returns int language sql as 'select 1';
alter function k2(text) set schema s2; -- 42723
alter function k(text) set schema s2;
comment on function s2.nope(int) is 'x'; -- 42883
comment on function k2(text) is 'x';
comment on procedure k2(text) is 'x'; -- 42809
create table rt(i int);
create function takes(rt) returns int language sql as 'select 1';
drop table rt; -- 2BP01
drop function takes(rt);
drop table rt;
create function dflt() returns int language sql as 'select 1';
create table ud(i int default dflt(), check (i > dflt()));
drop function dflt(); -- 2BP01
drop function dflt() cascade;
drop table ud;
create table bt(i int, j int);
create function atomic() returns bigint language sql begin atomic select count(i) from bt; end;
alter table bt drop column j;
alter table bt drop column i; -- 2BP01
drop table bt; -- 2BP01
drop table bt cascade;
drop function atomic(); -- 42883
create function va(variadic int[]) returns int language sql as 'select 1';
create function va(int[]) returns int language sql as 'select 1'; -- 42723
drop function va(int[]);
create procedure outp(in a int, out b int) language sql as 'select 1';
drop procedure outp(int);
create procedure outp(in a int, out b int) language sql as 'select 1';
drop procedure outp(int, int);
