package catalog

import "github.com/migracheck/migracheck/parser/ddl"

// Apply performs one operation and returns the next snapshot and what changed.
// Where PostgreSQL would refuse the operation, nothing happens: Apply returns c
// itself, no changes, and the refusal. It returns c, too, where the operation
// changes nothing, as those on data.
//
// Conditional operations are performed like others; whether their refusal means
// anything is for the caller to decide.
func (c *Catalog) Apply(op ddl.Op) (*Catalog, []Change, *Error) {
	e := &editor{Catalog: *c, op: op}
	if err := e.apply(op); err != nil {
		e.discard(&c.contents)
		return c, nil, err
	}
	if e.contents == c.contents && sameSlice(e.transient, c.transient) && sameSlice(e.defaultACL, c.defaultACL) {
		return c, e.changes, nil
	}
	return &e.Catalog, e.changes, nil
}

// sameSlice reports whether two slices are one and the same.
func sameSlice[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// apply has one case for each operation; the exhaustiveness check of the
// linter holds it to that.
func (e *editor) apply(op ddl.Op) *Error {
	switch op := op.(type) {
	// Tables and views.
	case *ddl.CreateTable:
		return e.createTable(op)
	case *ddl.CreateTableAs:
		return e.createTableAs(op)
	case *ddl.CreateView:
		return e.createView(op)
	case *ddl.DropRelation:
		return e.dropRelation(op)
	case *ddl.Truncate:
		return e.truncate(op)
	case *ddl.LockTable:
		return e.lockTable(op)
	case *ddl.RenameRelation:
		return e.renameRelation(op)
	case *ddl.MoveRelation:
		return e.moveRelation(op)

	// Columns.
	case *ddl.AddColumn:
		return e.addColumn(op)
	case *ddl.DropColumn:
		return e.dropColumn(op)
	case *ddl.RenameColumn:
		return e.renameColumn(op)
	case *ddl.AlterColumnType:
		return e.alterColumnType(op)
	case *ddl.SetDefault:
		return e.setDefault(op)
	case *ddl.DropDefault:
		return e.dropDefault(op)
	case *ddl.SetNotNull:
		return e.setNotNull(op)
	case *ddl.DropNotNull:
		return e.dropNotNull(op)
	case *ddl.SetExpression:
		return e.setExpression(op)
	case *ddl.DropExpression:
		return e.dropExpression(op)
	case *ddl.AddIdentity:
		return e.addIdentity(op)
	case *ddl.SetIdentity:
		return e.setIdentity(op)
	case *ddl.DropIdentity:
		return e.dropIdentity(op)
	case *ddl.SetColumnOption:
		return e.setColumnOption(op)

	// Constraints.
	case *ddl.AddConstraint:
		return e.addConstraint(op)
	case *ddl.DropConstraint:
		return e.dropConstraint(op)
	case *ddl.ValidateConstraint:
		return e.validateConstraint(op)
	case *ddl.AlterConstraint:
		return e.alterConstraint(op)
	case *ddl.RenameConstraint:
		return e.renameConstraint(op)

	// Other subcommands.
	case *ddl.AttachPartition:
		return e.attachPartition(op)
	case *ddl.DetachPartition:
		return e.detachPartition(op)
	case *ddl.SetInherit:
		return e.setInherit(op)
	case *ddl.SetOfType:
		return e.setOfType(op)
	case *ddl.SetLogged:
		return e.setLogged(op)
	case *ddl.SetTablespace:
		return e.setTablespace(op)
	case *ddl.SetAccessMethod:
		return e.setAccessMethod(op)
	case *ddl.SetRelationOptions:
		return e.setRelationOptions(op)
	case *ddl.SetCluster:
		return e.setCluster(op)
	case *ddl.SetReplicaIdentity:
		return e.setReplicaIdentity(op)
	case *ddl.SetRowSecurity:
		return e.setRowSecurity(op)
	case *ddl.SetTriggerState:
		return e.setTriggerState(op)

	// Indexes and maintenance.
	case *ddl.CreateIndex:
		return e.createIndex(op)
	case *ddl.Reindex:
		return e.reindex(op)
	case *ddl.Cluster:
		return e.cluster(op)
	case *ddl.Vacuum:
		return e.vacuum(op)
	case *ddl.RefreshMaterializedView:
		return e.refreshMaterializedView(op)

	// Types.
	case *ddl.CreateEnum:
		return e.createEnum(op)
	case *ddl.CreateComposite:
		return e.createComposite(op)
	case *ddl.CreateRange:
		return e.createRange(op)
	case *ddl.CreateBaseType:
		return e.createBaseType(op)
	case *ddl.CreateDomain:
		return e.createDomain(op)
	case *ddl.DropType:
		return e.dropType(op)
	case *ddl.AddEnumValue:
		return e.addEnumValue(op)
	case *ddl.RenameEnumValue:
		return e.renameEnumValue(op)
	case *ddl.AlterDomain:
		return e.alterDomain(op)
	case *ddl.AlterBaseType:
		return e.alterBaseType(op)

	// Routines.
	case *ddl.CreateFunction:
		return e.createFunction(op)
	case *ddl.CreateAggregate:
		return e.createAggregate(op)
	case *ddl.DropRoutine:
		return e.dropRoutine(op)
	case *ddl.AlterRoutine:
		return e.alterRoutine(op)

	// Triggers, rules and policies.
	case *ddl.CreateTrigger:
		return e.createTrigger(op)
	case *ddl.CreateRule:
		return e.createRule(op)
	case *ddl.CreatePolicy:
		return e.createPolicy(op)
	case *ddl.AlterPolicy:
		return e.alterPolicy(op)
	case *ddl.DropPart:
		return e.dropPart(op)

	// Sequences, schemas and extensions.
	case *ddl.CreateSequence:
		return e.createSequence(op)
	case *ddl.AlterSequence:
		return e.alterSequence(op)
	case *ddl.CreateSchema:
		return e.createSchema(op)
	case *ddl.DropSchema:
		return e.dropSchema(op)
	case *ddl.CreateExtension:
		return e.createExtension(op)
	case *ddl.AlterExtension:
		return e.alterExtension(op)
	case *ddl.DropExtension:
		return e.dropExtension(op)

	// Objects of any kind.
	case *ddl.RenameObject:
		return e.renameObject(op)
	case *ddl.MoveObject:
		return e.moveObject(op)
	case *ddl.SetOwner:
		return e.setOwner(op)
	case *ddl.Comment:
		return e.comment(op)
	case *ddl.CreateObject:
		return e.createObject(op)
	case *ddl.AlterObject:
		return e.alterObject(op)
	case *ddl.DropObject:
		return e.dropObject(op)
	case *ddl.SecurityLabel:
		return e.securityLabel(op)

	// Privileges and ownership.
	case *ddl.Grant:
		return e.grant(op)
	case *ddl.GrantRole:
		return e.grantRole(op)
	case *ddl.AlterDefaultPrivileges:
		return e.alterDefaultPrivileges(op)
	case *ddl.DropOwned:
		return e.dropOwned(op)
	case *ddl.ReassignOwned:
		return e.reassignOwned(op)

	// Session and transaction control.
	case *ddl.SetVariable:
		return e.setVariable(op)
	case *ddl.Transaction:
		return e.transaction(op)

	// Data statements change no schema; they tell of relations and columns.
	case *ddl.Insert:
		return e.insert(op)
	case *ddl.Update:
		return e.update(op)
	case *ddl.Delete:
		return e.delete(op)
	case *ddl.Merge:
		return e.merge(op)
	case *ddl.Select:
		return e.selectQuery(op)
	case *ddl.Copy:
		return e.copy(op)

	// What cannot be known, and what changes nothing that is modelled.
	case *ddl.Dynamic:
		return e.dynamic(op)
	case *ddl.Unmodelled:
		return e.unmodelled(op)
	}
	return nil
}
