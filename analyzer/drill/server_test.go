package drill_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/drill"
	"github.com/migracheck/migracheck/analyzer/postgres"
)

// TestAt drills on a server that runs already: the databases that it has stay
// as they are, the one that the connection string names too.
func TestAt(t *testing.T) {
	for _, major := range []int{13, 18} {
		s := postgres.One(t, major)
		ctx := context.Background()
		db := s.Database(t)
		c := db.Connect(t)
		_, err := c.Exec(ctx, "CREATE TABLE t (id integer); INSERT INTO t VALUES (1)")
		require.NoError(t, err)
		before, schema := present(t, s), db.Schema(t)

		at, err := drill.At(ctx, c.Config().ConnString())
		require.NoError(t, err)
		defer at.Close()
		report, err := drill.Run(ctx, at, many(), drill.Options{})
		require.NoError(t, err)
		assert.Len(t, report.Migrations, 6)
		assert.Equal(t, before, present(t, s))
		assert.Equal(t, schema, db.Schema(t))
		assert.Equal(t, []string{"1"}, postgres.Lines(t, c, "SELECT id::text FROM t"))
	}
}

func TestAtRefuses(t *testing.T) {
	s := postgres.One(t, 18)
	ctx := context.Background()
	c, err := s.Dial(ctx, "postgres")
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(ctx)) }()
	_, err = c.Exec(ctx, "CREATE ROLE drill_nobody LOGIN")
	require.NoError(t, err)
	defer func() {
		_, err := c.Exec(ctx, "DROP ROLE drill_nobody")
		require.NoError(t, err)
	}()
	for _, test := range []struct{ url, want string }{
		{url: "postgres://host:port/", want: "is no connection string"},
		{url: "host=/nowhere user=postgres", want: "connecting to --postgres-url"},
		{url: c.Config().ConnString() + " user=drill_nobody", want: "drill_nobody may not create databases"},
	} {
		_, err := drill.At(ctx, test.url)
		assert.ErrorContains(t, err, test.want)
	}
}

func TestFind(t *testing.T) {
	empty := t.TempDir()
	_, err := drill.Start(context.Background(), empty)
	assert.ErrorContains(t, err, "has no initdb and postgres")

	bin := filepath.Join(t.TempDir(), "17", "bin")
	require.NoError(t, os.MkdirAll(bin, 0o755))
	for _, program := range []string{"initdb", "postgres"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, program), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	}
	t.Setenv("PATH", bin)
	found, err := drill.Find()
	require.NoError(t, err)
	real, err := filepath.EvalSymlinks(bin)
	require.NoError(t, err)
	assert.Equal(t, real, found)

	// A server that does not start is an error that says which.
	_, err = drill.Start(context.Background(), bin)
	assert.ErrorContains(t, err, bin)
}
