package migration

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCheckout: an earlier version is written elsewhere, and neither the work
// tree nor the index is touched.
func TestCheckout(t *testing.T) {
	repository(t)
	require.NoError(t, os.MkdirAll("app", 0o750))
	require.NoError(t, os.WriteFile("app/main.go", []byte("package main // one\n"), 0o600))
	runGit(t, "add", ".")
	runGit(t, "commit", "-qm", "one")
	runGit(t, "tag", "v1.1.0")
	require.NoError(t, os.WriteFile("app/main.go", []byte("package main // two\n"), 0o600))
	runGit(t, "commit", "-qam", "two")
	require.NoError(t, os.WriteFile("app/main.go", []byte("package main // three\n"), 0o600))
	require.NoError(t, os.WriteFile("app/staged.go", []byte("package main\n"), 0o600))
	runGit(t, "add", "app/staged.go")
	before := runGit(t, "status", "--porcelain")

	v, err := PreviousVersion(t.Context(), "app", LatestTag)
	require.NoError(t, err)
	assert.Equal(t, "v1.1.0", v.Ref)
	to := t.TempDir()
	warning, err := v.Checkout(t.Context(), to)
	require.NoError(t, err)
	assert.Empty(t, warning)
	text, err := os.ReadFile(filepath.Join(to, "app", "main.go"))
	require.NoError(t, err)
	assert.Equal(t, "package main // one\n", string(text))
	assert.NoFileExists(t, filepath.Join(to, "app", "staged.go"))
	assert.Equal(t, before, runGit(t, "status", "--porcelain"))

	_, err = PreviousVersion(t.Context(), "app", "v9")
	require.ErrorContains(t, err, "git ref v9 does not exist")
	_, err = PreviousVersion(t.Context(), t.TempDir(), "v1.1.0")
	assert.ErrorContains(t, err, "--previous needs one")
}
