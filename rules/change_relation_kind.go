package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeRelationKind = &Rule{
	Name:     "change-relation-kind",
	Title:    "A table becomes something that does not take all of the previous version's statements",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.RelationCreated) {
		old := p.Window.Base.Relation(c.Relation.QualifiedName())
		if old == nil || old.OID == c.Relation.OID || old.Kind == c.Relation.Kind || old.Kind != catalog.Table {
			return
		}
		if end := p.Window.End.Relation(c.Relation.QualifiedName()); end == nil || end.OID != c.Relation.OID {
			return // not the last word
		}
		f := Finding{At: p.Op.Span(), Relation: old.String(), Related: createdAt(old.Created, false)}
		switch c.Relation.Kind {
		case catalog.View:
			if p.Window.End.RelationByOID(old.OID) != nil {
				return // the table lives under a new name: rename-table
			}
			f.Message = fmt.Sprintf("table %q becomes a view, so INSERT … ON CONFLICT, COPY, TRUNCATE and row locks of the previous version fail, and its writes do unless the view is updatable", old)
		case catalog.MaterializedView:
			f.Message = fmt.Sprintf("table %q becomes a materialized view, so writes of the previous version fail with 42809 and its reads get old rows", old)
		case catalog.PartitionedTable:
			f.Severity = Warning
			f.Message = fmt.Sprintf("table %q becomes a partitioned table: writes of the previous version fail with 23514 where no partition takes the row, and ON CONFLICT with 42P10 on columns that lack the partition key", old)
		case catalog.ForeignTable:
			f.Message = fmt.Sprintf("table %q becomes a foreign table, so ON CONFLICT with a target, row locks and constraints of the previous version do not work as before", old)
		default:
			return
		}
		p.Report(f)
	}),
}
