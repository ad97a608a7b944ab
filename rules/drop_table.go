package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropTable = &Rule{
	Name:     "drop-table",
	Title:    "A table that the previous version may use is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.RelationDropped) {
		table := p.known(c.Relation)
		if table == nil || !holdsRows(table) {
			return
		}
		if c.Cascade != "" && c.Relation.Partition != nil && p.followsParent(c.Relation) {
			return // a partition goes with its table
		}
		if changed(p, func(s *catalog.SchemaDropped) bool { return s.Schema.Name == c.Relation.Schema }) {
			return // drop-schema speaks
		}
		if c.Relation.Extension != "" {
			return // the extension is dropped
		}
		how := "is dropped"
		if c.Cascade != "" {
			how = "is dropped along with " + quoted(c.Cascade)
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Related:  createdAt(table.Created, table.Assumed),
			Message:  fmt.Sprintf("%s %s, so statements of the previous version that name it fail with 42P01", describe(table), how),
		}
		if p.guessed(table) {
			f.Severity = Warning
			f.Message = fmt.Sprintf("%s is dropped if it exists, which this history does not show, and then statements of the previous version that name it fail with 42P01", describe(table))
		}
		if now := p.successor(table); now != nil {
			missing := p.missing(table, now)
			switch {
			case len(missing) > 0:
				f.Message = fmt.Sprintf("%s %s, and the %s in its place has no column %s, so statements of the previous version that name it fail with 42703", describe(table), how, now.Kind, list(missing))
			case p.guessed(table):
				return // to begin with a clean slate, as first migrations do
			case holdsData(table) && holdsData(now) && len(p.demanded(table, now)) > 0:
				f.Message = fmt.Sprintf("%s %s, and the %s in its place requires column %s, so INSERTs of the previous version, which do not name it, fail with 23502", describe(table), how, now.Kind, list(p.demanded(table, now)))
			case holdsData(table) && holdsData(now) && p.copied(table.OID, now.OID):
				f.Severity = Note
				f.Message = fmt.Sprintf("%s %s and one with a copy of its rows takes its place, so what the previous version writes between the two is lost unless the table is locked", describe(table), how)
			case holdsData(table) && holdsData(now):
				f.Message = fmt.Sprintf("%s %s and created anew, so the previous version no longer finds the rows that it had", describe(table), how)
			default:
				return // a view offers all that the table did
			}
		}
		p.Report(f)
	}),
}

// demanded returns the columns that an INSERT into the table in the place of
// one that the previous version knows must name, and that this one did not have.
func (p *Pass) demanded(known, successor *catalog.Relation) []string {
	var names []string
	for _, a := range successor.Attributes {
		if p.required(a) && known.Attribute(a.Name) == nil && !known.Assumed {
			names = append(names, a.Name)
		}
	}
	return names
}

// copied reports whether a statement of the window puts rows of one table into
// the other.
func (p *Pass) copied(from, to catalog.OID) bool {
	return slices.ContainsFunc(p.statements, func(s *replay.Statement) bool {
		return slices.ContainsFunc(s.Steps, func(step *replay.Step) bool {
			table, rows := filled(step.Op)
			if rows == nil || step.RolledBack || step.Refusal != nil {
				return false
			}
			r := step.After.Relation(table)
			return r != nil && r.OID == to && readsFrom(step.Before, rows, from)
		})
	})
}

// filled returns the table that an operation fills and the query that it does
// it with, or nil.
func filled(op ddl.Op) (ddl.Name, *ddl.Query) {
	switch op := op.(type) {
	case *ddl.Insert:
		return op.Table.Name, op.Query
	case *ddl.CreateTableAs:
		return op.Table.Name, op.Query
	}
	return ddl.Name{}, nil
}

// readsFrom reports whether a query names a relation.
func readsFrom(c *catalog.Catalog, q *ddl.Query, oid catalog.OID) (found bool) {
	q.Walk(func(q *ddl.Query) {
		for _, item := range q.From {
			if item.Relation != nil {
				r := c.Relation(item.Relation.Name)
				found = found || r != nil && r.OID == oid
			}
		}
	})
	return found
}

// guessed reports whether nothing but the IF EXISTS of this statement speaks of
// the relation.
func (p *Pass) guessed(r *catalog.Relation) bool {
	op, ok := p.Op.(*ddl.DropRelation)
	return ok && op.IfExists && p.Before.RelationByOID(r.OID) == nil
}

// holdsRows reports whether a relation is a table or a materialized view.
func holdsRows(r *catalog.Relation) bool {
	return holdsData(r) || r.Kind == catalog.MaterializedView || r.Kind == catalog.ForeignTable
}

// holdsData reports whether a relation has rows that exist nowhere else.
func holdsData(r *catalog.Relation) bool {
	return r.Kind == catalog.Table || r.Kind == catalog.PartitionedTable
}
