CREATE INDEX CONCURRENTLY orders_id ON app.orders (id);
CREATE INDEX CONCURRENTLY orders_id_again ON app.orders (id);
