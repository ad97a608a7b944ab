create table a (id int, x text not null default 'q', check (id > 0));
create table b (y int) inherits (a);
create table c (id int, x text) inherits (a);
alter table a add column z int;
alter table c add column w int;
alter table a add column w int;
alter table a add column w2 text;
alter table c drop column w; -- 42P16
alter table b drop column x; -- 42P16
alter table a drop column w;
alter table a drop column z;
alter table a add constraint big check (id < 100);
alter table a rename constraint big to huge;
alter table b drop constraint huge; -- 42P16
alter table only a drop constraint huge;
alter table b drop constraint huge;
alter table a alter column id type bigint;
alter table b no inherit a;
alter table b inherit a;
alter table a alter column x drop not null;
alter table only a add column r int; -- 42P16
drop table a; -- 2BP01
drop table a cascade;
