package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var dropColumn = &Rule{
	Name:     "drop-column",
	Title:    "A column that the previous version may use is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.ColumnDropped) {
		table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Attribute)
		if column == nil || p.followsParent(c.Relation) {
			return
		}
		if p.end(c.Relation) == nil || p.missingWithTable(table, column) {
			return // what became of the table is a finding, which says so
		}
		how := "is dropped"
		if c.Cascade != "" {
			how = "is dropped along with " + quoted(c.Cascade)
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(column.Created, column.Assumed),
		}
		if now := p.offered(table, column); now != nil {
			if sameType(column, now) {
				return
			}
			f.Severity = Warning
			f.Message = fmt.Sprintf("%s %s and one of type %s has its name now, so statements of the previous version that expect %s may fail", describeColumn(table, column), how, now.Type, column.Type)
			p.Report(f)
			return
		}
		if with := p.along(); with != "" {
			how += ", with " + with
		}
		f.Message = fmt.Sprintf("%s %s, so statements of the previous version that name it fail with 42703", describeColumn(table, column), how)
		p.Report(f)
	}),
}

// missingWithTable reports whether the previous version does not find the
// column because it does not find the table, or finds another without it.
func (p *Pass) missingWithTable(known *catalog.Relation, column *catalog.Attribute) bool {
	now := p.successor(known)
	return now == nil || now.OID != known.OID && len(now.Attributes) > 0 && now.Attribute(column.Name) == nil
}

// sameType reports whether two columns have the same type, as far as is known.
func sameType(a, b *catalog.Attribute) bool {
	return a.Type.IsZero() || b.Type.IsZero() || a.Type.Equal(b.Type)
}

// along lists what the step dropped beside columns.
func (p *Pass) along() string {
	var what []string
	for _, c := range p.Changes {
		switch c := c.(type) {
		case *catalog.IndexDropped:
			what = append(what, "index "+quoted(c.Index.Name))
		case *catalog.ConstraintDropped:
			what = append(what, "constraint "+quoted(c.Constraint.Name))
		case *catalog.RelationDropped:
			if c.Relation.Index != nil || c.Relation.Sequence != nil {
				continue // listed above, or of no one else's use
			}
			what = append(what, describe(c.Relation))
		case *catalog.TriggerDropped:
			what = append(what, "trigger "+quoted(c.Trigger.Name))
		}
	}
	const few = 3
	if len(what) > few {
		what = append(what[:few:few], fmt.Sprintf("%d more", len(what)-few))
	}
	return sentence(what)
}
