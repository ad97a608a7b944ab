create table t(id int primary key, a text);
create view v as select id from t;
create sequence sq;
create materialized view mv as select 1 as x;
create table src(id int, b int);
insert into nope values (1); -- 42P01
insert into t(nope) values (1); -- 42703
insert into t(id,id) values (1,1); -- 42701
insert into t values (1,'a',2); -- 42601
insert into t(id) values (1,2); -- 42601
insert into t(id,a) values (1); -- 42601
insert into t(id) values (1);
create table ga(i int generated always as identity, j int, k int generated always as (j*2) stored);
insert into ga values (1); -- 428C9
insert into ga(i) values (1); -- 428C9
insert into ga(i) values (default);
insert into ga(i) overriding system value values (100);
insert into ga(k) values (1); -- 428C9
insert into ga(k) values (default);
insert into ga(i) select 1; -- 428C9
insert into ga(k) select 1; -- 428C9
insert into ga(j) select 1;
update ga set i=1; -- 428C9
update ga set i=default;
update ga set k=1; -- 428C9
update ga set k=default;
update ga set nope=1; -- 42703
update nope set a=1; -- 42P01
update t set id=1,id=2; -- 42601
update ga set j=nope; -- 42703
update ga set j=j+1 where nope > 1; -- 42703
update t set a='x' from src where src.id = t.id and src.b = 1;
update t set a='x' from src where src.nope = t.id; -- 42703
update t x set a='y' where x.id = 7;
delete from nope; -- 42P01
delete from t where nope=1; -- 42703
delete from t using src where src.id = t.id;
delete from t using nope where true; -- 42P01
merge into nope using t on true when matched then do nothing; -- 42P01
merge into t using nope on true when matched then do nothing; -- 42P01
merge into t using src on t.id = src.id when matched then update set a = src.b::text;
merge into t using src on t.id = src.id when matched then update set nope = 1; -- 42703
select * from nope; -- 42P01
select nope from t; -- 42703
select id from t;
copy nope to '/dev/null'; -- 42P01
copy t(nope) to '/dev/null'; -- 42703
copy ga(k) to '/dev/null'; -- 42P10
insert into sq values(1); -- 42809
insert into t_pkey values(1); -- 42809
insert into mv values (1); -- 42809
insert into t(id) values (2) on conflict (nope) do nothing; -- 42703
insert into t(id) values (2) on conflict (a) do nothing; -- 42P10
insert into t(id) values (2) on conflict (id) do nothing;
insert into t(id) values (2) on conflict (id) do update set a = excluded.a;
insert into t(id) values (2) on conflict (id) do update set nope = excluded.a; -- 42703
insert into t(id) values (2) on conflict (id) do update set a = excluded.nope; -- 42703
insert into t(id) values (2) on conflict on constraint nope do nothing; -- 42704
insert into t(id) values (2) on conflict on constraint t_pkey do nothing;
insert into t(id) values (3) returning id;
insert into t(id) values (4) returning nope; -- 42703
with x as (select 5 as n) insert into t(id) select n from x;
with x as (select 1 as n) delete from t using x where x.n = t.id;
