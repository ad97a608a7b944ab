create table t(id int primary key, a text, b int);
create view v as select b from t;
create sequence sq;
create sequence sq; -- 42P07
create sequence if not exists sq;
create sequence t; -- 42P07
create sequence o1 owned by t.nope; -- 42703
create sequence o1 owned by nope.id; -- 42P01
create schema s2;
create sequence s2.o1 owned by public.t.id; -- 55000
create sequence o2 owned by t.id;
alter table t drop column id cascade;
alter sequence o2 restart; -- 42P01
alter sequence nope restart; -- 42P01
alter sequence if exists nope restart;
alter sequence t restart; -- 42809
create table ti2(i int generated always as identity, s serial);
alter sequence ti2_i_seq owned by none; -- 0A000
alter sequence ti2_s_seq owned by none;
create sequence bt as text; -- 22023
create sequence bt as smallint maxvalue 100000; -- 22023
create sequence bt increment 0; -- 22023
create sequence bt minvalue 5 maxvalue 4; -- 22023
create sequence bt start 0; -- 22023
create sequence bt cache 0; -- 22023
create sequence bt increment -1;
alter sequence bt as int;
alter sequence bt minvalue -3000000000; -- 22023
alter sequence bt as bigint minvalue -3000000000;
create sequence si as smallint;
alter sequence si as bigint;
alter sequence si maxvalue 9223372036854775807;
alter sequence si minvalue 10; -- 22023
alter sequence si as smallint;
alter sequence si no maxvalue no cycle;
create table ds(x int default nextval('si'));
drop sequence si; -- 2BP01
drop sequence si cascade;
drop sequence si; -- 42P01
drop table ti2;
alter sequence ti2_s_seq restart;
drop sequence ti2_i_seq; -- 42P01
