package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// labels finds string constants that may be labels of an enum type that lost
// them: those whose own type is not known, in a statement that uses the
// type. Of a statement in the body of a function, given is that function.
func (c *comparison) labels(st *ddl.Statement, given *catalog.Function) {
	for _, before := range c.before.Types() {
		after := c.after.TypeByOID(before.OID)
		if before.Kind != catalog.Enum || before == after || after == nil {
			continue
		}
		for _, label := range before.Labels {
			if slices.Contains(after.Labels, label) || !handles(given, before.OID) && !c.usesType(before.OID) {
				continue
			}
			for _, at := range c.untyped(st, label) {
				c.unknown = append(c.unknown, Reason{At: at, Text: fmt.Sprintf("type %s has no label %q any more, and whether the constant is one is not known", before, label)})
			}
		}
	}
}

// usesType reports whether a statement casts to a type, or uses a column of it.
func (c *comparison) usesType(oid catalog.OID) bool {
	for _, b := range c.old.bound {
		if b.typ == oid {
			return true
		}
		if a := attribute(c.before, use{b.relation, b.column}); a != nil && a.Type.Def == oid {
			return true
		}
	}
	return slices.ContainsFunc(c.routines(), func(f *catalog.Function) bool { return handles(f, oid) })
}

// handles reports whether a function takes or returns a type.
func handles(f *catalog.Function, oid catalog.OID) bool {
	return f != nil && (f.Returns.Def == oid || slices.ContainsFunc(f.Args, func(a catalog.Arg) bool { return a.Type.Def == oid }))
}

// untyped are the places of a string constant but for those where its type is
// known.
func (c *comparison) untyped(st *ddl.Statement, value string) []source.Span {
	constant := "'" + strings.ReplaceAll(value, "'", "''") + "'"
	var found []source.Span
	text, start := st.Span.Text(), st.Span.Start
	for from := 0; ; {
		i := strings.Index(text[from:], constant)
		if i < 0 {
			return found
		}
		at := source.Span{File: st.Span.File, Start: start + from + i, End: start + from + i + len(constant)}
		if !c.old.isTyped(at) {
			found = append(found, at)
		}
		from += i + len(constant)
	}
}

// isTyped reports whether the type of the constant at a place is known.
func (a *analysis) isTyped(at source.Span) bool {
	for typed := range a.typed {
		if typed.File == at.File && typed.Start <= at.Start && at.End <= typed.End {
			return true
		}
	}
	return false
}
