package rules

import "github.com/migracheck/migracheck/analyzer/catalog"

// onNewColumns returns a check of columns that a relation has at the end of the
// window and the previous version does not know, once for each statement that
// brings some: ADD COLUMN, and a view that is made anew with more columns. What
// children inherit is their parent's news.
func onNewColumns(check func(p *Pass, r *catalog.Relation, names []string)) Check {
	view := func(p *Pass, before *catalog.Relation) {
		r := p.known(before)
		if r == nil || r.Kind != catalog.View || len(r.Attributes) == 0 {
			return
		}
		now := p.successor(r)
		if now == nil {
			return
		}
		var names []string
		for _, a := range now.Attributes {
			if r.Attribute(a.Name) == nil {
				names = append(names, a.Name)
			}
		}
		if len(names) > 0 {
			check(p, r, names)
		}
	}
	return Any(
		On(func(p *Pass, c *catalog.ColumnAdded) {
			r, _ := p.newColumn(c)
			if r == nil {
				return
			}
			// The first of a statement speaks for those after it.
			var names []string
			for _, step := range p.Steps {
				for _, other := range step.Changes {
					added, ok := other.(*catalog.ColumnAdded)
					if !ok || added.Relation.OID != c.Relation.OID {
						continue
					}
					if _, a := p.newColumn(added); a != nil {
						names = append(names, a.Name)
					}
				}
			}
			if len(names) > 0 && names[0] == c.Attribute.Name {
				check(p, r, names)
			}
		}),
		On(func(p *Pass, c *catalog.ViewReplaced) {
			if len(c.After.Attributes) > len(c.Before.Attributes) {
				view(p, c.Before)
			}
		}),
		On(func(p *Pass, c *catalog.RelationDropped) { view(p, c.Relation) }),
	)
}

// newColumn returns a column that is new to a table which the previous version
// knows, as it is at the end of the window, and that table; nil where it is not
// news.
func (p *Pass) newColumn(c *catalog.ColumnAdded) (*catalog.Relation, *catalog.Attribute) {
	table, end := p.known(c.Relation), p.endColumn(c.Relation, c.Attribute)
	if table == nil || end == nil || table.Kind == catalog.CompositeType || p.followsParent(c.Relation) {
		return nil, nil
	}
	if p.replaced(c) != nil {
		return nil, nil // dropped and made anew
	}
	return table, end
}
