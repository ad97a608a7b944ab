package compat

import (
	"cmp"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A Mention is a relation or a column of one in a statement.
type Mention struct {
	// Relation is schema.name of a relation, Column one of its columns or "".
	Relation, Column string
	// At is where the statement names it; zero where it does not, because a
	// star or a missing list of columns stands for it, or a view hides it.
	At source.Span
	// Written is set for what the statement gives a value or takes rows from.
	Written bool
}

// Mentions lists the relations and columns of a schema that a statement has to
// do with, in order of name: all that it finds there, whether or not it is
// refused.
func Mentions(st *ddl.Statement, c *catalog.Catalog) []Mention {
	a := analyse(st, c)
	var list []Mention
	views := &checker{c: c, analysis: scratch()}
	a.each(func(u use, at source.Span, written bool) {
		r := c.RelationByOID(u.relation)
		if r == nil {
			return
		}
		list = append(list, Mention{Relation: r.String(), At: at, Written: written && u.column == 0})
		attribute := r.AttributeByNum(u.column)
		if attribute == nil {
			return
		}
		list = append(list, Mention{Relation: r.String(), Column: attribute.Name, At: at, Written: written})
		for _, below := range views.viewUses(r, attribute) {
			if of := c.RelationByOID(below.relation); of != nil && of.AttributeByNum(below.column) != nil {
				list = append(list, Mention{Relation: of.String(), Column: of.AttributeByNum(below.column).Name, Written: written})
			}
		}
	})
	return settled(list)
}

// settled has each relation and column once: named where one of its mentions
// is, and written where one is.
func settled(list []Mention) []Mention {
	slices.SortFunc(list, func(a, b Mention) int {
		return cmp.Or(cmp.Compare(a.Relation, b.Relation), cmp.Compare(a.Column, b.Column), placedFirst(a, b), a.At.Compare(b.At))
	})
	var out []Mention
	for _, m := range list {
		if n := len(out); n > 0 && out[n-1].Relation == m.Relation && out[n-1].Column == m.Column {
			out[n-1].Written = out[n-1].Written || m.Written
			continue
		}
		out = append(out, m)
	}
	return out
}

// placedFirst puts mentions with a place first.
func placedFirst(a, b Mention) int {
	switch {
	case a.At.IsZero() == b.At.IsZero():
		return 0
	case b.At.IsZero():
		return -1
	}
	return 1
}
