package catalog_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// longHistory is 10,000 operations over 2,000 tables.
func longHistory(tb testing.TB) []ddl.Op {
	tb.Helper()
	var ops []ddl.Op
	for i := range 2000 {
		sql := fmt.Sprintf(`
CREATE TABLE t%[1]d (id bigserial PRIMARY KEY, parent bigint REFERENCES t%[2]d (id), name text NOT NULL, n int CHECK (n > 0));
CREATE INDEX ON t%[1]d (parent);
ALTER TABLE t%[1]d ADD COLUMN note varchar(20) DEFAULT '';
ALTER TABLE t%[1]d ALTER COLUMN note TYPE text;
ALTER TABLE t%[1]d DROP COLUMN n;`, i, i/2)
		for _, st := range parser.Parse(source.NewFile("history.sql", sql).Whole()).Statements {
			require.Nil(tb, st.Err)
			ops = append(ops, st.Ops...)
		}
	}
	require.Len(tb, ops, 10000)
	return ops
}

func BenchmarkApply(b *testing.B) {
	ops := longHistory(b)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		c := catalog.New(true)
		for _, op := range ops {
			next, _, err := c.Apply(op)
			if err != nil {
				b.Fatal(err)
			}
			c = next
		}
	}
}
