-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_email ON orders (email);
