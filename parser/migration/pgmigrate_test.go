package migration

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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

// TestPgmigrateDirectory holds that the configuration says where the migrations
// are: a dump of the schema beside it is none.
func TestPgmigrateDirectory(t *testing.T) {
	for name, tt := range map[string]struct {
		config string
		ids    []string
	}{
		"named":     {"migrations: \"./sql\" # here\nschema: {out: schema.sql}\n", []string{"1_a", "2_b"}},
		"bare":      {"database: x\nmigrations: sql/\n", []string{"1_a", "2_b"}},
		"itself":    {"migrations: .\n", []string{"1_a", "2_b", "schema"}},
		"elsewhere": {"migrations: ../sql\n", []string{"1_a", "2_b", "schema"}},
		"unsaid":    {"database: x\n", []string{"1_a", "2_b", "schema"}},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{".pgmigrate.yaml": &fstest.MapFile{Data: []byte(tt.config)}}
			for _, file := range []string{"schema.sql", "sql/1_a.sql", "sql/deep/2_b.sql"} {
				fsys[file] = &fstest.MapFile{Data: []byte("SELECT 1;")}
			}
			set, err := LoadFS(context.Background(), fsys, ".", Options{})
			require.NoError(t, err)
			assert.Equal(t, "pgmigrate", set.Layout)
			var ids []string
			for _, m := range set.Migrations {
				ids = append(ids, m.ID)
			}
			assert.Equal(t, tt.ids, ids)
		})
	}
}
