create table t(id int primary key, a text);
create view v as select id from t;
create sequence sq;
grant select on nope to public; -- 42P01
grant usage on t to public; -- 0LP01
grant select(nope) on t to public; -- 42703
grant select(a) on t to public;
grant select on v to public;
grant usage on sequence t to public; -- 42809
grant usage on sequence sq to public;
grant select on table sq to public;
grant usage on schema nope to public; -- 3F000
grant execute on function public.nope() to public; -- 42883
grant select on all tables in schema nope to public; -- 3F000
grant select on all tables in schema public to public;
grant usage on type nope to public; -- 42704
grant usage(a) on t to public; -- 0LP01
grant delete(a) on t to public; -- 0LP01
grant delete on sequence sq to public; -- 0LP01
grant all(a) on t to public;
grant all on t_pkey to public; -- 42809
grant usage on domain t to public; -- 42809
grant execute on schema public to public; -- 0LP01
revoke select on nope from public; -- 42P01
revoke all on t from public;
alter default privileges in schema nope grant select on tables to public; -- 3F000
alter default privileges in schema public grant select on tables to public;
alter default privileges grant insert on sequences to public; -- 0LP01
