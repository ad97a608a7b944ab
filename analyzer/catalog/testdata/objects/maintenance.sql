create table t(id int primary key, a text);
create view v as select * from t;
create sequence sq;
create table ch(i int references t);
create table self(i int primary key, p int references self);
truncate t; -- 0A000
truncate t, ch;
truncate t cascade;
truncate self;
truncate nope; -- 42P01
truncate v; -- 42809
truncate sq; -- 42809
create table par(i int) partition by list(i);
create table par1 partition of par for values in (1);
truncate par;
reindex table nope; -- 42P01
reindex index nope; -- 42P01
reindex index t; -- 42809
reindex table t_pkey; -- 42809
reindex schema nope; -- 3F000
reindex table v; -- 42809
reindex index par; -- 42809
reindex index t_pkey;
cluster nope; -- 42P01
cluster t; -- 42704
cluster t using nope; -- 42704
cluster t using t_pkey;
cluster t;
cluster v; -- 42809
vacuum nope; -- 42P01
vacuum v;
analyze nope; -- 42P01
analyze t;
refresh materialized view nope; -- 42P01
refresh materialized view t; -- 0A000
refresh materialized view v; -- 42809
create materialized view mv as select 1 as x;
refresh materialized view mv;
refresh materialized view concurrently mv; -- 55000
create unique index on mv(x);
refresh materialized view concurrently mv;
create materialized view mn as select 1 as x with no data;
create unique index on mn(x);
refresh materialized view concurrently mn; -- 0A000
refresh materialized view mn;
refresh materialized view concurrently mn;
