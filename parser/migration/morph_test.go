package migration

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMorphProject(t *testing.T) {
	testProject(t, toolProject{
		path: "morph", layout: "morph",
		reason: "7 files named NNN_name.up.sql/.down.sql, and -- morph:nontransactional",
		want: `
000001 teams up wrapped: CREATE TABLE IF NOT EXISTS teams (id VARCHAR
000001 teams up wrapped: CREATE INDEX IF NOT EXISTS idx_teams_id ON t
000001 teams down wrapped: DROP TABLE IF EXISTS teams
000002 index up implicit: CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_
000002 index down implicit: DROP INDEX CONCURRENTLY IF EXISTS idx_teams_
000003 late up wrapped: CREATE INDEX CONCURRENTLY idx_teams_three ON
10 last up wrapped: SELECT 10
9 after up wrapped: SELECT 9
`,
		problems: `
morph/migrations/postgres/000003_late.up.sql:2:1: bad-marker: -- morph:nontransactional is not what the file begins with, so morph opens a transaction all the same
morph/migrations/postgres/000004_forgotten.sql:1:1: mixed-layouts: morph/migrations/postgres/000004_forgotten.sql is numbered like a migration, but morph does not read it: its name is not NNN_name.up.sql or NNN_name.down.sql
`,
		ignored: []string{
			"morph/migrations/postgres/000004_forgotten.sql",
		},
	})
}

func TestMorphMarker(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		problems   []string
	}{
		{"first", "-- morph:nontransactional\na;", []string{"1 up [implicit a;]"}, nil},
		{"after a byte order mark", "\ufeff-- morph:nontransactional\na;", []string{"1 up [tx a;]"}, []string{"m/1_a.up.sql:1:1: bad-marker"}},
		{"without a space", "--morph:nontransactional\na;", []string{"1 up [tx a;]"}, []string{"m/1_a.up.sql:1:1: bad-marker"}},
		{"in a string", "SELECT '-- morph:nontransactional';", []string{"1 up [tx SELECT '-- morph:nontransactional';]"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "morph", "1_a.up.sql", tt.text)
			assert.Equal(t, tt.want, summary(set))
			assert.Equal(t, tt.problems, problems(set))
		})
	}
}
