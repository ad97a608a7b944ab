package migration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBunProject(t *testing.T) {
	testProject(t, toolProject{
		path: "bun", layout: "bun",
		reason: "6 files named NNN_name.up.sql/.down.sql, and Go code that imports github.com/uptrace/bun/migrate",
		want: `
20210505110026 init up implicit: SET statement_timeout = 0
|
20210505110026 init up implicit: CREATE TABLE users (id bigint PRIMARY KEY)
20210505110026 init up implicit: CREATE TABLE items (id bigint PRIMARY KEY)
|
20210505110026 init up implicit: CREATE INDEX CONCURRENTLY users_id ON users
20210505110026 init down implicit: DROP TABLE items
|
20210505110026 init down implicit: DROP TABLE users
20210506000000 wrapped up wrapped: ALTER TABLE users ADD COLUMN name text
|
20210506000000 wrapped up wrapped: ALTER TABLE users ADD COLUMN age int
20210506000000 wrapped down implicit: ALTER TABLE users DROP COLUMN name, DROP COL
20210507000000 code up: opaque, Go migration
3 early up implicit: SELECT 1
3 early up implicit: SELECT 2
`,
		problems: `
bun/migrations/3_early.up.sql:1:1: bad-marker: bun does not know the directive "--bun:sptil" and refuses the file
bun/migrations/4_Upper.up.sql:1:1: mixed-layouts: bun/migrations/4_Upper.up.sql is not named NNN_name.up.sql or NNN_name.down.sql, in lower case, so bun refuses the directory
`,
		ignored: []string{
			"bun/migrations/4_Upper.up.sql",
			"bun/migrations/main.go",
		},
	})
}

func TestBunAndGoPgSigns(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		want  string
	}{
		{"a wrapped file", []string{"1_a.up.sql", "a;", "2_b.tx.up.sql", "b;"}, "bun"},
		{"a directive", []string{"1_a.up.sql", "a;\n--bun:split\nb;"}, "bun"},
		{"a directive of go-pg", []string{"1_a.tx.up.sql", "a;\n--gopg:split\nb;"}, "go-pg"},
		{"a directive that is none", []string{"1_a.up.sql", "a; --bun:split\nb;"}, ""},
		{"Go code for its queries", []string{"1_a.up.sql", "a;", "db.go", "package m\n\nimport \"github.com/uptrace/bun\"\n"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "", tt.files...)
			if tt.want == "" {
				assert.NotContains(t, []string{"bun", "go-pg"}, set.Layout)
				return
			}
			assert.Equal(t, tt.want, set.Layout)
		})
	}
}

func TestBunLongLine(t *testing.T) {
	const longest = 64 << 10
	set := readFiles(t, "bun", "1_a.up.sql", strings.Repeat("a", longest-1)+"\n", "2_b.up.sql", "b;\n"+strings.Repeat("b", longest)+"\n")
	assert.Equal(t, []string{"m/2_b.up.sql:2:1: bad-marker"}, problems(set))
}
