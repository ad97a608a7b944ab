package compat

import (
	"cmp"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/source"
)

// A Use is something of a schema that a statement names, or that a star stands
// for.
type Use struct {
	// Relation is schema.name of a relation, function or type, Object a column
	// of it or "".
	Relation, Object string
}

// each visits the relations and columns that a statement has to do with, in no
// order and some more than once: where it names them, a zero place where it does
// not, and whether it writes them.
func (a *analysis) each(visit func(u use, at source.Span, written bool)) {
	for at, b := range a.bound {
		visit(use{b.relation, b.column}, at, false)
	}
	for u := range a.uses {
		visit(u, source.Span{}, false)
	}
	for _, oid := range a.reads {
		visit(use{relation: oid}, source.Span{}, false)
	}
	for _, w := range a.writes {
		for _, oid := range []catalog.OID{w.relation, w.base} {
			visit(use{relation: oid}, w.at, true)
		}
		for _, num := range w.columns {
			visit(use{w.relation, num}, source.Span{}, true)
		}
	}
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
	a.each(func(u use, _ source.Span, _ bool) { column(u) })
	for _, b := range a.bound {
		if f := c.FunctionByOID(b.routine); f != nil {
			list = append(list, Use{Relation: f.QualifiedName().String()})
		}
		if t := c.TypeByOID(b.typ); t != nil {
			list = append(list, Use{Relation: t.String()})
		}
	}
	for _, w := range a.writes {
		for _, num := range w.columns {
			column(use{w.base, num})
		}
	}
	slices.SortFunc(list, func(a, b Use) int {
		return cmp.Or(cmp.Compare(a.Relation, b.Relation), cmp.Compare(a.Object, b.Object))
	})
	return slices.Compact(list)
}
