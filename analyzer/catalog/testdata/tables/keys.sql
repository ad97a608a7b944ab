create table a (id int primary key, u int, unique (u), unique (id), unique (u, id) deferrable);
create table b (x int references a (u), y int, z int, foreign key (y, z) references a (u, id)); -- 55000
create table b (x int references a (u), y int, z int);
alter table a drop constraint a_u_key; -- 2BP01
alter table a drop column u; -- 2BP01
alter table a drop column u cascade;
create table m1 (a int) inherits (a);
create table pp (a int, b int, primary key (b)) partition by list (a); -- 0A000
create table pp (a int, b int, primary key (a)) partition by list (a);
create table pp1 partition of pp (b default 5, constraint c check (b > 1)) for values in (1);
create table pp2 partition of pp for values in (2) partition by list (b); -- 0A000
create table pp22 partition of pp2 for values in (2); -- 42P01
create table pfk (a int references pp);
alter table pp add constraint cc check (b > 0);
alter table pp1 drop constraint cc; -- 42P16
alter table pp drop constraint cc;
alter table pp drop constraint pp_pkey; -- 2BP01
alter table pp drop constraint pp_pkey cascade;
create unique index pu on pp (a, b);
alter index pu rename to pu2;
alter table pp1 rename column b to bb; -- 42P16
alter table pp rename column b to bb;
alter table pp alter column bb set not null;
alter table pp1 alter column bb drop not null; -- 42P16
alter table pp alter column bb drop not null;
alter table pp alter column a type bigint; -- 42P16
alter table pp2 alter column bb type bigint; -- 42P01
alter table pp add foreign key (a) references a;
alter table pp1 drop constraint pp_a_fkey; -- 42P16
drop table a; -- 2BP01
drop table a cascade;
create table att (bb int, a int);
alter table pp attach partition att for values in (7); -- 42804
create table att2 (bb text, a int);
alter table pp attach partition att2 for values in (8); -- 42804
create table att3 (a int);
alter table pp attach partition att3 for values in (8); -- 42804
create table att4 (a int, bb int, ccc int);
alter table pp attach partition att4 for values in (8); -- 42804
alter table pp attach partition att for values in (9); -- 42804
alter table pp detach partition att3; -- 42P01
alter table pp detach partition att; -- 42P01
alter table att drop column bb;
drop table pp2; -- 42P01
drop table pp;
-- A public.att.a 2 integer 0l
-- A public.att2.a 2 integer 0l
-- A public.att2.bb 1 text 0l
-- A public.att3.a 1 integer 0l
-- A public.att4.a 1 integer 0l
-- A public.att4.bb 2 integer 0l
-- A public.att4.ccc 3 integer 0l
-- A public.b.x 1 integer 0l
-- A public.b.y 2 integer 0l
-- A public.b.z 3 integer 0l
-- A public.pfk.a 1 integer 0l
-- R public.att r
-- R public.att2 r
-- R public.att3 r
-- R public.att4 r
-- R public.b r
-- R public.pfk r
