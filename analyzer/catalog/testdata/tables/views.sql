create table t (a int, b text, c int);
create view v as select a, b as bb, count(*) over () n, t.c + 1 from t;
create view w as select * from v;
create materialized view m as select a, b from t where c > 1;
create index on m (a);
alter table t drop column a; -- 2BP01
alter table t drop column c; -- 2BP01
alter table t alter column b type varchar(10); -- 0A000
alter table t rename column a to aa;
create or replace view v as select aa as a, b as bb, count(*) over () n, t.c + 1, 5 as five from t;
create or replace view v as select aa as a, b as bb from t; -- 42P16
create or replace view v as select aa as z, b as bb, count(*) over () n, t.c + 1, 5 as five from t; -- 42P16
create or replace view v as select b as a, b as bb, count(*) over () n, t.c + 1, 5 as five from t; -- 42P16
create view e as select nope from t; -- 42703
create view e as select a from nope; -- 42P01
create view e as select a.b from t; -- 42P01
create view e as select a from v join w using (a);
create view e2 as select bb from v join w using (a); -- 42702
create view e3 as select v.bb from v natural join w;
create view e4 as with q as (select aa, b from t) select q.*, x.n from q left join lateral (select count(*) n from t where t.c = q.aa) x on true;
create view e5(x, y) as select aa, b from t union all select c, b from t order by 1;
create view e6 as select aa from t group by aa having count(c) > 1 order by aa;
create view e7 as select aa q from t order by q;
create view e7 as select aa q from t where q > 1; -- 42703
create view e9 as select x.b, to_jsonb(x.*) whole from t x join t y on x.aa = y.aa order by b, whole;
create view e10 as select whole, b from (select t.b, to_jsonb(t.*) whole from t) q;
create view e11 as with q as (select count(t.*) n, row_to_json(t.*) r from t group by t.*) select q.n, q.r from q;
create view e12 as select x.b from t x join t y on x.aa = y.aa group by b; -- 42702
create view e12 as select x.c from t x join t y on x.aa = y.aa order by b; -- 42702
create view e12 as select distinct on (b) x.b from t x join t y on x.aa = y.aa;
create view e8 as select a, a from v; -- 42701
drop table t; -- 2BP01
drop view v; -- 2BP01
drop table t cascade;
