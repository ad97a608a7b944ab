create table t(id int primary key, a text);
create view v as select id from t;
create sequence sq;
comment on table nope is 'x'; -- 42P01
comment on view t is 'x'; -- 42809
comment on table v is 'x'; -- 42809
comment on index t is 'x'; -- 42809
comment on index nope is 'x'; -- 42P01
comment on index t_pkey is 'x';
comment on sequence t is 'x'; -- 42809
comment on materialized view t is 'x'; -- 42809
comment on foreign table t is 'x'; -- 42809
comment on column t.nope is 'x'; -- 42703
comment on column t.a is 'x';
comment on column nope.nope is 'x'; -- 42P01
comment on column sq.last_value is 'x'; -- 42809
comment on column t_pkey.id is 'x'; -- 42809
comment on constraint nope on t is 'x'; -- 42704
comment on constraint t_pkey on t is 'x';
comment on constraint nope on nope is 'x'; -- 42P01
comment on trigger nope on t is 'x'; -- 42704
comment on policy nope on t is 'x'; -- 42704
comment on rule nope on t is 'x'; -- 42704
comment on statistics nope is 'x'; -- 42704
comment on publication nope is 'x'; -- 42704
comment on domain nope is 'x'; -- 42704
comment on event trigger nope is 'x'; -- 42704
comment on server nope is 'x'; -- 42704
alter table nope owner to postgres; -- 42P01
alter table if exists nope owner to postgres;
alter type nope owner to postgres; -- 42704
alter function nope() owner to postgres; -- 42883
alter sequence nope owner to postgres; -- 42P01
alter view nope owner to postgres; -- 42P01
alter view t owner to postgres; -- 42809
alter table v owner to postgres;
alter sequence t owner to postgres; -- 42809
alter domain t owner to postgres; -- 42809
create publication p for table nope; -- 42P01
create publication p for table t;
create publication p; -- 42710
drop publication nope; -- 42704
alter publication nope add table t; -- 42704
alter publication p add table t; -- 42710
alter publication p drop table t;
alter publication p drop table t; -- 42704
alter publication p rename to q;
drop publication p; -- 42704
drop publication q;
drop publication if exists q;
create statistics st on id, a from t;
create statistics st on id, a from t; -- 42710
create statistics if not exists st on id, a from t;
drop statistics nope; -- 42704
alter statistics nope rename to x; -- 42704
alter publication nope rename to x; -- 42704
alter event trigger nope rename to x; -- 42704
drop table t cascade;
drop statistics st; -- 42704
drop server nope; -- 42704
drop event trigger nope; -- 42704
create collation cc from "C";
create collation cc from "C"; -- 42710
alter collation cc rename to dd;
drop collation dd;
drop collation dd; -- 42704
drop foreign data wrapper nope; -- 42704
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table ft(i int) server s;
drop server s; -- 2BP01
drop server s cascade;
