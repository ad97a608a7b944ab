package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var indexDroppedBeforeReplacement = &Rule{
	Name:     "index-dropped-before-replacement",
	Title:    "An index is dropped before the one that takes its place is built",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.IndexDropped) {
		if c.Cascade != "" || c.Table == nil || c.Index.Index == nil {
			return
		}
		table := p.known(c.Table)
		if table == nil || p.end(c.Table) == nil || p.Window.Base.RelationByOID(c.Index.OID) == nil || p.served(c.Table, c.Index) {
			return
		}
		later := p.after()
		for _, step := range later {
			for _, change := range step.Changes {
				created, ok := change.(*catalog.IndexCreated)
				if !ok || created.Table.OID != c.Table.OID || !serves(created.Index, c.Index) {
					continue
				}
				if shares, _ := p.sharing(p.Statement); shares && step.Transaction == p.Transaction {
					return // nobody sees the table without: work-under-exclusive-lock speaks
				}
				replacement := "index " + quoted(created.Index.Name) + ", which takes its place,"
				if created.Index.Name == c.Index.Name {
					replacement = "the index of that name that takes its place"
				}
				p.Report(Finding{
					At:       p.Op.Span(),
					Relation: table.String(),
					Object:   c.Index.Name,
					Message:  fmt.Sprintf("index %s of %s is dropped before %s is built, so queries of the previous version that use it read the whole table until then", quoted(c.Index.Name), describe(table), replacement),
					Related:  []Related{{At: step.Op.Span(), Message: "its replacement is built here"}},
				})
				return
			}
		}
	}),
}

// served reports whether another index of the table does after the drop what
// the dropped one did.
func (p *Pass) served(table, dropped *catalog.Relation) bool {
	r := p.After.RelationByOID(table.OID)
	return r != nil && slices.ContainsFunc(r.Indexes, func(oid catalog.OID) bool {
		x := p.After.RelationByOID(oid)
		return x != nil && serves(x, dropped)
	})
}

// serves reports whether an index can do for queries what another one did: its
// first columns are the other's.
func serves(index, other *catalog.Relation) bool {
	a, b := index.Index, other.Index
	if a == nil || b == nil || a.Method != b.Method || len(a.Elements) < len(b.Elements) {
		return false
	}
	if a.Where != nil && !sameExpr(a.Where, b.Where) {
		return false
	}
	for i, e := range b.Elements {
		f := a.Elements[i]
		if a.Columns[i] != b.Columns[i] || !sameExpr(e.Expr, f.Expr) || e.OpClass != f.OpClass || e.Collation != f.Collation {
			return false
		}
	}
	return true
}
