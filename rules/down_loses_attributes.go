package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

var downLosesAttributes = &Rule{
	Name:     "down-loses-attributes",
	Title:    "The down migration does not restore privileges, owner, comments, validity or the order of columns",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !comparable(m) {
			return
		}
		var grave, minor, order []catalog.Difference
		for _, d := range m.Differences {
			switch {
			case d.Kind == "column order":
				order = append(order, d)
			case d.Equivalent || d.Unsure || !isAttribute(d):
			case d.Kind == "privileges" || d.Kind == "owner":
				grave = append(grave, d)
			default:
				minor = append(minor, d)
			}
		}
		if len(order) > 0 && len(sure(m)) == 0 {
			p.lostOrder(m, order)
		}
		for _, d := range grave {
			p.lostAccess(m, d)
		}
		if len(minor) > 0 {
			f := Finding{Severity: Note, Relation: minor[0].Object, Message: "after the down, " + otherwise(minor)}
			f.At, f.Related = startOfDown(m)
			p.Report(f)
		}
	}),
}

// lostAccess reports privileges or an owner that are others after the down.
func (p *Pass) lostAccess(m *rollback.Migration, d catalog.Difference) {
	f := Finding{Severity: Warning, Relation: d.Object}
	f.At, f.Related = startOfDown(m)
	if step := doer(m.Down, d); step != nil {
		f.At = step.Op.Span()
	}
	f.Message = "after the down, " + otherwise([]catalog.Difference{d})
	before := strings.Split(d.Before, "; ")
	after := strings.Split(d.After, "; ")
	if d.Kind == "privileges" && d.Before != "none" && slices.ContainsFunc(before, func(grant string) bool { return !slices.Contains(after, grant) }) {
		f.Severity = Error
		f.Message += ", so after a rollback statements of roles that lost them fail with 42501"
	}
	p.Report(f)
}

// lostOrder notes columns that come back behind the others: a column that is
// dropped and added again is the last.
func (p *Pass) lostOrder(m *rollback.Migration, order []catalog.Difference) {
	var tables []string
	for _, d := range order {
		tables = append(tables, d.Object)
	}
	f := Finding{Severity: Note, Relation: order[0].Object}
	f.At, f.Related = startOfDown(m)
	f.Message = fmt.Sprintf("after the down, the columns of %s are in another order, so INSERT without a column list and SELECT * of the previous version take one for another", list(tables))
	p.Report(f)
}
