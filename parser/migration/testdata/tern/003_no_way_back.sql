alter table orders add column email text;
update orders set email = '' where email is null;
