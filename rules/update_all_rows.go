package rules

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

var updateAllRows = &Rule{
	Name:     "update-all-rows",
	Title:    "UPDATE without WHERE overwrites a column of all rows",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, op *ddl.Update) {
		if !always(op.Where) {
			return
		}
		table := p.written(op.Table)
		if table == nil || p.end(table) == nil {
			return
		}
		var lost, kept []string
		computed := true
		for i, c := range op.Columns {
			a := p.After.RelationByOID(table.OID).Attribute(c.Name)
			if a == nil || p.knownColumn(table, a) == nil || p.endColumn(table, a) == nil || slices.Contains(lost, c.Name) {
				continue // a new column had no values; drop-column speaks of one that is gone
			}
			if i < len(op.Values) && len(op.Values) == len(op.Columns) && fillsGaps(op.Values[i], c.Name) {
				kept = append(kept, c.Name)
				continue
			}
			lost = append(lost, c.Name)
			computed = computed && len(op.Values) == len(op.Columns) && computedFrom(op.Values[i], c.Name)
		}
		f := Finding{At: p.Op.Span(), Relation: table.String(), Related: createdAt(table.Created, table.Assumed)}
		const wait = "writes of the previous version to them wait until the transaction ends"
		switch {
		case len(lost) > 0 && computed:
			f.Object = lost[0]
			f.Message = fmt.Sprintf("UPDATE %s changes %s in every row of %s, so the previous version reads other values than it stored, and %s", without(op.Where), list(lost), describe(table), wait)
		case len(lost) > 0:
			f.Object = lost[0]
			f.Message = fmt.Sprintf("UPDATE %s overwrites %s in every row of %s, so the values before are lost, and %s", without(op.Where), list(lost), describe(table), wait)
		case len(kept) > 0:
			f.Object = kept[0]
			f.Severity = Note
			f.Message = fmt.Sprintf("UPDATE %s writes every row of %s anew, although %s changes only where it is NULL, and %s", without(op.Where), describe(table), list(kept), wait)
		default:
			return
		}
		p.Report(f)
	}),
}

// computedFrom reports whether a value is made of the column's own.
func computedFrom(value *ddl.Expr, column string) bool {
	return value != nil && slices.ContainsFunc(value.Columns, func(c query.ColumnRef) bool { return c.Column == column })
}

// fillsGaps reports whether a value is the column's own but where that is NULL:
// COALESCE(a, …).
func fillsGaps(value *ddl.Expr, column string) bool {
	if value == nil {
		return false
	}
	return regexp.MustCompile(`(?is)^coalesce\s*\(\s*(?:\w+\.)?` + regexp.QuoteMeta(ddlName(column)) + `\s*,`).MatchString(value.Text)
}
