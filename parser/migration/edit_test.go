package migration

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// edits shows what was done, one per line.
func edits(set *Set) []string {
	names := map[EditKind]string{Changed: "changed", Reworded: "reworded", Renumbered: "renumbered", Removed: "removed"}
	var out []string
	for _, e := range set.Edits {
		at := e.At.From()
		out = append(out, fmt.Sprintf("%s %s:%d %v", names[e.Kind], filepath.Base(e.At.File.Path), at.Line, e.Before))
	}
	return out
}

func TestCompareSets(t *testing.T) {
	set := func(files map[string]string) *Set {
		fsys := fstest.MapFS{}
		for name, text := range files {
			fsys["m/"+name] = &fstest.MapFile{Data: []byte(text)}
		}
		s, err := LoadFS(context.Background(), fsys, "m", Options{})
		require.NoError(t, err)
		return s
	}
	for _, c := range []struct {
		name     string
		was, now map[string]string
		want     []string
	}{
		{"nothing", map[string]string{"1_a.up.sql": "SELECT 1;"}, map[string]string{"1_a.up.sql": "SELECT 1;", "2_b.up.sql": "SELECT 2;"}, nil},
		{"a statement more", map[string]string{"1_a.up.sql": "SELECT 1;"}, map[string]string{"1_a.up.sql": "SELECT 1;\nSELECT 2;"}, []string{"changed 1_a.up.sql:2 []"}},
		{"a statement less", map[string]string{"1_a.up.sql": "SELECT 1;\nSELECT 2;"}, map[string]string{"1_a.up.sql": "SELECT 1;"}, []string{"changed 1_a.up.sql:1 []"}},
		{"no statement left", map[string]string{"1_a.up.sql": "SELECT 1;", "2_b.up.sql": "SELECT 1;"}, map[string]string{"1_a.up.sql": "-- nothing", "2_b.up.sql": "SELECT 1;"}, []string{"changed 1_a.up.sql:1 []"}},
		{"a comment", map[string]string{"1_a.up.sql": "SELECT 1;"}, map[string]string{"1_a.up.sql": "-- why\nSELECT 1;"}, []string{"reworded 1_a.up.sql:2 []"}},
		{"line ends", map[string]string{"1_a.up.sql": "SELECT\n1;\n"}, map[string]string{"1_a.up.sql": "SELECT\r\n1;\r\n"}, nil},
		{"a transaction", map[string]string{"1_a.up.sql": "SELECT 1;"}, map[string]string{"1_a.up.sql": "BEGIN;\nSET LOCAL lock_timeout = '1s';\nSELECT 1;\nCOMMIT;"}, []string{"reworded 1_a.up.sql:1 []"}},
		{"the down half", map[string]string{"1_a.up.sql": "SELECT 1;", "1_a.down.sql": "SELECT 1;"}, map[string]string{"1_a.up.sql": "SELECT 1;", "1_a.down.sql": "SELECT 2;"}, nil},
		{"removed", map[string]string{"1_a.up.sql": "SELECT 1;", "2_b.up.sql": "SELECT 1;", "3_c.up.sql": "SELECT 1;"}, map[string]string{"3_c.up.sql": "SELECT 1;"}, []string{"removed 3_c.up.sql:1 [1 2]"}},
		{"the last is removed", map[string]string{"1_a.up.sql": "SELECT 1;", "2_b.up.sql": "SELECT 1;"}, map[string]string{"1_a.up.sql": "SELECT 1;"}, []string{"removed 1_a.up.sql:1 [2]"}},
		{"the version is used again", map[string]string{"1_a.up.sql": "SELECT 1;"}, map[string]string{"1_b.up.sql": "SELECT 2;"}, []string{"changed 1_b.up.sql:1 []"}},
		{"syntax errors", map[string]string{"1_a.up.sql": "SELEC 1;"}, map[string]string{"1_a.up.sql": "SELEC 2;"}, []string{"changed 1_a.up.sql:1 []"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := set(c.now)
			now.Edits = now.Compare(set(c.was), "v1", nil)
			assert.Equal(t, c.want, edits(now))
		})
	}
}

func TestCompareWithBase(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	inTree(t, "db/1_a.up.sql", sql("a"), "db/2_b.up.sql", sql("b"), "db/3_c.up.sql", sql("c"), "db/4_d.up.sql", sql("d"), "db/5_e.up.sql", sql("e"))
	runGit(t, "init", "-q", "-b", "main")
	runGit(t, "add", ".")
	runGit(t, "commit", "-q", "-m", "one")
	runGit(t, "tag", "v1")
	compare := func(path string) (*Base, *Set) {
		base, err := Since(context.Background(), path, "v1")
		require.NoError(t, err)
		sets, err := Load(context.Background(), []string{path}, Options{})
		require.NoError(t, err)
		require.NoError(t, base.Compare(context.Background(), sets[0], Options{}))
		return base, sets[0]
	}
	_, set := compare("db")
	assert.Empty(t, set.Edits)

	write(t, ".", "db/1_a.up.sql", sql("a")+"SELECT 1;\n", "db/7_f.up.sql", sql("f"), "db/5_other.up.sql", sql("x"))
	runGit(t, "rm", "-q", "db/2_b.up.sql", "db/5_e.up.sql")
	runGit(t, "mv", "db/3_c.up.sql", "db/6_c.up.sql")
	base, set := compare("db")
	assert.Equal(t, []string{"changed 1_a.up.sql:10 []", "removed 6_c.up.sql:1 [2]", "renumbered 6_c.up.sql:1 [3]", "changed 5_other.up.sql:1 []"}, edits(set))
	assert.True(t, base.Has("db/5_other.up.sql"), "a tool goes by the version")
	assert.False(t, base.Has("db/7_f.up.sql"))

	runGit(t, "add", ".")
	runGit(t, "mv", "db", "migrations")
	_, moved := compare("migrations")
	assert.Equal(t, edits(set), edits(moved), "the directory has another name")
}

// TestCompareSharedFile adds to, and edits, a file that holds several
// migrations, in a directory that no archive would have.
func TestCompareSharedFile(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	const header = "--liquibase formatted sql\n"
	const one, two = "--changeset a:1\nCREATE TABLE one (i int);\n", "--changeset a:2\nCREATE TABLE two (i int);\n"
	inTree(t, "db/changes.sql", header+one+two, ".gitattributes", "db export-ignore\n")
	runGit(t, "init", "-q", "-b", "main")
	runGit(t, "add", ".")
	runGit(t, "commit", "-q", "-m", "one")
	write(t, ".", "db/changes.sql", header+one+"--changeset a:2\nCREATE TABLE two (i bigint);\n--changeset a:3\nCREATE TABLE three (i int);\n")

	base, err := Since(context.Background(), "db", "main")
	require.NoError(t, err)
	sets, err := Load(context.Background(), []string{"db"}, Options{})
	require.NoError(t, err)
	require.NoError(t, base.Compare(context.Background(), sets[0], Options{}))
	var released []bool
	for _, m := range sets[0].Migrations {
		released = append(released, base.Released(m))
	}
	assert.Equal(t, []bool{true, true, false}, released)
	assert.Equal(t, []string{"changed changes.sql:5 []"}, edits(sets[0]))
}
