package migration

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFoldersReleasesProject(t *testing.T) {
	testProject(t, toolProject{
		path: "plain/releases", layout: "plain",
		reason: "4 SQL files in 2 numbered directories",
		want: `
v1.9.0/2 a up unstated: SELECT 'a'
v1.9.0/2 a up unstated: SELECT 'aa'
v1.9.0/2 a down unstated: SELECT 'not a'
v1.9.0/10 b up unstated: SELECT 'b'
v1.10.0/1 a up unstated: SELECT 'v1.10.0'
`,
		ignored: []string{
			"plain/releases/v1.9.0/notes.txt",
		},
	})
}

func TestFoldersFoldersProject(t *testing.T) {
	testProject(t, toolProject{
		path: "plain/folders", layout: "plain",
		reason: "3 directories with up.sql",
		want: `
001 x up unstated: SELECT 'x'
001 x down unstated: SELECT 'not x'
2 y up unstated: SELECT 'y'
010 z up unstated: SELECT 'z'
`,
		ignored: []string{
			"plain/folders/3_other/script.sql",
		},
	})
}

// TestFoldersOfATool holds that numbered directories of a tool's files stay
// apart: they may be two histories.
func TestFoldersOfATool(t *testing.T) {
	_, err := Load(context.Background(), []string{filepath.Join("testdata", "plain", "versions")}, Options{})
	assert.ErrorContains(t, err, "but in several directories below it; name one: testdata/plain/versions/1, testdata/plain/versions/2")
	set := loadProject(t, filepath.Join("testdata", "plain", "versions", "1", "1_a.sql"))
	assert.Equal(t, "testdata/plain/versions/1", set.Path)
	assert.Equal(t, "goose", set.Layout)
}

func TestFolderNames(t *testing.T) {
	for _, name := range []string{"1", "001_x", "v1.2.0", "V2", "2024-01", "1.0-beta"} {
		assert.True(t, folderName.MatchString(name), name)
	}
	for _, name := range []string{"x1", "postgres", "v", "1st", "pg13"} {
		assert.False(t, folderName.MatchString(name), name)
	}
	tests := []struct {
		name   string
		files  []string
		layout string
		want   []string
	}{
		{"order of number", []string{"10/1_a.sql", "a;", "9/1_b.sql", "b;"}, "plain", []string{"9/1 up [unstated b;]", "10/1 up [unstated a;]"}},
		{"one directory is itself", []string{"1/1_a.sql", "a;"}, "plain", []string{"1 up [unstated a;]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := readFiles(t, "", tt.files...)
			assert.Equal(t, tt.layout, set.Layout)
			assert.Equal(t, tt.want, summary(set))
		})
	}
	_, err := tryFiles("", "1/1_a.sql", "a;", "2/1_b.sql", "b;", "seeds/c.sql", "c;")
	assert.ErrorContains(t, err, "several directories")
}

// TestFoldersBesideTheWholeSchema holds that one file without a number, which is
// the schema after all of them, does not stand for the numbered directories.
func TestFoldersBesideTheWholeSchema(t *testing.T) {
	const first, second = "0.9/00__a.sql", "0.10/00__b.sql"
	for name, tt := range map[string]struct {
		files        []string
		ids, ignored []string
	}{
		"a dump":         {[]string{"LATEST.sql", first, second}, []string{"0.9/00", "0.10/00"}, []string{"LATEST.sql"}},
		"a numbered one": {[]string{"1_x.sql", first, second}, []string{"1"}, []string{second, first}},
		"two":            {[]string{"a.sql", "b.sql", first, second}, []string{"a", "b"}, []string{second, first}},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for _, file := range tt.files {
				fsys[file] = &fstest.MapFile{Data: []byte("SELECT 1;")}
			}
			set, err := LoadFS(context.Background(), fsys, ".", Options{})
			require.NoError(t, err)
			var ids []string
			for _, m := range set.Migrations {
				ids = append(ids, m.ID)
			}
			assert.Equal(t, tt.ids, ids)
			assert.Equal(t, tt.ignored, set.Ignored)
		})
	}
}

func TestManyDirectoriesAreNotAllNamed(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range 30 {
		fsys[fmt.Sprintf("%d/1_a.up.sql", i)] = &fstest.MapFile{Data: []byte("SELECT 1;")}
	}
	_, err := LoadFS(context.Background(), fsys, ".", Options{})
	assert.ErrorContains(t, err, "name one: 0, 1, 10, 11, 12, 13, 14, 15 and 22 more; or, if they are one history, describe it as custom in .migracheck.yaml")
}
