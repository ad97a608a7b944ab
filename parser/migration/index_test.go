package migration

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// staged loads what is staged and returns the up scripts by path, and of them
// those that are selected.
func staged(t *testing.T, s Staging, paths ...string) (all map[string]string, selected []string) {
	t.Helper()
	all = map[string]string{}
	for _, set := range load(t, Options{Staged: &s}, paths...) {
		for script := range scriptsOf([]*Set{set}) {
			f := script.Span.File
			all[f.Path] = f.Text
			if set.Selected(f) && !slices.Contains(selected, f.Path) {
				selected = append(selected, f.Path)
			}
		}
	}
	return all, selected
}

func TestIndexIsAFileSystem(t *testing.T) {
	repository(t)
	write(t, ".", "db/sub/x.sql", "x", "empty.sql", "")
	runGit(t, "add", ".")
	require.NoError(t, os.RemoveAll("db"))
	x, err := openIndex(context.Background(), ".", &Staging{})
	require.NoError(t, err)
	x.scope = []string{"db"}
	require.NoError(t, fstest.TestFS(x, "db/3.sql", "db/sub/x.sql", "empty.sql", "db/1 ä.sql"))
	text, err := fs.ReadFile(x, "db/5.sql")
	require.NoError(t, err)
	assert.Equal(t, sql("5"), string(text))
}

func TestIndexLinks(t *testing.T) {
	repository(t)
	require.NoError(t, os.Symlink("b", "a"))
	require.NoError(t, os.Symlink("a", "b"))
	require.NoError(t, os.Symlink("/etc/passwd", "out"))
	require.NoError(t, os.Symlink("../../etc/passwd", "up"))
	require.NoError(t, os.Symlink("../db/3.sql", "db/link.sql"))
	require.NoError(t, os.Symlink("db", "linked"))
	runGit(t, "add", ".")
	x, err := openIndex(context.Background(), ".", &Staging{})
	require.NoError(t, err)
	text, err := fs.ReadFile(x, "linked/link.sql")
	require.NoError(t, err)
	assert.Equal(t, sql("3"), string(text))
	info, err := fs.Stat(x, "linked")
	require.NoError(t, err)
	assert.True(t, info.IsDir())
	assert.Equal(t, "linked", info.Name())
	for _, name := range []string{"a", "out", "up", "nothing", "db/3.sql/x"} {
		_, err := fs.Stat(x, name)
		assert.Error(t, err, name)
	}
}

func TestStaged(t *testing.T) {
	repository(t)
	none := Staging{}
	all, selected := staged(t, none, "db")
	assert.Empty(t, all, "nothing is staged, so nothing is read")
	assert.Empty(t, selected)

	write(t, ".", "db/7.sql", sql("7"), "db/3.sql", sql("3")+"-- staged\n", "README.md", "x")
	runGit(t, "add", ".")
	write(t, ".", "db/3.sql", "not staged", "db/8.sql", "not added", "db/4.sql", "not staged")
	require.NoError(t, os.Remove("db/7.sql"))
	all, selected = staged(t, none, "db")
	assert.Equal(t, []string{"db/3.sql", "db/7.sql"}, selected)
	assert.Equal(t, sql("3")+"-- staged\n", all["db/3.sql"])
	assert.Equal(t, sql("4"), all["db/4.sql"])
	assert.Equal(t, sql("7"), all["db/7.sql"], "what is only in the index")
	assert.NotContains(t, all, "db/8.sql", "what is only in the work tree")

	_, selected = staged(t, none, "db/3.sql", "db/4.sql", "db/8.sql")
	assert.Equal(t, []string{"db/3.sql"}, selected, "of what is named, what is staged")
	_, selected = staged(t, none, "db/4.sql")
	assert.Empty(t, selected)
	_, selected = staged(t, none, "db/7.sql")
	assert.Contains(t, selected, "db/7.sql", "although the work tree has lost it")
	t.Run("from below", func(t *testing.T) {
		t.Chdir("db")
		_, selected = staged(t, none, ".")
		assert.Equal(t, []string{"3.sql", "7.sql"}, selected)
	})
	t.Run("from above", func(t *testing.T) {
		_, selected = staged(t, none, ".")
		assert.Equal(t, []string{"db/3.sql", "db/7.sql"}, selected)
	})
	_, err := Load(context.Background(), []string{"nowhere"}, Options{Staged: &none})
	require.Error(t, err)
	assert.Equal(t, "nowhere does not exist", err.Error())
}

func TestStagedRenamesAndDeletions(t *testing.T) {
	repository(t)
	runGit(t, "mv", "db/2.sql", "db/20.sql")
	runGit(t, "mv", "db/3.sql", "db/30.sql")
	write(t, ".", "db/30.sql", sql("3")+"-- edited\n")
	runGit(t, "add", "db/30.sql")
	runGit(t, "rm", "-q", "db/4.sql")
	runGit(t, "rm", "-q", "--cached", "db/5.sql")
	all, selected := staged(t, Staging{}, "db")
	assert.Equal(t, []string{"db/30.sql"}, selected, "a rename alone changes no content")
	for _, gone := range []string{"db/2.sql", "db/3.sql", "db/4.sql", "db/5.sql"} {
		assert.NotContains(t, all, gone)
	}
	assert.Contains(t, all, "db/20.sql")
	_, selected = staged(t, Staging{}, "db/4.sql", "db/2.sql")
	assert.Empty(t, selected, "a hook may name what is deleted")

	runGit(t, "reset", "-q", "--hard")
	runGit(t, "rm", "-q", "-r", "db")
	all, _ = staged(t, Staging{}, "db")
	assert.Empty(t, all)
}

func TestStagedFirstCommit(t *testing.T) {
	repository(t)
	require.NoError(t, os.RemoveAll(".git"))
	runGit(t, "init", "-q")
	runGit(t, "add", "db/3.sql")
	all, selected := staged(t, Staging{}, "db")
	assert.Equal(t, []string{"db/3.sql"}, selected)
	assert.Len(t, all, 1)
}

// TestStagedInHook asks as a hook of git does, while git makes a commit of one
// file of two.
func TestStagedInHook(t *testing.T) {
	repository(t)
	write(t, ".", "db/7.sql", sql("7"), "db/8.sql", sql("8"))
	runGit(t, "add", ".")
	write(t, ".", "db/7.sql", sql("7")+"-- more\n")
	seen := filepath.Join(t.TempDir(), "index")
	write(t, ".git/hooks", "pre-commit", "#!/bin/sh\ncp \"$GIT_INDEX_FILE\" "+seen+"\necho \"$GIT_INDEX_FILE\" >"+seen+".name\n")
	require.NoError(t, os.Chmod(".git/hooks/pre-commit", 0o755))
	runGit(t, "commit", "-q", "-m", "partial", "db/7.sql")
	runGit(t, "reset", "-q", "--soft", "HEAD~1")

	for _, file := range []string{seen, relativePath(t, seen)} {
		all, selected := staged(t, Staging{IndexFile: file}, "db")
		assert.Equal(t, []string{"db/7.sql"}, selected)
		assert.Equal(t, sql("7")+"-- more\n", all["db/7.sql"])
		assert.NotContains(t, all, "db/8.sql")
	}
	_, selected := staged(t, Staging{}, "db")
	assert.Contains(t, selected, "db/8.sql", "the repository's own index")

	t.Run("of another repository", func(t *testing.T) {
		root, err := os.Getwd()
		require.NoError(t, err)
		other := t.TempDir()
		runGit(t, "init", "-q", other)
		t.Chdir(other)
		_, selected := staged(t, Staging{IndexFile: seen}, filepath.Join(root, "db"))
		assert.Len(t, selected, 2, "what the hook says is about the other")
	})
}

func relativePath(t *testing.T, path string) string {
	t.Helper()
	wd, err := os.Getwd()
	require.NoError(t, err)
	rel, err := filepath.Rel(wd, path)
	require.NoError(t, err)
	return rel
}

func TestStagedElsewhere(t *testing.T) {
	repository(t)
	root, err := os.Getwd()
	require.NoError(t, err)
	t.Run("worktree", func(t *testing.T) {
		tree := filepath.Join(t.TempDir(), "tree")
		runGit(t, "worktree", "add", "-q", "-b", "side", tree, "main")
		write(t, tree, "db/7.sql", sql("7"))
		runGit(t, "-C", tree, "add", ".")
		t.Chdir(tree)
		_, selected := staged(t, Staging{}, "db")
		assert.Equal(t, []string{"db/7.sql"}, selected)
	})
	t.Run("submodule", func(t *testing.T) {
		outer := t.TempDir()
		runGit(t, "init", "-q", "-b", "main", outer)
		runGit(t, "-C", outer, "submodule", "--quiet", "add", root, "schema")
		runGit(t, "-C", outer, "commit", "-q", "-m", "one")
		write(t, filepath.Join(outer, "schema"), "db/7.sql", sql("7"))
		runGit(t, "-C", filepath.Join(outer, "schema"), "add", ".")
		t.Chdir(outer)
		_, selected := staged(t, Staging{IndexFile: ".git/index"}, "schema/db")
		assert.Equal(t, []string{"schema/db/7.sql"}, selected)
	})
	t.Run("through a link", func(t *testing.T) {
		link := filepath.Join(t.TempDir(), "link")
		require.NoError(t, os.Symlink(root, link))
		write(t, ".", "db/9.sql", sql("9"))
		runGit(t, "add", ".")
		_, selected := staged(t, Staging{}, filepath.Join(link, "db"))
		assert.Len(t, selected, 1)
	})
	t.Run("bare, and none", func(t *testing.T) {
		bare := filepath.Join(t.TempDir(), "bare.git")
		runGit(t, "clone", "-q", "--bare", root, bare)
		outside := t.TempDir()
		for dir, want := range map[string]string{
			bare:    bare + " is in a bare git repository: --staged needs a work tree",
			outside: outside + " is not in a git repository: --staged needs one",
		} {
			_, err := Load(context.Background(), []string{dir}, Options{Staged: &Staging{}})
			require.Error(t, err)
			assert.Equal(t, want, err.Error())
		}
	})
}

func TestStagedConflict(t *testing.T) {
	repository(t)
	commit(t, "here", "db/3.sql", sql("h"))
	runGit(t, "checkout", "-q", "main")
	commit(t, "there", "db/3.sql", sql("t"))
	cmd := git{ctx: context.Background(), dir: "."}
	_, err := cmd.run("merge", "topic")
	require.Error(t, err)
	_, err = Load(context.Background(), []string{"db"}, Options{Staged: &Staging{}})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "db/3.sql: it has merge conflicts: resolve them and stage it first")
}

func TestSinceWithStaged(t *testing.T) {
	repository(t)
	commit(t, "two", "db/7.sql", sql("7"))
	write(t, ".", "db/8.sql", sql("8"))
	runGit(t, "add", ".")
	runGit(t, "mv", "db/2.sql", "db/20.sql")
	runGit(t, "rm", "-q", "--cached", "db/3.sql")
	b, err := SinceAny(context.Background(), "db", []Candidate{{Ref: "main"}}, &Staging{})
	require.NoError(t, err)
	for path, has := range map[string]bool{"db/1 ä.sql": true, "db/20.sql": true, "db/2.sql": false, "db/7.sql": false, "db/8.sql": false, "db/3.sql": false} {
		assert.Equal(t, has, b.Has(path), path)
	}
}
