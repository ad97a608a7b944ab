package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestManual holds the page in the repository to what --help says.
func TestManual(t *testing.T) {
	const file = "../../docs/man/migracheck.1"
	page := manual(newRoot())
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(page), 0o644))
	}
	assert.Equal(t, page, contents(file), "make golden brings %s up to date", file)
	for _, c := range newRoot().Commands() {
		if !c.Hidden && c.Name() != "lint" {
			assert.Contains(t, page, "migracheck "+c.Name())
		}
	}
}

// TestManualIsRead has the page read by a formatter.
func TestManualIsRead(t *testing.T) {
	want(t, "groff")
	cmd := exec.CommandContext(t.Context(), "groff", "-man", "-Tutf8", "-ww", "-rLL=100n")
	cmd.Stdin = strings.NewReader(manual(newRoot()))
	var out, warnings bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &warnings
	require.NoError(t, cmd.Run())
	assert.Empty(t, warnings.String())
	assert.Contains(t, out.String(), "--fail-on")
}

// TestCompletions has each shell that is there read what completion prints for
// it.
func TestCompletions(t *testing.T) {
	for shell, check := range map[string][]string{
		"bash": {"bash", "-n"},
		"zsh":  {"zsh", "-n"},
		"fish": {"fish", "--no-execute"},
	} {
		var out, complaints bytes.Buffer
		require.Equal(t, exitClean, run(t.Context(), []string{"completion", shell}, strings.NewReader(""), &out, &complaints), complaints.String())
		assert.Contains(t, out.String(), "migracheck", shell)
		t.Run(shell, func(t *testing.T) {
			want(t, shell)
			script := filepath.Join(t.TempDir(), "completion")
			require.NoError(t, os.WriteFile(script, out.Bytes(), 0o644))
			read, err := exec.CommandContext(t.Context(), check[0], append(check[1:], script)...).CombinedOutput()
			require.NoError(t, err, string(read))
			// Only fish completes for who is not at a terminal.
			if shell == "fish" {
				read, err := exec.CommandContext(t.Context(), "fish", "-c", "source "+script+"; complete -C 'migracheck lint --fail-on '").CombinedOutput()
				require.NoError(t, err, string(read))
				assert.Equal(t, "error\nnever\nnote\nwarning\n", string(read))
			}
		})
	}
}

// TestCompletionOfValues asks as a shell does.
func TestCompletionOfValues(t *testing.T) {
	for _, test := range []struct {
		asked []string
		want  string
	}{
		{[]string{"--format", ""}, "sarif\tSARIF 2.1.0, for code scanning\n"},
		{[]string{"rollback", "--format", "jso"}, "jsonl\t"},
		{[]string{"--framework", "goo"}, "goose\n"},
		{[]string{"lint", "--fail-on", ""}, "never\n"},
		{[]string{"--enable", "prac"}, "practice\tall rules of this family\n"},
		{[]string{"compat", "--exclude", "drop-col"}, "drop-column\t"},
		{[]string{"explain", "drop-col"}, "drop-column\t"},
		{[]string{"roll"}, "rollback\t"},
	} {
		var out, complaints bytes.Buffer
		run(t.Context(), append([]string{"__complete"}, test.asked...), strings.NewReader(""), &out, &complaints)
		assert.Contains(t, out.String(), test.want, "%v", test.asked)
	}
}
