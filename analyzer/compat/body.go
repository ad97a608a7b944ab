package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// bodies finds routines that the statement calls, and triggers that it fires,
// whose bodies the change reaches. A body runs its statements depending on
// rows and arguments, and binds them late: what becomes of it is not known.
func (c *comparison) bodies() {
	for at, old := range c.old.bound {
		f := c.before.FunctionByOID(old.routine)
		if f != nil && c.now.bound[at].routine == old.routine && c.reaches(f) {
			c.unknown = append(c.unknown, Reason{At: at, Text: fmt.Sprintf("the change reaches the body of function %s", f.Signature())})
		}
	}
	for _, w := range c.now.writes {
		before, after := c.before.RelationByOID(w.base), c.after.RelationByOID(w.base)
		if before == nil || after == nil {
			continue
		}
		for _, t := range after.Triggers {
			f := c.before.FunctionByOID(t.Function)
			if f != nil && (c.reaches(f) || mentionsLost(f.Body, before, after)) {
				c.unknown = append(c.unknown, Reason{At: w.at, Text: fmt.Sprintf("the change reaches the function of trigger %s", t.Name)})
			}
		}
	}
}

// reaches reports whether a statement of the body meets an error on the new
// schema that it does not meet on the old one.
func (c *comparison) reaches(f *catalog.Function) bool {
	ops := slices.Clone(f.Effects)
	for _, q := range f.Queries {
		ops = append(ops, &ddl.Select{Base: ddl.Base{At: q.At}, Query: q})
	}
	for _, op := range ops {
		st := &ddl.Statement{Span: op.Span(), Ops: []ddl.Op{op}}
		inner := newComparison(st, c.before, c.after)
		inner.fresh()
		inner.vanished()
		inner.labels(st, f)
		inner.types()
		if len(inner.errors)+len(inner.unknown) > 0 {
			return true
		}
	}
	return false
}

// mentionsLost reports whether a text has the name of a column that is gone.
func mentionsLost(body string, before, after *catalog.Relation) bool {
	return slices.ContainsFunc(before.Attributes, func(a *catalog.Attribute) bool {
		return after.Attribute(a.Name) == nil && strings.Contains(strings.ToLower(body), strings.ToLower(a.Name))
	})
}
