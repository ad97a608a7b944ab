package migration

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sets writes for each set its directory, layout and selected files.
func sets(t *testing.T, opts Options, paths ...string) []string {
	t.Helper()
	var out []string
	for _, s := range load(t, opts, paths...) {
		line := s.Path + " " + s.Layout + ":"
		for script := range scriptsOf([]*Set{s}) {
			if s.Selected(script.Span.File) {
				line += " " + script.Span.File.Path
			}
		}
		out = append(out, line)
	}
	return out
}

func TestProjects(t *testing.T) {
	inTree(t,
		"a/m/1_a.sql", "SELECT 1;", "a/m/2_b.sql", "SELECT 1;", "a/m/sub/V1__c.sql", "SELECT 1;",
		"b/0/1.sql", "SELECT 1;", "b/0/2.sql", "SELECT 1;", "b/1/1.sql", "SELECT 1;", "b/queries/x.sql", "SELECT 1;",
		"c/1_a.up.sql", "SELECT 1;",
	)
	require.NoError(t, os.Symlink("b", "link"))
	b, err := filepath.Abs("b")
	require.NoError(t, err)
	opts := Options{Projects: []Project{
		{Dir: "a/m", Framework: "flyway", OneTransaction: true},
		{Dir: b, Custom: &Custom{Files: `(?P<version>[0-9]+/[0-9]+)\.sql`}},
		{Dir: "gone"},
	}}
	for _, tt := range []struct {
		name  string
		paths []string
		want  []string
	}{
		{"the directory itself", []string{"a/m"}, []string{"a/m flyway: a/m/sub/V1__c.sql"}},
		{"written in another way", []string{"./b/", "link"}, []string{"b custom: b/0/1.sql b/0/2.sql b/1/1.sql"}},
		{"through a link", []string{"link"}, []string{"link custom: link/0/1.sql link/0/2.sql link/1/1.sql"}},
		{"files in it", []string{"b/1/1.sql", "link/0/2.sql"}, []string{"b custom: b/0/2.sql b/1/1.sql"}},
		{"a directory in it", []string{"b/0"}, []string{"b custom: b/0/1.sql b/0/2.sql"}},
		{"a directory that is in none", []string{"c"}, []string{"c golang-migrate: c/1_a.up.sql"}},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, sets(t, opts, tt.paths...)) })
	}
	t.Run("a directory above reads each", func(t *testing.T) {
		two := Options{Projects: opts.Projects[:2]}
		want := []string{"a/m flyway: a/m/sub/V1__c.sql", "b custom: b/0/1.sql b/0/2.sql b/1/1.sql"}
		assert.Equal(t, want, sets(t, two, "."))
		assert.Equal(t, want[:1], sets(t, two, "a"))
		wd, err := os.Getwd()
		require.NoError(t, err)
		assert.Equal(t, want, sets(t, two, wd))
	})
	t.Run("--framework counts more", func(t *testing.T) {
		forced := opts
		forced.Framework = "plain"
		assert.Equal(t, []string{"a/m plain: a/m/1_a.sql a/m/2_b.sql"}, sets(t, forced, "a/m"))
		forced.Framework = "auto"
		assert.Equal(t, []string{"a/m flyway: a/m/sub/V1__c.sql"}, sets(t, forced, "a/m"))
		forced.Framework = "custom"
		assert.Equal(t, []string{"b custom: b/0/1.sql b/0/2.sql b/1/1.sql"}, sets(t, forced, "b"))
	})
	t.Run("the innermost counts", func(t *testing.T) {
		nested := Options{Projects: []Project{{Dir: "a", Framework: "flyway"}, {Dir: "a/m", Framework: "plain"}}}
		assert.Equal(t, []string{"a/m plain: a/m/1_a.sql"}, sets(t, nested, "a/m/1_a.sql"))
	})
	t.Run("what a project says", func(t *testing.T) {
		assert.True(t, load(t, opts, "a/m")[0].OneTransaction)
		assert.False(t, load(t, opts, "b")[0].OneTransaction)
		assert.Equal(t, "named by the configuration", load(t, opts, "a/m")[0].Reason)
	})
	t.Run("errors", func(t *testing.T) {
		for _, tt := range []struct {
			opts Options
			path string
			want string
		}{
			{opts, ".", "cannot read gone, which the configuration names: no such file or directory"},
			{Options{Projects: []Project{{Dir: "c/1_a.up.sql"}}}, ".", "c/1_a.up.sql, which the configuration names, is no directory"},
			{opts, "b/queries", "no migration among b/queries: custom does not read a file of that name"},
			{Options{Projects: []Project{{Dir: "c", Framework: "rails"}}}, "c", "unknown framework"},
			{Options{Framework: "rails"}, "nowhere", "unknown framework"},
		} {
			_, err := Load(context.Background(), []string{tt.path}, tt.opts)
			require.ErrorContains(t, err, tt.want)
		}
	})
}

func TestValuesOfPlaceholders(t *testing.T) {
	inTree(t, "m/V1__a.sql", "CREATE TABLE ${schema}.t (a int DEFAULT ${n});\n${grants}", "m/V2__b.sql", "ALTER TABLE ${schema}.t DROP ${other};")
	opts := Options{Projects: []Project{{Dir: "m", Placeholders: map[string]string{"schema": "app", "n": "7", "grants": "GRANT SELECT ON t TO a; GRANT SELECT ON t TO b;"}}}}
	set := load(t, opts, "m")[0]
	statements := set.Migrations[0].Up.Pieces[0].Statements
	require.Len(t, statements, 3)
	assert.Equal(t, "CREATE TABLE ${schema}.t (a int DEFAULT ${n})", statements[0].Span.Text())
	assert.Equal(t, "${grants}", statements[2].Span.Text())
	assert.Contains(t, strings.Split(flow(set), "\n"), "\ttable app.t")
}

func TestOtherLayoutsAreNamed(t *testing.T) {
	set := readFiles(t, "", "1_a.sql", "-- +goose Up\n", "2_b.sql", "-- +goose Up\n", "3_c.sql", "-- migrate:up\n", "1_a.up.sql", "a;", "2_b.up.sql", "b;")
	assert.Equal(t, "goose", set.Layout)
	assert.Equal(t, []string{
		"not dbmate: -- migrate:up in 1 file, which is fewer",
		"not golang-migrate: 2 files named NNN_name.up.sql/.down.sql, which is as many, but goose is more specific",
	}, set.Considered)
	assert.Empty(t, readFiles(t, "", "1_a.up.sql", "a;").Considered)
	assert.Empty(t, readFiles(t, "plain", "1_a.up.sql", "a;").Considered)
}
