savepoint before;
rollback to before;
select 1;
