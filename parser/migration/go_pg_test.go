package migration

import "testing"

func TestGoPgProject(t *testing.T) {
	testProject(t, toolProject{
		path: "go_pg", layout: "go-pg",
		reason: "4 files named NNN_name.up.sql/.down.sql, and Go code that imports github.com/go-pg/migrations",
		want: `
1 init up implicit: CREATE TABLE users (id bigint)
|
1 init up implicit: CREATE INDEX CONCURRENTLY users_id ON users
1 init down implicit: DROP TABLE users
2 code up: opaque, Go migration
10 names up wrapped: ALTER TABLE users ADD COLUMN name text
10 names up wrapped: ALTER TABLE users ADD COLUMN mail text
10 names down wrapped: ALTER TABLE users DROP COLUMN name
|
10 names down wrapped: ALTER TABLE users DROP COLUMN mail
`,
		problems: `
go_pg/migrations/seed.sql:1:1: mixed-layouts: go_pg/migrations/seed.sql is not named NNN_name.up.sql or NNN_name.down.sql, so go-pg refuses the directory
`,
		ignored: []string{
			"go_pg/migrations/main.go",
			"go_pg/migrations/seed.sql",
		},
	})
}
