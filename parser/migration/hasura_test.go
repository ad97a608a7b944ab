package migration

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHasuraDefaultProject(t *testing.T) {
	testProject(t, toolProject{
		path: "hasura/migrations/default", layout: "hasura",
		reason: "7 files named NNN_name/up.sql or down.sql below Hasura's config.yaml",
		want: `
1 init up wrapped: CREATE TABLE users (id integer PRIMARY KEY,
1 init up wrapped: CREATE INDEX users_name ON users (name)
1 init down wrapped: DROP TABLE users
2 view up wrapped: CREATE VIEW names AS SELECT name FROM users
2 view down: nothing
3 track up: opaque, Hasura migration in YAML
10 rename up wrapped: ALTER TABLE users RENAME COLUMN name TO full
10 rename down wrapped: ALTER TABLE users RENAME COLUMN full_name TO
1642000000000 cleanup up: nothing
1642000000000 cleanup down wrapped: SELECT 1
`,
		problems: `
hasura/migrations/default/1642000000000_cleanup/down.sql:1:1: empty-migration: version 1642000000000 has the down file hasura/migrations/default/1642000000000_cleanup/down.sql and no up file
`,
		ignored: []string{
			"hasura/migrations/default/notes/draft.sql",
		},
	})
}

func TestHasuraAnalyticsProject(t *testing.T) {
	testProject(t, toolProject{
		path: "hasura/migrations/analytics", layout: "hasura",
		reason: "2 files named NNN_name/up.sql or down.sql below Hasura's config.yaml",
		want: `
1 events up wrapped: CREATE TABLE events (id bigint)
1 events down wrapped: DROP TABLE events
`,
	})
}

func TestHasuraV1Project(t *testing.T) {
	testProject(t, toolProject{
		path: "hasura/v1", layout: "hasura",
		reason: "2 files named NNN_name/up.sql or down.sql below Hasura's config.yaml",
		want: `
1550000000000 init up wrapped: CREATE TABLE t (id integer)
1550000000000 init down wrapped: DROP TABLE t
1550000000001 relations up: opaque, Hasura migration in YAML
`,
		ignored: []string{
			"hasura/v1/migrations/1550000000000_init.up.yaml",
		},
	})
}

// TestHasuraDatabases holds that each database is a set of its own, which is to
// be named where there are several.
func TestHasuraDatabases(t *testing.T) {
	_, err := Load(context.Background(), []string{filepath.Join("testdata", "hasura", "migrations")}, Options{})
	assert.ErrorContains(t, err, "name one: testdata/hasura/migrations/analytics, testdata/hasura/migrations/default")
}

func TestHasuraSigns(t *testing.T) {
	const sql = "SELECT 1;"
	pair := []string{"p/migrations/db/1_a/up.sql", sql, "p/migrations/db/1_a/down.sql", sql}
	tests := []struct {
		name, at string
		files    []string
		hasura   bool
	}{
		{"its configuration above the database", "p/migrations/db", append([]string{"p/config.yaml", "version: 3\n"}, pair...), true},
		{"its metadata", "p/migrations/db", append([]string{"p/metadata/version.yaml", "version: 3\n"}, pair...), true},
		{"no database level", "p/migrations", []string{"p/config.yaml", "metadata_directory: metadata\n", "p/migrations/1_a/up.sql", sql}, true},
		{"another program's configuration", "p/migrations/db", append([]string{"p/config.yaml", "server:\n  version: 3\n"}, pair...), false},
		{"Diesel's", "p/migrations", []string{"p/diesel.toml", "", "p/migrations/2024-01-01-000000_a/up.sql", sql, "p/migrations/2024-01-01-000000_a/down.sql", sql}, false},
		{"nothing but API calls", "p/migrations/db", []string{"p/config.yaml", "version: 3\n", "p/migrations/db/1_a/up.yaml", "- type: x\n"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, err := OpenDir(files(tt.files...), "m/"+tt.at, tt.at)
			require.NoError(t, err)
			layout, _, _ := detect(dir)
			assert.Equal(t, tt.hasura, layout == Layout(hasura{}))
		})
	}
}
