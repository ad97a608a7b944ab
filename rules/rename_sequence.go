package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameSequence = &Rule{
	Name:     "rename-sequence",
	Title:    "A sequence that the previous version may use is renamed",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.RelationRenamed) {
		s := p.known(c.Before)
		if s == nil || s.Kind != catalog.Sequence || s.Name != c.Before.Name {
			return // born in the window, or renamed before in it
		}
		if p.end(s) == nil || p.successor(s) != nil {
			return // dropped after all, or the old name still answers
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: s.String(),
			Related:  createdAt(s.Created, s.Assumed),
			Message:  fmt.Sprintf("%s is renamed to %s: defaults follow, but nextval() of the previous version with the old name fails with 42P01", describe(s), quoted(c.After.Name)),
		})
	}),
}
