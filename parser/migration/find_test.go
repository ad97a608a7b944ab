package migration

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	const table, goose = "CREATE TABLE t (id int);\n", "-- +goose Up\nCREATE TABLE t (id int);\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  map[string]string
	}{
		"nothing":                       {map[string]string{"queries/users.sql": table, "main.go": ""}, nil},
		"the directory itself":          {map[string]string{"1_a.up.sql": table, "1_a.down.sql": table}, map[string]string{".": "golang-migrate"}},
		"several tools":                 {map[string]string{"a/db/1_a.sql": goose, "b/db/1_a.up.sql": table, "b/db/1_a.down.sql": table}, map[string]string{"a/db": "goose", "b/db": "golang-migrate"}},
		"a tool that looks below":       {map[string]string{"a/db/V1__a.sql": table, "a/db/b/V2__b.sql": table}, map[string]string{"a/db": "flyway"}},
		"two that look below":           {map[string]string{"a/db/V1__a.sql": table, "b/db/V1__a.sql": table}, map[string]string{"a/db": "flyway", "b/db": "flyway"}},
		"plain, by its name":            {map[string]string{"db/migrations/a.sql": table, "db/views/b.sql": table}, map[string]string{"db/migrations": "plain"}},
		"a tool's beside plain":         {map[string]string{"db/migrations/a.sql": table, "go/1_a.sql": goose}, map[string]string{"db/migrations": "plain", "go": "goose"}},
		"copies and vendored":           {map[string]string{"vendor/x/1_a.sql": goose, "node_modules/y/migrations/1.sql": table, ".hidden/1_a.sql": goose}, nil},
		"tests beside the real":         {map[string]string{"db/1_a.sql": goose, "tests/db/1_a.sql": goose}, map[string]string{"db": "goose"}},
		"tests alone":                   {map[string]string{"tests/db/1_a.sql": goose}, map[string]string{"tests/db": "goose"}},
		"marked files in a plain place": {map[string]string{"schema.sql": table, "migrations/1_a.sql": goose}, map[string]string{"migrations": "goose"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range c.files {
				path := filepath.Join(dir, filepath.FromSlash(name))
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
			}
			found, err := Find(context.Background(), dir)
			require.NoError(t, err)
			var got map[string]string
			for _, f := range found {
				if got == nil {
					got = map[string]string{}
				}
				got[f.Path] = f.Layout
				assert.NotEmpty(t, f.Reason)
			}
			assert.Equal(t, c.want, got)
		})
	}
	_, err := Find(context.Background(), filepath.Join(t.TempDir(), "absent"))
	assert.ErrorContains(t, err, "cannot list .")
}
