package migration_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/migration"
)

// TestContents reads a file with another content than it has, whatever the
// directory is called.
func TestContents(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "m")
	require.NoError(t, os.Mkdir(dir, 0o700))
	file := filepath.Join(dir, "1_a.up.sql")
	require.NoError(t, os.WriteFile(file, []byte("SELECT 1;"), 0o600))
	require.NoError(t, os.Symlink(dir, filepath.Join(root, "link")))
	t.Chdir(root)
	for _, dir := range []string{"m", "./m", "../" + filepath.Base(root) + "/m", dir, "link", "m/1_a.up.sql"} {
		sets, err := migration.Load(t.Context(), []string{dir}, migration.Options{Framework: "golang-migrate"})
		require.NoError(t, err, dir)
		shown := sets[0].Migrations[0].Up.Span.File
		require.Equal(t, "SELECT 1;", shown.Text)
		sets, err = migration.Load(t.Context(), []string{dir}, migration.Options{
			Framework: "golang-migrate",
			Contents:  map[string][]byte{shown.Path: []byte("SELECT 2;\n")},
		})
		require.NoError(t, err, dir)
		assert.Equal(t, "SELECT 2;\n", sets[0].Migrations[0].Up.Span.File.Text, dir)
	}
}
