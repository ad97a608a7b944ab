create table u(id int primary key);
create table t(id int primary key, a int, b int, constraint t_a_key unique (a));
create table p(id int, a int) partition by range (id);
create table p1 partition of p for values from (1) to (9);
create index concurrently i on p (a); -- 0A000
create unique index i on p (a); -- 0A000
create unique index concurrently i on p (id, a); -- 0A000
alter table p add unique (a); -- 0A000
alter table p add primary key (a); -- 0A000
create unique index i on p (id, a);
drop index concurrently i; -- 0A000
drop index p1_id_a_idx; -- 2BP01
drop index concurrently p1_id_a_idx; -- 2BP01
reindex table concurrently p;
drop index i;
drop index t_a_key; -- 2BP01
drop index concurrently t_a_key; -- 2BP01
drop index t_pkey; -- 2BP01
drop index concurrently t_pkey cascade; -- 0A000
create index concurrently t_b on t (b);
create index concurrently t_b2 on t (b);
drop index concurrently t_b, t_b2; -- 0A000
drop index t_b2;
drop index concurrently t_b;
drop index concurrently t_b; -- 42704
drop index concurrently if exists t_b;
create unique index t_h on t using hash (b); -- 0A000
create index t_h on t using hash (b, a); -- 0A000
create index t_h on t using hash (b desc); -- 0A000
create index t_h on t using hash (b) include (a); -- 0A000
create unique index t_g on t using gin (b); -- 0A000
create unique index t_g on t using brin (b); -- 0A000
create index t_h on t using hash (b);
alter table t add constraint t_h_key unique using index t_h; -- 42809
create unique index t_partial on t (b) where b > 0;
alter table t add constraint t_partial_key unique using index t_partial; -- 42809
create unique index t_expression on t ((a + b));
alter table t add constraint t_expression_key unique using index t_expression; -- 42809
create unique index t_desc on t (b desc);
alter table t add constraint t_desc_key unique using index t_desc; -- 42809
create unique index u_id on u (id);
alter table t add constraint t_other unique using index u_id; -- 55000
alter table t add constraint k check (a > 0) not valid;
alter table t validate constraint k;
alter table t validate constraint nope; -- 42704
alter table t validate constraint t_a_key; -- 42809
alter table t add constraint f foreign key (b) references u (id) not valid;
alter table t validate constraint f;
alter table p detach partition p1;
alter table p detach partition p1; -- 42P01
alter table p attach partition p1 for values from (1) to (9);
create view v as select 1 as x;
create index concurrently v_x on v (x); -- 42809
reindex table concurrently v; -- 42809
reindex index concurrently t; -- 42809
alter table v add check (x > 0); -- 42809
