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

	"github.com/migracheck/migracheck/parser/source"
)

// commit writes files and commits everything.
func commit(t *testing.T, message string, files ...string) string {
	t.Helper()
	write(t, ".", files...)
	runGit(t, "add", "-A", ".")
	runGit(t, "commit", "-q", "--allow-empty", "-m", message)
	return runGit(t, "rev-parse", "HEAD")
}

func TestLatestTag(t *testing.T) {
	repository(t)
	runGit(t, "tag", "-d", "v1")
	latest := func(dir string) string {
		b, err := Since(context.Background(), dir, LatestTag)
		if err != nil {
			return err.Error()
		}
		return b.Ref
	}
	assert.Equal(t, "no commit before HEAD has a version tag such as v1.2.3: run git fetch --tags origin, or name a ref with --since REF", latest("db"))
	runGit(t, "tag", "v1.9.0-rc.1")
	commit(t, "two")
	assert.Equal(t, "v1.9.0-rc.1", latest("db"), "there is nothing but a pre-release")
	runGit(t, "tag", "-a", "v1.9.0", "-m", "annotated")
	assert.Equal(t, "v1.9.0-rc.1", latest("db"), "a tag on HEAD is the release that is being made")
	commit(t, "three")
	assert.Equal(t, "v1.9.0", latest("db"))
	runGit(t, "tag", "v1.10.0")
	runGit(t, "tag", "nightly")
	commit(t, "four")
	assert.Equal(t, "v1.10.0", latest("db"), "by number")
	runGit(t, "tag", "v2.0.0-rc.1")
	commit(t, "five")
	assert.Equal(t, "v1.10.0", latest("db"), "a pre-release is no release")
	runGit(t, "branch", "old", "v1.9.0")
	runGit(t, "checkout", "-q", "old")
	commit(t, "fix")
	runGit(t, "tag", "v1.9.1")
	commit(t, "fix 2")
	assert.Equal(t, "v1.9.1", latest("db"), "what this branch contains")
	runGit(t, "checkout", "-q", "topic")
	assert.Equal(t, "v1.10.0", latest("db"))

	b, err := Since(context.Background(), "db", LatestTag)
	require.NoError(t, err)
	assert.Equal(t, runGit(t, "rev-parse", "v1.10.0^{commit}"), b.Commit)
	assert.Equal(t, "the newest release before HEAD among 4 version tags", b.Why)
	assert.True(t, b.Has("db/3.sql"))
}

func TestLatestTagOfAPart(t *testing.T) {
	repository(t)
	commit(t, "parts", "services/api/migrations/1.sql", sql("a"), "web/migrations/1.sql", sql("w"), "jobs/migrations/1.sql", sql("j"))
	latest := func(dir string) string {
		b, err := Since(context.Background(), dir, LatestTag)
		if err != nil {
			return err.Error()
		}
		return b.Ref
	}
	runGit(t, "tag", "-d", "v1")
	runGit(t, "tag", "web/v3.0.0")
	commit(t, "x")
	assert.Equal(t, "web/v3.0.0", latest("web/migrations"))
	assert.Equal(t, "the version tags before HEAD are of other parts of the repository (web): name a ref with --since REF", latest("jobs/migrations"))
	runGit(t, "tag", "api-v1.0.0")
	commit(t, "x")
	runGit(t, "tag", "services/api/v1.1.0")
	commit(t, "x")
	assert.Equal(t, "services/api/v1.1.0", latest("services/api/migrations"), "the whole path before the name")
	runGit(t, "tag", "v9.0.0")
	commit(t, "x")
	assert.Equal(t, "v9.0.0", latest("jobs/migrations"))
	assert.Equal(t, "web/v3.0.0", latest("web/migrations"), "the part's own tags before the repository's")
}

func TestLatestTagOfAProduct(t *testing.T) {
	repository(t)
	runGit(t, "tag", "-d", "v1")
	runGit(t, "tag", "shop-1.4.0")
	commit(t, "x")
	b, err := Since(context.Background(), "db", LatestTag)
	require.NoError(t, err)
	assert.Equal(t, "shop-1.4.0", b.Ref, "the only name there is, and no directory")
}

func TestSinceAny(t *testing.T) {
	repository(t)
	base := runGit(t, "rev-parse", "HEAD")
	commit(t, "two", "db/7.sql", sql("7"))
	runGit(t, "update-ref", "refs/remotes/origin/release", base)
	since := func(candidates ...Candidate) string {
		b, err := SinceAny(context.Background(), "db", candidates, nil)
		if err != nil {
			return err.Error()
		}
		return b.Ref + " | " + b.Why
	}
	assert.Equal(t, "main | because", since(Candidate{Ref: "origin/nothing", Why: "no", Guess: true}, Candidate{Ref: "main", Why: "because"}))
	assert.Equal(t, "origin/release | there is no release here", since(Candidate{Ref: "release"}), "origin's branch stands in")
	assert.Equal(t, "main | ", since(Candidate{Ref: "topic", Behind: true}, Candidate{Ref: "main", Behind: true}), "HEAD is on the first")
	assert.Equal(t, "HEAD is on topic already, which says nothing of what was released before: name that with --since REF", since(Candidate{Ref: "topic", Behind: true, Guess: true}, Candidate{Ref: "x", Guess: true}))
	assert.Equal(t, "there is no a or b to compare with: run git fetch origin, or name a ref with --since REF", since(Candidate{Ref: "a", Guess: true}, Candidate{Ref: "b", Guess: true}))
	assert.Equal(t, "git ref origin/stable does not exist: fetch it with git fetch origin +refs/heads/stable:refs/remotes/origin/stable", since(Candidate{Ref: "origin/stable"}, Candidate{Ref: "stable"}))

	// A commit that is known to be the base is, whatever the history says.
	runGit(t, "checkout", "-q", "main")
	other := commit(t, "three", "db/8.sql", sql("8"))
	runGit(t, "checkout", "-q", "topic")
	for exact, want := range map[bool]string{true: other, false: base} {
		b, err := SinceAny(context.Background(), "db", []Candidate{{Ref: other, Exact: exact}}, nil)
		require.NoError(t, err)
		assert.Equal(t, want, b.Commit)
	}
}

// TestShallow runs the command that each error names, and tries again.
func TestShallow(t *testing.T) {
	repository(t)
	runGit(t, "tag", "v1.0.0")
	base := runGit(t, "rev-parse", "HEAD")
	for i := range 3 {
		commit(t, "more", "db/7.sql", sql("7")+strings.Repeat("\n", i))
	}
	runGit(t, "checkout", "-q", "main")
	runGit(t, "merge", "-q", "--no-ff", "-m", "merge", "topic")
	merge := runGit(t, "rev-parse", "HEAD")
	runGit(t, "update-ref", "refs/pull/1/merge", merge)
	runGit(t, "reset", "-q", "--hard", base)
	runGit(t, "checkout", "-q", "topic")
	runGit(t, "config", "uploadpack.allowReachableSHA1InWant", "true")
	origin, err := os.Getwd()
	require.NoError(t, err)

	for name, test := range map[string]struct {
		clone     []string
		candidate Candidate
		base      string
	}{
		"branch":                {[]string{"clone", "-q", "--depth=1", "--branch=topic"}, Candidate{Ref: "origin/main"}, base},
		"branch by name":        {[]string{"clone", "-q", "--depth=1", "--branch=topic"}, Candidate{Ref: "main"}, base},
		"both, nothing between": {[]string{"clone", "-q", "--depth=1", "--no-single-branch", "--branch=topic"}, Candidate{Ref: "origin/main"}, base},
		"two of them":           {[]string{"clone", "-q", "--depth=2", "--branch=topic"}, Candidate{Ref: "main"}, base},
		"tag":                   {[]string{"clone", "-q", "--depth=1", "--branch=topic"}, Candidate{Ref: "v1.0.0"}, base},
		"latest tag":            {[]string{"clone", "-q", "--depth=1", "--branch=topic"}, Candidate{Ref: LatestTag}, base},
		"commit":                {[]string{"clone", "-q", "--depth=1", "--branch=topic"}, Candidate{Ref: base, Exact: true}, base},
		"commit to merge with":  {[]string{"clone", "-q", "--depth=1", "--branch=topic"}, Candidate{Ref: base}, base},
		"ancestor":              {[]string{"clone", "-q", "--depth=1", "--branch=topic"}, Candidate{Ref: "HEAD~3"}, base},
		"not shallow":           {[]string{"clone", "-q", "--single-branch", "--branch=topic"}, Candidate{Ref: "origin/main"}, base},
		"not shallow, no tags":  {[]string{"clone", "-q", "--no-tags", "--single-branch", "--branch=topic"}, Candidate{Ref: LatestTag}, base},
	} {
		t.Run(name, func(t *testing.T) {
			clone := filepath.Join(t.TempDir(), "clone")
			runGit(t, append(test.clone, "file://"+origin, clone)...)
			_, err := SinceAny(context.Background(), clone, []Candidate{test.candidate}, nil)
			require.Error(t, err)
			remedied(t, clone, err.Error())
			b, err := SinceAny(context.Background(), clone, []Candidate{test.candidate}, nil)
			require.NoError(t, err)
			assert.Equal(t, test.base, b.Commit)
			assert.True(t, b.Has(filepath.Join(clone, "db/3.sql")))
			assert.False(t, b.Has(filepath.Join(clone, "db/7.sql")))
		})
	}
	t.Run("as actions/checkout does", func(t *testing.T) {
		clone := t.TempDir()
		runGit(t, "init", "-q", clone)
		runGit(t, "-C", clone, "remote", "add", "origin", "file://"+origin)
		runGit(t, "-C", clone, "fetch", "-q", "--no-tags", "--depth=1", "origin", "+"+merge+":refs/remotes/pull/1/merge")
		runGit(t, "-C", clone, "checkout", "-q", "--force", "refs/remotes/pull/1/merge")
		parent := Candidate{Ref: merge + "^1", Exact: true}
		_, err := SinceAny(context.Background(), clone, []Candidate{parent, {Ref: "origin/main"}}, nil)
		require.Error(t, err)
		remedied(t, clone, err.Error())
		for _, c := range []Candidate{parent, {Ref: "origin/main"}} {
			b, err := SinceAny(context.Background(), clone, []Candidate{c}, nil)
			require.NoError(t, err)
			assert.Equal(t, base, b.Commit)
		}
	})
}

// remedied runs the command that a message names.
func remedied(t *testing.T, dir, message string) {
	t.Helper()
	_, command, ok := strings.Cut(message, "git fetch ")
	require.True(t, ok, message)
	command, _, _ = strings.Cut(command, ", or")
	cmd := exec.Command("git", append([]string{"-C", dir, "fetch", "-q"}, strings.Fields(command)...)...)
	cmd.Env = git{}.environment()
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s: %s", message, out)
}

func TestSinceElsewhere(t *testing.T) {
	repository(t)
	root, err := os.Getwd()
	require.NoError(t, err)

	t.Run("a directory that did not exist", func(t *testing.T) {
		write(t, ".", "new/1.sql", sql("n"))
		b, err := Since(context.Background(), "new", "main")
		require.NoError(t, err)
		assert.False(t, b.Has("new/1.sql"))
		require.NoError(t, os.RemoveAll("new"))
	})
	t.Run("a directory that was moved, with edits", func(t *testing.T) {
		require.NoError(t, os.Rename("db", "database"))
		write(t, ".", "database/2.sql", sql("2")+"-- edited\n", "database/9.sql", sql("9"))
		b, err := Since(context.Background(), "database", "main")
		require.NoError(t, err)
		for path, want := range map[string][2]bool{"database/1 ä.sql": {true, false}, "database/2.sql": {true, true}, "database/9.sql": {}, "db/3.sql": {}} {
			assert.Equal(t, want, [2]bool{b.Has(path), b.Edited(path)}, path)
		}
		require.NoError(t, os.Remove("database/9.sql"))
		write(t, ".", "database/2.sql", sql("2"))
		require.NoError(t, os.Rename("database", "db"))
	})
	t.Run("worktree", func(t *testing.T) {
		tree := filepath.Join(t.TempDir(), "tree")
		runGit(t, "worktree", "add", "-q", "-b", "side", tree, "main")
		write(t, tree, "db/7.sql", sql("7"))
		b, err := Since(context.Background(), filepath.Join(tree, "db"), "main")
		require.NoError(t, err)
		assert.True(t, b.Has(filepath.Join(tree, "db/3.sql")))
		assert.False(t, b.Has(filepath.Join(tree, "db/7.sql")))
		assert.Equal(t, realPath(tree), b.Root)
	})
	t.Run("submodule", func(t *testing.T) {
		outer := t.TempDir()
		runGit(t, "init", "-q", "-b", "main", outer)
		runGit(t, "-C", outer, "submodule", "--quiet", "add", root, "schema")
		runGit(t, "-C", outer, "commit", "-q", "-m", "one")
		write(t, filepath.Join(outer, "schema"), "db/7.sql", sql("7"))
		b, err := Since(context.Background(), filepath.Join(outer, "schema/db"), "HEAD")
		require.NoError(t, err)
		assert.True(t, b.Has(filepath.Join(outer, "schema/db/3.sql")), "the module is a repository of its own")
		assert.False(t, b.Has(filepath.Join(outer, "schema/db/7.sql")))
	})
	t.Run("bare", func(t *testing.T) {
		bare := filepath.Join(t.TempDir(), "bare.git")
		runGit(t, "clone", "-q", "--bare", root, bare)
		_, err := Since(context.Background(), bare, "main")
		require.Error(t, err)
		assert.Equal(t, bare+" is in a bare git repository: --since needs a work tree", err.Error())
	})
}

// TestSinceWithoutOtherFiles: what is no migration need not be there, as in a
// partial clone, and renames are found all the same.
func TestSinceWithoutOtherFiles(t *testing.T) {
	repository(t)
	base := commit(t, "film", "docs/film.mp4", "a film", "db/7.sql", sql("7"), "db/7.prisma", "seven")
	film := runGit(t, "rev-parse", "HEAD:docs/film.mp4")
	runGit(t, "rm", "-q", "docs/film.mp4")
	runGit(t, "mv", "db/7.sql", "db/8.sql")
	commit(t, "another film", "docs/other.mp4", "another", "db/7.prisma", "eight")
	require.NoError(t, os.Remove(filepath.Join(".git/objects", film[:2], film[2:])))

	candidates := []Candidate{{Ref: base, Exact: true}}
	_, err := SinceAny(context.Background(), "db", candidates, nil)
	require.ErrorContains(t, err, "cannot compare with", "all files are looked at")
	b, err := SinceAny(context.Background(), "db", candidates, nil, (&Set{}).Kinds()...)
	require.NoError(t, err)
	assert.True(t, b.Has("db/8.sql"), "it was renamed")
	assert.False(t, b.Edited("db/8.sql"))
	assert.False(t, b.Has("db/7.sql"))

	odd := &Set{Migrations: []*Migration{{Up: &Script{Span: source.NewFile("db/7.prisma", "").Whole()}}}}
	assert.Contains(t, odd.Kinds(), ".prisma")
	b, err = SinceAny(context.Background(), "db", candidates, nil, odd.Kinds()...)
	require.NoError(t, err)
	assert.True(t, b.Edited("db/7.prisma"))

	for _, name := range []string{"db/up", "db/1.[ab]"} {
		bare := &Set{Migrations: []*Migration{{Up: &Script{Span: source.NewFile(name, "").Whole()}}}}
		assert.Empty(t, bare.Kinds(), "all files count beside %s", name)
	}
}
