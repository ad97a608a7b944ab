package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

var changeView = &Rule{
	Name:     "change-view",
	Title:    "A view refuses statements that it took from the previous version",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.ViewReplaced) { p.changedView(c.Before, c.After) }),
		On(func(p *Pass, c *catalog.RelationOptionChanged) { p.changedView(c.Before, c.After) }),
		On(func(p *Pass, c *catalog.RelationDropped) {
			if view := p.known(c.Relation); view != nil {
				p.changedView(c.Relation, p.successor(view))
			}
		}),
	),
}

// changedView reports what a view, which is after at the end of the step or of
// the window, no longer does.
func (p *Pass) changedView(before, after *catalog.Relation) {
	view := p.known(before)
	if view == nil || view.Kind != catalog.View || after == nil || after.Kind != catalog.View || p.guessed(view) {
		return
	}
	now := p.successor(view)
	if now == nil || now.Kind != catalog.View {
		return
	}
	report := func(what string) {
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: view.String(),
			Related:  createdAt(view.Created, view.Assumed),
			Message:  fmt.Sprintf("%s %s", describe(view), what),
		})
	}
	if updatable(view) && !updatable(after) && !updatable(now) && !view.Assumed {
		report("can no longer be written to, so INSERT, UPDATE and DELETE of the previous version fail with 55000")
	}
	if view.CheckOption == "" && before.CheckOption == "" && after.CheckOption != "" && now.CheckOption != "" {
		report("gets a check option, so INSERTs and UPDATEs of the previous version whose rows it would not show fail with 44000")
	}
	if !runsAsInvoker(view) && !runsAsInvoker(before) && runsAsInvoker(after) && runsAsInvoker(now) {
		report("runs with the privileges of whoever uses it now, so the previous version fails with 42501 where its role has none on the tables below, and their row security applies to it")
	}
}

// runsAsInvoker reports whether a view has security_invoker.
func runsAsInvoker(r *catalog.Relation) bool {
	return slices.ContainsFunc(r.Options, func(o ddl.Option) bool {
		if !strings.EqualFold(o.Name, "security_invoker") {
			return false
		}
		switch strings.ToLower(o.Value) {
		case "", "true", "on", "1", "yes", "t":
			return true
		}
		return false
	})
}

// reducing matches clauses with which a query's rows are no longer those of a
// table.
var reducing = regexp.MustCompile(`(?i)^\s*select\s+distinct\b|\b(?:group\s+by|having|limit|offset|fetch\s+(?:first|next))\b`)

// quotes matches what is not SQL's own words.
var quotes = regexp.MustCompile(`'(?:[^']|'')*'|"[^"]*"|--[^\n]*`)

// aggregates are the built-in ones that views are made with.
var aggregates = map[string]bool{
	"count": true, "sum": true, "avg": true, "min": true, "max": true, "bool_and": true, "bool_or": true, "every": true,
	"array_agg": true, "string_agg": true, "json_agg": true, "jsonb_agg": true, "json_object_agg": true, "jsonb_object_agg": true,
}

// reduces reports whether a query of one table groups its rows, or leaves some
// out otherwise than by WHERE.
func reduces(q *ddl.Query) bool {
	if reducing.MatchString(outer(quotes.ReplaceAllString(q.Text, "''"))) {
		return true
	}
	return slices.ContainsFunc(q.Targets, func(t *query.Target) bool {
		return t.Expr != nil && slices.ContainsFunc(t.Expr.Calls, func(c query.Call) bool { return aggregates[c.Name.Name] })
	})
}

// outer returns a text without what stands in parentheses.
func outer(text string) string {
	var b strings.Builder
	depth := 0
	for _, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}
