package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var duplicateIndex = &Rule{
	Name:     "duplicate-index",
	Title:    "An index does nothing that another one of the table does not do",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: onBornIndexes(func(p *Pass, t, x *catalog.Relation) {
		for _, oid := range t.Indexes {
			other := p.Window.End.RelationByOID(oid)
			if other == nil || other.Index == nil || other.OID == x.OID {
				continue
			}
			idle, busy := x, other
			if p.Window.Existed(other.OID) && !p.replaceable(t, x, other) {
				idle, busy = other, x
			}
			if !p.replaceable(t, idle, busy) || p.replaceable(t, busy, idle) && idle.OID < busy.OID && !p.Window.Existed(busy.OID) {
				continue // of two that are alike, the later one
			}
			p.Report(Finding{
				At:       p.Op.Span(),
				Relation: t.String(),
				Object:   idle.Name,
				Related:  createdAt(other.Created, other.Assumed),
				Message:  fmt.Sprintf("index %s of %s finds nothing that index %s does not find as well, and writes keep both up to date", quoted(idle.Name), describe(t), quoted(busy.Name)),
			})
			return
		}
	}),
}

// replaceable reports whether an index is as good as another one for whatever
// needs it: it has the same keys in the same order, or the first of them, and
// of the same rows.
func (p *Pass) replaceable(t, idle, busy *catalog.Relation) bool {
	a, b := idle.Index, busy.Index
	n := len(a.Elements)
	switch {
	case n == 0 || n > len(b.Elements) || n > len(a.Columns) || n > len(b.Columns) || a.Method != b.Method || a.Exclusion || !b.Valid || idle.Extension != "":
		return false
	case n < len(b.Elements) && (a.Unique || a.Method != "btree"):
		return false // unique by fewer columns is more; other methods know no order
	case a.Unique && (!b.Unique || a.NullsNotDistinct != b.NullsNotDistinct && !allNotNull(t, a) || p.pinned(t, idle, busy)):
		return false
	case a.Clustered && !b.Clustered || t.ReplicaIdentity == "index" && t.ReplicaIndex == idle.Name:
		return false
	case (a.Where == nil) != (b.Where == nil) || a.Where != nil && oneLine(a.Where.Text) != oneLine(b.Where.Text):
		return false
	}
	for _, num := range a.Include {
		if !slices.Contains(b.Include, num) && !slices.Contains(b.Columns, num) {
			return false
		}
	}
	for i, e := range a.Elements {
		f := b.Elements[i]
		if a.Columns[i] != b.Columns[i] || e.OpClass != f.OpClass || e.Collation != f.Collation || e.Desc != f.Desc || e.NullsFirst != f.NullsFirst {
			return false
		}
		if a.Columns[i] == 0 && (e.Expr == nil || f.Expr == nil || unwrapped(oneLine(e.Expr.Text)) != unwrapped(oneLine(f.Expr.Text))) {
			return false
		}
	}
	return true
}

// pinned reports whether a unique index is more than an index: the primary key,
// a constraint that can wait for the commit, or what a foreign key refers to: the
// first to fit it.
func (p *Pass) pinned(t, index, other *catalog.Relation) bool {
	k := t.ConstraintByOID(index.Index.Constraint)
	if index.Index.Primary || k != nil && k.Deferrable {
		return true
	}
	if index.OID > other.OID {
		return false
	}
	for _, r := range p.referring(t.OID) {
		for _, key := range r.Constraints {
			if key.Kind == ddl.ForeignKey && key.References == t.OID && sameColumns(key.ReferencedColumns, index.Index.Columns) {
				return true
			}
		}
	}
	return false
}

func sameColumns(a, b []int) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(n int) bool { return !slices.Contains(b, n) })
}
