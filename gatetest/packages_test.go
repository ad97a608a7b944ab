package gatetest_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPackages compares what the vet tool finds, which sees one package after
// the other, with the comments.
func TestPackages(t *testing.T) {
	flags, err := exec.CommandContext(t.Context(), filepath.Join(commands, "migracheck"), "gate", "--migrations", "migrations", "--from", "0002", "--vet-flags").Output()
	require.NoError(t, err)
	args := append([]string{"vet", "-json", "-vettool=" + filepath.Join(commands, "flaggate")}, strings.Fields(string(flags))...)
	out, err := exec.CommandContext(t.Context(), "go", append(args, "./uses/...")...).CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Equal(t, wanted(t), diagnostics(t, string(out)))
}

// diagnostics are those of go vet -json, which writes an object for each
// package and comments between them, by path and line.
func diagnostics(t *testing.T, out string) map[string]string {
	t.Helper()
	dir, err := filepath.Abs(".")
	require.NoError(t, err)
	var objects []string
	for _, line := range strings.Split(out, "\n") {
		if !strings.HasPrefix(line, "#") {
			objects = append(objects, line)
		}
	}
	all := map[string]string{}
	for decoder := json.NewDecoder(strings.NewReader(strings.Join(objects, "\n"))); decoder.More(); {
		var packages map[string]map[string][]struct{ Posn, Message string }
		require.NoError(t, decoder.Decode(&packages))
		for _, analyzers := range packages {
			for _, d := range analyzers["flaggate"] {
				path, err := filepath.Rel(dir, d.Posn)
				require.NoError(t, err)
				message, rule, _ := strings.Cut(strings.TrimSuffix(d.Message, ")"), " (")
				all[path[:strings.LastIndex(path, ":")]] = rule + ": " + subject(message)
			}
		}
	}
	return all
}
