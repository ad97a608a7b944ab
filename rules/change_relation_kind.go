package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeRelationKind = &Rule{
	Name:     "change-relation-kind",
	Title:    "A table or view becomes something that does not take all statements of the previous version",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: Any(
		On(func(p *Pass, c *catalog.RelationDropped) { p.otherKind(c.Relation, false) }),
		On(func(p *Pass, c *catalog.RelationRenamed) { p.otherKind(c.Before, true) }),
		On(func(p *Pass, c *catalog.RelationMoved) { p.otherKind(c.Before, true) }),
	),
}

// otherKind compares a relation that gives up its name with the one that has it
// at the end of the window. What columns that one lacks, others tell.
func (p *Pass) otherKind(r *catalog.Relation, lives bool) {
	known := p.known(r)
	if known == nil || known.QualifiedName() != r.QualifiedName() || p.guessed(known) {
		return
	}
	now := p.successor(known)
	if now == nil || now.OID == known.OID || now.Kind == known.Kind {
		return
	}
	f := Finding{
		At:       p.Op.Span(),
		Relation: known.String(),
		Related:  createdAt(now.Created, false),
	}
	writes := holdsData(known) || known.Kind == catalog.ForeignTable || known.Kind == catalog.View && updatable(p.Window.Base, known)
	switch {
	case now.Kind == catalog.View && holdsData(known):
		if lives {
			return // rename-table and move-table speak
		}
		if !updatable(p.Window.End, now) {
			f.Message = "INSERT, UPDATE and DELETE of the previous version fail with 55000, and COPY and TRUNCATE with 42809"
			break
		}
		f.Severity = Warning
		f.Message = "COPY and TRUNCATE of the previous version fail with 42809, and INSERT … ON CONFLICT ON CONSTRAINT with 42704"
	case now.Kind == catalog.MaterializedView && writes:
		f.Message = "writes of the previous version fail with 42809, and its reads get the rows of the last REFRESH"
	case now.Kind == catalog.MaterializedView:
		f.Severity = Warning
		f.Message = "the previous version reads the rows of the last REFRESH"
	case now.Kind == catalog.PartitionedTable && known.Kind == catalog.Table:
		f.Severity = Warning
		f.Message = "INSERTs of the previous version fail with 23514 where no partition takes the row, INSERT … ON CONFLICT with 42P10 where no unique key has just its columns, and COPY TO with 42809"
	case now.Kind == catalog.ForeignTable && holdsData(known):
		f.Severity = Warning
		f.Message = "INSERT … ON CONFLICT of the previous version with a target fails with 42P10, COPY TO with 42809, and writes with 0A000 unless the wrapper has them"
	case known.Kind == catalog.MaterializedView:
		f.Severity = Warning
		f.Message = "REFRESH MATERIALIZED VIEW of the previous version fails with 0A000"
		if now.Kind == catalog.View {
			f.Message = "REFRESH MATERIALIZED VIEW of the previous version fails with 42809"
		}
	default:
		return
	}
	f.Message = fmt.Sprintf("%s becomes a %s, so %s", describe(known), kindWord(now), f.Message)
	p.Report(f)
}

// kindWord tells partitioned tables from others.
func kindWord(r *catalog.Relation) string {
	if r.Kind == catalog.PartitionedTable {
		return "partitioned table"
	}
	return r.Kind.String()
}
