package migration

import "testing"

func TestPostgresMigrationsProject(t *testing.T) {
	testProject(t, toolProject{
		path: "postgres_migrations", layout: "postgres-migrations",
		reason: "4 files named NNN-name.sql, and -- postgres-migrations disable-transaction",
		want: `
0001 tables up wrapped: CREATE TABLE a (id int)
0001 tables up wrapped: CREATE TABLE b (id int)
2 index up implicit: CREATE INDEX CONCURRENTLY a_id ON a (id)
3 up wrapped: SELECT 3
5 code up: opaque, JavaScript migration
10 last up wrapped: SELECT 10
`,
		problems: `
postgres_migrations/migrations/10-last.SQL:1:1: version-gap: versions 6 to 9 are missing between postgres_migrations/migrations/5-code.js and postgres_migrations/migrations/10-last.SQL
postgres_migrations/migrations/5-code.js:1:1: version-gap: version 4 is missing between postgres_migrations/migrations/3.sql and postgres_migrations/migrations/5-code.js
postgres_migrations/migrations/seed.sql:1:1: mixed-layouts: postgres_migrations/migrations/seed.sql is not named NNN-name.sql, so postgres-migrations refuses the directory
`,
		ignored: []string{
			"postgres_migrations/migrations/seed.sql",
		},
	})
}
