package rules

import (
	"reflect"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A labour is work on all of a table that others wait for, mildest first. An
// operation that does several is reported for the gravest.
type labour uint8

const (
	none labour = iota
	// reading every row, to verify a constraint.
	reading
	// indexing: an index is built or rebuilt.
	indexing
	// rewriting the table's storage, and all its indexes with it.
	rewriting
)

// An effort is the work of one operation on relations of the previous version,
// under locks that keep reads or writes of it waiting meanwhile.
type effort struct {
	*replay.Step
	labour labour
	// tables are worked on, partitions as part of the table that they are of,
	// and modes the locks on them.
	tables []*catalog.Relation
	modes  []lock.Mode
	// along are the columns for which other subcommands of the statement do the
	// same in the same pass.
	along []string
}

// onEffort returns a check of every effort of a labour, once each.
func onEffort(l labour, check func(*Pass, effort)) Check {
	return On(func(p *Pass, a *Acquired) {
		if a.Mode.BlocksWrites() {
			for _, e := range p.efforts(a, l) {
				check(p, e)
			}
		}
	})
}

// efforts returns the efforts of the statement that the relation is the first
// to take part in.
func (p *Pass) efforts(a *Acquired, l labour) []effort {
	parent := a.Relation.Kind == catalog.PartitionedTable || len(a.Relation.Children) > 0
	if laborious(a.Acquisition) == none && !parent {
		return nil
	}
	var list []effort
	for _, step := range p.Statement.Steps {
		e := p.effort(step)
		if e.labour != l || e.tables[0].OID != a.Relation.OID {
			continue
		}
		i := slices.IndexFunc(list, func(first effort) bool { return samePass(first.Op, e.Op) })
		if _, column := e.doing(); i >= 0 {
			list[i].along = append(list[i].along, column)
			continue
		}
		list = append(list, e)
	}
	return list
}

// samePass reports whether one pass over a table serves both of two
// subcommands of a statement.
func samePass(a, b ddl.Op) bool {
	switch a.(type) {
	case *ddl.AddColumn, *ddl.AlterColumnType, *ddl.SetNotNull:
		return reflect.TypeOf(a) == reflect.TypeOf(b) && !a.Facts().Conditional
	}
	return false
}

// effort returns what an operation works on. What another subcommand rewrites
// is left to that: it verifies and indexes on the way.
func (p *Pass) effort(step *replay.Step) effort {
	e := effort{Step: step}
	if !lasting(step.Op) {
		return e
	}
	var whole []lock.Acquisition
	if len(step.Steps) > 1 && step.Kind == "ALTER TABLE" {
		whole = step.Statement.Locks() // PostgreSQL takes the strongest at its start
	}
	for _, a := range step.Locks {
		l, mode := laborious(a), a.Mode
		r := p.known(relation(step, a.Relation))
		if r == nil {
			continue
		}
		if l == none && unseen(step, r) {
			l = onUnseen(step.Op, r)
		}
		for _, w := range whole {
			if w.Relation == a.Relation {
				mode = w.Mode
				if w.Rewrite && l < rewriting {
					l = none
				}
			}
		}
		if l == none || l < e.labour || !mode.BlocksWrites() || r.Index != nil && a.Cause != "" {
			continue
		}
		r, mode = p.whole(step, r, mode)
		if l > e.labour {
			e.labour, e.tables, e.modes = l, nil, nil
		}
		if !slices.ContainsFunc(e.tables, func(t *catalog.Relation) bool { return t.OID == r.OID }) {
			e.tables, e.modes = append(e.tables, r), append(e.modes, mode)
		}
	}
	if e.labour != none && p.noRows(step) {
		return effort{Step: step}
	}
	return e
}

// noRows reports whether the table that an operation works on for the sake of
// its own rows has none, or few: it was made in the window and not filled from
// other tables, it was emptied in the transaction, or it got a column that rows
// could not have.
func (p *Pass) noRows(step *replay.Step) bool {
	none, known := p.release.idle[step]
	if !known {
		none = p.withoutRows(step)
		p.release.idle[step] = none
	}
	return none
}

func (p *Pass) withoutRows(step *replay.Step) bool {
	table := step.Before.Relation(worked(step.Op).Name)
	if table == nil {
		return false
	}
	empty := p.known(table) == nil
	place := p.release.places[step]
	for _, earlier := range p.release.naming[table.Name] {
		if earlier == step || p.release.places[earlier] > place {
			break
		}
		switch op := earlier.Op.(type) {
		case *ddl.Insert:
			if isNamed(table, op.Table) && op.Query != nil && len(op.Query.From) > 0 {
				empty = false
			}
		case *ddl.Copy:
			if op.From && isNamed(table, op.Table) {
				empty = false
			}
		case *ddl.CreateTableAs:
			if !op.WithNoData && isNamed(table, op.Table) {
				empty = false
			}
		case *ddl.Truncate:
			if exclusive(earlier.Locks, table.OID) && earlier.Transaction != 0 && earlier.Transaction == step.Transaction {
				empty = true
			}
		case *ddl.AddColumn:
			empty = empty || requires(earlier, table)
		}
	}
	return empty || slices.ContainsFunc(step.Steps, func(s *replay.Step) bool { return s.Op != step.Op && requires(s, table) })
}

// worked returns the table of whose rows an operation's work is.
func worked(op ddl.Op) ddl.Ref {
	switch op := op.(type) {
	case *ddl.CreateIndex:
		return op.Table
	case *ddl.AddConstraint:
		return op.Relation
	case *ddl.AddColumn:
		return op.Relation
	case *ddl.AlterColumnType:
		return op.Relation
	case *ddl.SetNotNull:
		return op.Relation
	}
	return ddl.Ref{}
}

// requires reports whether a step adds a column that is NOT NULL to a table
// without a value for rows that are there: there are none, or it fails.
func requires(step *replay.Step, table *catalog.Relation) bool {
	op, ok := step.Op.(*ddl.AddColumn)
	return ok && isNamed(table, op.Relation) && !lasting(op) && !step.RolledBack && step.Refusal == nil && len(step.Changes) > 0
}

// lasting reports whether what an operation does under its locks takes longer
// the larger the tables. TRUNCATE only puts empty files in place of full ones.
// REINDEX and REFRESH have rules of their own.
func lasting(op ddl.Op) bool {
	switch op := op.(type) {
	case *ddl.Truncate, *ddl.Reindex, *ddl.RefreshMaterializedView:
		return false
	case *ddl.AddColumn:
		// Without a value for the rows that are there it fails, or there are none.
		c := op.Column
		return !c.NotNull || c.Default != nil || c.Identity != "" || c.Generated != nil || c.Serial() != ""
	}
	return true
}

func laborious(a lock.Acquisition) labour {
	switch {
	case a.Rewrite:
		return rewriting
	case a.Index:
		return indexing
	case a.Scan:
		return reading
	}
	return none
}

// whole returns the table that a partition or child belongs to, where the
// operation is on that, and the stronger of their locks. A new partition does
// its work on the default partition alone.
func (p *Pass) whole(step *replay.Step, r *catalog.Relation, m lock.Mode) (*catalog.Relation, lock.Mode) {
	if _, ok := step.Op.(*ddl.CreateTable); ok {
		return r, m
	}
	for range 32 { // more than anybody nests
		i := slices.IndexFunc(step.Locks, func(a lock.Acquisition) bool {
			return a.Mode.BlocksWrites() && slices.Contains(r.Parents, a.Relation)
		})
		if i < 0 {
			return r, m
		}
		parent := p.known(relation(step, step.Locks[i].Relation))
		if parent == nil {
			return r, m
		}
		r, m = parent, max(m, step.Locks[i].Mode)
	}
	return r, m
}

// relation returns a relation around an operation.
func relation(step *replay.Step, oid catalog.OID) *catalog.Relation {
	if r := step.Before.RelationByOID(oid); r != nil {
		return r
	}
	return step.After.RelationByOID(oid)
}

// unseen reports whether a partitioned table has its partitions from elsewhere:
// the previous version could not store a row in a table without any.
func unseen(step *replay.Step, r *catalog.Relation) bool {
	now := relation(step, r.OID)
	return r.Kind == catalog.PartitionedTable && len(r.Children) == 0 && len(now.Children) == 0
}

// onUnseen returns what an operation does to partitions that are not seen.
func onUnseen(op ddl.Op, r *catalog.Relation) labour {
	switch op := op.(type) {
	case *ddl.CreateIndex:
		if !op.Only && !op.Concurrently {
			return indexing
		}
	case *ddl.SetNotNull:
		if a := r.Attribute(op.Column.Name); !op.Only && (a == nil || !a.NotNull) && !provedNotNull(r, op.Column.Name) {
			return reading
		}
	case *ddl.AddConstraint:
		c := op.Constraint
		switch c.Kind {
		case ddl.PrimaryKey, ddl.Unique, ddl.Exclude:
			if !op.Only && c.Index.Name == "" {
				return indexing
			}
		case ddl.Check, ddl.ForeignKey:
			if !c.NotValid && !c.NotEnforced {
				return reading
			}
		case ddl.NotNull:
		}
	}
	return none
}
