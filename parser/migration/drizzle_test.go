package migration

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDrizzleDrizzleProject(t *testing.T) {
	testProject(t, toolProject{
		path: "drizzle/drizzle", layout: "drizzle",
		reason: "meta/_journal.json with 5 SQL files",
		one:    true,
		want: `
0000 first up wrapped: CREATE TABLE "users" ( "id" serial PRIMARY K
|
0000 first up wrapped: CREATE INDEX "users_name" ON "users" ("name"
|
0000 first up wrapped: ALTER TABLE "users" ADD COLUMN "age" integer
0000 first up wrapped: ALTER TABLE "users" ADD COLUMN "mail" text
0001 second up wrapped: COMMIT
|
0001 second up wrapped: CREATE INDEX CONCURRENTLY "users_mail" ON "u
|
0001 second up wrapped: BEGIN
0002 older up wrapped: ALTER TABLE "users" DROP COLUMN "age"
0003 last up wrapped: DROP TABLE "users"
`,
		problems: `
drizzle/drizzle/0004_forgotten.sql:1:1: mixed-layouts: drizzle/drizzle/0004_forgotten.sql is numbered like a migration, but drizzle does not read it: drizzle/drizzle/meta/_journal.json does not list it
drizzle/drizzle/meta/_journal.json:7:63: bad-marker: the journal dates 0002_older at 1700000100000, no later than 0001_second before it (1700000200000), so drizzle skips it without a word on databases where that one has run
drizzle/drizzle/meta/_journal.json:9:63: empty-migration: drizzle/drizzle/meta/_journal.json lists 0005_gone, but there is no 0005_gone.sql, so drizzle refuses the directory
`,
		ignored: []string{
			"drizzle/drizzle/0004_forgotten.sql",
		},
	})
}

func TestDrizzleV1Project(t *testing.T) {
	testProject(t, toolProject{
		path: "drizzle/v1", layout: "drizzle",
		reason: "2 directories with migration.sql, 2 of them with snapshot.json",
		one:    true,
		want: `
20240511015357 init up wrapped: CREATE TABLE users (id uuid PRIMARY KEY)
20240511124540 accounts up wrapped: CREATE TABLE accounts (id uuid PRIMARY KEY)
|
20240511124540 accounts up wrapped: CREATE TYPE kind AS ENUM ('a')
`,
		ignored: []string{
			"drizzle/v1/drizzle/drafts/later.sql",
		},
	})
}

func TestDrizzleJournal(t *testing.T) {
	tests := []struct {
		name, journal string
		want          []string
		problems      []string
	}{
		{
			"the journal decides the order",
			`{"entries":[{"when":1,"tag":"0001_b"},{"when":2,"tag":"0000_a"}]}`,
			[]string{"0001 up [tx b;]", "0000 up [tx a;]"}, nil,
		},
		{
			"the same date",
			`{"entries":[{"when":1,"tag":"0000_a"},{"when":1,"tag":"0001_b"}]}`,
			[]string{"0000 up [tx a;]", "0001 up [tx b;]"}, []string{"m/meta/_journal.json:1:55: bad-marker"},
		},
		{
			"after one that is skipped, the latest date counts",
			`{"entries":[{"when":3,"tag":"0000_a"},{"when":2,"tag":"0001_b"},{"when":4,"tag":"0001_b"}]}`,
			[]string{"0000 up [tx a;]", "0001 up [tx b;]"}, []string{"m/meta/_journal.json:1:55: bad-marker", "m/meta/_journal.json:1:81: duplicate-version"},
		},
		{
			"no journal at all",
			`"entries"`,
			[]string{"0000 up [tx a;]", "0001 up [tx b;]"}, []string{"m/meta/_journal.json:1:1: bad-marker"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "", "0000_a.sql", "a;", "0001_b.sql", "b;", "meta/_journal.json", tt.journal)
			assert.Equal(t, "drizzle", set.Layout)
			assert.Equal(t, tt.want, summary(set))
			assert.Equal(t, tt.problems, problems(set))
		})
	}
}
