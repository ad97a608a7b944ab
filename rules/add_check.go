package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var addCheck = &Rule{
	Name:     "add-check",
	Title:    "A new CHECK constraint refuses what the previous version may write",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ConstraintAdded) {
		if c.Constraint.Kind != ddl.Check || c.Constraint.Check == nil || !c.Constraint.Enforced {
			return
		}
		table := p.known(c.Relation)
		if table == nil || p.followsParent(c.Relation) || p.onlyNew(c.Relation, c.Constraint.Columns) {
			return
		}
		end := p.endConstraint(c.Relation, c.Constraint)
		if end == nil || impliedBefore(table, c.Constraint.Check) || p.isNotNull(c.Relation, c.Constraint) {
			return
		}
		also := ""
		if !c.Constraint.Valid {
			also = ", although NOT VALID,"
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   end.Name,
			Message:  fmt.Sprintf("new CHECK constraint %s of %s%s is enforced for new rows at once, so INSERTs and UPDATEs of the previous version that do not satisfy it fail with 23514", quoted(end.Name), describe(table), also),
		})
	}),
}

// onlyNew reports whether all of the columns, of which there are some, were
// born in the window.
func (p *Pass) onlyNew(r *catalog.Relation, columns []int) bool {
	for _, n := range columns {
		if a := r.AttributeByNum(n); a == nil || p.knownColumn(r, a) != nil {
			return false
		}
	}
	return len(columns) > 0
}

// isNotNull reports whether the constraint says no more than that columns are
// NOT NULL, which they are at the end of the window: set-not-null speaks.
func (p *Pass) isNotNull(r *catalog.Relation, c *catalog.Constraint) bool {
	e := c.Check
	if len(e.NotNull) == 0 || len(e.NotNull) != len(e.Columns) || len(e.Operators)+len(e.Calls) > 0 {
		return false
	}
	end := p.end(r)
	return !slices.ContainsFunc(e.NotNull, func(name string) bool {
		a := end.Attribute(name)
		return a == nil || !a.NotNull
	})
}

// impliedBefore reports whether a CHECK that was there before refused the same
// rows, or more of them.
func impliedBefore(table *catalog.Relation, check *ddl.Expr) bool {
	return slices.ContainsFunc(table.Constraints, func(c *catalog.Constraint) bool {
		if c.Kind != ddl.Check || !c.Enforced || c.Check == nil {
			return false
		}
		return sameExpr(c.Check, check) || check.Weakens(c.Check)
	})
}

// unwrapped returns an expression without parentheses around all of it.
func unwrapped(text string) string {
	text = strings.TrimSpace(text)
	for strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		depth := 0
		for i, r := range text {
			switch r {
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 && i < len(text)-1 {
				return text
			}
		}
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	return text
}
