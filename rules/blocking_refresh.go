package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var blockingRefresh = &Rule{
	Name:     "blocking-refresh",
	Title:    "REFRESH MATERIALIZED VIEW keeps reads of the view waiting until it is done",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Grows:    true,
	Check: On(func(p *Pass, op *ddl.RefreshMaterializedView) {
		if op.Concurrently || op.WithNoData || p.Refusal != nil {
			return
		}
		view := p.known(p.Before.Relation(op.View.Name))
		if view == nil || !view.Populated && !view.Assumed {
			return // nobody can read it yet
		}
		f := Finding{
			At:       op.Span(),
			Relation: view.String(),
			Related:  createdAt(view.Created, view.Assumed),
			Message:  fmt.Sprintf("REFRESH locks %s in ACCESS EXCLUSIVE mode, so reads of it wait until its query has run and its indexes are built", describe(view)),
		}
		if p.Call.IsZero() && p.refreshable(p.Before.RelationByOID(view.OID)) {
			f.Fixes = insertConcurrently(op.At, refreshHead, "Refresh with CONCURRENTLY")
		}
		p.Report(f)
	}),
}

// refreshable reports whether a view has what REFRESH CONCURRENTLY needs: a
// unique index on columns alone, of all rows.
func (p *Pass) refreshable(view *catalog.Relation) bool {
	if view == nil || !view.Populated {
		return false
	}
	for _, oid := range view.Indexes {
		x := p.Before.RelationByOID(oid)
		if x == nil || x.Index == nil || !x.Index.Unique || !x.Index.Valid || x.Index.Where != nil {
			continue
		}
		plain := true
		for _, e := range x.Index.Elements {
			plain = plain && e.Expr == nil
		}
		if plain {
			return true
		}
	}
	return false
}
