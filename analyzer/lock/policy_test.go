package lock_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var update = flag.Bool("update", false, "write the golden files")

// TestPolicy holds the judgement on every statement of cases.sql, for every
// supported version, so that a change of judgement shows as a diff of one table.
func TestPolicy(t *testing.T) {
	schema := perform(t, catalog.New(true), readSchema(t))
	var b strings.Builder
	for _, c := range readCases(t) {
		b.WriteString(policy(t, schema, c))
	}
	const golden = "testdata/policy.txt"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o600))
		return
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String(), "run with -update")
}
