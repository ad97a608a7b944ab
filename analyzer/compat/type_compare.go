package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// retyped reports whether types decide what becomes of the statement: a column
// that it uses has another type, or a routine that it calls is another one.
func (c *comparison) retyped() bool {
	if c.old.overloaded || c.now.overloaded {
		return true
	}
	for u := range c.old.uses {
		if from, to := attribute(c.before, u), attribute(c.after, u); from != nil && to != nil && !c.sameType(from.Type, to.Type) {
			return true
		}
	}
	for at, old := range c.old.bound {
		now, ok := c.now.bound[at]
		switch {
		case old.routine != 0 && (now.routine != old.routine || c.otherResult(old.routine, now.routine)):
			return true
		case !ok || old.column == 0:
		case !c.sameColumnType(use{old.relation, old.column}, use{now.relation, now.column}):
			return true
		}
	}
	for i, w := range c.now.writes {
		if i < len(c.old.writes) && slices.ContainsFunc(w.columns, func(n int) bool {
			return !c.sameColumnType(use{c.old.writes[i].relation, n}, use{w.relation, n})
		}) {
			return true
		}
	}
	return false
}

func (c *comparison) sameColumnType(old, now use) bool {
	from, to := attribute(c.before, old), attribute(c.after, now)
	return from == nil || to == nil || c.sameType(from.Type, to.Type)
}

// retype analyses the statement again, with types.
func (c *comparison) retype(st *ddl.Statement) {
	inner := c.old.inner
	c.old, c.now = analyseTyped(st, c.before, inner), analyseTyped(st, c.after, inner)
}

func analyseTyped(st *ddl.Statement, c *catalog.Catalog, inner map[source.Span]ddl.Op) *analysis {
	k := newChecker(c, inner)
	k.types = newTyping()
	return k.analyse(st)
}

// doubts takes the steps of which only the new schema leaves it open whether
// they work, or that only there depend on the values.
func (c *comparison) doubts() {
	if c.now.types == nil {
		return
	}
	for _, d := range c.now.types.doubts {
		if !slices.ContainsFunc(c.old.types.doubts, func(o doubt) bool { return o.At == d.At && o.key == d.key }) {
			c.unknown = append(c.unknown, d.Reason)
		}
	}
	for at, code := range c.now.types.risky {
		if c.old.types.risky[at] == "" {
			e := Error{SQLState: code, At: at, Object: oneLine(at.Text()), Message: "a value does not fit the type that it is converted to"}
			e.Cause = c.typeCause(e)
			c.errors = append(c.errors, e)
		}
	}
}

// sameOutput reports whether the type of an output, which is not known, is the
// same on both schemas.
func (c *comparison) sameOutput(old, now output) bool {
	if c.now.types == nil || !old.typ.IsZero() || !now.typ.IsZero() {
		return false
	}
	return old.settled().String() == now.settled().String()
}

// assigns reports whether what is written to a column was looked at, and found
// to be known.
func (a *analysis) assigns(to *catalog.Attribute) (known, seen bool) {
	if a.types == nil {
		return false, false
	}
	known, seen = a.types.assigned[to]
	return known, seen
}

// typeCause says which column has another type: the one that is named next to
// the place of the error.
func (c *comparison) typeCause(e Error) string {
	if c.now.types == nil || !strings.HasPrefix(e.SQLState, "42") && !strings.HasPrefix(e.SQLState, "22") {
		return ""
	}
	cause, nearest := "", source.Span{}
	for at, now := range c.now.bound {
		old, ok := c.old.bound[at]
		if !ok || now.column == 0 || at.File != e.At.File || cause != "" && further(e.At, at, nearest) {
			continue
		}
		from, to := attribute(c.before, use{old.relation, old.column}), attribute(c.after, use{now.relation, now.column})
		if from == nil || to == nil || c.sameType(from.Type, to.Type) {
			continue
		}
		nearest = at
		cause = fmt.Sprintf("column %s of %s is of type %s instead of %s", to.Name, c.relationName(old.relation), to.Type, from.Type)
	}
	return cause
}

// further reports whether a is further from a place than b, or after it at the
// same distance.
func further(from, a, b source.Span) bool {
	distance := func(s source.Span) int { return max(s.Start-from.Start, from.Start-s.Start) }
	return distance(a) > distance(b) || distance(a) == distance(b) && a.Start > b.Start
}
