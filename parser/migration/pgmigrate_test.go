package migration

import "testing"

func TestPgmigrateProject(t *testing.T) {
	testProject(t, toolProject{
		path: "pgmigrate", layout: "pgmigrate",
		reason: "2 SQL files, and testdata/pgmigrate/.pgmigrate.yaml",
		want: `
0001_a up wrapped: CREATE TABLE a (id int)
0001_z up wrapped: SELECT 'z'
0002_b up wrapped: SELECT 2
0002_b up wrapped: SELECT 22
0002_b up wrapped: SELECT 'again'
`,
		problems: `
pgmigrate/migrations/more/0002_b.sql:1:1: duplicate-version: version 0002_b is used by pgmigrate/migrations/0002_b.sql and by pgmigrate/migrations/more/0002_b.sql, so pgmigrate refuses or skips one of them
`,
		ignored: []string{
			"pgmigrate/migrations/README.md",
		},
	})
}
