package catalog_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// TestRefusals replays scripts of one statement a line on an empty database.
// A statement that PostgreSQL 17 refused when the script was recorded has its
// SQLSTATE behind it; the others succeeded. As on the server, each statement
// works on what those before it left.
func TestRefusals(t *testing.T) {
	files, err := filepath.Glob("testdata/objects/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			c := catalog.New(true)
			for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
				sql, want := cutState(line)
				next, _, refused := perform(c, sql)
				got := ""
				if refused != nil {
					got = refused.SQLState
				}
				assert.Equal(t, want, got, "%s:%d: %s\n%v", file, n+1, sql, refused)
				c = next
			}
		})
	}
}

var state = regexp.MustCompile(` -- ([0-9A-Z]{5})$`)

func cutState(line string) (sql, sqlstate string) {
	if m := state.FindStringSubmatch(line); m != nil {
		return strings.TrimSuffix(line, m[0]), m[1]
	}
	return line, ""
}

// perform applies the statements of some SQL, all or, where one is refused,
// none. What does not parse is refused with 42601.
func perform(c *catalog.Catalog, sql string) (*catalog.Catalog, []catalog.Change, *catalog.Error) {
	after := c
	var changes []catalog.Change
	for _, st := range parser.Parse(source.NewFile("test.sql", sql).Whole()).Statements {
		if st.Err != nil {
			return c, nil, &catalog.Error{SQLState: "42601", Message: st.Err.Message}
		}
		for _, op := range st.Ops {
			next, some, err := after.Apply(op)
			if err != nil {
				return c, nil, err
			}
			after, changes = next, append(changes, some...)
		}
	}
	return after, changes, nil
}

// history returns the catalog after some SQL that must succeed.
func history(t *testing.T, complete bool, sql string) *catalog.Catalog {
	t.Helper()
	c, _, err := perform(catalog.New(complete), sql)
	if err != nil {
		require.FailNow(t, err.Error())
	}
	return c
}

func named(schema, name string) ddl.Name { return ddl.Name{Schema: schema, Name: name} }
