package compat_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
)

// TestFewTypesAreUnknown: of the queries that name a column which has another
// type, only a few have no verdict.
func TestFewTypesAreUnknown(t *testing.T) {
	pairs, unknown := 0, 0
	for _, w := range worlds(t) {
		for _, c := range w.changes {
			for _, q := range w.queries {
				if retyping.FindStringSubmatch(c.sql) == nil || !c.concerns(q) {
					continue
				}
				pairs++
				if compat.Compare(&q.statement, w.before, c.after).Kind == compat.Unknown {
					unknown++
				}
			}
		}
	}
	t.Logf("%d of %d are unknown", unknown, pairs)
	assert.Greater(t, pairs, 1000)
	assert.Less(t, unknown*20, pairs)
}

// TestTypesThatAreNotKnown: what an extension or an operator of the history may
// add makes a refusal unknown.
func TestTypesThatAreNotKnown(t *testing.T) {
	for _, test := range []struct {
		schema, change, query string
		want                  compat.Kind
	}{
		{"", "ALTER TABLE t ALTER a TYPE text", "SELECT 1 FROM t WHERE a = 5", compat.Breaks},
		{"CREATE EXTENSION citext;", "ALTER TABLE t ALTER a TYPE text", "SELECT 1 FROM t WHERE a = 5", compat.Breaks},
		{"CREATE EXTENSION orafce;", "ALTER TABLE t ALTER a TYPE text", "SELECT 1 FROM t WHERE a = 5", compat.Unknown},
		{"CREATE EXTENSION orafce;", "ALTER TABLE t ALTER a TYPE bigint", "SELECT 1 FROM t WHERE a = 5", compat.OK},
		{"CREATE EXTENSION citext;", "ALTER TABLE t ALTER a TYPE citext", "SELECT 1 FROM t WHERE a = 5", compat.Unknown},
		{"CREATE EXTENSION citext;", "ALTER TABLE t ALTER a TYPE citext", "SELECT a FROM t WHERE a IS NULL", compat.OK},
		{
			"CREATE FUNCTION eq(text, int) RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR = (FUNCTION = eq, LEFTARG = text, RIGHTARG = int);",
			"ALTER TABLE t ALTER a TYPE text", "SELECT 1 FROM t WHERE a = 5", compat.Unknown,
		},
		{"", "ALTER TABLE t ALTER a TYPE text", "UPDATE t SET a = $1, b = $1", compat.Breaks},
		{"", "ALTER TABLE t ALTER a TYPE bigint", "SELECT unheard_of(a) FROM t", compat.Unknown},
		{"", "ALTER TABLE t ALTER a TYPE bigint", "SELECT unheard_of(b), a FROM t", compat.OK},
		{"", "ALTER TABLE t ALTER a TYPE text", "SELECT make_interval(days => a) FROM t", compat.Unknown},
	} {
		before := apply(t, catalog.New(true), test.schema+"CREATE TABLE t (a int, b int)")
		v := compat.Compare(statement(t, test.query), before, apply(t, before, test.change))
		assert.Equal(t, test.want, v.Kind, "%s %s: %+v", test.change, test.query, v)
	}
}
