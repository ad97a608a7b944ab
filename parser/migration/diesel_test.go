package migration

import "testing"

func TestDieselProject(t *testing.T) {
	testProject(t, toolProject{
		path: "diesel/migrations", layout: "diesel",
		reason: "4 directories named YYYY-MM-DD-HHMMSS_name with up.sql",
		want: `
00000000000000 diesel_initial_setup up wrapped: CREATE OR REPLACE FUNCTION diesel_set_update
00000000000000 diesel_initial_setup down wrapped: DROP FUNCTION IF EXISTS diesel_set_updated_a
2024-01-02-030405 orders up wrapped: CREATE TABLE orders (id bigint PRIMARY KEY)
2024-01-02-030405 orders up wrapped: ALTER TABLE orders ADD COLUMN note text
2024-01-02-030405 orders down wrapped: DROP TABLE orders
20240103000000 index up implicit: CREATE INDEX CONCURRENTLY orders_note ON ord
20240103000000 index down implicit: DROP INDEX CONCURRENTLY orders_note
20240103000000 index down implicit: DROP INDEX CONCURRENTLY orders_none
2024-01-04-000000-0001 silent_metadata up implicit: VACUUM orders
2024-01-05-000000 same_version up wrapped: SELECT 2
2024-01-05-000000 with up wrapped: SELECT 1
2024-01-05-000000 with down: nothing
`,
		problems: `
diesel/migrations/2024-01-05-000000_with/down.sql:1:1: empty-migration: diesel/migrations/2024-01-05-000000_with/down.sql is empty, so diesel refuses to run it; a comment is enough
diesel/migrations/2024-01-05-000000_with/up.sql:1:1: duplicate-version: version 2024-01-05-000000 is used by diesel/migrations/2024-01-05-000000_same_version/up.sql and by diesel/migrations/2024-01-05-000000_with/up.sql, so diesel refuses or skips one of them
diesel/migrations/2024-01-06-000000_forgotten/down.sql:1:1: bad-marker: there is no up.sql in diesel/migrations/2024-01-06-000000_forgotten, so diesel refuses the directory above it
`,
		ignored: []string{
			"diesel/migrations/2024-01-02-030405_orders/notes.md",
			"diesel/migrations/2024-01-06-000000_forgotten/down.sql",
			"diesel/migrations/stray.sql",
		},
	})
}
