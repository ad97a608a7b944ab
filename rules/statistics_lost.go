package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var statisticsLost = &Rule{
	Name:     "statistics-lost",
	Title:    "A column loses its statistics with its old type, and nothing gathers them anew",
	Category: Lock,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnTypeChanged) {
		table := p.known(c.Relation)
		if table == nil || p.knownColumn(c.Relation, c.Before) == nil || p.endColumn(c.Relation, c.After) == nil || !holdsData(table) || p.followsParent(c.Relation) {
			return
		}
		if !p.indexed(c.Relation, c.After) || !p.writtenAnew(c.Relation) {
			return
		}
		if slices.ContainsFunc(p.after(), func(s *replay.Step) bool { return analyzes(s, c.Relation.OID) }) {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   c.After.Name,
			Message:  fmt.Sprintf("the statistics of %s go with its old type, and no ANALYZE follows, so plans of queries that use it may be poor until autovacuum gets to the table", describeColumn(table, c.After)),
		})
	}),
}

// indexed reports whether an index has the column at the end of the window, so
// that plans depend on what is known of it.
func (p *Pass) indexed(r *catalog.Relation, a *catalog.Attribute) bool {
	end := p.end(r)
	if end.Assumed {
		return true
	}
	return slices.ContainsFunc(end.Indexes, func(oid catalog.OID) bool {
		x := p.Window.End.RelationByOID(oid)
		return x != nil && x.Index != nil && slices.Contains(x.Index.Columns, a.Num)
	})
}

// writtenAnew reports whether the step writes a relation anew.
func (p *Pass) writtenAnew(r *catalog.Relation) bool {
	for _, a := range p.Locks {
		if a.Relation == r.OID && a.Rewrite {
			return true
		}
	}
	return false
}

// analyzes reports whether a step gathers statistics of a table.
func analyzes(s *replay.Step, table catalog.OID) bool {
	op, ok := s.Op.(*ddl.Vacuum)
	if !ok || op.Vacuum && !op.Analyze {
		return false
	}
	return len(op.Tables) == 0 || slices.ContainsFunc(op.Tables, func(ref ddl.Ref) bool {
		r := s.Before.Relation(ref.Name)
		return r != nil && r.OID == table
	})
}
