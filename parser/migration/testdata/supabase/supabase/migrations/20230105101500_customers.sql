create table customers (
  id bigint generated always as identity primary key,
  owner uuid not null references auth.users (id),
  note text default ';'
);
alter table customers enable row level security;
create policy own on customers for select using (auth.uid() = owner);
