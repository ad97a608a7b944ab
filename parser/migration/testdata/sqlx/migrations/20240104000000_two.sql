-- no-transaction: sent as one query all the same
CREATE INDEX CONCURRENTLY a ON orders (id, email);
CREATE INDEX CONCURRENTLY b ON orders (note, email);
