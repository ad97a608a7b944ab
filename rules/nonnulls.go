package rules

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// nonnulls matches a call of num_nonnulls with its arguments.
var nonnulls = pattern.New(`(?i)\bnum_nonnulls\s*\(([^()]*)\)`)

// countsNewNulls reports whether a CHECK is one that was there before, but for
// columns that num_nonnulls counts as well: they are born in the window and
// NULL in whatever the previous version writes.
func (p *Pass) countsNewNulls(r, table *catalog.Relation, check *ddl.Expr) bool {
	if !check.Calling("num_nonnulls") {
		return false
	}
	end := p.end(r)
	isNull := func(name string) bool {
		a := end.Attribute(name)
		return a != nil && p.knownColumn(r, a) == nil && !a.NotNull && !a.HasDefault()
	}
	now := counted(check, isNull)
	return slices.ContainsFunc(table.Constraints, func(c *catalog.Constraint) bool {
		return c.Kind == ddl.Check && c.Enforced && c.Check != nil && counted(c.Check, isNull) == now
	})
}

// counted returns a CHECK as text, with what num_nonnulls counts in order of
// name and without the columns left out.
func counted(check *ddl.Expr, without func(name string) bool) string {
	text := nonnulls.ReplaceAllStringFunc(oneLine(check.Text), func(call string) string {
		args := strings.Split(nonnulls.FindStringSubmatch(call)[1], ",")
		for i, a := range args {
			args[i] = strings.TrimSpace(a)
		}
		slices.Sort(args)
		return "num_nonnulls(" + strings.Join(slices.DeleteFunc(args, without), ", ") + ")"
	})
	return unwrapped(text)
}
