create table p (id int, k int not null, v text, primary key (id, k)) partition by range (k);
create table p1 partition of p for values from (0) to (10);
create index on p (v);
create table p2 (id int not null, k int not null, v text);
create index p2_vv on p2 (v);
alter table p attach partition p2 for values from (10) to (20);
create unique index on p (id); -- 0A000
alter table p add unique (v, k);
create table r (a int primary key);
alter table p add constraint f foreign key (id) references r;
create table p3 partition of p default;
alter table p add column w int default 3 check (w > 0);
alter table p1 add column z int; -- 42809
alter table p drop column k; -- 42P16
alter table p drop column v;
alter table p detach partition p1;
alter table p1 drop column w;
alter table p rename column w to ww;
alter table p3 rename column ww to q; -- 42P16
drop index p2_vv; -- 42704
create index onlyp on only p (ww);
create index p2_ww on p2 (ww);
create index p3_ww on p3 (ww);
alter index onlyp attach partition p2_ww;
alter index onlyp attach partition p3_ww;
drop index p2_ww; -- 2BP01
drop index onlyp;
drop table r; -- 2BP01
drop table p;
-- A public.p1.id 1 integer nn 0l
-- A public.p1.k 2 integer nn 0l
-- A public.r.a 1 integer nn 0l
-- C public.p1.f f 1 1 0l
-- C public.p1.p1_pkey p 1,2  0l
-- C public.r.r_pkey p 1  0l
-- I public.p1_pkey p1 1 2 u
-- I public.r_pkey r 1 u
-- R public.p1 r
-- R public.p1_pkey i
-- R public.r r
-- R public.r_pkey i
