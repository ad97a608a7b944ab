package parser

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// TestEveryFeatureIsProved: for each row of the tables there is a statement that
// package replay runs on servers.
func TestEveryFeatureIsProved(t *testing.T) {
	text, err := os.ReadFile("../analyzer/replay/testdata/newer.sql")
	require.NoError(t, err)
	proved := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "[alone] ")
		for _, st := range Parse(source.NewFile("newer.sql", line).Whole()).Statements {
			for _, f := range featuresIn(st.Ops) {
				proved[f.What+" "+f.SQLState] = true
			}
		}
	}
	for _, n := range novelties {
		assert.True(t, proved[n.what+" "+n.state], "%s (%s)", n.what, n.state)
		assert.NotEmpty(t, n.word, n.what)
	}
	for _, f := range markedFeatures {
		assert.True(t, proved[f.What+" "+f.SQLState], f.What)
	}
	for name := range newFunctions {
		assert.True(t, proved["function "+name+"() "+stateFunction], name)
	}
	for name := range newParameters {
		assert.True(t, proved["parameter "+name+" "+stateObject], name)
	}
	for name := range newRoles {
		assert.True(t, proved["role "+name+" "+stateObject], name)
	}
	for _, name := range multiranges {
		assert.True(t, proved["type "+name+" "+stateObject], name)
	}
}

func featuresIn(ops []ddl.Op) []ddl.Feature {
	var all []ddl.Feature
	for _, op := range ops {
		all = append(all, op.Facts().Features...)
		if f, ok := op.(*ddl.CreateFunction); ok {
			all = append(all, featuresIn(f.Effects)...)
		}
	}
	return all
}

// TestFeatureBelongsToItsOperation: of several subcommands, to the one that has
// it; of what only runs later, to none.
func TestFeatureBelongsToItsOperation(t *testing.T) {
	for _, c := range []struct {
		sql  string
		want [][]string
	}{
		{"ALTER TABLE t ADD COLUMN a int, ALTER COLUMN b SET COMPRESSION pglz", [][]string{nil, {"SET COMPRESSION"}}},
		{"ALTER TABLE t ADD COLUMN a int, ADD CHECK (a > 0) NOT ENFORCED, DROP COLUMN c", [][]string{nil, {"NOT ENFORCED"}, nil}},
		{"MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE RETURNING old.a", [][]string{{"OLD and NEW in RETURNING", "RETURNING of MERGE", "MERGE"}}},
		{"CREATE TABLE merge (storage int, nulls int, uuidv7 int)", [][]string{nil}},
		{"SELECT x.uuidv7()", [][]string{nil}},
		{"DO $$BEGIN EXECUTE 'ALTER TABLE t ALTER COLUMN b SET COMPRESSION pglz'; END$$", [][]string{nil}},
	} {
		st := Parse(source.NewFile("test.sql", c.sql).Whole()).Statements[0]
		require.Nil(t, st.Err, c.sql)
		var got [][]string
		for _, op := range st.Ops {
			var names []string
			for _, f := range op.Facts().Features {
				names = append(names, f.What)
			}
			got = append(got, names)
		}
		assert.Equal(t, c.want, got, c.sql)
	}
}
