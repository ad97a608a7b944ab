create function total(a int, b int) returns int language sql begin atomic
  select case when a is null then b else a + b end;
end;
vacuum(analyze) customers;
