package migration

import "testing"

func TestPopxProject(t *testing.T) {
	testProject(t, toolProject{
		path: "popx", layout: "popx",
		reason: "13 files named NNN_name[.dialect][.autocommit].up.sql/.down.sql, 20200101000000000000_users.mysql.up.sql among them",
		want: `
20200101000000000000 users up wrapped: CREATE TABLE users (id uuid PRIMARY KEY)
20200101000000000000 users up wrapped: CREATE INDEX users_id ON users (id)
20200101000000000000 users down wrapped: DROP TABLE users
20200101000001000000 generic up wrapped: ALTER TABLE users ADD COLUMN name varchar(20
20200101000001000000 generic down wrapped: ALTER TABLE users DROP COLUMN name
20200101000002000000 index up implicit: CREATE INDEX CONCURRENTLY users_name ON user
20200101000002000000 index down implicit: DROP INDEX users_name
20200101000002000000 index down implicit: SELECT 1
20200101000003000000 nothing up: nothing
20200101000003000000 nothing down: nothing
`,
		problems: `
popx/migrations/20200101000006000000-misnamed.sql:1:1: mixed-layouts: popx/migrations/20200101000006000000-misnamed.sql is numbered like a migration, but popx does not read it: its name is not NNN_name[.dialect][.autocommit].up.sql or .down.sql
`,
		ignored: []string{
			"popx/migrations/20200101000000000000_users.mysql.up.sql",
			"popx/migrations/20200101000001000000_generic.up.sql",
			"popx/migrations/20200101000002000000_index.autocommit.down.sql",
			"popx/migrations/20200101000003000000_nothing.up.sql",
			"popx/migrations/20200101000004000000_cockroach.crdb.up.sql",
			"popx/migrations/20200101000005000000_unknown.oracle.up.sql",
			"popx/migrations/20200101000006000000-misnamed.sql",
		},
	})
}
