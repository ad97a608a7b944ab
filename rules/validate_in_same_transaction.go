package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var validateInSameTransaction = &Rule{
	Name:     "validate-in-same-transaction",
	Title:    "A constraint is validated in the transaction that adds it NOT VALID, under the lock of that",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Grows:    true,
	Check: On(func(p *Pass, c *catalog.ConstraintValidated) {
		table := p.known(c.Relation)
		added := p.addedBefore(p.Statement, c.Constraint.OID)
		shares, certain := p.sharing(p.Statement)
		if table == nil || added == nil || !shares || p.end(table) == nil || p.followsParent(c.Relation) {
			return
		}
		mode := lock.AccessExclusive
		for _, a := range added.Locks() {
			if a.Relation == c.Relation.OID {
				mode = a.Mode
			}
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   c.Constraint.Name,
			Related:  []Related{{At: added.Span, Message: "added here, with a " + mode.SQL() + " lock"}},
			Message:  fmt.Sprintf("constraint %s is validated in the transaction that adds it, which holds %s locked in %s mode, so %s wait until every row is read", quoted(c.Constraint.Name), describe(table), mode.SQL(), waiting(mode)),
		}
		if !certain {
			f.Severity = Warning
			f.Message = fmt.Sprintf("constraint %s is validated just after it is added, so where the script runs in one transaction %s stays locked in %s mode, and %s wait until every row is read", quoted(c.Constraint.Name), describe(table), mode.SQL(), waiting(mode))
		}
		p.Report(f)
	}),
}

// addedBefore returns the statement of the same transaction that added a
// constraint, or nil.
func (p *Pass) addedBefore(s *replay.Statement, constraint catalog.OID) *replay.Statement {
	before := p.release.constraints[constraint]
	if before != nil && before.Transaction == s.Transaction && s.Transaction != 0 && p.release.positions[before] < p.release.positions[s] {
		return before
	}
	return nil
}

// validates returns the constraint that a statement validates where its own
// transaction added it; nil for all others.
func (p *Pass) validates(s *replay.Statement) *catalog.Constraint {
	for _, step := range s.Steps {
		if _, ok := step.Op.(*ddl.ValidateConstraint); !ok {
			continue
		}
		for _, c := range step.Changes {
			if v, ok := c.(*catalog.ConstraintValidated); ok && p.known(v.Relation) != nil && p.addedBefore(s, v.Constraint.OID) != nil {
				return v.Constraint
			}
		}
	}
	return nil
}
