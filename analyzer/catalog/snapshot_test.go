package catalog_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// TestSnapshotsStay performs the operations of the recorded scripts in random
// order, so that most of what they need is missing or in the way, and holds the
// catalog to its promises: no panic, nothing happens where an operation is
// refused, and no snapshot changes once it was made.
func TestSnapshotsStay(t *testing.T) {
	files, err := filepath.Glob("testdata/objects/*.sql")
	require.NoError(t, err)
	var ops []ddl.Op
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, st := range parser.Parse(source.NewFile(file, string(text)).Whole()).Statements {
			ops = append(ops, st.Ops...)
		}
	}
	require.NotEmpty(t, ops)
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 0))
		c := catalog.New(seed%2 == 0)
		var snapshots []*catalog.Catalog
		var prints []string
		for range 600 {
			op := ops[random.IntN(len(ops))]
			next, changes, refused := c.Apply(op)
			if refused != nil {
				require.Same(t, c, next)
				require.Empty(t, changes)
				continue
			}
			snapshots, prints = append(snapshots, next), append(prints, fingerprint(next))
			c = next
		}
		for i, s := range snapshots {
			require.Equal(t, prints[i], fingerprint(s), "seed %d, snapshot %d", seed, i)
		}
		assert.Greater(t, len(snapshots), 100, "most operations cannot be refused")
	}
}

// fingerprint writes out what operations on a snapshot could reach by mistake.
func fingerprint(c *catalog.Catalog) string {
	var b strings.Builder
	for r := range c.Relations() {
		fmt.Fprintln(&b, r, r.Kind, r.Owner, r.Comment, r.ACL, r.Indexes, r.Children, r.DroppedColumns, r.RowSecurity, r.ReplicaIdentity)
		for _, a := range r.Attributes {
			fmt.Fprintln(&b, " ", a.Num, a.Name, a.Type, a.NotNull, a.Comment, a.ACL, a.Sequence)
		}
		for _, x := range r.Constraints {
			fmt.Fprintln(&b, " ", x.Name, x.Columns, x.Valid, x.Comment)
		}
		for _, x := range r.Triggers {
			fmt.Fprintln(&b, " ", x.Name, x.State, x.FunctionName, x.Columns)
		}
		for _, x := range r.Policies {
			fmt.Fprintln(&b, " ", x.Name, x.Roles)
		}
		for _, x := range r.Rules {
			fmt.Fprintln(&b, " ", x.Name, x.State)
		}
		if r.Sequence != nil {
			fmt.Fprintln(&b, " ", *r.Sequence)
		}
	}
	for _, x := range c.Types() {
		fmt.Fprintln(&b, x, x.Labels, x.NotNull, x.Owner, x.ACL, x.Base)
		for _, y := range x.Constraints {
			fmt.Fprintln(&b, " ", y.Name, y.Valid)
		}
	}
	for _, x := range c.AllFunctions() {
		fmt.Fprintln(&b, x.Signature(), x.Returns, x.Owner, x.ACL, x.Volatility)
	}
	for _, x := range c.Objects() {
		fmt.Fprintln(&b, x.Kind, x.Name, x.Part, x.Owner, x.Tables)
	}
	for _, x := range c.Schemas() {
		fmt.Fprintln(&b, x.Name, x.Owner, x.ACL)
	}
	for _, x := range c.Extensions() {
		fmt.Fprintln(&b, x.Name, x.Version)
	}
	return b.String()
}
