-- Index for the search page.
-- no-transaction
CREATE INDEX CONCURRENTLY c ON orders (note, id);
