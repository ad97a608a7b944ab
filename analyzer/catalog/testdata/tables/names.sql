create table averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgres (averyveryveryveryveryverylongcolumnnamethatislong serial, b int unique, averyveryveryveryveryverylongcolumnnamethatislong2 int unique check (averyveryveryveryveryverylongcolumnnamethatislong2 > 0));
create index on averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgres (b, averyveryveryveryveryverylongcolumnnamethatislong, averyveryveryveryveryverylongcolumnnamethatislong2);
create table t_id_seq ();
create table t (id serial);
create table p (a int);
create table p2 (a int, constraint p_pkey primary key (a));
alter table p add primary key (a);
create table p_a_check ();
create table q (a int check (a > 1), b int constraint q_a_check1 check (b > 1), check (a > 2));
create index on p (a, a);
-- A public.averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr.averyveryveryveryveryverylongcolumnnamethatislong 1 integer nn def 0l
-- A public.averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr.averyveryveryveryveryverylongcolumnnamethatislong2 3 integer 0l
-- A public.averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr.b 2 integer 0l
-- A public.p.a 1 integer nn 0l
-- A public.p2.a 1 integer nn 0l
-- A public.q.a 1 integer 0l
-- A public.q.b 2 integer 0l
-- A public.t.id 1 integer nn def 0l
-- C public.averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr.averyveryveryveryveryverylon_averyveryveryveryveryverylon_check c 3  0l
-- C public.averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr.averyveryveryveryveryverylong_averyveryveryveryveryverylong_key u 3  0l
-- C public.averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr.averyveryveryveryveryverylongtablenamethatiswaytoolongfor_b_key u 2  0l
-- C public.p.p_pkey1 p 1  0l
-- C public.p2.p_pkey p 1  0l
-- C public.q.q_a_check c 1  0l
-- C public.q.q_a_check1 c 2  0l
-- C public.q.q_a_check2 c 1  0l
-- I public.averyveryveryveryveryverylong_averyveryveryveryveryverylong_key averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr 3 u
-- I public.averyveryveryveryveryverylong_b_averyveryveryveryveryverylo_idx averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr 2 1 3
-- I public.averyveryveryveryveryverylongtablenamethatiswaytoolongfor_b_key averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr 2 u
-- I public.p_a_a1_idx p 1 1
-- I public.p_pkey p2 1 u
-- I public.p_pkey1 p 1 u
-- R public.averyveryveryveryveryverylong_averyveryveryveryveryverylong_key i
-- R public.averyveryveryveryveryverylong_averyveryveryveryveryverylong_seq S
-- R public.averyveryveryveryveryverylong_b_averyveryveryveryveryverylo_idx i
-- R public.averyveryveryveryveryverylongtablenamethatiswaytoolongfor_b_key i
-- R public.averyveryveryveryveryverylongtablenamethatiswaytoolongforpostgr r
-- R public.p r
-- R public.p2 r
-- R public.p_a_a1_idx i
-- R public.p_a_check r
-- R public.p_pkey i
-- R public.p_pkey1 i
-- R public.q r
-- R public.t r
-- R public.t_id_seq r
-- R public.t_id_seq1 S
-- S public.averyveryveryveryveryverylong_averyveryveryveryveryverylong_seq integer 2147483647
-- S public.t_id_seq1 integer 2147483647
