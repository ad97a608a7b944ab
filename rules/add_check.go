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
		if table == nil || p.followsParent(c.Relation) {
			return
		}
		required := p.requires(c.Relation, c.Constraint.Check)
		if len(required) == 0 && p.onlyNew(c.Relation, c.Constraint.Columns) {
			return
		}
		end := p.endConstraint(c.Relation, c.Constraint)
		if end == nil || p.impliedBefore(c.Relation, c.Constraint.Check) || p.isNotNull(c.Relation, c.Constraint) {
			return
		}
		if p.countsNewNulls(c.Relation, table, c.Constraint.Check) {
			return
		}
		also := ""
		if !c.Constraint.Valid {
			also = ", although NOT VALID,"
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   end.Name,
			Message:  fmt.Sprintf("new CHECK constraint %s of %s%s is enforced for new rows at once, so INSERTs and UPDATEs of the previous version that do not satisfy it fail with 23514", quoted(end.Name), describe(table), also),
		}
		if len(required) > 0 {
			f.Severity = Error
			f.Message = fmt.Sprintf("new CHECK constraint %s of %s%s does not let new column %s be NULL, so INSERTs of the previous version, which do not name it, fail with 23514", quoted(end.Name), describe(table), also, list(required))
		}
		if c.Constraint.Valid {
			f.Message += ", as does the statement itself where a row that is there does not"
		}
		p.Report(f)
	}),
}

// requires returns the new columns, NULL by default, that a CHECK does not let
// be NULL.
func (p *Pass) requires(r *catalog.Relation, check *ddl.Expr) []string {
	table := p.known(r)
	var names []string
	for _, name := range check.NotNull {
		a := r.Attribute(name)
		if a == nil || p.knownColumn(r, a) != nil {
			continue
		}
		if end := p.endColumn(r, a); end != nil && !end.HasDefault() && table.Attribute(end.Name) == nil {
			names = append(names, end.Name)
		}
	}
	return names
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

// impliedBefore reports whether the rows that the previous version may write
// meet a CHECK: columns that it cannot leave NULL, new ones that it does not
// name, and a CHECK that was there before see to it.
func (p *Pass) impliedBefore(r *catalog.Relation, check *ddl.Expr) bool {
	table, given := p.known(r), p.nullity(r)
	return proves(nil, check, given) || slices.ContainsFunc(table.Constraints, func(c *catalog.Constraint) bool {
		return c.Kind == ddl.Check && c.Enforced && c.Check != nil && (sameExpr(c.Check, check) || proves(c.Check, check, given))
	})
}

// nullity returns what is certain of rows of the previous version, as cases
// have it: which columns of a table are NULL in them and which are not.
func (p *Pass) nullity(r *catalog.Relation) []string {
	table, end := p.known(r), p.end(r)
	var conditions []string
	for _, a := range end.Attributes {
		known := p.knownColumn(r, a)
		switch {
		case known != nil && known.NotNull:
			conditions = append(conditions, ddlName(a.Name)+" IS NOT NULL")
		case known == nil && table.Attribute(a.Name) == nil && !a.HasDefault() && !table.Assumed:
			conditions = append(conditions, ddlName(a.Name)+" IS NULL")
		}
	}
	return conditions
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
