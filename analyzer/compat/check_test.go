package compat_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

func statement(t testing.TB, sql string) *ddl.Statement {
	t.Helper()
	statements := parser.Parse(source.NewFile("query.sql", sql).Whole()).Statements
	require.NotEmpty(t, statements, sql)
	return &statements[0]
}

// TestWhatMayExistIsNoError: in a history that does not begin at the beginning
// almost nothing is certain.
func TestWhatMayExistIsNoError(t *testing.T) {
	c := apply(t, catalog.New(false), `
		CREATE TABLE known (id int, a int);
		ALTER TABLE assumed ADD COLUMN extra int;
		ALTER TABLE assumed DROP COLUMN gone;
		DROP TABLE dropped`)
	for sql, want := range map[string][]string{
		"SELECT id FROM known":                                                  nil,
		"SELECT b FROM known":                                                   {"42703"},
		"SELECT b FROM elsewhere":                                               nil,
		"SELECT e.b, k.a FROM elsewhere e, known k":                             nil,
		"SELECT k.b FROM elsewhere e, known k":                                  {"42703"},
		"SELECT b FROM elsewhere, known":                                        nil,
		"SELECT email, extra FROM assumed":                                      nil,
		"SELECT gone FROM assumed":                                              {"42703"},
		"SELECT x.gone FROM assumed x":                                          {"42703"},
		"UPDATE assumed SET gone = 1":                                           {"42703"},
		"INSERT INTO assumed VALUES (1, 2, 3)":                                  nil,
		"INSERT INTO assumed (a) VALUES (1) ON CONFLICT (a) DO NOTHING":         nil,
		"SELECT 1 FROM dropped":                                                 {"42P01"},
		"SELECT unheard_of(1)":                                                  nil,
		"SELECT 'x'::unheard_of":                                                nil,
		"SELECT nextval('unheard_of')":                                          nil,
		"SELECT * FROM unheard_of(1) AS f JOIN known USING (id)":                nil,
		"SELECT a FROM known WHERE id = (SELECT z FROM unnest('{}'::x[]) AS u)": nil,
	} {
		assert.Equal(t, want, codes(compat.Check(statement(t, sql), c).Errors), sql)
	}
}

// TestUnknownIsSaid: what is not known has a reason.
func TestUnknownIsSaid(t *testing.T) {
	c := apply(t, catalog.New(false), "CREATE TABLE known (id int)")
	for _, sql := range []string{
		"SELECT b FROM elsewhere", "SELECT unheard_of(1)", "SELECT 'x'::unheard_of", "EXPLAIN SELECT 1", "SELEC 1",
		"DO $$ BEGIN EXECUTE format('x'); END $$",
	} {
		r := compat.Check(statement(t, sql), c)
		assert.Empty(t, r.Errors, sql)
		assert.NotEmpty(t, r.Unknown, sql)
	}
}

// TestOpaquePartsCancelOut: what is unknown on both sides does not hide what
// the change breaks.
func TestOpaquePartsCancelOut(t *testing.T) {
	before := apply(t, catalog.New(false), "CREATE TABLE known (id int, a int)")
	after := apply(t, before, "ALTER TABLE known DROP COLUMN a")
	for sql, want := range map[string]compat.Kind{
		"SELECT id FROM known, elsewhere":                                  compat.OK,
		"SELECT a FROM known, unnest(ARRAY[1]) AS u":                       compat.Breaks,
		"SELECT a FROM known, elsewhere":                                   compat.Breaks,
		"SELECT b FROM known, elsewhere":                                   compat.OK,
		"SELECT unheard_of(a) FROM known":                                  compat.Breaks,
		"SELECT 1 FROM elsewhere WHERE EXISTS (SELECT a FROM known)":       compat.Unknown,
		"SELECT 1 FROM elsewhere WHERE EXISTS (SELECT known.a FROM known)": compat.Breaks,
		"SELECT z FROM known":                                              compat.BrokenBefore,
	} {
		v := compat.Compare(statement(t, sql), before, after)
		assert.Equal(t, want, v.Kind, "%s: %+v", sql, v)
	}
}

// TestSessionsAreNew: the search_path that a migration left behind is not that
// of the application.
func TestSessionsAreNew(t *testing.T) {
	c := apply(t, catalog.New(true), "CREATE TABLE t (a int); SELECT set_config('search_path', '', false)")
	assert.Empty(t, compat.Check(statement(t, "SELECT a FROM t"), c).Errors)
}

// TestColumns: Check says what a statement returns.
func TestColumns(t *testing.T) {
	c := apply(t, catalog.New(true), "CREATE TABLE t (a int, b text)")
	r := compat.Check(statement(t, "SELECT t.*, a AS c, count(*) FROM t GROUP BY a, b"), c)
	var names, types []string
	for _, column := range r.Columns {
		names, types = append(names, column.Name), append(types, column.Type.String())
	}
	assert.Equal(t, []string{"a", "b", "c", "count"}, names)
	assert.Equal(t, []string{"integer", "text", "integer"}, types[:3])
	assert.True(t, r.Columns[3].Type.IsZero(), "a call of a built-in function has a type that is not known")
	assert.True(t, r.Star)
	assert.False(t, r.Open)
}

// FuzzCompare: whatever the statement, nothing panics, two runs agree, and on
// an unchanged schema nothing breaks.
func FuzzCompare(f *testing.F) {
	f.Add("SELECT * FROM t JOIN u USING (a) ORDER BY 1")
	f.Add("WITH RECURSIVE r AS (SELECT a FROM t UNION SELECT a FROM r) INSERT INTO t (a) SELECT a FROM r ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING *")
	f.Add("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = 'x' WHEN NOT MATCHED THEN INSERT VALUES (1)")
	f.Add("COPY t (a, c) FROM STDIN")
	f.Add("SELECT CASE WHEN a > $1 THEN b ELSE 0 END, array_agg(b ORDER BY a) FROM u WHERE (a, b) IN ((1, 2)) GROUP BY a HAVING sum(b) > 1 LIMIT $2")
	f.Add("SELECT a FROM u UNION SELECT b::int[1] FROM u WHERE a[1] = ANY (ARRAY(SELECT b FROM u)) AND f(x => a) IS NOT NULL AND json_object('k': b) IS NULL")
	schema := source.NewFile("schema.sql", "CREATE TABLE t (a int PRIMARY KEY, b text NOT NULL); CREATE VIEW v AS SELECT a FROM t; CREATE TABLE u (a int, b int)")
	c := catalog.New(true)
	for _, st := range parser.Parse(schema.Whole()).Statements {
		for _, op := range st.Ops {
			c, _, _ = c.Apply(op)
		}
	}
	after := c
	for _, st := range parser.Parse(source.NewFile("change.sql", "ALTER TABLE t DROP COLUMN b; ALTER TABLE u ALTER a TYPE text, ALTER b TYPE jsonb USING NULL").Whole()).Statements {
		after, _, _ = after.Apply(st.Ops[0])
	}
	f.Fuzz(func(t *testing.T, sql string) {
		for _, st := range parser.Parse(source.NewFile("query.sql", sql).Whole()).Statements {
			v := compat.Compare(&st, c, c)
			if v.Kind != compat.OK && v.Kind != compat.BrokenBefore {
				t.Errorf("%q on an unchanged schema: %+v", sql, v)
			}
			assert.Equal(t, compat.Compare(&st, c, after), compat.Compare(&st, c, after))
		}
	})
}
