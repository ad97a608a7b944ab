package migration

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func runGit(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Env = git{}.environment()
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "git %s: %s", strings.Join(args, " "), out)
	return strings.TrimSpace(string(out))
}

// sql is a script unlike that of any other letter.
func sql(letter string) string {
	var b strings.Builder
	for range 9 {
		b.WriteString("SELECT " + strings.Repeat(letter, 9) + ";\n")
	}
	return b.String()
}

// repository makes a repository with a branch in the working directory.
func repository(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	inTree(t, "db/1 ä.sql", sql("1"), "db/2.sql", sql("2"), "db/3.sql", sql("3"), "db/4.sql", sql("4"), "db/5.sql", sql("5"), "db/6.sql", sql("6"))
	runGit(t, "init", "-q", "-b", "main")
	runGit(t, "add", ".")
	runGit(t, "commit", "-q", "-m", "one")
	runGit(t, "tag", "-a", "v1", "-m", "v1")
	runGit(t, "checkout", "-q", "-b", "topic")
}

func TestSince(t *testing.T) {
	repository(t)
	write(t, ".", "db/7.sql", sql("7"), "db/3.sql", sql("3")+"-- edited\n")
	runGit(t, "mv", "db/2.sql", "db/20.sql")
	runGit(t, "rm", "-q", "db/6.sql")
	runGit(t, "add", ".")
	runGit(t, "commit", "-q", "-m", "two")
	runGit(t, "checkout", "-q", "main")
	write(t, ".", "db/8.sql", "8")
	runGit(t, "add", ".")
	runGit(t, "commit", "-q", "-m", "three")
	runGit(t, "tag", "v2")
	runGit(t, "checkout", "-q", "topic")
	// not committed, not even added:
	require.NoError(t, os.Mkdir("moved", 0o755))
	require.NoError(t, os.Rename("db/4.sql", "moved/4 ö.sql"))
	write(t, ".", "moved/4 ö.sql", sql("4")+"-- and edited\n", "db/9.sql", "9")
	before := runGit(t, "status", "--porcelain")

	for _, ref := range []string{"main", "v1", "topic~1", "HEAD~1"} {
		t.Run(ref, func(t *testing.T) {
			b, err := Since(context.Background(), "db/3.sql", ref)
			require.NoError(t, err)
			assert.Equal(t, ref, b.Ref)
			assert.Equal(t, runGit(t, "rev-parse", "v1^{commit}"), b.Commit)
			for path, want := range map[string][2]bool{ // has, edited
				"db/1 ä.sql": {true, false}, "db/20.sql": {true, false}, "db/3.sql": {true, true}, "moved/4 ö.sql": {true, true}, "db/5.sql": {true, false},
				"db/2.sql": {}, "db/6.sql": {}, "db/7.sql": {}, "db/8.sql": {}, "db/9.sql": {}, "db/4.sql": {},
			} {
				assert.Equal(t, want, [2]bool{b.Has(path), b.Edited(path)}, path)
			}
			abs, err := filepath.Abs("db/5.sql")
			require.NoError(t, err)
			assert.True(t, b.Has(abs))
		})
	}
	t.Run("a tag is itself, also on another branch", func(t *testing.T) {
		b, err := Since(context.Background(), ".", "v2")
		require.NoError(t, err)
		assert.Equal(t, runGit(t, "rev-parse", "v2"), b.Commit)
		assert.False(t, b.Has("db/7.sql"))
	})
	t.Run("from below the root, through a link, in a hook", func(t *testing.T) {
		require.NoError(t, os.Symlink("../db", "moved/link"))
		t.Setenv("GIT_DIR", "/nowhere")
		t.Setenv("GIT_INDEX_FILE", "/nowhere")
		t.Chdir("moved")
		b, err := Since(context.Background(), ".", "main")
		require.NoError(t, err)
		assert.True(t, b.Has("../db/5.sql"))
		assert.True(t, b.Has("link/5.sql"))
		assert.False(t, b.Has("link/7.sql"))
		require.NoError(t, os.Remove("link"))
	})
	assert.Equal(t, before, runGit(t, "status", "--porcelain"), "the repository is as it was")
}

func TestSinceErrors(t *testing.T) {
	repository(t)
	since := func(dir, ref string) string {
		_, err := Since(context.Background(), dir, ref)
		require.Error(t, err)
		return err.Error()
	}
	assert.Equal(t, "git ref mian does not exist: did you mean main?", since(".", "mian"))
	assert.Equal(t, "git ref origin/main does not exist: did you mean main?", since(".", "origin/main"))
	assert.Equal(t, "git ref release-2099 does not exist: fetch it with git fetch origin +refs/heads/release-2099:refs/remotes/origin/release-2099", since(".", "release-2099"))
	assert.Equal(t, `"--output=x" is no git ref`, since(".", "--output=x"))
	assert.Equal(t, `"a..b" is no git ref`, since(".", "a..b"))

	runGit(t, "checkout", "-q", "--orphan", "other")
	runGit(t, "commit", "-q", "-m", "apart")
	assert.Equal(t, "HEAD and main have no common commit: name a ref that HEAD descends from", since(".", "main"))
	runGit(t, "checkout", "-q", "-f", "topic")
	write(t, ".", "db/7.sql", "7")
	runGit(t, "add", ".")
	runGit(t, "commit", "-q", "-m", "two")

	clone := filepath.Join(t.TempDir(), "clone")
	wd, err := os.Getwd()
	require.NoError(t, err)
	runGit(t, "clone", "-q", "--depth=1", "--branch=topic", "file://"+wd, clone)
	assert.Equal(t, "git ref origin/main is not in this shallow clone: run git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main, or check out the whole history (fetch-depth: 0 in GitHub Actions, GIT_DEPTH: 0 in GitLab CI)", since(clone, "origin/main"))
	runGit(t, "-C", clone, "fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main")
	assert.Equal(t, "HEAD and origin/main have no common commit in this shallow clone: run git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main, or check out the whole history (fetch-depth: 0 in GitHub Actions, GIT_DEPTH: 0 in GitLab CI)", since(clone, "origin/main"))

	outside := t.TempDir()
	assert.Equal(t, outside+" is not in a git repository: --since needs one; --from ID works without", since(outside, "main"))
	runGit(t, "init", "-q", outside)
	assert.Equal(t, "the git repository has no commit yet: --since needs one", since(outside, "main"))
	t.Setenv("PATH", t.TempDir())
	assert.Equal(t, "git is not installed or not in PATH: --since needs it", since(".", "main"))
}

func TestRoot(t *testing.T) {
	inTree(t, "a/b/c.sql", "", "x/.git", "gitdir: elsewhere\n", "x/y/z.sql", "")
	require.NoError(t, os.MkdirAll("a/.git", 0o755))
	wd, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(wd, "a"), Root("a/b"))
	assert.Equal(t, filepath.Join(wd, "x"), Root("x/y"))
	assert.Empty(t, Root("/"))
}

func TestDistance(t *testing.T) {
	assert.Equal(t, 0, distance("main", "main"))
	assert.Equal(t, 3, distance("kitten", "sitting"))
	assert.Equal(t, 4, distance("", "main"))
}
