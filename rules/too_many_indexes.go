package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var tooManyIndexes = &Rule{
	Name:     "too-many-indexes",
	Title:    "A table gets more indexes than writes can bear",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "indexes", Help: "how many indexes a table may have", Default: 10}},
	Check: onBornIndexes(func(p *Pass, t, x *catalog.Relation) {
		most, n := option[int](p, "indexes"), 0
		var last catalog.OID
		for _, oid := range t.Indexes {
			if p.Window.End.RelationByOID(oid) != nil {
				n, last = n+1, max(last, oid)
			}
		}
		if n <= most || last != x.OID {
			return // one report for a table, at the last of them
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: t.String(),
			Message:  fmt.Sprintf("%s has %d indexes, more than %d, and every INSERT writes to all of them, as do most UPDATEs", describe(t), n, most),
		})
	}),
}
