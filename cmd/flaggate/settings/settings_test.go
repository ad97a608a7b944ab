package settings_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/cmd/flaggate/settings"
	"github.com/migracheck/migracheck/parser/migration"
)

func TestValues(t *testing.T) {
	var s settings.Settings
	for name, text := range map[string]string{
		"migrations": "/a,/b", "framework": "goose", "released": "2,3", "flag-packages": "example.com/flags",
		"config": "/c.yaml", "pg-version": "16", "digest": "d", "today": "2026-01-01",
	} {
		require.NoError(t, s.Set(name, text))
		assert.Equal(t, text, s.Get(name))
	}
	assert.Len(t, settings.Names(), 8)
	assert.Equal(t, []string{"/a", "/b"}, s.Migrations)
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("1_users.up.sql", "CREATE TABLE users (id bigint);")
	write("2_plan.up.sql", "ALTER TABLE users ADD plan text;")
	digest := func() string {
		sets, err := migration.Load(t.Context(), []string{dir}, migration.Options{Framework: "auto"})
		require.NoError(t, err)
		d, err := settings.Digest(sets, "")
		require.NoError(t, err)
		return d
	}
	s := settings.Settings{Migrations: []string{dir}, Released: []string{"2"}, Digest: digest()}
	gate, err := s.Load(t.Context())
	require.NoError(t, err)
	require.Len(t, gate.Releases, 1)
	require.Len(t, gate.Releases[0].Changes(), 1)
	assert.Equal(t, "column plan of public.users", gate.Releases[0].Changes()[0].String())

	before := digest()
	write("2_plan.up.sql", "ALTER TABLE users ADD seats int;")
	assert.NotEqual(t, before, digest())
	_, err = s.Load(t.Context())
	require.ErrorContains(t, err, "have changed since the flags were made")

	s.Migrations = []string{"relative"}
	_, err = s.Load(t.Context())
	require.ErrorContains(t, err, "relative: an absolute path is needed here")
	_, err = new(settings.Settings).Load(t.Context())
	require.ErrorContains(t, err, "migracheck gate --vet-flags")
}
