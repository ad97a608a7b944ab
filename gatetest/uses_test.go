package gatetest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

// A comment behind a use says what is found there: a rule and what the use is
// of, or that a flag gates it. What is "released" was there before; a "star"
// stands for whatever columns there are; what is "allowed" has a reason; and
// what is "not seen" is beyond what migracheck knows of the package.
var marks = []string{"ungated-use: ", "mismatched-flag: ", "flag-fails-open: ", "use-of-removed: ", "use-of-retyped: ", "gated: ", "released", "star", "allowed", "not seen: "}

// TestProgram compares what migracheck gate finds, which sees the module as a
// program, with the comments.
func TestProgram(t *testing.T) {
	assert.GreaterOrEqual(t, len(marked(t)), 350, "marked uses")
	assert.Equal(t, wanted(t), gate(t, "migrations"))
}

// TestProgramOfAnotherFlag has the migrations name a flag that nobody asks for.
// Then what is gated is gated by another flag, which shows that it is seen.
func TestProgramOfAnotherFlag(t *testing.T) {
	want := map[string]string{}
	for at, mark := range marked(t) {
		for _, word := range []string{"gated: ", "flag-fails-open: "} {
			if of, ok := strings.CutPrefix(mark, word); ok && of != "customers.mobile" {
				mark = "mismatched-flag: " + of
			}
		}
		if found(mark) {
			want[at] = mark
		}
	}
	assert.Equal(t, want, gate(t, renamed(t, "billing-v2", "elsewhere")))
}

// marked are the comments of all packages that use the database, by path and
// line.
func marked(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pkg := range load(t, packages.NeedName|packages.NeedSyntax|packages.NeedFiles, "./uses/...") {
		for at, mark := range comments(pkg, marks...) {
			all["uses/"+strings.TrimPrefix(pkg.PkgPath, "github.com/migracheck/migracheck/gatetest/uses/")+"/"+at] = mark
		}
	}
	return all
}

// wanted are the comments that are about findings.
func wanted(t *testing.T) map[string]string {
	t.Helper()
	want := marked(t)
	maps.DeleteFunc(want, func(_, mark string) bool { return !found(mark) })
	return want
}

// found reports whether a comment is about a finding.
func found(mark string) bool {
	return strings.Contains(mark, ": ") && !strings.HasPrefix(mark, "gated: ") && !strings.HasPrefix(mark, "not seen: ")
}

// renamed is a copy of the migrations with another flag.
func renamed(t *testing.T, from, to string) string {
	t.Helper()
	dir := t.TempDir()
	files, err := filepath.Glob("migrations/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		text = []byte(strings.ReplaceAll(string(text), from, to))
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(file)), text, 0o644))
	}
	return dir
}

// gate is what migracheck gate finds, by path and line.
func gate(t *testing.T, migrations string) map[string]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(commands, "migracheck"), "gate", "--migrations", migrations, "--from", "0002", "--fail-on", "never", "--format", "json", "./uses/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var report struct {
		Findings []struct {
			Rule, Message, Path string
			StartLine           int
		}
	}
	require.NoError(t, json.Unmarshal(out, &report))
	all := map[string]string{}
	for _, f := range report.Findings {
		all[fmt.Sprintf("%s:%d", f.Path, f.StartLine)] = f.Rule + ": " + subject(f.Message)
	}
	return all
}

var (
	column  = regexp.MustCompile(`columns? (.+?) of public\.(\w+)`)
	table   = regexp.MustCompile(`table public\.(\w+)`)
	between = regexp.MustCompile(`, | and `)
)

// subject is what a message is about, as "orders.channel orders.priority".
func subject(message string) string {
	m := column.FindStringSubmatch(message)
	if m == nil {
		if m := table.FindStringSubmatch(message); m != nil {
			return m[1]
		}
		return message
	}
	var all []string
	for _, name := range between.Split(m[1], -1) {
		all = append(all, m[2]+"."+name)
	}
	return strings.Join(all, " ")
}
