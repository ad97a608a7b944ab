package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/migration"
)

// An action is what action.yml says to GitHub.
type action struct {
	Inputs map[string]struct {
		Description string
		Default     *string
	}
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	ID    string
	Shell string
	Uses  string
	Run   string
	Env   map[string]string
	Dir   string `yaml:"working-directory"`
}

func readAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile("../../action.yml")
	require.NoError(t, err)
	var a action
	require.NoError(t, yaml.Unmarshal(text, &a))
	require.NotEmpty(t, a.Inputs)
	require.NotEmpty(t, a.Runs.Steps)
	return a
}

// ownInputs are those that are no flag of the command.
var ownInputs = []string{"paths", "working-directory", "version", "binary", "annotations", "summary", "sarif-file"}

// TestActionInputs holds the inputs of the action to the command's flags, and
// keeps values out of the text of its steps.
func TestActionInputs(t *testing.T) {
	a := readAction(t)
	assert.Equal(t, "composite", a.Runs.Using)
	flags := newLint().Flags()
	used := map[string]bool{}
	passed := regexp.MustCompile(`flag (\S+) "\$(\w+)"`)
	input := regexp.MustCompile(`^\$\{\{ inputs\.(\S+) \}\}$`)
	given := map[string]string{}
	for _, step := range a.Runs.Steps {
		assert.NotContains(t, step.Run, "${{", "a value in the text of a step is run by the shell")
		assert.Empty(t, step.Uses, "other actions would have to be pinned to a commit")
		assert.Equal(t, "bash", step.Shell)
		for variable, value := range step.Env {
			if m := input.FindStringSubmatch(value); m != nil {
				used[m[1]] = true
				assert.Equal(t, strings.ToUpper(strings.ReplaceAll(m[1], "-", "_")), variable)
				assert.Contains(t, step.Run, "$"+variable)
			}
		}
		for _, m := range passed.FindAllStringSubmatch(step.Run, -1) {
			given[m[1]] = step.Env[m[2]]
		}
	}
	for name, in := range a.Inputs {
		assert.NotEmpty(t, in.Description, name)
		assert.NotNil(t, in.Default, name)
		assert.True(t, used[name], "input %s is not used", name)
	}
	for name := range used {
		assert.Contains(t, a.Inputs, name)
	}
	for _, own := range ownInputs {
		assert.Contains(t, a.Inputs, own)
		assert.Nil(t, flags.Lookup(own), "%s is a flag, and would be taken for it", own)
		delete(a.Inputs, own)
	}
	for name := range a.Inputs {
		assert.NotNil(t, flags.Lookup(name), "input %s is no flag of migracheck lint", name)
		assert.Equal(t, "${{ inputs."+name+" }}", given[name], "input %s does not reach its flag", name)
	}
	assert.Len(t, given, len(a.Inputs))
	for name, out := range a.Outputs {
		assert.Regexp(t, `^\$\{\{ steps\.(check|install)\.outputs\.`+name+` \}\}$`, out.Value)
	}
}

// TestAction runs the steps of the action as a runner does.
func TestAction(t *testing.T) {
	for _, tool := range []string{"bash", "git"} {
		if _, err := exec.LookPath(tool); err != nil || runtime.GOOS == "windows" {
			t.Skipf("%s is not installed, or not the one of a runner", tool)
		}
	}
	clean := "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n"
	drop := "ALTER TABLE users DROP COLUMN email;\n"
	for _, tt := range []struct {
		name    string
		with    map[string]string
		status  int
		outputs map[string]string
		log     string
		summary string
	}{
		{
			name: "since a ref", with: map[string]string{"paths": "db", "since": "before"}, status: 1,
			outputs: map[string]string{"status": "1", "errors": "1", "warnings": "0", "sarif-file": ""},
			log:     `(?m)^::error .*db/2_drop\.up\.sql`, summary: "drop-column",
		},
		{
			name: "milder, several paths, a report", with: map[string]string{"paths": "\ndb/2_drop.up.sql\ndb/1_users.up.sql\n", "since": "", "fail-on": "never", "sarif-file": "out.sarif"},
			outputs: map[string]string{"status": "0", "errors": "1", "sarif-file": "./out.sarif"}, summary: "drop-column",
		},
		{
			name: "in a directory, as text", with: map[string]string{"working-directory": "db", "paths": ".", "from": "2", "annotations": "false", "summary": "false", "sarif-file": "out.sarif"}, status: 1,
			outputs: map[string]string{"status": "1", "errors": "1", "sarif-file": "db/out.sarif"},
			log:     `(?m)^2_drop\.up\.sql:1:\d+: error: `,
		},
		{
			name: "nothing found", with: map[string]string{"paths": "db", "since": "HEAD"},
			outputs: map[string]string{"status": "0", "errors": "0", "warnings": "0", "notes": "0"}, summary: "migracheck",
		},
		{
			name: "values are no commands", with: map[string]string{"paths": "$(touch pwned)`touch pwned`\n--help\n; touch pwned", "since": "$(touch pwned)"}, status: 2,
			outputs: map[string]string{"status": "2", "errors": "", "sarif-file": ""},
		},
		{
			name: "not a version", with: map[string]string{"paths": "db", "binary": "", "version": "latest; touch pwned"}, status: 2,
			log: "the input version is not a version",
		},
		{
			name: "no such binary", with: map[string]string{"paths": "db", "binary": "not-a-migracheck"}, status: 2,
			log: "no such program in PATH",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			repo := t.TempDir()
			git := func(args ...string) {
				cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org", "-C", repo}, args...)...)
				out, err := cmd.CombinedOutput()
				require.NoError(t, err, string(out))
			}
			require.NoError(t, os.Mkdir(filepath.Join(repo, "db"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(repo, "db", "1_users.up.sql"), []byte(clean), 0o644))
			git("init", "-q", "-b", "main")
			git("add", ".")
			git("commit", "-q", "-m", "one")
			git("tag", "before")
			require.NoError(t, os.WriteFile(filepath.Join(repo, "db", "2_drop.up.sql"), []byte(drop), 0o644))
			git("add", ".")
			git("commit", "-q", "-m", "two")

			with := map[string]string{"binary": "migracheck"}
			for name, value := range tt.with {
				with[name] = value
			}
			r := runAction(t, readAction(t), repo, with)
			assert.Equal(t, tt.status, r.status, r.log)
			assert.Regexp(t, tt.log, r.log)
			for name, want := range tt.outputs {
				assert.Equal(t, want, r.outputs[name], name)
			}
			if tt.summary == "" {
				assert.Empty(t, r.summary)
			}
			assert.Contains(t, r.summary, tt.summary)
			assert.NoFileExists(t, filepath.Join(repo, "pwned"))
			if file := r.outputs["sarif-file"]; file != "" {
				assert.FileExists(t, filepath.Join(repo, file))
			}
		})
	}
}

// An actionRun is what the steps of an action left behind.
type actionRun struct {
	status       int
	log, summary string
	outputs      map[string]string
}

// runAction runs the steps one after the other, until one fails.
func runAction(t *testing.T, a action, repo string, with map[string]string) actionRun {
	t.Helper()
	temp := t.TempDir()
	values := map[string]string{"github.action_path": "../.."}
	for name, in := range a.Inputs {
		values["inputs."+name] = *in.Default
	}
	for name, value := range with {
		require.Contains(t, a.Inputs, name)
		values["inputs."+name] = value
	}
	expression := regexp.MustCompile(`\$\{\{ (\S+) \}\}`)
	expand := func(text string) string {
		return expression.ReplaceAllStringFunc(text, func(e string) string { return values[expression.FindStringSubmatch(e)[1]] })
	}
	r := actionRun{outputs: map[string]string{}}
	var log bytes.Buffer
	for _, step := range a.Runs.Steps {
		output := filepath.Join(temp, step.ID)
		cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.Run)
		cmd.Dir = filepath.Join(repo, expand(step.Dir))
		cmd.Env = append(os.Environ(), "RUNNER_TEMP="+temp, "GITHUB_OUTPUT="+output, "GITHUB_STEP_SUMMARY="+filepath.Join(temp, "summary"))
		for name, value := range step.Env {
			cmd.Env = append(cmd.Env, name+"="+expand(value))
		}
		cmd.Stdout, cmd.Stderr = &log, &log
		_ = cmd.Run()
		r.status = cmd.ProcessState.ExitCode()
		for line := range strings.Lines(contents(output)) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			values["steps."+step.ID+".outputs."+name] = value
		}
		if r.status != 0 {
			break
		}
	}
	for name, out := range a.Outputs {
		r.outputs[name] = expand(out.Value)
	}
	r.log, r.summary = log.String(), contents(filepath.Join(temp, "summary"))
	return r
}

// A workflow is one of GitHub, as far as the tests read it.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Steps       []struct {
			Uses, Run string
			With      map[string]any
		}
	}
}

// TestWorkflows holds our workflows, the example and the one that init writes
// to the inputs of the action, to pins of others and to least permissions.
func TestWorkflows(t *testing.T) {
	texts := map[string]string{}
	for _, path := range []string{"../../.github/workflows/ci.yml", "../../docs/ci/github.yml"} {
		texts[path] = contents(path)
	}
	var out strings.Builder
	found := &detected{Schema: "s", Projects: []migration.Found{{Path: "db", Layout: "goose"}}, Files: "^db/"}
	require.NoError(t, initialize(&out, "", found, true))
	_, texts["init"], _ = strings.Cut(out.String(), "# .github/workflows/migracheck.yml\n")

	inputs := readAction(t).Inputs
	ours := regexp.MustCompile(`^(\./|migracheck/migracheck@.*)$`)
	for name, text := range texts {
		var w workflow
		require.NoError(t, yaml.Unmarshal([]byte(text), &w), name)
		assert.NotNil(t, w.Permissions, name)
		assert.Empty(t, w.Permissions, "%s: each job says what it needs", name)
		used := false
		for _, job := range w.Jobs {
			assert.NotEmpty(t, job.Permissions, name)
			for _, step := range job.Steps {
				assert.NotContains(t, step.Run, "${{", name)
				if !ours.MatchString(step.Uses) {
					assert.Regexp(t, `^(|[\w/-]+@[0-9a-f]{40})$`, step.Uses, name)
					continue
				}
				used = true
				for input := range step.With {
					assert.Contains(t, inputs, input, name)
				}
			}
		}
		assert.True(t, used, "%s does not use the action", name)
	}
}
