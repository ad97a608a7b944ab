package migration

import "testing"

func TestMaragudkProject(t *testing.T) {
	testProject(t, toolProject{
		path: "maragudk", layout: "maragudk",
		reason: "6 files named name.up.sql/.down.sql, and Go code that imports maragu.dev/migrate",
		want: `
0001_a up wrapped: CREATE TABLE a (id int)
0001_a up wrapped: CREATE TABLE aa (id int)
0001_a down wrapped: DROP TABLE a, aa
0001_b up wrapped: CREATE TABLE b (id int)
0002_c up wrapped: CREATE TABLE c (id int)
10_d up wrapped: CREATE TABLE d (id int)
2_e up: nothing
2_e down wrapped: DROP TABLE e
`,
		problems: `
maragudk/postgres/2_e.down.sql:1:1: empty-migration: version 2_e has the down file maragudk/postgres/2_e.down.sql and no up file
`,
		ignored: []string{
			"maragudk/postgres/notes.sql",
		},
	})
}
