package migration

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inTree makes files in a fresh working directory.
func inTree(t *testing.T, pairs ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, ".", pairs...)
}

func write(t *testing.T, root string, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		name := filepath.Join(root, pairs[i])
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(pairs[i+1]), 0o644))
	}
}

func load(t *testing.T, opts Options, paths ...string) []*Set {
	t.Helper()
	sets, err := Load(context.Background(), paths, opts)
	require.NoError(t, err)
	return sets
}

func TestLoadDirectoriesAndFiles(t *testing.T) {
	inTree(t,
		"a/1_a.up.sql", "SELECT 1;", "a/1_a.down.sql", "SELECT 2;", "a/2_b.up.sql", "SELECT 3;",
		"b/x/V1__a.sql", "SELECT 1;", "b/x/more/V2__b.sql", "SELECT 1;",
		"c/2024-01-01_a/up.sql", "SELECT 1;", "c/2024-01-02_b/up.sql", "SELECT 1;",
	)
	sets := load(t, Options{}, "a/2_b.up.sql", "./b", "c/2024-01-02_b/up.sql", "b/x/more/V2__b.sql")
	require.Len(t, sets, 4)
	selected := func(s *Set) (names []string) {
		for script := range scriptsOf([]*Set{s}) {
			if s.Selected(script.Span.File) {
				names = append(names, script.Span.File.Path)
			}
		}
		return names
	}
	assert.Equal(t, "a", sets[0].Path)
	assert.Len(t, sets[0].Migrations, 2)
	assert.Equal(t, []string{"a/2_b.up.sql"}, selected(sets[0]))
	assert.Equal(t, "b", sets[1].Path)
	assert.Equal(t, []string{"b/x/V1__a.sql", "b/x/more/V2__b.sql"}, selected(sets[1]))
	assert.Equal(t, []string{"c/2024-01-02_b/up.sql"}, selected(sets[2]))
	assert.Equal(t, "b/x", sets[3].Path)
	assert.Equal(t, []string{"b/x/more/V2__b.sql"}, selected(sets[3]))

	t.Run("a directory takes in its files", func(t *testing.T) {
		sets := load(t, Options{}, "a/2_b.up.sql", "./a/")
		require.Len(t, sets, 1)
		assert.Len(t, selected(sets[0]), 3)
	})
	t.Run("absolute paths and paths above are shown from here", func(t *testing.T) {
		abs, err := filepath.Abs("a")
		require.NoError(t, err)
		assert.Equal(t, "a/1_a.up.sql", load(t, Options{}, abs)[0].Migrations[0].Up.Span.File.Path)
		t.Chdir("c")
		assert.Equal(t, "../a/1_a.up.sql", load(t, Options{}, "../a")[0].Migrations[0].Up.Span.File.Path)
		assert.Equal(t, "2024-01-01_a/up.sql", load(t, Options{}, ".")[0].Migrations[0].Up.Span.File.Path)
		t.Chdir("2024-01-01_a")
		assert.Equal(t, "up.sql", load(t, Options{}, "up.sql")[0].Migrations[0].Up.Span.File.Path)
	})
	t.Run("up.sql beside other scripts is one of them", func(t *testing.T) {
		write(t, ".", "d/e/up.sql", "SELECT 1;", "d/x.sql", "SELECT 1;")
		assert.Equal(t, "d/e", load(t, Options{}, "d/e/up.sql")[0].Path)
	})
	t.Run("statements are parsed", func(t *testing.T) {
		set := load(t, Options{}, "a")[0]
		require.Len(t, set.Migrations[0].Up.Pieces[0].Statements, 1)
		assert.Equal(t, "SELECT 1", set.Migrations[0].Up.Pieces[0].Statements[0].Span.Text())
		assert.Equal(t, "SELECT 2", set.Migrations[0].Down.Pieces[0].Statements[0].Span.Text())
	})
}

func layoutNames() (names []string) {
	for _, l := range Layouts() {
		names = append(names, l.Name())
	}
	return names
}

func TestLoadErrors(t *testing.T) {
	inTree(t,
		"empty/README.md", "", "many/a/1.sql", "a;", "many/b/1.sql", "b;", "odd/up.sql.txt", "-- +goose Up\n", "odd/x.sql", "-- +goose Up\na;\n",
		"good/1_a.up.sql", "a;", "good/seed.sql", "b;",
	)
	require.NoError(t, os.Mkdir("bare", 0o755))
	require.NoError(t, os.Symlink("loop", "loop"))
	require.NoError(t, os.Mkdir("links", 0o755))
	require.NoError(t, os.Symlink("1.sql", "links/1.sql"))
	require.NoError(t, os.Mkdir("dangling", 0o755))
	require.NoError(t, os.Symlink("nowhere", "dangling/1.sql"))
	tests := []struct {
		paths     []string
		framework string
		want      string
	}{
		{nil, "", "no path was given"},
		{[]string{"nope"}, "", "nope does not exist"},
		{[]string{"nope/1.sql"}, "", "nope/1.sql does not exist"},
		{[]string{"bare"}, "", "no migrations in bare: there is no .sql file in it or below it"},
		{[]string{"empty"}, "", "no migrations in empty: there is no .sql file in it or below it, only README.md"},
		{[]string{"good"}, "flyway", "no migrations in good: nothing in it or below it is named as flyway wants it, only 1_a.up.sql, seed.sql"},
		{[]string{"many"}, "", "no migrations directly in many, but in several directories below it; name one: many/a, many/b"},
		{[]string{"odd"}, "", "no migrations in odd: it looks like goose (-- +goose Up in 1 file), but goose reads none of its files: odd/up.sql.txt, odd/x.sql"},
		{[]string{"good/seed.sql"}, "", "no migration among good/seed.sql: golang-migrate does not read a file of that name"},
		{[]string{"good"}, "rails", `unknown framework "rails": known are auto, ` + strings.Join(layoutNames(), ", ")},
		{[]string{"loop"}, "", "cannot read loop: its symbolic links form a loop"},
		{[]string{"links"}, "", "cannot read links/1.sql: its symbolic links form a loop"},
		{[]string{"dangling"}, "", "cannot read dangling/1.sql: it is a symbolic link to what does not exist"},
		{[]string{"-"}, "", "cannot read standard input: there is none"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.paths, " ")+tt.framework, func(t *testing.T) {
			_, err := Load(context.Background(), tt.paths, Options{Framework: tt.framework})
			require.EqualError(t, err, tt.want)
		})
	}
	t.Run("standard input that breaks off", func(t *testing.T) {
		_, err := Load(context.Background(), []string{"-"}, Options{Stdin: iotest.ErrReader(errors.New("broken pipe"))})
		require.EqualError(t, err, "cannot read standard input: broken pipe")
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := Load(ctx, []string{"good"}, Options{})
		require.ErrorIs(t, err, context.Canceled)
	})
}

// locked is a file system in which one file cannot be read.
type locked struct {
	fstest.MapFS
	name string
}

func (l locked) Open(name string) (fs.File, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

func (l locked) ReadFile(name string) ([]byte, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadFile(name)
}

func TestUnreadableFile(t *testing.T) {
	fsys := locked{files("1_a.up.sql", "a;", "2_b.up.sql", "b;"), "m/2_b.up.sql"}
	_, err := LoadFS(context.Background(), fsys, "m", Options{})
	require.ErrorIs(t, err, fs.ErrPermission)
	require.ErrorContains(t, err, "cannot read m/2_b.up.sql: permission denied")
}

func TestLinksAreFollowedOnce(t *testing.T) {
	inTree(t, "real/V1__a.sql", "SELECT 1;", "real/sub/V2__b.sql", "SELECT 1;")
	require.NoError(t, os.Symlink("..", "real/sub/up"))
	require.NoError(t, os.Symlink("../sub", "real/sub/again"))
	require.NoError(t, os.Symlink("real", "link"))
	for _, path := range []string{"real", "link"} {
		sets := load(t, Options{}, path)
		require.Len(t, sets, 1)
		assert.Len(t, sets[0].Migrations, 2)
		assert.Equal(t, path+"/sub/V2__b.sql", sets[0].Migrations[1].Up.Span.File.Path)
	}
	assert.Len(t, load(t, Options{}, "real", "link"), 1)
}

func TestOneDirectoryBelow(t *testing.T) {
	inTree(t,
		"m/postgres/1_a.up.sql", "SELECT 1;", "m/postgres/testdata/1.sql", "x;", "m/postgres/seeds/1.sql", "x;", "m/queries/q.sql", "SELECT 1;",
		"m/node_modules/x/1_a.up.sql", "x;", "m/README.md", "",
	)
	set := load(t, Options{}, "m")[0]
	assert.Equal(t, "m/postgres", set.Path)
	assert.Equal(t, []string{"1 up [implicit SELECT 1;]"}, summary(set))
	assert.Equal(t, "m/queries", load(t, Options{Framework: "plain"}, "m/queries")[0].Path)
}

func TestStdin(t *testing.T) {
	read := func(text, framework string) *Set {
		return load(t, Options{Framework: framework, Stdin: strings.NewReader(text)}, "-")[0]
	}
	set := read("SELECT 1;", "")
	assert.Equal(t, "plain", set.Layout)
	assert.Equal(t, []string{"<stdin> up [unstated SELECT 1;]"}, summary(set))
	assert.Equal(t, "<stdin>", set.Migrations[0].Up.Span.File.Path)
	assert.True(t, set.Selected(set.Migrations[0].Up.Span.File))

	set = read("-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n", "auto")
	assert.Equal(t, "goose", set.Layout)
	assert.Equal(t, []string{"<stdin> up [tx SELECT 1;]", "<stdin> down [tx SELECT 2;]"}, summary(set))

	set = read("SELECT 1;", "goose")
	assert.Equal(t, []string{"<stdin>:1:1: bad-marker"}, problems(set))
	assert.Equal(t, []string{"<stdin> up [tx SELECT 1;]"}, summary(read("SELECT 1;", "flyway")))
	assert.Equal(t, []string{"<stdin>:1:1: empty-migration"}, problems(read("", "")))
	assert.Equal(t, []string{"<stdin>:1:1: not-text"}, problems(read("a\x00", "")))
}

func TestEmptyMigrations(t *testing.T) {
	set, err := LoadFS(context.Background(), files("1_a.up.sql", "-- nothing\n", "2_b.up.sql", " \n", "2_b.down.sql", "", "3_c.up.sql", "SELECT 1;"), "m", Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"m/1_a.up.sql:1:1: empty-migration", "m/2_b.up.sql:1:1: empty-migration"}, problems(set))
}

func TestBlocksOfOneStatementRunAlone(t *testing.T) {
	text := "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n-- +goose StatementBegin\nSELECT 1;\nSELECT 2;\n-- +goose StatementEnd\n"
	set, err := LoadFS(context.Background(), files("1_a.sql", text), "m", Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"1 up [alone SELECT 1;] [implicit SELECT 1; SELECT 2;]"}, summary(set))
}
