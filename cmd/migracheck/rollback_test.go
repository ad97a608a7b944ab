package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
)

// writeHistory writes migrations of golang-migrate.
func writeHistory(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

var drilled = map[string]string{
	"0001_users.up.sql":   "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100) NOT NULL UNIQUE);",
	"0001_users.down.sql": "DROP TABLE users;",
	"0002_nick.up.sql":    "ALTER TABLE users ADD COLUMN nick text;",
	"0002_nick.down.sql":  "ALTER TABLE users DROP COLUMN nick;",
	"0003_null.up.sql":    "ALTER TABLE users ALTER COLUMN email DROP NOT NULL;",
	"0003_null.down.sql":  "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
	"0004_drop.up.sql":    "ALTER TABLE users DROP COLUMN nick;",
	"0004_drop.down.sql":  "ALTER TABLE users ADD COLUMN nick text;",
	"0005_wrong.up.sql":   "CREATE INDEX users_email_idx ON users (email);",
	"0005_wrong.down.sql": "DROP INDEX IF EXISTS users_mail_idx;",
}

// TestDrill undoes a history on a server: what happens is what the files say,
// and nothing is left behind.
func TestDrill(t *testing.T) {
	bin := postgres.Bin(t, postgres.Newest)
	dir := writeHistory(t, drilled)
	temporary(t)
	var stdout, stderr bytes.Buffer
	status := run(context.Background(), []string{"rollback", "--no-config", "--drill", "--postgres-bin", bin, "--format", "json", dir}, nil, &stdout, &stderr)
	require.NotEqual(t, exitFailed, status, stderr.String())
	var out struct {
		Migrations []struct {
			ID, Verdict string
			Drill       struct {
				Server, Verdict, SQLStateAfterWrite string
				Disagreements                       []string
				UpSeconds                           float64
			}
		}
	}
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &out))
	want := []string{"lossless-until-write", "lossless-until-write", "lossless-until-write", "structure-only", "irreversible"}
	require.Len(t, out.Migrations, len(want))
	for i, m := range out.Migrations {
		assert.Equal(t, want[i], m.Verdict, m.ID)
		assert.Equal(t, want[i], m.Drill.Verdict, m.ID)
		assert.Empty(t, m.Drill.Disagreements, m.ID)
		assert.Positive(t, m.Drill.UpSeconds, m.ID)
		assert.True(t, strings.HasPrefix(m.Drill.Server, "18"), m.Drill.Server)
	}
	assert.Equal(t, "23502", out.Migrations[2].Drill.SQLStateAfterWrite)
	assert.Empty(t, filesIn(t, os.Getenv("TMPDIR")))
}

// TestDrillInterrupted ends a drill in its midst.
func TestDrillInterrupted(t *testing.T) {
	bin := postgres.Bin(t, postgres.Newest)
	dir := writeHistory(t, drilled)
	temporary(t)
	ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
	defer cancel()
	var stdout, stderr bytes.Buffer
	status := run(ctx, []string{"rollback", "--no-config", "--drill", "--postgres-bin", bin, dir}, nil, &stdout, &stderr)
	if ctx.Err() == nil {
		t.Skip("the drill was over before it could be interrupted")
	}
	assert.Equal(t, exitFailed, status)
	assert.Empty(t, stdout.String())
	assert.Empty(t, filesIn(t, os.Getenv("TMPDIR")))
}

// temporary sets a directory for temporary files, which the user that servers
// run as can enter.
func temporary(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755)) //nolint:gosec // to be entered is its purpose
	t.Setenv("TMPDIR", dir)
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
