package migration

import "testing"

func TestSqlxProject(t *testing.T) {
	testProject(t, toolProject{
		path: "sqlx/migrations", layout: "sqlx",
		reason: "-- no-transaction first in 3 files",
		want: `
0 first up wrapped: CREATE SCHEMA app
20240101000000 orders up wrapped: CREATE TABLE orders (id bigint PRIMARY KEY,
20240101000000 orders up wrapped: CREATE INDEX orders_note ON orders (note)
20240102000000 email up wrapped: ALTER TABLE orders ADD COLUMN email text
20240102000000 email down implicit: DROP INDEX CONCURRENTLY IF EXISTS orders_ema
20240103000000 email_index up implicit: CREATE INDEX CONCURRENTLY IF NOT EXISTS orde
20240104000000 two up implicit: CREATE INDEX CONCURRENTLY a ON orders (id, e
20240104000000 two up implicit: CREATE INDEX CONCURRENTLY b ON orders (note,
20240105000000 late up wrapped: CREATE INDEX CONCURRENTLY c ON orders (note,
20240106000000 thrice up wrapped: SELECT 2
20240106000000 twice up wrapped: SELECT 1
20240107000000 lonely up: nothing
20240107000000 lonely down wrapped: SELECT 3
`,
		problems: `
sqlx/migrations/20240105000000_late.sql:2:1: bad-marker: -- no-transaction is not the very first text of sqlx/migrations/20240105000000_late.sql, so sqlx runs the file in a transaction
sqlx/migrations/20240106000000_twice.sql:1:1: duplicate-version: version 20240106000000 is used by sqlx/migrations/20240106000000_thrice.up.sql and by sqlx/migrations/20240106000000_twice.sql, so sqlx refuses or skips one of them
sqlx/migrations/20240107000000_lonely.down.sql:1:1: empty-migration: version 20240107000000 has the down file sqlx/migrations/20240107000000_lonely.down.sql and no up file
`,
		ignored: []string{
			"sqlx/migrations/README.md",
			"sqlx/migrations/seed.sql",
		},
	})
}
