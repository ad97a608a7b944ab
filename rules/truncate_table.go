package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var truncateTable = &Rule{
	Name:     "truncate-table",
	Title:    "TRUNCATE removes all rows of a table that the previous version fills",
	Category: Data,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.DataRemoved) {
		table := p.known(c.Relation)
		if table == nil || p.end(c.Relation) == nil || p.followsParent(c.Relation) {
			return // drop-table speaks of one that is gone
		}
		why := ""
		if c.Cascade != "" {
			why = fmt.Sprintf(" along with %s, to which it refers", quoted(c.Cascade))
		}
		if op, ok := p.Op.(*ddl.Truncate); ok && op.RestartIdentity {
			why += ", and its sequences start again"
		}
		p.rowsRemoved(table, fmt.Sprintf("TRUNCATE removes every row of %s%s", describe(table), why))
	}),
}

// rowsRemoved reports that a table is emptied. What the same transaction fills
// again is a list that migrations keep.
func (p *Pass) rowsRemoved(table *catalog.Relation, what string) {
	f := Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Related:  createdAt(table.Created, table.Assumed),
		Message:  what + ", so the previous version no longer finds what it stored",
	}
	for _, s := range p.later() {
		if p.refills(s.Op, table) {
			f.Severity = Warning
			f.Message = what + ", so what the previous version stored is gone unless the rows inserted after it are the same"
			break
		}
	}
	p.Report(f)
}

// refills reports whether an operation puts rows into a table.
func (p *Pass) refills(op ddl.Op, table *catalog.Relation) bool {
	var into ddl.Ref
	switch op := op.(type) {
	case *ddl.Insert:
		into = op.Table
	case *ddl.Copy:
		if op.From {
			into = op.Table
		}
	}
	r := p.After.Relation(into.Name)
	return r != nil && r.OID == table.OID
}
