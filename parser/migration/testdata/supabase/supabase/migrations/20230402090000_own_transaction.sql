begin;
update customers set note = '' where note is null;
commit;
analyze customers;
