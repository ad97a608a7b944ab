CREATE INDEX CONCURRENTLY orders_id_again ON orders (id);
