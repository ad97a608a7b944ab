package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

var starInView = &Rule{
	Name:     "star-in-view",
	Title:    "A view takes all columns of a table",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: Any(
		On(func(p *Pass, op *ddl.CreateView) { p.starIn(op.View, op.Query) }),
		On(func(p *Pass, op *ddl.CreateTableAs) {
			if op.Materialized {
				p.starIn(op.Table, op.Query)
			}
		}),
	),
}

func (p *Pass) starIn(view ddl.Ref, q *ddl.Query) {
	v := p.After.Relation(view.Name)
	if v == nil || v.Temporary || v.Kind != catalog.View && v.Kind != catalog.MaterializedView || p.end(v) == nil || p.Refusal != nil || p.RolledBack || len(p.Changes) == 0 {
		return
	}
	if at, found := starOf(q); found {
		p.Report(Finding{
			At:       p.within(at),
			Relation: v.String(),
			Message:  fmt.Sprintf("%s takes all columns that there are now: it does not show those that come later, and none of them can be dropped or get another type while it is there", describe(v)),
		})
	}
}

// starOf returns a star that yields columns of a table, of the query itself: one
// over a subquery or WITH query yields what that lists.
func starOf(q *ddl.Query) (at source.Span, found bool) {
	if q == nil {
		return at, false
	}
	for _, part := range []*ddl.Query{q.Left, q.Right} {
		if at, found = starOf(part); found {
			return at, true
		}
	}
	for _, t := range q.Targets {
		star, ok := t.Star()
		if !ok {
			continue
		}
		for _, item := range q.From {
			if star.Qualifier.Name != "" && star.Qualifier.Name != item.Alias && (item.Relation == nil || star.Qualifier.Name != item.Relation.Name.Name) {
				continue
			}
			if in, nested := starOf(item.Subquery); nested {
				return in, true
			}
			if item.Relation == nil {
				continue
			}
			i := slices.IndexFunc(q.With, func(c *query.CTE) bool { return c.Name.Name == item.Relation.Name.Name && item.Relation.Schema == "" })
			if i < 0 {
				return star.At, true
			}
			if in, nested := starOf(q.With[i].Query); nested {
				return in, true
			}
		}
	}
	return at, false
}
