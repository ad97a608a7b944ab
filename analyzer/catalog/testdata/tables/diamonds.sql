create table parent (a int, b int not null, constraint pc check (a > 0));
create table child (c int) inherits (parent);
create table grand () inherits (child);
alter table parent add column d serial;
alter table parent alter column a set default 5;
alter table only parent alter column a set default 6;
alter table parent alter column a set not null;
alter table parent add primary key (a);
alter table parent drop constraint pc;
alter table parent add constraint pc2 check (b > 0) no inherit;
alter table only parent add constraint pc3 check (b > 0); -- 42P16
alter table child add constraint pc4 check (b > 5);
alter table parent add constraint pc4 check (b > 5);
alter table parent drop constraint pc4;
alter table grand no inherit child;
alter table parent drop column a;
alter table grand drop column a;
alter table only parent drop column b;
create table two (x text) inherits (parent, child);
create table bad (b text) inherits (parent);
alter table parent rename column d to dd;
alter table two rename column dd to ddd; -- 42P16
drop table child; -- 2BP01
drop table parent, child; -- 2BP01
drop table parent cascade;
-- A public.grand.b 2 integer nn 0l
-- A public.grand.c 3 integer 0l
-- A public.grand.d 4 integer nn 0l
-- C public.grand.pc4 c 2  0l
-- R public.grand r
