package parser

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
)

func checkOf(t *testing.T, condition string) *ddl.Expr {
	t.Helper()
	sql := "ALTER TABLE t ADD CHECK (" + condition + ")"
	ops := parseText(sql)[0].Ops
	require.Len(t, ops, 1, sql)
	return ops[0].(*ddl.AddConstraint).Constraint.Check
}

func TestWeakens(t *testing.T) {
	for _, test := range []struct {
		before, after string
		want          bool
	}{
		{"s IN ('a', 'b')", "s IN ('a', 'b', 'c')", true},
		{"(s IN ('a', 'b'))", "((s) IN ('b','a'))", true},
		{"s IN ('a')", "S in ('a', 'b')", true},
		{"s = 'a'", "s IN ('a', 'b')", true},
		{"s IN ('a', 'b')", "s IN ('a')", false},
		{"s IN ('a')", "t IN ('a', 'b')", false},
		{"n IN (1, 2)", "n IN (1, 2, -3)", true},
		{"s = ANY (ARRAY['a'::text])", "s = ANY (ARRAY['a'::text, 'b'::text])", true},
		{"(s)::text = ANY ((ARRAY['a'::character varying])::text[])", "s IN ('a', 'b')", true},
		{"s IN ('a')", "s IN ('a', lower('b'))", true},
		{"s IN ('a')", "s IN ('a', 'b') AND n > 0", false},
		{"s IN ('a', 'b') AND n > 0", "s IN ('a', 'b')", true},
		{"s IN ('a', 'b')", "s = 'b' OR s = 'a' OR n > 0", true},
		{"s NOT IN ('a', 'b')", "s <> 'a'", true},
		{"s <> 'a'", "s NOT IN ('a', 'b')", false},
		{"s <> ALL (ARRAY['a', 'b'])", "s NOT IN ('b')", true},
		{"s <> ANY (ARRAY['a', 'b'])", "s <> 'a'", false},
		{"s = ALL (ARRAY['a', 'b'])", "s = 'a'", false},
		{"s IN ('it''s')", "s IN ('it''s', 'b')", true},
		{"s IN ('A')", "s IN ('a')", false},
		{"s::varchar(1) = 'a'", "s = 'a'", false},
		{"n > 0", "n>0 /* still */", true},
		{"n > 0", "n > 1", false},
		{"length(s) < 9", "pg_catalog.length((s)) < 9", false},
		{"length(s) < 9", "LENGTH( s )<9 OR n > 0", true},
		{"length(s) < 9", "length(t) < 9", false},
		{"f(s, 1) = 'a'", "f(s,1) IN ('a', 'b')", true},
		{"f(s, (n + 1) * 2)", "f(s, n + 1 * 2)", false},
		{"f(s, VARIADIC t) = 'a'", "f(s, t) = 'a'", false},
		{"NOT (n > 0 AND m > 0)", "n > 0", false},
		{"(k = 'in' AND a IS NOT NULL AND b IS NULL) OR (k = 'out' AND a IS NULL)", "k = 'in' OR (k = 'out' AND a IS NULL)", true},
		{"(a IS NOT NULL AND b IS NOT NULL) OR (c IS NOT NULL)", "(a IS NOT NULL AND b IS NOT NULL) OR (c IS NOT NULL AND d IS NOT NULL)", false},
		{"(a OR b) AND (c OR d)", "(a AND c) OR d OR (b AND c)", true},
	} {
		assert.Equal(t, test.want, checkOf(t, test.after).Weakens(checkOf(t, test.before)), "%s, %s", test.before, test.after)
	}
	assert.False(t, (*ddl.Expr)(nil).Weakens(checkOf(t, "n > 0")))
	assert.False(t, checkOf(t, "n > 0").Weakens(nil))
}

func TestManyCasesAreNone(t *testing.T) {
	pair := "(a OR b)"
	sql := pair
	for range 40 {
		sql += " AND " + pair
	}
	assert.Nil(t, checkOf(t, sql).Cases)
}
