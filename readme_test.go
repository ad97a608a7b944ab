package migracheck_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the example's output into README.md")

// shown are the rules whose findings README.md shows.
var shown = []string{"rename-enum-value", "rename-column", "drop-column"}

// TestREADMEExample holds README.md to what its first command prints.
func TestREADMEExample(t *testing.T) {
	const command = "go run ./cmd/migracheck --from 0010 testdata/demo/migrations"
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := string(text)
	require.Contains(t, readme, command, "the example is of another command")
	before, rest, begun := strings.Cut(readme, "<!-- demo:begin -->\n")
	old, after, ended := strings.Cut(rest, "<!-- demo:end -->\n")
	require.True(t, begun && ended, "the marks around the example are gone")

	want := "```text\n" + excerpt(output(t, strings.Fields(command)[3:]...)) + "```\n"
	if *update {
		require.NoError(t, os.WriteFile("README.md", []byte(before+"<!-- demo:begin -->\n"+want+"<!-- demo:end -->\n"+after), 0o644))
		return
	}
	assert.Equal(t, want, old, "make golden brings README.md up to date")
}

// buildTool builds migracheck. (Not go run, which makes every exit status 1.)
func buildTool(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "migracheck")
	built, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/migracheck").CombinedOutput()
	require.NoError(t, err, string(built))
	return binary
}

// output builds migracheck, runs it and returns what it prints.
func output(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), buildTool(t), args...)
	out, _ := cmd.Output()
	require.Equal(t, 1, cmd.ProcessState.ExitCode(), "the demo has findings, and nothing else is wrong")
	return string(out)
}

var (
	finding = regexp.MustCompile(`(?m)^\S+:\d+:\d+: (?:error|warning|note): .*\(([a-z-]+)\)$`)
	summary = regexp.MustCompile(`(?m)^\d+ errors?\b`)
)

// excerpt returns the findings of the rules shown, and the summary.
func excerpt(out string) string {
	var b strings.Builder
	end := len(out)
	if at := summary.FindStringIndex(out); at != nil {
		end = at[0]
	}
	starts := finding.FindAllStringSubmatchIndex(out[:end], -1)
	skipped := false
	for i, at := range starts {
		next := end
		if i+1 < len(starts) {
			next = starts[i+1][0]
		}
		if !slices.Contains(shown, out[at[2]:at[3]]) {
			skipped = true
			continue
		}
		if skipped {
			b.WriteString("…\n\n")
			skipped = false
		}
		b.WriteString(strings.TrimRight(out[at[0]:next], "\n") + "\n\n")
	}
	if skipped {
		b.WriteString("…\n\n")
	}
	b.WriteString(out[end:])
	return b.String()
}

func TestExcerpt(t *testing.T) {
	const out = `a.sql:1:1: note: one (other-rule)
a.sql:2:1: error: two (drop-column)
   |
 2 | ALTER

a.sql:3:1: error: three (rename-column)
   |

a.sql:4:1: error: four (other-rule)

3 errors and 1 note
`
	assert.Equal(t, `…

a.sql:2:1: error: two (drop-column)
   |
 2 | ALTER

a.sql:3:1: error: three (rename-column)
   |

…

3 errors and 1 note
`, excerpt(out))
	assert.Equal(t, "0 errors\n", excerpt("0 errors\n"))
}
