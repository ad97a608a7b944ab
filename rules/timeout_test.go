package rules

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDuration(t *testing.T) {
	for _, test := range []struct {
		text string
		want time.Duration
		ok   bool
	}{
		{"0", 0, true},
		{"0s", 0, true},
		{"5000", 5 * time.Second, true},
		{"'2s'", 2 * time.Second, true},
		{"1.5min", 90 * time.Second, true},
		{" 100 ms ", 100 * time.Millisecond, true},
		{"1d", 24 * time.Hour, true},
		{"250us", 250 * time.Microsecond, true},
		{"-1", -time.Millisecond, true},
		{"soon", 0, false},
		{"5 fortnights", 0, false},
		{"", 0, false},
		{"99999999999999999999d", 0, false},
	} {
		got, ok := duration(test.text)
		assert.Equal(t, test.ok, ok, "%q", test.text)
		assert.Equal(t, test.want, got, "%q", test.text)
	}
}

// TestLimitLocks applies the fix: what it makes of a file has no finding.
func TestLimitLocks(t *testing.T) {
	for _, test := range []struct {
		name, before, text, want string
		safe                     bool
	}{
		{
			"alone", "CREATE TABLE t (a int);",
			"ALTER TABLE t ADD COLUMN b int;",
			"SET lock_timeout = '5s';\nALTER TABLE t ADD COLUMN b int;", false,
		},
		{
			"in a transaction of the tool", "-- +goose Up\nCREATE TABLE t (a int);",
			"-- +goose Up\nSELECT 1;\nALTER TABLE t ADD COLUMN b int;",
			"-- +goose Up\nSELECT 1;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE t ADD COLUMN b int;", true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := []ExampleFile{{Path: "m/1_t.sql", Text: test.before, Before: true}, {Path: "m/2_b.sql", Text: test.text}}
			findings := run(t, files, []*Rule{missingLockTimeout})
			require.Len(t, findings, 1)
			require.Len(t, findings[0].Fixes, 1)
			assert.Equal(t, test.safe, findings[0].Fixes[0].Safe)
			files[1].Text = applied(files[1].Text, findings[0].Fixes[0])
			assert.Equal(t, test.want, files[1].Text)
			assert.Empty(t, run(t, files, []*Rule{missingLockTimeout}))
		})
	}
}

func TestNoFixComesBetweenADirectiveAndItsStatement(t *testing.T) {
	findings := run(t, []ExampleFile{
		{Path: "m/1_t.sql", Text: "CREATE TABLE t (a int);", Before: true},
		{Path: "m/2_b.sql", Text: "-- migracheck:allow drop-column: nobody reads it\nALTER TABLE t DROP COLUMN a;"},
	}, []*Rule{missingLockTimeout})
	require.NotEmpty(t, findings)
	assert.False(t, slices.ContainsFunc(findings, func(f Finding) bool { return len(f.Fixes) > 0 }))
}
