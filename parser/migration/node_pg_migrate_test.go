package migration

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNodePgMigrateProject(t *testing.T) {
	testProject(t, toolProject{
		path: "node_pg_migrate", layout: "node-pg-migrate",
		reason: "-- Up Migration and -- Down Migration in 1 file",
		one:    true,
		want: `
20200101000000000 before up wrapped: CREATE TYPE mood AS ENUM ('sad')
20200101000000000 before down wrapped: DROP TYPE mood
1600000000000 users up wrapped: CREATE TABLE users (id serial PRIMARY KEY)
1600000000000 users up wrapped: CREATE INDEX users_id ON users (id)
1600000000000 users down wrapped: DROP TABLE users
1600000000001 whole up wrapped: ALTER TABLE users ADD COLUMN name text
1600000000002 code up: opaque, TypeScript migration
1600000000003 code up: opaque, JavaScript migration
1600000000004 only_down up wrapped: ALTER TABLE users ADD COLUMN age int
1600000000004 only_down down wrapped: ALTER TABLE users DROP COLUMN age
1600000000005 pair up wrapped: CREATE TABLE pairs ()
1600000000005 pair down wrapped: DROP TABLE pairs
`,
		problems: `
node_pg_migrate/migrations/1600000000004_only_down.sql:3:1: bad-marker: there is no -- Up Migration marker, so node-pg-migrate runs the whole file on the way up, with the down part
node_pg_migrate/migrations/notes.sql:1:1: mixed-layouts: node_pg_migrate/migrations/notes.sql is not named NNN_name.sql, so node-pg-migrate refuses the directory
`,
		ignored: []string{
			"node_pg_migrate/migrations/notes.sql",
		},
	})
}

func TestNodePgMigrateMarkers(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		problems   []string
	}{
		{"none", "a;", []string{"1 up [tx a;]"}, nil},
		{"up alone", "z;\n-- Up Migration\na;", []string{"1 up [tx a;]"}, nil},
		{"down alone, first", "-- Down Migration\n-a;", []string{"1 up", "1 down [tx -a;]"}, []string{"m/1_a.sql:1:1: bad-marker"}},
		{"the first of each counts", "-- up migration\na;\n-- down migration\n-a;\n-- up migration\nb;", []string{"1 up [tx a;]", "1 down [tx -a; b;]"}, nil},
		{"within a line", "SELECT 1; -- up migration\n", []string{"1 up [tx SELECT 1; -- up migration]"}, nil},
		{"CRLF", "-- Up Migration\r\na;\r\n-- Down Migration\r\n-a;\r\n", []string{"1 up [tx a;]", "1 down [tx -a;]"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "node-pg-migrate", "1_a.sql", tt.text)
			assert.Equal(t, tt.want, summary(set))
			assert.Equal(t, tt.problems, problems(set))
			assert.True(t, set.OneTransaction)
		})
	}
}
