alter table customers add column email text;

-- found by mail
create unique index concurrently customers_email on customers (email);
drop index concurrently if exists customers_mail;

comment on column customers.email is 'as typed; not unique; end';
reindex (verbose) table concurrently customers;
