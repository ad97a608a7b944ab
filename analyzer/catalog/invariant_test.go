package catalog_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// Whatever statements come in whatever order, what refers to something refers
// to what is there.
func TestInvariants(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var ops []ddl.Op
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, st := range parser.Parse(source.NewFile(file, string(text)).Whole()).Statements {
			ops = append(ops, st.Ops...)
		}
	}
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 7))
		shuffled := slices.Clone(ops)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if seed == 0 {
			shuffled = ops
		}
		c := catalog.New(seed%2 == 0)
		for i, op := range append(slices.Clone(shuffled), shuffled...) {
			next, _, refused := c.Apply(op)
			if refused == nil && i%5 == 0 {
				if fault := invariantFault(next); fault != "" {
					require.Fail(t, fault, "after %q, seed %d", op.Span().Text(), seed)
				}
			}
			c = next
		}
	}
}

func invariantFault(c *catalog.Catalog) string {
	for r := range c.Relations() {
		if found := c.Relation(r.QualifiedName()); found != r {
			return "another relation has the name of " + r.String()
		}
		if c.RelationByOID(r.OID) != r {
			return "another relation has the OID of " + r.String()
		}
		if fault := relationFault(c, r); fault != "" {
			return r.String() + ": " + fault
		}
	}
	return ""
}

func relationFault(c *catalog.Catalog, r *catalog.Relation) string {
	last := 0
	for _, a := range r.Attributes {
		if a.Num <= last || a.Num > r.LastNum {
			return "attribute number of " + a.Name
		}
		last = a.Num
		if r.Attribute(a.Name) != a {
			return "two columns " + a.Name
		}
		if a.Sequence != 0 && c.RelationByOID(a.Sequence) == nil {
			return "no sequence of " + a.Name
		}
		if a.Type.Def != 0 && !c.Has(a.Type.Def) {
			return "no type of " + a.Name
		}
	}
	has := func(r *catalog.Relation, columns []int) bool {
		return !slices.ContainsFunc(columns, func(n int) bool { return n != 0 && r.AttributeByNum(n) == nil })
	}
	for _, oid := range r.Indexes {
		if x := c.RelationByOID(oid); x == nil || x.Index == nil || x.Index.Table != r.OID {
			return "its index is not"
		}
	}
	if x := r.Index; x != nil {
		table := c.RelationByOID(x.Table)
		if table == nil || !slices.Contains(table.Indexes, r.OID) {
			return "its table does not know it"
		}
		if !has(table, x.Columns) || !has(table, x.Include) || !has(table, x.Refs) {
			return "column of an index"
		}
		if x.Constraint != 0 && table.ConstraintByOID(x.Constraint) == nil {
			return "no constraint of an index"
		}
	}
	for _, k := range r.Constraints {
		if !has(r, k.Columns) {
			return "column of " + k.Name
		}
		if k.Index != 0 && c.RelationByOID(k.Index) == nil {
			return "no index of " + k.Name
		}
		if k.Kind != ddl.ForeignKey {
			continue
		}
		if ref := c.RelationByOID(k.References); ref == nil || !has(ref, k.ReferencedColumns) {
			return "target of " + k.Name
		}
	}
	for _, oid := range r.Parents {
		if p := c.RelationByOID(oid); p == nil || !slices.Contains(p.Children, r.OID) {
			return "parent"
		}
	}
	for _, oid := range r.Children {
		if child := c.RelationByOID(oid); child == nil || !slices.Contains(child.Parents, r.OID) {
			return "child"
		}
	}
	if s := r.Sequence; s != nil && s.OwnedBy != 0 {
		if owner := c.RelationByOID(s.OwnedBy); owner == nil || !has(owner, []int{s.OwnedByAttr}) {
			return "owner"
		}
	}
	return ""
}
