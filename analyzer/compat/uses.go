package compat

import (
	"cmp"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

// A Use is something of a schema that a statement names, or that a star stands
// for.
type Use struct {
	// Relation is schema.name of a relation, function or type, Object a column
	// of it or "".
	Relation, Object string
}

// used lists what a statement uses of a schema, also through views, in order of
// name.
func (a *analysis) used(c *catalog.Catalog) []Use {
	var list []Use
	views := &checker{c: c, analysis: scratch()}
	var column func(u use)
	column = func(u use) {
		r := c.RelationByOID(u.relation)
		if r == nil {
			return
		}
		list = append(list, Use{Relation: r.String()})
		if attribute := r.AttributeByNum(u.column); attribute != nil {
			list = append(list, Use{r.String(), attribute.Name})
			for _, below := range views.viewUses(r, attribute) {
				column(below)
			}
		}
	}
	for _, b := range a.bound {
		column(use{b.relation, b.column})
		if f := c.FunctionByOID(b.routine); f != nil {
			list = append(list, Use{Relation: f.QualifiedName().String()})
		}
		if t := c.TypeByOID(b.typ); t != nil {
			list = append(list, Use{Relation: t.String()})
		}
	}
	for u := range a.uses {
		column(u)
	}
	for _, oid := range a.reads {
		column(use{relation: oid})
	}
	for _, w := range a.writes {
		for _, oid := range []catalog.OID{w.relation, w.base} {
			column(use{relation: oid})
			for _, num := range w.columns {
				column(use{oid, num})
			}
		}
	}
	slices.SortFunc(list, func(a, b Use) int {
		return cmp.Or(cmp.Compare(a.Relation, b.Relation), cmp.Compare(a.Object, b.Object))
	})
	return slices.Compact(list)
}
