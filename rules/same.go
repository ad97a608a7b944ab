package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// with says what a CASCADE followed, for a message; "" where there was none.
func with(cascade string) string {
	if cascade == "" {
		return ""
	}
	names := splitNames(cascade)
	if len(names) > 1 {
		return fmt.Sprintf(" along with %s and %d more", quoted(names[0]), len(names)-1)
	}
	return " along with " + quoted(cascade)
}

// splitNames splits a list at its commas outside of argument lists.
func splitNames(list string) []string {
	var names []string
	depth, from := 0, 0
	for i, r := range list {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			names = append(names, list[from:i])
			from = i + 2
		}
	}
	return append(names, list[min(from, len(list)):])
}

// schemaGoes reports whether the step drops the schema, with all that is in
// it: drop-schema speaks.
func (p *Pass) schemaGoes(schema string) bool {
	return changed(p, func(c *catalog.SchemaDropped) bool { return c.Schema.Name == schema })
}

// schemaRenamed reports whether the step renames a schema: rename-schema speaks.
func (p *Pass) schemaRenamed() bool {
	return changed(p, func(*catalog.SchemaRenamed) bool { return true })
}

// sameExpr reports whether two expressions are the same but for white space.
func sameExpr(a, b *ddl.Expr) bool {
	if a == nil || b == nil {
		return a == b
	}
	return slices.Equal(strings.Fields(a.Text), strings.Fields(b.Text))
}

// sameTypeName reports whether two types are the same but for modifiers, which
// arguments of routines do not have. A type that was made anew is the same.
func sameTypeName(a, b catalog.Type) bool {
	return a.Name == b.Name && (a.Dims > 0) == (b.Dims > 0)
}

// sameTrigger reports whether two triggers do the same at the same time.
func sameTrigger(a, b *catalog.Trigger) bool {
	return a.FunctionName.Name == b.FunctionName.Name && a.Timing == b.Timing && a.ForEachRow == b.ForEachRow &&
		sameSet(a.Events, b.Events) && slices.Equal(a.Columns, b.Columns) && slices.Equal(a.Args, b.Args) && sameExpr(a.When, b.When)
}

// samePolicy reports whether two policies allow the same, whatever their names.
func samePolicy(a, b *catalog.Policy) bool {
	return a.Restrictive == b.Restrictive && a.Command == b.Command && sameSet(a.Roles, b.Roles) &&
		sameExpr(a.Using, b.Using) && sameExpr(a.WithCheck, b.WithCheck)
}

// sameRule reports whether two rewrite rules apply to the same statements. What
// they make of them is not known.
func sameRule(a, b *catalog.Rule) bool {
	return a.Event == b.Event && a.Instead == b.Instead && sameExpr(a.Where, b.Where)
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// before returns the relation as it was before the window. Where the history did
// not show it then, nothing is known of it.
func (p *Pass) before(r *catalog.Relation) *catalog.Relation {
	if before := p.Window.Base.RelationByOID(r.OID); before != nil {
		return before
	}
	return &catalog.Relation{}
}

// predates returns the relation that a statement about a part of it names,
// where that part was there before this history: the relation is assumed, or
// would be.
func (p *Pass) predates(op *ddl.DropPart, has func(*catalog.Relation) bool) (r *catalog.Relation, ok bool) {
	if p.Refusal != nil || p.RolledBack || p.Down {
		return nil, false
	}
	r = p.After.Relation(op.Table.Name)
	if r == nil || !r.Assumed || has(r) {
		return nil, false
	}
	if before := p.Before.Relation(op.Table.Name); before != nil && has(before) {
		return nil, false // a change says so
	}
	end := p.end(r)
	return r, end != nil && !has(end)
}
