package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// A hook is an entry of .pre-commit-hooks.yaml.
type hook struct {
	ID, Name, Description, Entry, Language, Files string
	Types                                         []string
	RequireSerial                                 bool  `yaml:"require_serial"`
	AlwaysRun                                     bool  `yaml:"always_run"`
	PassFilenames                                 *bool `yaml:"pass_filenames"`
}

func readHooks(t *testing.T) []hook {
	t.Helper()
	text, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	require.NoError(t, err)
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	decoder.KnownFields(true)
	var hooks []hook
	require.NoError(t, decoder.Decode(&hooks))
	require.NotEmpty(t, hooks)
	return hooks
}

// TestHooks holds the hooks to what the command takes.
func TestHooks(t *testing.T) {
	var ids []string
	for _, h := range readHooks(t) {
		ids = append(ids, h.ID)
		words := strings.Fields(h.Entry)
		require.GreaterOrEqual(t, len(words), 2, h.ID)
		assert.Equal(t, []string{"migracheck", "lint"}, words[:2], h.ID)
		assert.NoError(t, newLint().ParseFlags(words[2:]), h.ID)
		assert.True(t, h.RequireSerial || h.PassFilenames != nil && !*h.PassFilenames, "%s would run several times at once", h.ID)
		files := regexp.MustCompile(h.Files)
		for path, want := range map[string]bool{
			"db/migrations/1_a.up.sql": true, "migrations/a/up.sql": true, "src/main/resources/db/migration/V1__a.sql": true,
			"db/migrate/1_a.sql": true, "schema_migrations/1.sql": true, "queries/users.sql": h.Files == "", "immigrations/1.sql": h.Files == "",
		} {
			assert.Equal(t, want, files.MatchString(path), "%s: %s", h.ID, path)
		}
	}
	assert.Contains(t, ids, "migracheck", "what init writes")
	assert.Contains(t, initTemplates, "- id: migracheck\n")
}

// TestPreCommit runs the hook on more names than one command line takes.
func TestPreCommit(t *testing.T) {
	for _, tool := range []string{"pre-commit", "git"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	home, repo, hooks := t.TempDir(), t.TempDir(), t.TempDir()
	command := func(dir, name string, args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+home, "PRE_COMMIT_HOME="+filepath.Join(home, "pre-commit"), "PRE_COMMIT_COLOR=never", "GIT_CONFIG_NOSYSTEM=1",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(dir, name string, args ...string) string {
		out, err := command(dir, name, args...)
		require.NoError(t, err, out)
		return out
	}
	save := func(dir, name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	commit := func(dir string) {
		must(dir, "git", "init", "-q", "-b", "main")
		must(dir, "git", "add", ".")
		must(dir, "git", "commit", "-q", "-m", "one")
	}
	save(hooks, ".pre-commit-hooks.yaml", contents("../../.pre-commit-hooks.yaml"))
	commit(hooks)
	revision := strings.TrimSpace(must(hooks, "git", "rev-parse", "HEAD"))

	// Each table is made in one file and loses a column in the next.
	const tables, limit = 280, 128 << 10
	long := strings.Repeat("long_", 43)
	length := 0
	for i := range tables {
		for j, statement := range []string{"CREATE TABLE t%d (id bigint PRIMARY KEY, email text);\n", "ALTER TABLE t%d DROP COLUMN email;\n"} {
			name := fmt.Sprintf("db/migrations/%05d_%sname.up.sql", 2*i+j+1, long)
			length += len(name)
			save(repo, name, fmt.Sprintf(statement, i))
		}
	}
	require.Greater(t, length, limit, "one command line would take all the names")
	commit(repo)
	found := func(out string) []string {
		findings := regexp.MustCompile(`(?m)^db/.*\.sql:\d+:\d+: .*$`).FindAllString(out, -1)
		slices.Sort(findings)
		return findings
	}
	direct, err := command(repo, "migracheck", "lint", "--quiet", "db/migrations")
	require.Error(t, err)
	require.Len(t, found(direct), tables)

	for _, serial := range []string{"true", "false"} {
		save(repo, ".pre-commit-config.yaml", fmt.Sprintf("repos: [{repo: %q, rev: %s, hooks: [{id: migracheck-system, args: [--quiet], require_serial: %s}]}]\n", hooks, revision, serial))
		must(repo, "git", "add", ".")
		out, err := command(repo, "pre-commit", "run", "--all-files")
		require.Error(t, err, out)
		assert.Equal(t, found(direct), found(out), "require_serial: %s", serial)
	}

	// A file by itself: the table that it changes is in another.
	drop := fmt.Sprintf("db/migrations/%05d_%sname.up.sql", 2, long)
	out, err := command(repo, "pre-commit", "run", "--files", drop)
	require.Error(t, err, out)
	assert.Len(t, found(out), 1, out)
	create := fmt.Sprintf("db/migrations/%05d_%sname.up.sql", 1, long)
	out = must(repo, "pre-commit", "run", "--files", create)
	assert.Contains(t, out, "Passed")
}
