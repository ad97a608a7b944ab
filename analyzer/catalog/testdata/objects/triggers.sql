create table t(id int primary key, a text);
create view v as select * from t;
create function f(x int) returns int language sql as 'select 1';
create schema s2;
create function tr() returns trigger language plpgsql as 'begin return new; end';
create trigger x before insert on t for each row execute function nope(); -- 42883
create trigger x before insert on t for each row execute function f(); -- 42883
create trigger x before insert on t for each row execute function s2.f(); -- 42883
create function nt() returns int language sql as 'select 1';
create trigger x before insert on t for each row execute function nt(); -- 42P17
create trigger x before insert on nope for each row execute function tr(); -- 42P01
create trigger x before insert on t for each row execute function tr();
create trigger x before insert on t for each row execute function tr(); -- 42710
create or replace trigger x after insert on t for each row execute function tr();
create trigger vx before insert on v for each statement execute function tr();
create trigger vx3 before insert on v for each row execute function tr(); -- 42809
create trigger vx2 instead of insert on v for each row execute function tr();
create trigger vx2 instead of insert on v for each row execute function tr(); -- 42710
create trigger vx4 instead of insert on v execute function tr(); -- 0A000
create trigger vs instead of insert on v for each row when (true) execute function tr(); -- 0A000
create trigger tx instead of insert on t for each row execute function tr(); -- 42809
create trigger tu before update of nope on t for each row execute function tr(); -- 42703
create trigger tu before update of a on t for each row execute function tr();
alter table t drop column a; -- 2BP01
drop function tr(); -- 2BP01
drop function tr; -- 2BP01
drop trigger nope on t; -- 42704
drop trigger x on nope; -- 42P01
drop trigger if exists nope on t;
drop trigger if exists x on nope;
alter trigger nope on t rename to z; -- 42704
alter trigger x on t rename to tu; -- 42710
alter trigger x on t rename to y;
drop trigger x on t; -- 42704
alter table t disable trigger nope; -- 42704
alter table t disable trigger y;
alter table t disable trigger all;
alter table t enable rule nope; -- 42704
create constraint trigger ct after insert on t deferrable for each row execute function tr();
create constraint trigger ct after insert on t deferrable for each row execute function tr(); -- 42710
create or replace trigger ct after insert on t for each row execute function tr(); -- 42710
alter table t add constraint ct check (id>0); -- 42710
drop trigger ct on t;
alter table t add constraint ct check (id>0);
create constraint trigger ct after insert on t deferrable for each row execute function tr(); -- 23505
create sequence sq;
create trigger seqt before insert on sq for each row execute function tr(); -- 42809
create materialized view mv as select 1 as x;
create trigger seqt before insert on mv for each row execute function tr(); -- 42809
create trigger w before update on t for each row when (new.id is distinct from old.nope) execute function tr(); -- 42703
create trigger w before update on t for each row when (new.id is distinct from old.id) execute function tr();
alter function tr() rename to tr2;
drop function tr2(); -- 2BP01
drop function tr2() cascade;
drop trigger w on t; -- 42704
create function tr() returns trigger language plpgsql as 'begin return new; end';
create trigger tsv before insert on t for each row execute function tsvector_update_trigger(a, 'pg_catalog.english', a);
create table par(i int) partition by list(i);
create table par1 partition of par for values in (1);
create trigger pt after insert on par for each row execute function tr();
create trigger pt after insert on par1 for each row execute function tr(); -- 42710
drop trigger pt on par1; -- 2BP01
drop trigger pt on par;
drop trigger pt on par1; -- 42704
create trigger pt after insert on par1 for each row execute function tr();
create rule r as on insert to t do instead nothing;
create rule r as on insert to t do instead nothing; -- 42710
create or replace rule r as on insert to t do instead nothing;
create rule r as on insert to nope do instead nothing; -- 42P01
drop rule nope on t; -- 42704
drop rule nope on nope; -- 42P01
drop rule if exists nope on nope;
create rule r as on insert to sq do instead nothing; -- 42809
alter rule nope on t rename to z; -- 42704
create rule r2 as on insert to t do instead nothing;
alter rule r on t rename to r2; -- 42710
alter table t disable rule r;
drop rule r on t;
drop rule r on t; -- 42704
create policy p on t using (a='x');
create policy p on t using (a='x'); -- 42710
create policy p on nope using (a='x'); -- 42P01
create policy p2 on t using (nope='x'); -- 42703
create policy p2 on v using (true); -- 42809
alter policy nope on t using (id=1); -- 42704
alter policy p on t rename to p9;
alter policy p on t using (true); -- 42704
alter policy p9 on t rename to p;
create policy p3 on t;
alter policy p on t rename to p3; -- 42710
drop policy nope on t; -- 42704
drop policy p on nope; -- 42P01
drop policy if exists p on nope;
drop policy if exists nope on t;
alter table t drop column a; -- 2BP01
alter policy p on t using (id=1);
create table u(k int, l int);
create policy sub on t using (exists (select 1 from u where k = id));
drop table u; -- 2BP01
alter table u drop column l;
alter table u drop column k; -- 2BP01
drop policy sub on t;
drop table u;
alter table v enable row level security; -- 42809
alter table t enable row level security;
create table ri(id int primary key, a text, b int not null unique, c int unique);
alter table ri replica identity using index nope; -- 42704
alter table ri replica identity using index ri_pkey;
alter table ri replica identity using index ri_b_key;
alter table ri replica identity using index ri_c_key; -- 42809
create index ti on ri(a);
create unique index tu on ri(id) where id>0;
create unique index te on ri((id+1));
create unique index td on ri(id) include(a);
alter table ri replica identity using index ti; -- 42809
alter table ri replica identity using index tu; -- 0A000
alter table ri replica identity using index te; -- 0A000
alter table ri replica identity using index td;
create table t5(i int primary key);
alter table ri replica identity using index t5_pkey; -- 42809
alter table v replica identity full; -- 42809
