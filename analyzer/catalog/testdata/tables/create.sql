create table t (id serial primary key, a int check (a > 0), b text unique, c numeric(10) default 1, check (a < id), constraint x check (b <> ''), unique (a, b));
create table u (id bigint generated always as identity, t_id int references t, primary key (id), foreign key (t_id) references t (id));
create index on t (a);
create index on t (a);
create index on t (lower(b), (a + 1), (b || 'x'), (b::varchar(3))) include (c) where a > 3;
create index idx on t using hash (a);
create index idx on t (b); -- 42P07
create unique index if not exists idx on t (b);
alter table t add column d int references t (id) on delete cascade;
alter table t add column d int; -- 42701
alter table t add column if not exists d int;
alter table t add constraint x check (true); -- 42710
alter table t drop column a;
alter table t drop column id; -- 2BP01
alter table t drop column id cascade;
alter table t add primary key (b);
alter table t alter column b drop not null; -- 42P16
alter table t alter column c set not null;
alter table t add primary key (c); -- 42P16
drop index t_b_key; -- 2BP01
alter table u rename constraint u_pkey to pk;
alter index pk rename to pk2;
alter table u drop constraint pk2;
alter table u drop constraint nope; -- 42704
alter table u drop constraint if exists nope;
alter table nope add column x int; -- 42P01
alter table if exists nope add column x int;
drop table t;
drop table t, u; -- 42P01
drop table if exists t;
-- A public.u.id 1 bigint nn ida 0l
-- A public.u.t_id 2 integer 0l
-- R public.u r
-- R public.u_id_seq S
-- S public.u_id_seq bigint 9223372036854775807
