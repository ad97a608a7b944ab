// Package lock knows which locks the operations of a migration take, and what
// they do under them.
//
// [Taken] answers for one operation, from the catalog before and after it:
// which relations it locks, how strongly, and whether it reads all their rows,
// writes their storage anew or builds indexes on them, which is what makes
// the lock long. It knows the forms that do none of this: a type that is
// binary compatible, a NOT NULL that a CHECK proves, a partition whose
// constraint is implied.
//
// What cannot be known is taken at its worst: an assumed table has rows, and a
// function that nobody defined is volatile.
//
// Locks on rows and on objects that are no relations, system catalogs and TOAST
// tables are left out. So is how long a lock is waited for.
package lock

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// An Acquisition is the lock that something takes on a relation: the strongest
// one, with all that is done under it.
type Acquisition struct {
	Relation catalog.OID
	Mode     Mode
	// Scan: every row is read, to verify or validate a constraint.
	Scan bool
	// Rewrite: the storage is written anew: of a table, an index, or a
	// materialized view.
	Rewrite bool
	// Index: an index on it is built or rebuilt.
	Index bool
	// Cause says why, where the operation does not name the relation: "the
	// referenced table", "an index of the table".
	Cause string

	// validation: the scan is a pass of its own, which a rewrite of the table
	// by the same statement does not spare.
	validation bool
	// root is the table from which an ALTER TABLE got here by recursion, which
	// it does with the lock of the whole statement; 0 for none.
	root catalog.OID
}

// Oldest is the oldest PostgreSQL major that is known, and the one that version
// 0 means: later ones only do with less.
const Oldest = 13

// Merge returns the acquisitions of several lists with one for each relation:
// the strongest mode, and all that any of them does. It is what an ALTER TABLE
// of several subcommands takes: PostgreSQL takes the strongest lock at its
// start, rewrites a table once, and verifies constraints while it rewrites.
//
// The order is that of first appearance. The lists are not changed.
func Merge(lists ...[]Acquisition) []Acquisition {
	all := 0
	for _, list := range lists {
		all += len(list)
	}
	if all == 0 {
		return nil
	}
	merged := make([]Acquisition, 0, all)
	for _, list := range lists {
		for _, a := range list {
			i := slices.IndexFunc(merged, func(b Acquisition) bool { return b.Relation == a.Relation })
			if i < 0 {
				merged = append(merged, a)
				continue
			}
			merged[i].add(a)
		}
	}
	for i := range merged {
		if root := slices.IndexFunc(merged, func(b Acquisition) bool { return b.Relation == merged[i].root }); root >= 0 {
			merged[i].Mode = max(merged[i].Mode, merged[root].Mode)
		}
		merged[i].settle()
	}
	return merged
}

// add makes a what it is together with another acquisition of the relation.
func (a *Acquisition) add(b Acquisition) {
	if b.Mode > a.Mode {
		a.Mode = b.Mode
		a.Cause = b.Cause
	}
	a.Scan = a.Scan || b.Scan
	a.Rewrite = a.Rewrite || b.Rewrite
	a.Index = a.Index || b.Index
	a.validation = a.validation || b.validation
	a.root = max(a.root, b.root)
}

// settle leaves out the scan that a rewrite does in passing.
func (a *Acquisition) settle() {
	if a.Rewrite && !a.validation {
		a.Scan = false
	}
}

// Taken returns the locks that an operation takes on relations that existed
// before it, one for each relation, those that it names first. Before and after
// are the catalogs around it, changes what it changed there, and version is the
// server's major; 0 is the oldest supported.
//
// An operation that PostgreSQL refuses holds no locks afterwards and is not to
// be asked about.
func Taken(op ddl.Op, before, after *catalog.Catalog, changes []catalog.Change, version int) []Acquisition {
	if version == 0 {
		version = Oldest
	}
	t := &taker{op: op, before: before, after: after, changes: changes, version: version}
	t.take(op)
	for i := range t.taken {
		t.taken[i].settle()
	}
	return t.taken
}

// take has one case for each operation; the exhaustiveness check of the linter
// holds it to that.
func (t *taker) take(op ddl.Op) {
	switch op := op.(type) {
	// Tables and views.
	case *ddl.CreateTable:
		t.createTable(op)
	case *ddl.CreateTableAs:
		t.createTableAs(op)
	case *ddl.CreateView:
		t.createView(op)
	case *ddl.DropRelation:
		t.dropRelation(op)
	case *ddl.Truncate:
		t.truncate(op)
	case *ddl.LockTable:
		t.lockTable(op)
	case *ddl.RenameRelation:
		t.renameRelation(op)
	case *ddl.MoveRelation:
		t.moveRelation(op)

	// Columns.
	case *ddl.AddColumn:
		t.addColumn(op)
	case *ddl.DropColumn:
		t.dropColumn(op)
	case *ddl.RenameColumn:
		t.altered(op.Altered, AccessExclusive)
	case *ddl.AlterColumnType:
		t.alterColumnType(op)
	case *ddl.SetDefault:
		t.altered(op.Altered, AccessExclusive)
	case *ddl.DropDefault:
		t.altered(op.Altered, AccessExclusive)
	case *ddl.SetNotNull:
		t.setNotNull(op)
	case *ddl.DropNotNull:
		t.altered(op.Altered, AccessExclusive)
	case *ddl.SetExpression:
		t.setExpression(op)
	case *ddl.DropExpression:
		t.altered(op.Altered, AccessExclusive)
	case *ddl.AddIdentity:
		t.addIdentity(op)
	case *ddl.SetIdentity:
		t.setIdentity(op)
	case *ddl.DropIdentity:
		t.dropIdentity(op)
	case *ddl.SetColumnOption:
		t.setColumnOption(op)

	// Constraints.
	case *ddl.AddConstraint:
		t.addConstraint(op)
	case *ddl.DropConstraint:
		t.dropConstraint(op)
	case *ddl.ValidateConstraint:
		t.validateConstraint(op)
	case *ddl.AlterConstraint:
		t.alterConstraint(op)
	case *ddl.RenameConstraint:
		t.renameConstraint(op)

	// Other subcommands.
	case *ddl.AttachPartition:
		t.attachPartition(op)
	case *ddl.DetachPartition:
		t.detachPartition(op)
	case *ddl.SetInherit:
		t.setInherit(op)
	case *ddl.SetOfType:
		t.lock(t.target(op.Altered), AccessExclusive)
		if op.Type != nil {
			t.lock(t.relation(op.Type.Name), AccessShare)
		}
	case *ddl.SetLogged:
		t.setLogged(op)
	case *ddl.SetTablespace:
		t.setTablespace(op)
	case *ddl.SetAccessMethod:
		t.setAccessMethod(op)
	case *ddl.SetRelationOptions:
		t.setRelationOptions(op)
	case *ddl.SetCluster:
		t.setCluster(op)
	case *ddl.SetReplicaIdentity:
		t.setReplicaIdentity(op)
	case *ddl.SetRowSecurity:
		t.lock(t.target(op.Altered), AccessExclusive)
	case *ddl.SetTriggerState:
		t.setTriggerState(op)

	// Indexes and maintenance.
	case *ddl.CreateIndex:
		t.createIndex(op)
	case *ddl.Reindex:
		t.reindex(op)
	case *ddl.Cluster:
		t.cluster(op)
	case *ddl.Vacuum:
		t.vacuum(op)
	case *ddl.RefreshMaterializedView:
		t.refreshMaterializedView(op)

	// Types and routines: those that stand alone lock no relation.
	case *ddl.CreateEnum, *ddl.CreateRange, *ddl.CreateBaseType, *ddl.CreateComposite, *ddl.CreateDomain,
		*ddl.AddEnumValue, *ddl.RenameEnumValue, *ddl.AlterBaseType,
		*ddl.CreateFunction, *ddl.CreateAggregate, *ddl.AlterRoutine:
	case *ddl.AlterDomain:
		t.alterDomain(op)
	case *ddl.DropType, *ddl.DropRoutine, *ddl.DropPart, *ddl.DropSchema, *ddl.DropExtension, *ddl.DropOwned:
		t.drop()

	// Triggers, rules and policies.
	case *ddl.CreateTrigger:
		t.createTrigger(op)
	case *ddl.CreateRule:
		t.lock(t.relation(op.Table.Name), AccessExclusive)
	case *ddl.CreatePolicy:
		t.lock(t.relation(op.Table.Name), AccessExclusive)
		t.exprs(op.Using, op.WithCheck)
	case *ddl.AlterPolicy:
		t.lock(t.relation(op.Table.Name), AccessExclusive)
		t.exprs(op.Using, op.WithCheck)

	// Sequences, schemas and extensions.
	case *ddl.CreateSequence:
		t.lock(t.relation(op.OwnedBy.Name), AccessShare)
	case *ddl.AlterSequence:
		t.alterSequence(op)
	case *ddl.CreateSchema, *ddl.CreateExtension, *ddl.AlterExtension:

	// Objects of any kind.
	case *ddl.RenameObject:
		t.renameObject(op)
	case *ddl.MoveObject:
		t.object(op.Object, AccessExclusive)
	case *ddl.SetOwner:
		t.setOwner(op)
	case *ddl.Comment:
		t.comment(op)
	case *ddl.SecurityLabel:
		t.object(op.Object, ShareUpdateExclusive)
	case *ddl.CreateObject:
		t.tables(op.Tables)
	case *ddl.AlterObject:
		t.alterObject(op)
	case *ddl.DropObject:
		t.dropObject(op)

	// Privileges and ownership.
	case *ddl.Grant:
		t.grant(op)
	case *ddl.ReassignOwned:
		t.reassignOwned()
	case *ddl.GrantRole, *ddl.AlterDefaultPrivileges:

	// Session and transaction control.
	case *ddl.SetVariable, *ddl.Transaction:

	// Data statements.
	case *ddl.Insert:
		t.insert(op)
	case *ddl.Update:
		t.update(op)
	case *ddl.Delete:
		t.delete(op)
	case *ddl.Merge:
		t.merge(op)
	case *ddl.Select:
		t.selected(op.Query)
	case *ddl.Copy:
		t.copy(op)

	// What cannot be known, and what is not modelled.
	case *ddl.Dynamic, *ddl.Unmodelled:
	}
}
