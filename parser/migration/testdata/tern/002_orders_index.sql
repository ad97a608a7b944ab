---- tern: disable-tx ----
create index concurrently orders_note on orders (note);
create index concurrently orders_id on orders (id, note);

---- create above / drop below ----

drop index orders_id;
drop index orders_note;
