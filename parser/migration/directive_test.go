package migration

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
)

func TestParseDirective(t *testing.T) {
	tests := []struct {
		text   string
		rules  []string
		reason string
		until  string
		err    string
	}{
		{text: "-- migracheck:allow drop-column: read path removed in #812", rules: []string{"drop-column"}, reason: "read path removed in #812"},
		{text: "--migracheck:allow a, b,c: why: because", rules: []string{"a", "b", "c"}, reason: "why: because"},
		{text: "/* migracheck:allow a: why */", rules: []string{"a"}, reason: "why"},
		{text: "-- migracheck:allow a: why until 2026-12-31  ", rules: []string{"a"}, reason: "why", until: "2026-12-31"},
		{text: "-- migracheck:allow a: why [until 2026-12-31]", rules: []string{"a"}, reason: "why", until: "2026-12-31"},
		{text: "-- migracheck:allow a: kept until the next release", rules: []string{"a"}, reason: "kept until the next release"},
		{text: "-- migracheck:allow a: why until 2026-02-30", rules: []string{"a"}, reason: "why", until: "2026-02-30", err: `"2026-02-30" after until is no date; write until YYYY-MM-DD`},
		{text: "-- migracheck:allow a: until 2026-01-01", rules: []string{"a"}, until: "2026-01-01", err: "a reason is missing after the rule; write " + usage},
		{text: "-- migracheck:allow a:", rules: []string{"a"}, err: "a reason is missing after the rule; write " + usage},
		{text: "-- migracheck:allow a", rules: []string{"a"}, err: "a reason is missing after the rule; write " + usage},
		{text: "-- migracheck:allow a because of b", rules: []string{"a"}, err: "a colon and a reason are missing after the rule; write " + usage},
		{text: "-- migracheck:allow a b: c", rules: []string{"a"}, reason: "c", err: `"a b" is no rule name; a comma stands between rules and a colon before the reason`},
		{text: "-- migracheck:allow a,,b: c", rules: []string{"a", "b"}, reason: "c", err: "a rule is missing beside a comma; write " + usage},
		{text: "-- migracheck:allow: c", err: "it names no rule; write " + usage},
		{text: "-- migracheck:allow", err: "it names no rule; write " + usage},
		{text: "-- migracheck:ignore a: b", err: "unknown directive migracheck:ignore; write " + usage},
		{text: "-- migracheck:flag", err: "migracheck:flag takes the key of one feature flag; write " + flagUsage},
		{text: "-- migracheck:flag two words", err: "migracheck:flag takes the key of one feature flag; write " + flagUsage},
		{text: "-- migracheck: allow a: b", err: "no word follows migracheck: directly; write " + usage},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			f := source.NewFile("x.sql", "\n"+tt.text+"\n")
			d, key, ok := parseDirective(source.Span{File: f, Start: 1, End: 1 + len(tt.text)})
			require.True(t, ok)
			assert.Empty(t, key)
			assert.Equal(t, strings.TrimRight(tt.text, " "), d.At.Text())
			assert.Equal(t, tt.rules, d.Rules)
			require.Len(t, d.RuleAt, len(d.Rules))
			for i, at := range d.RuleAt {
				assert.Equal(t, d.Rules[i], at.Text())
			}
			assert.Equal(t, tt.reason, d.Reason)
			assert.Equal(t, tt.until, d.Until)
			assert.Equal(t, tt.err, d.Err)
		})
	}
	for _, text := range []string{"-- a note on migracheck:allow", "-- Migracheck", "--", "/**/", "/*", ""} {
		f := source.NewFile("x.sql", text)
		_, _, ok := parseDirective(f.Whole())
		assert.False(t, ok, text)
	}
}

func TestFlags(t *testing.T) {
	set, err := LoadFS(context.Background(), files("1_a.up.sql", `CREATE TABLE t (a int);
-- migracheck:flag first
ALTER TABLE t ADD b int;
ALTER TABLE t ADD c int; ALTER TABLE t ADD d int; -- migracheck:flag: second
ALTER TABLE t ADD e int;
-- migracheck:flag nothing-follows
`), "m", Options{})
	require.NoError(t, err)
	up := set.Migrations[0].Up
	assert.Empty(t, up.Directives)
	var keys []string
	for _, st := range up.Pieces[0].Statements {
		keys = append(keys, up.Flag(st.Span))
	}
	assert.Equal(t, []string{"", "first", "first", "second", "second"}, keys)
	assert.Len(t, up.Flags, 3)
}

func TestDirectivesBind(t *testing.T) {
	text := `-- migracheck:allow first: of two
-- migracheck:allow next: of two
SELECT 1; -- migracheck:allow own: line
SELECT 2,
  -- migracheck:allow inside: x
  3;
SELECT 4; SELECT 5; -- migracheck:allow second: x
-- migracheck:allow last: nothing follows
`
	want := map[string]string{"first": "SELECT 1", "next": "SELECT 1", "own": "SELECT 1", "inside": "SELECT 2,\n  -- migracheck:allow inside: x\n  3", "second": "SELECT 5", "last": ""}
	for name, fsys := range map[string][]string{
		"golang-migrate": {"1_a.up.sql", text},
		"goose":          {"1_a.sql", "-- +goose Up\n" + text + "-- +goose Down\n-- migracheck:allow down: x\nSELECT 6;\n"},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := LoadFS(context.Background(), files(fsys...), "m", Options{})
			require.NoError(t, err)
			require.Equal(t, name, set.Layout)
			got := map[string]string{}
			for _, d := range set.Migrations[0].Up.Directives {
				require.Empty(t, d.Err)
				got[d.Rules[0]] = d.Statement.Text()
			}
			assert.Equal(t, want, got)
			if down := set.Migrations[0].Down; down != nil {
				require.Len(t, down.Directives, 1)
				assert.Equal(t, "SELECT 6", down.Directives[0].Statement.Text())
			}
		})
	}
}
