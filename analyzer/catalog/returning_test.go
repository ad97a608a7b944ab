package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// TestReturning tries what RETURNING of PostgreSQL 18 sees of the rows before
// and after.
func TestReturning(t *testing.T) {
	c := history(t, true, "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE old (b int); CREATE VIEW v AS SELECT id, a FROM t")
	for _, test := range []struct{ sql, want string }{
		{"INSERT INTO t VALUES (1, 2) RETURNING old.id, new.id, id", ""},
		{"INSERT INTO t VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = 3 RETURNING old.a IS NULL, new.*", ""},
		{"UPDATE t SET a = 2 RETURNING old.a, new.a, (SELECT old.a + new.a)", ""},
		{"UPDATE t AS x SET a = 2 FROM t AS y WHERE x.id = y.id RETURNING old.a, y.a, x.a", ""},
		{"UPDATE v SET a = 2 RETURNING old.a, new.a", ""},
		{"DELETE FROM t RETURNING old.*, new.id", ""},
		{"MERGE INTO t USING old ON id = b WHEN MATCHED THEN DELETE RETURNING new.id, old.b", ""},
		{"MERGE INTO t USING old AS s ON id = b WHEN MATCHED THEN DELETE RETURNING new.id, old.id, s.b", ""},
		{"UPDATE t SET a = 2 RETURNING WITH (OLD AS o, NEW AS n) o.a, n.a, a", ""},
		{"UPDATE t SET a = 2 RETURNING WITH (OLD AS o) o.a, new.a", ""},
		{"WITH w AS (UPDATE t SET a = 2 RETURNING old.a AS was) SELECT was FROM w", ""},
		{"UPDATE t SET a = 2 RETURNING WITH (OLD AS o) old.a", "42P01"},
		{"UPDATE t SET a = 2 RETURNING old.nope", "42703"},
		{"UPDATE t SET a = 2 RETURNING WITH (NEW AS n) n.nope", "42703"},
		{"UPDATE t SET a = 2 WHERE old.a = 1 RETURNING old.a", "42P01"},
		{"DELETE FROM t WHERE new.a = 1", "42P01"},
		{"UPDATE old SET b = 2 RETURNING old.b", ""},
		{"SELECT old.a FROM t", "42P01"},
	} {
		_, _, err := perform(c, test.sql)
		if test.want == "" {
			assert.Nil(t, err, test.sql)
			continue
		}
		if assert.NotNil(t, err, test.sql) {
			assert.Equal(t, test.want, err.SQLState, test.sql)
		}
	}
	// Of a table from before the history, any column may be there.
	after, _, err := perform(catalog.New(false), "UPDATE u SET a = 2 RETURNING b, old.c")
	require.Nil(t, err)
	u := after.Relation(ddl.Name{Name: "u"})
	for _, column := range []string{"a", "b", "c"} {
		assert.NotNil(t, u.Attribute(column), column)
	}
}
