package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var missingPrimaryKey = &Rule{
	Name:     "missing-primary-key",
	Title:    "A new table has no primary key",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Check: onBornTables(func(p *Pass, t *catalog.Relation) {
		if t.PrimaryKey() != nil {
			return
		}
		var consequence string
		distinct, publishable := p.toldApart(t), t.ReplicaIdentity == "" && !t.Unlogged
		switch {
		case publishable && distinct:
			consequence = "once it is published for replication, every UPDATE and DELETE fails with 55000"
		case publishable:
			consequence = "rows that are equal cannot be told apart, and once it is published for replication, every UPDATE and DELETE fails with 55000"
		case !distinct:
			consequence = "rows that are equal cannot be told apart"
		default:
			return
		}
		p.Report(Finding{At: p.within(t.Created), Relation: t.String(), Message: fmt.Sprintf("%s has no primary key, so %s", describe(t), consequence)})
	}),
}

// toldApart reports whether a unique index holds for all rows of a table.
func (p *Pass) toldApart(t *catalog.Relation) bool {
	for _, u := range uniques(p.Window.End, t) {
		if x := u.index.Index; x.Where == nil && (x.NullsNotDistinct || allNotNull(t, x)) {
			return true
		}
	}
	return false
}
