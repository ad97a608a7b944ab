package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var bulkDataChange = &Rule{
	Name:     "bulk-data-change",
	Title:    "A migration changes, in one transaction, as many rows of a table as it has",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Grows:    true,
	Check: Any(
		On(func(p *Pass, op *ddl.Update) { p.bulkChange(op.Where) }),
		On(func(p *Pass, op *ddl.Delete) { p.bulkChange(op.Where) }),
		On(func(p *Pass, op *ddl.Merge) { p.bulkChange(nil) }),
		On(func(p *Pass, op *ddl.Insert) { p.bulkChange(nil) }),
	),
}

// bulkChange reports a data statement that changes many rows for all that can
// be told.
func (p *Pass) bulkChange(where *ddl.Expr) {
	b, ok := p.bulk(p.Step)
	if !ok || p.known(b.table) == nil || p.end(b.table) == nil || p.allRows() || p.underLock() || p.changedBefore(b.table) {
		return
	}
	until := "statement"
	if shares, _ := p.sharing(p.Statement); shares {
		until = "transaction"
	}
	f := Finding{At: p.Op.Span(), Relation: b.table.String()}
	switch op := p.Op.(type) {
	case *ddl.Insert:
		if op.OnConflict != "update" {
			f.Severity = Note
			f.Message = fmt.Sprintf("INSERT copies rows of other tables into %s in one transaction, so rows that they refer to stay locked until the %s ends", describe(b.table), until)
			break
		}
		f.Message = fmt.Sprintf("INSERT … ON CONFLICT DO UPDATE changes rows of %s in one transaction, so writes of the previous version to them wait until the %s ends", describe(b.table), until)
	default:
		f.Message = fmt.Sprintf("%s changes rows of %s in one transaction, and how many cannot be seen from here, so writes of the previous version to them wait until the %s ends, and dead rows stay behind", b.verb, describe(b.table), until)
		if always(where) {
			f.Message = fmt.Sprintf("%s changes every row of %s in one transaction, so writes of the previous version to them wait until the %s ends, and as many dead rows stay behind", b.verb, describe(b.table), until)
		}
		if b.verb == "MERGE" {
			f.Message = fmt.Sprintf("MERGE changes rows of %s in one transaction, and how many cannot be seen from here, so writes of the previous version to them wait until the %s ends", describe(b.table), until)
		}
	}
	p.Report(f)
}

// allRows reports whether the statement has a finding of update-all-rows or
// delete-all-rows: it has no condition and is about what the previous version
// knows.
func (p *Pass) allRows() bool {
	switch op := p.Op.(type) {
	case *ddl.Delete:
		return always(op.Where)
	case *ddl.Update:
		table := p.After.Relation(op.Table.Name)
		return always(op.Where) && slices.ContainsFunc(op.Columns, func(c ddl.Ident) bool {
			a := table.Attribute(c.Name)
			return a != nil && p.knownColumn(table, a) != nil && p.endColumn(table, a) != nil
		})
	}
	return false
}

// underLock reports whether work-under-exclusive-lock has a finding for the
// statement.
func (p *Pass) underLock() bool {
	shares, _ := p.sharing(p.Statement)
	return shares && len(p.burdens(p.Statement)) > 0
}

// changedBefore reports whether an earlier statement of the migration changes
// rows of the table in bulk: one finding is enough.
func (p *Pass) changedBefore(table *catalog.Relation) bool {
	first, ok := p.release.bulk[p.Script]
	if !ok {
		first = p.firstBulk()
		p.release.bulk[p.Script] = first
	}
	place, ok := first[table.OID]
	return ok && place < p.release.places[p.Step]
}

// firstBulk finds, for each table whose rows the script changes in bulk, the
// place of the first step that does. Copies are left out, which are a note.
func (p *Pass) firstBulk() map[catalog.OID]int {
	first := map[catalog.OID]int{}
	for _, s := range p.release.scripts[p.Script] {
		for _, step := range s.Steps {
			if op, ok := step.Op.(*ddl.Insert); ok && op.OnConflict != "update" {
				continue
			}
			b, ok := p.bulk(step)
			if !ok || b.table == nil {
				continue
			}
			if _, known := first[b.table.OID]; !known {
				first[b.table.OID] = p.release.places[step]
			}
		}
	}
	return first
}
