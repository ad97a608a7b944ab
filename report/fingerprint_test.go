package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/rules"
)

func TestNormalize(t *testing.T) {
	for _, test := range []struct{ a, b string }{
		{"ALTER TABLE t DROP c", "alter\ttable\n t  drop c"},
		{"a = 1", "a=1"},
		{"a -- why\n b", "a b"},
		{"a/* /* nested */ */b", "a b"},
		{"SELECT 'A  B'", "select 'A  B'"},
		{"-- leading\nDROP TABLE t -- trailing", "drop table t"},
		{"É", "É"},
	} {
		assert.Equal(t, normalize(test.a), normalize(test.b))
	}
	for _, test := range []struct{ a, b string }{
		{"a b", "ab"},
		{"'A'", "'a'"},
		{"' -- a'", "' -- b'"},
		{`"A"`, `"a"`},
		{"$$A$$", "$$a$$"},
		{"$x$ /* $$ */ A$x$", "$x$ /* $$ */ a$x$"},
		{`E'\' A'`, `E'\' a'`},
		{"'it''s A'", "'it''s a'"},
		{"/* open A", "open a"},
	} {
		assert.NotEqual(t, normalize(test.a), normalize(test.b))
	}
	for _, broken := range []string{"'", "$", "$a", "$$", "$$ x", "/*", "/*/", "--", `E'\`, "a$b$", "$1"} {
		assert.NotPanics(t, func() { normalize(broken) }, broken)
	}
}

func TestFingerprints(t *testing.T) {
	prints := func(path, before, statement string, times int) []string {
		h := newHistory(t)
		m := h.migration(path, before+statement+";\n")
		s := h.statement(m, "ALTER TABLE", statement)
		for range times {
			h.found(s, rules.Finding{Rule: dropColumn, At: s.Span, Relation: "public.t", Object: "c", Message: "m"})
		}
		return Fingerprints(h.run.Findings)
	}
	first := prints("a.sql", "", "ALTER TABLE t DROP c", 1)[0]
	require.Len(t, first, 32)
	assert.Equal(t, first, prints("elsewhere/b.sql", "SELECT 1;\n\n", "ALTER TABLE t DROP c", 1)[0], "edits elsewhere and moves change nothing")
	assert.Equal(t, first, prints("a.sql", "", "alter table t -- gone\n  drop c", 1)[0], "nor does layout")
	assert.NotEqual(t, first, prints("a.sql", "", "ALTER TABLE t DROP c CASCADE", 1)[0])

	many := prints("a.sql", "", "ALTER TABLE t DROP c", 3)
	assert.Equal(t, first, many[0])
	assert.NotEqual(t, many[0], many[1])
	assert.NotEqual(t, many[1], many[2])
}

func TestFingerprintWithoutStatement(t *testing.T) {
	h := newHistory(t)
	at := h.at(h.migration("a.sql", "x"), "x")
	prints := Fingerprints([]rules.Finding{
		{Rule: dropColumn, At: at, Message: "a"},
		{Rule: dropColumn, At: at, Message: "b"},
		{Rule: addIndex, At: at, Message: "b"},
	})
	assert.NotEqual(t, prints[0], prints[1])
	assert.NotEqual(t, prints[1], prints[2])
}
