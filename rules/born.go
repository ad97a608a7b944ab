package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// What is born in a window is judged as it is at the end: a primary key, an
// index or a comment may come in a later statement, and what is dropped again
// is nobody's business. The place is the statement that brings it.

// onBornTables returns a check of the tables that the window creates. What takes
// after a parent, partitions and children, is that parent's business.
func onBornTables(check func(p *Pass, t *catalog.Relation)) Check {
	return On(func(p *Pass, c *catalog.RelationCreated) {
		if t := p.permanent(c.Relation); t != nil && len(t.Parents) == 0 {
			check(p, t)
		}
	})
}

// permanent returns a table as it is at the end of the window; nil where it is
// gone or temporary, and for other relations.
func (p *Pass) permanent(r *catalog.Relation) *catalog.Relation {
	t := p.end(r)
	if t == nil || t.Temporary || t.Kind != catalog.Table && t.Kind != catalog.PartitionedTable {
		return nil
	}
	return t
}

// onBornColumns returns a check of the columns that the window brings, with new
// tables or without. What is inherited is the parent's business.
func onBornColumns(check func(p *Pass, t *catalog.Relation, a *catalog.Attribute)) Check {
	bring := func(p *Pass, r *catalog.Relation, columns ...*catalog.Attribute) {
		t := p.permanent(r)
		if t == nil {
			return
		}
		for _, c := range columns {
			if a := t.AttributeByNum(c.Num); a != nil && a.Inherited == 0 {
				check(p, t, a)
			}
		}
	}
	return Any(
		On(func(p *Pass, c *catalog.RelationCreated) { bring(p, c.Relation, c.Relation.Attributes...) }),
		On(func(p *Pass, c *catalog.ColumnAdded) { bring(p, c.Relation, c.Attribute) }),
	)
}

// onBornTypes returns a check of the types that columns get in the window: those
// of new columns, and others to which they change; and those that new domains
// are over. What is objectionable about a type is said by why, "" for nothing: a
// column that had such a type before is not reported again, nor are columns that
// a statement copies from another table.
func onBornTypes(why func(p *Pass, t catalog.Type) string) Check {
	return Any(
		onBornColumns(func(p *Pass, t *catalog.Relation, a *catalog.Attribute) {
			if p.writtenOut(a) {
				p.columnType(t, a, why(p, a.Type))
			}
		}),
		On(func(p *Pass, c *catalog.ColumnTypeChanged) {
			t := p.permanent(c.Relation)
			if t == nil || p.followsParent(c.Relation) {
				return
			}
			known, a := p.knownColumn(c.Relation, c.After), t.AttributeByNum(c.After.Num)
			if known == nil || a == nil || !a.Type.Equal(c.After.Type) || known.Type.IsZero() || why(p, known.Type) != "" {
				return
			}
			p.columnType(t, a, why(p, a.Type))
		}),
		On(func(p *Pass, c *catalog.TypeCreated) {
			d := p.Window.End.TypeByOID(c.Type.OID)
			if d == nil || d.Kind != catalog.Domain {
				return
			}
			if consequence := why(p, d.Base); consequence != "" {
				p.Report(Finding{At: p.Op.Span(), Relation: d.String(), Message: "domain " + quoted(d.String()) + " is over " + d.Base.String() + ", " + consequence})
			}
		}),
	)
}

func (p *Pass) columnType(t *catalog.Relation, a *catalog.Attribute, consequence string) {
	if consequence != "" {
		p.Report(Finding{At: p.within(a.Created), Relation: t.String(), Object: a.Name, Message: describeColumn(t, a) + " is " + a.Type.String() + ", " + consequence})
	}
}

// writtenOut reports whether the statement defines a column, and does not take
// it from another table or a query.
func (p *Pass) writtenOut(a *catalog.Attribute) bool { return a.Created != p.Op.Span() }

// within returns a place in the operation, else that of the operation: at the
// name of the table that it creates.
func (p *Pass) within(at source.Span) source.Span {
	whole := p.Op.Span()
	if !at.IsZero() && at != whole && whole.Contains(at) {
		return at
	}
	switch op := p.Op.(type) {
	case *ddl.CreateTable:
		at = op.Table.At
	case *ddl.CreateTableAs:
		at = op.Table.At
	default:
		return whole
	}
	if at.IsZero() {
		return whole
	}
	return at
}

// onBornIndexes returns a check of the indexes that the window brings, those of
// constraints too. Those that follow an index of a parent are its business.
func onBornIndexes(check func(p *Pass, t, x *catalog.Relation)) Check {
	return On(func(p *Pass, c *catalog.RelationCreated) {
		x := p.end(c.Relation)
		if x == nil || x.Index == nil || x.Index.Parent != 0 || x.Temporary {
			return
		}
		if t := p.Window.End.RelationByOID(x.Index.Table); t != nil {
			check(p, t, x)
		}
	})
}

// isType reports whether a type is one of the built-in types of these names, or
// an array of it.
func isType(t catalog.Type, names ...string) bool {
	return t.Def == 0 && !t.Assumed && slices.Contains(names, t.Name.Name)
}
