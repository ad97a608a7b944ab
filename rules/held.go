package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// sharing reports whether a statement shares a transaction with others, and
// whether that is certain: where nobody says what runs a script, one that has
// statements which PostgreSQL refuses in a transaction does not run in one.
func (p *Pass) sharing(s *replay.Statement) (shares, certain bool) {
	if s.Transaction == 0 || s.Down {
		return false, false
	}
	if !s.Unstated {
		return true, true
	}
	return !p.release.alone[s.Script], false
}

// runsAlone reports whether PostgreSQL refuses an operation in a transaction.
func runsAlone(op ddl.Op) bool {
	switch op := op.(type) {
	case *ddl.CreateIndex:
		return op.Concurrently
	case *ddl.DropRelation:
		return op.Concurrently
	case *ddl.Reindex:
		return op.Concurrently
	case *ddl.DetachPartition:
		return op.Concurrently
	case *ddl.Vacuum:
		return op.Vacuum
	}
	return false
}

// busy returns the lock that makes readers or writers of a table wait that the
// previous version knows and that is still there after the window; ok is false
// for all other locks.
func (p *Pass) busy(s *replay.Statement, a lock.Acquisition) (table *catalog.Relation, ok bool) {
	if !a.Mode.BlocksWrites() {
		return nil, false
	}
	table = p.known(p.lockedRelation(s, a.Relation))
	if table == nil || table.Kind != catalog.Table && table.Kind != catalog.PartitionedTable && table.Kind != catalog.MaterializedView {
		return nil, false
	}
	return table, p.end(table) != nil // drop-table speaks of one that is gone
}

// lockedRelation returns a relation that a statement locks, or that its
// transaction holds a lock on.
func (p *Pass) lockedRelation(s *replay.Statement, oid catalog.OID) *catalog.Relation {
	if r := s.Relation(oid); r != nil {
		return r
	}
	return p.Window.Base.RelationByOID(oid)
}

// taker returns the statement that took, first in its transaction, a lock on a
// relation, or on a partition or child of it, that blocks as much as the mode.
func (p *Pass) taker(s *replay.Statement, relation catalog.OID, mode lock.Mode) *replay.Statement {
	if p.release.takers == nil {
		p.release.takers = p.takers()
	}
	place, ok := p.release.takers[heldLock{s.Transaction, relation, mode.BlocksReads()}]
	if !ok || place >= p.release.positions[s] {
		return nil
	}
	return p.statements[place]
}

// takers finds, for each lock of a transaction that makes anybody wait, the
// place of the statement that takes it first.
func (p *Pass) takers() map[heldLock]int {
	first := map[heldLock]int{}
	take := func(place int, k heldLock) {
		if _, known := first[k]; !known {
			first[k] = place
		}
	}
	for i, s := range p.statements {
		if s.Down {
			continue
		}
		for _, a := range s.Locks() {
			if !a.Mode.BlocksWrites() {
				continue
			}
			relations := []catalog.OID{a.Relation}
			if r := p.lockedRelation(s, a.Relation); r != nil {
				relations = append(relations, root(p.Window.Base, r).OID)
			}
			for _, oid := range relations {
				take(i, heldLock{s.Transaction, oid, false})
				if a.Mode.BlocksReads() {
					take(i, heldLock{s.Transaction, oid, true})
				}
			}
		}
	}
	return first
}

// waiting says who waits for a lock, for a message.
func waiting(m lock.Mode) string {
	if m.BlocksReads() {
		return "reads and writes"
	}
	return "writes"
}

// long says what a statement does that takes a time which grows with a table
// that the previous version knows; "" where it does nothing of the kind.
func (p *Pass) long(s *replay.Statement) string {
	what, known := p.release.long[s]
	if !known {
		what = p.longWork(s)
		p.release.long[s] = what
	}
	return what
}

func (p *Pass) longWork(s *replay.Statement) string {
	if slices.ContainsFunc(s.Ops, runsAlone) {
		return "" // not in a transaction, then
	}
	gravest, what := none, ""
	for _, step := range s.Steps {
		if _, ok := step.Op.(*ddl.Truncate); ok || p.noRows(step) {
			continue
		}
		for _, a := range step.Locks {
			table := p.known(relation(step, a.Relation))
			if table == nil || table.Index != nil || laborious(a) <= gravest {
				continue
			}
			gravest = laborious(a)
			what = fmt.Sprintf(map[labour]string{
				reading:   "every row of %s is read",
				indexing:  "an index on %s is built",
				rewriting: "%s is written anew",
			}[gravest], describe(table))
		}
	}
	if what != "" {
		return what
	}
	for _, step := range s.Steps {
		if b, ok := p.bulk(step); ok {
			return b.doing
		}
	}
	return ""
}

// A bulkChange is a statement that changes rows of a table, and no few of them
// for certain.
type bulkChange struct {
	// table is the one that it writes to.
	table *catalog.Relation
	verb  string
	doing string
}

// bulk returns what a data statement does to more rows than can be told from
// here; ok is false for other statements, and for those that pick their rows by
// key.
func (p *Pass) bulk(s *replay.Step) (b bulkChange, ok bool) {
	if s.Refusal != nil || s.RolledBack || committing(s.Statement) {
		return b, false
	}
	switch op := s.Op.(type) {
	case *ddl.Update:
		b = bulkChange{table: p.known(s.After.Relation(op.Table.Name)), verb: "UPDATE", doing: "rows of %s are updated"}
		ok = b.table != nil && holdsData(b.table) && !picks(op.Where, b.table, s)
	case *ddl.Delete:
		b = bulkChange{table: p.known(s.After.Relation(op.Table.Name)), verb: "DELETE", doing: "rows of %s are deleted"}
		ok = b.table != nil && holdsData(b.table) && !picks(op.Where, b.table, s)
	case *ddl.Merge:
		b = bulkChange{table: p.known(s.After.Relation(op.Table.Name)), verb: "MERGE", doing: "rows are merged into %s"}
		ok = b.table != nil && holdsData(b.table) && (p.copies(op.Using, s) || op.Using == nil)
	case *ddl.Insert:
		table := s.After.Relation(op.Table.Name)
		b = bulkChange{table: table, verb: "INSERT", doing: "rows are copied into %s"}
		ok = table != nil && holdsData(table) && p.copies(op.Query, s)
	case *ddl.CreateTableAs:
		b = bulkChange{table: s.After.Relation(op.Table.Name), verb: "CREATE TABLE AS", doing: "rows are copied into %s"}
		ok = b.table != nil && !op.WithNoData && p.copies(op.Query, s)
	}
	if ok {
		b.doing = fmt.Sprintf(b.doing, describe(b.table))
	}
	return b, ok
}

// committing reports whether a DO block or routine ends transactions of its
// own: it works in batches.
func committing(s *replay.Statement) bool {
	return slices.ContainsFunc(s.Steps, func(step *replay.Step) bool {
		t, ok := step.Op.(*ddl.Transaction)
		return ok && t.Conditional && t.Action == "commit"
	})
}

// copies reports whether a query reads a table that the previous version knows,
// other than by key: its result may be long.
func (p *Pass) copies(q *ddl.Query, s *replay.Step) bool {
	found := false
	q.Walk(func(q *ddl.Query) {
		for _, item := range q.From {
			if item.Relation == nil {
				continue
			}
			r := p.known(s.Before.Relation(item.Relation.Name))
			if r != nil && (holdsData(r) || r.Kind == catalog.View || r.Kind == catalog.MaterializedView) {
				found = true
			}
		}
	})
	return found && (s.Op.Facts().Conditional || !limit.MatchString(q.Text))
}

// picks reports whether a condition compares a unique key of the table with
// constants, or bounds the rows with LIMIT, so that few rows meet it. In a
// loop a LIMIT bounds nothing.
func picks(where *ddl.Expr, table *catalog.Relation, s *replay.Step) bool {
	if where == nil {
		return false
	}
	bounded := slices.ContainsFunc(where.Subqueries, func(q *ddl.Query) bool { return limit.MatchString(q.Text) })
	if bounded && !s.Op.Facts().Conditional {
		return true
	}
	if disjunction.MatchString(where.Text) {
		return false
	}
	if table.Assumed && comparesConstant(where.Text, "id") {
		return true // its keys are not known: the usual one is taken for it
	}
	for _, oid := range table.Indexes {
		x := s.Before.RelationByOID(oid)
		if x == nil || x.Index == nil || !x.Index.Unique || x.Index.Where != nil {
			continue
		}
		names := columnNames(table, x.Index.Columns)
		if len(names) == len(x.Index.Columns) && !slices.ContainsFunc(names, func(n string) bool { return !comparesConstant(where.Text, n) }) {
			return true
		}
	}
	return false
}

var (
	limit       = pattern.New(`(?i)\blimit\s+\d`)
	disjunction = pattern.New(`(?i)\b(?:or|not)\b`)
)

// comparison is a column that is compared with a constant, or a list of them.
var comparison = pattern.New(`(?i)("(?:[^"]|"")*"|[\p{L}_][\p{L}\w$]*)\s*(?:=|in\s*\()\s*(?:'|-?\d)`)

// comparesConstant reports whether a condition has column = constant or column
// IN (constants).
func comparesConstant(text, column string) bool {
	for _, m := range comparison.FindAllStringSubmatch(text, -1) {
		if strings.EqualFold(m[1], ddlName(column)) {
			return true
		}
	}
	return false
}
