package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// TestHookScript has shellcheck read the script of the hook.
func TestHookScript(t *testing.T) {
	want(t, "shellcheck")
	out, err := exec.CommandContext(t.Context(), "shellcheck", "../../hooks/migracheck").CombinedOutput()
	assert.NoError(t, err, string(out))
}

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
		command := "migracheck"
		if h.Language == "script" {
			command = "hooks/migracheck"
		}
		assert.Equal(t, []string{command, "lint"}, words[:2], h.ID)
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

// want skips a test without those programs. Where CI_PACKAGES=required, as
// .ci/run says once it has installed them, it fails.
func want(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			continue
		}
		if os.Getenv("CI_PACKAGES") == "required" {
			t.Fatalf("%s is not installed", p)
		}
		t.Skipf("%s is not installed", p)
	}
}

// shell returns how to run commands in a directory, without what is configured
// on this machine, and without their failing, how to write a file, and how to
// commit all of a new repository.
func shell(t *testing.T) (command func(dir, name string, args ...string) (string, error), must func(dir, name string, args ...string) string, save func(dir, name, text string), commit func(dir string)) {
	t.Helper()
	home := t.TempDir()
	command = func(dir, name string, args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+home, "PRE_COMMIT_HOME="+filepath.Join(home, "pre-commit"), "PRE_COMMIT_COLOR=never", "GIT_CONFIG_NOSYSTEM=1",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must = func(dir, name string, args ...string) string {
		out, err := command(dir, name, args...)
		require.NoError(t, err, out)
		return out
	}
	save = func(dir, name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	commit = func(dir string) {
		must(dir, "git", "init", "-q", "-b", "main")
		must(dir, "git", "add", ".")
		must(dir, "git", "commit", "-q", "-m", "one")
	}
	return command, must, save, commit
}

// TestPreCommit runs the hook on more names than one command line takes.
func TestPreCommit(t *testing.T) {
	want(t, "pre-commit", "git")
	repo, hooks := t.TempDir(), t.TempDir()
	command, must, save, commit := shell(t)
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

// TestReleaseHook has pre-commit fetch a release, one that was changed on the
// way, and none.
func TestReleaseHook(t *testing.T) {
	want(t, "pre-commit", "git", "curl", "sha256sum", "tar")
	migracheck, err := exec.LookPath("migracheck")
	require.NoError(t, err)
	command, must, save, commit := shell(t)

	// A release as .goreleaser.yaml makes them.
	releases, name := t.TempDir(), fmt.Sprintf("migracheck_1.2.3_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)
	must(filepath.Dir(migracheck), "tar", "-czf", filepath.Join(releases, name), "-h", "migracheck")
	sums := must(releases, "sha256sum", name)
	save(releases, "v1.2.3/checksums.txt", "0000000000000000000000000000000000000000000000000000000000000000  another.tar.gz\n"+sums)
	require.NoError(t, os.Rename(filepath.Join(releases, name), filepath.Join(releases, "v1.2.3", name)))
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		http.ServeFileFS(w, r, os.DirFS(releases), r.URL.Path)
	}))
	defer server.Close()
	t.Setenv("MIGRACHECK_RELEASES", server.URL)

	hooks, repo := t.TempDir(), t.TempDir()
	save(hooks, ".pre-commit-hooks.yaml", contents("../../.pre-commit-hooks.yaml"))
	save(hooks, "hooks/migracheck", contents("../../hooks/migracheck"))
	require.NoError(t, os.Chmod(filepath.Join(hooks, "hooks/migracheck"), 0o755))
	commit(hooks)
	must(hooks, "git", "tag", "-m", "a release", "v1.2.3")
	must(hooks, "git", "commit", "-q", "--allow-empty", "-m", "two")
	must(hooks, "git", "tag", "v2.0.0") // without a release
	save(repo, "migrations/1_a.up.sql", "CREATE TABLE t (id bigint PRIMARY KEY, email text);\n")
	save(repo, "migrations/2_b.up.sql", "ALTER TABLE t DROP COLUMN email;\n")
	commit(repo)
	run := func(revision string) (string, error) {
		save(repo, ".pre-commit-config.yaml", fmt.Sprintf("repos: [{repo: %q, rev: %s, hooks: [{id: migracheck-release}]}]\n", hooks, revision))
		must(repo, "git", "add", ".")
		return command(repo, "pre-commit", "run", "--all-files")
	}

	for range 2 {
		out, err := run("v1.2.3")
		require.Error(t, err)
		assert.Contains(t, out, "(drop-column)")
		assert.Equal(t, []string{"/v1.2.3/checksums.txt", "/v1.2.3/" + name}, asked, "once, whatever is run again")
	}
	out, err := run("v2.0.0")
	require.Error(t, err)
	assert.Contains(t, out, "migracheck: "+server.URL+"/v2.0.0/checksums.txt cannot be fetched")
	out, err = run("main")
	require.Error(t, err)
	assert.Contains(t, out, "rev in .pre-commit-config.yaml is no release, such as v1.2.3, so there is no binary of it")

	must(hooks, "git", "tag", "v1.2.4")
	save(releases, "v1.2.4/checksums.txt", strings.ReplaceAll(sums, "1.2.3", "1.2.4"))
	save(releases, "v1.2.4/"+strings.ReplaceAll(name, "1.2.3", "1.2.4"), "not what was released")
	out, err = run("v1.2.4")
	require.Error(t, err)
	assert.Contains(t, out, "is not what checksums.txt says; nothing of it was run")
}
