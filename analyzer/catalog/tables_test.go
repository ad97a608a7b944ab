package catalog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// TestTables replays scripts that were run on PostgreSQL 18, one statement a
// line. A statement that the server refused has its SQLSTATE behind it. The
// comments at the end are what the server's catalogs held afterwards:
// relations (R, with relkind), columns (A: number, type, not null, default,
// attinhcount and attislocal), constraints (C: contype, columns, referenced
// columns, nv for not valid, inheritance), indexes (I: table, columns, u for
// unique) and sequences (S: type, maximum).
func TestTables(t *testing.T) {
	files, err := filepath.Glob("testdata/tables/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			c := catalog.New(true)
			var want []string
			for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
				if fact, ok := strings.CutPrefix(line, "-- "); ok {
					want = append(want, fact)
					continue
				}
				sql, state := cutState(line)
				var refused *catalog.Error
				c, _, refused = statement(t, c, sql)
				got := ""
				if refused != nil {
					got = refused.SQLState
				}
				assert.Equal(t, state, got, "%s:%d: %s\n%v", file, n+1, sql, refused)
			}
			assert.Equal(t, strings.Join(want, "\n"), strings.Join(dump(c), "\n"))
		})
	}
}

// statement performs one statement, all of it or, where it is refused, nothing.
func statement(t *testing.T, c *catalog.Catalog, sql string) (*catalog.Catalog, []catalog.Change, *catalog.Error) {
	t.Helper()
	after := c
	var changes []catalog.Change
	for _, st := range parser.Parse(source.NewFile("test.sql", sql).Whole()).Statements {
		require.Nil(t, st.Err, sql)
		for _, op := range catalog.PassOrder(st.Ops) {
			next, changed, err := after.Apply(op)
			if err != nil {
				require.Same(t, after, next)
				require.Empty(t, changed)
				return c, nil, err
			}
			after, changes = next, append(changes, changed...)
		}
	}
	return after, changes, nil
}

// replayed performs statements none of which may be refused.
func replayed(t *testing.T, c *catalog.Catalog, statements ...string) *catalog.Catalog {
	t.Helper()
	for _, sql := range statements {
		next, _, err := statement(t, c, sql)
		require.Nil(t, err, "%s: %v", sql, err)
		c = next
	}
	return c
}

// dump is the catalog in the form that the scripts have it.
func dump(c *catalog.Catalog) []string {
	var lines []string
	for r := range c.Relations() {
		if strings.HasPrefix(r.Schema, "pg_") {
			continue
		}
		name := r.Schema + "." + r.Name
		lines = append(lines, fmt.Sprintf("R %s %c", name, r.Kind))
		for _, a := range r.Attributes {
			lines = append(lines, "A "+name+"."+dumpAttribute(r, a))
		}
		for _, k := range r.Constraints {
			if !k.Trigger {
				lines = append(lines, "C "+name+"."+dumpConstraint(k))
			}
		}
		if x := r.Index; x != nil {
			line := fmt.Sprintf("I %s %s %s", name, c.RelationByOID(x.Table).Name, joined(append(slices.Clone(x.Columns), x.Include...), " "))
			lines = append(lines, line+when(x.Unique, " u")+when(!x.Valid, " inv"))
		}
		if s := r.Sequence; s != nil {
			lines = append(lines, fmt.Sprintf("S %s %s %s", name, s.Type, s.Max))
		}
	}
	slices.Sort(lines)
	return lines
}

func dumpAttribute(r *catalog.Relation, a *catalog.Attribute) string {
	line := fmt.Sprintf("%s %d", a.Name, a.Num)
	if !strings.ContainsRune("rpf", rune(r.Kind)) {
		return line // the types of views' columns are not all known
	}
	identity := map[string]string{"always": " ida", "by default": " idd"}[a.Identity]
	return line + " " + a.Type.String() + when(a.NotNull, " nn") + when(a.Default != nil, " def") + when(a.Generated != nil, " gen") +
		identity + fmt.Sprintf(" %d", a.Inherited) + when(a.Local, "l")
}

func dumpConstraint(k *catalog.Constraint) string {
	columns := slices.Clone(k.Columns)
	if k.Kind == ddl.Check {
		slices.Sort(columns)
	}
	return fmt.Sprintf("%s %c %s %s", k.Name, k.Kind, joined(columns, ","), joined(k.ReferencedColumns, ",")) +
		when(!k.Valid, " nv") + fmt.Sprintf(" %d", k.Inherited) + when(k.Local, "l")
}

func joined(numbers []int, separator string) string {
	var words []string
	for _, n := range numbers {
		words = append(words, fmt.Sprint(n))
	}
	return strings.Join(words, separator)
}

func when(condition bool, s string) string {
	if condition {
		return s
	}
	return ""
}
