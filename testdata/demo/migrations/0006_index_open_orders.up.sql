-- Alone in its file: CONCURRENTLY refuses to run in a transaction, and the
-- statements of one file share one.
CREATE INDEX CONCURRENTLY orders_open_idx ON orders (placed_at) WHERE status = 'pending';
