package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
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
	if updatable(p.Window.Base, view) && !updatable(p.After, after) && !updatable(p.Window.End, now) && !view.Assumed {
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
