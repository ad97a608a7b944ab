package catalog

import "github.com/migracheck/migracheck/parser/ddl"

// A Change is one thing that an operation changed, whatever statement did it.
// DROP COLUMN, DROP TYPE … CASCADE and DROP OWNED all yield [*ColumnDropped].
//
// Relations, attributes and the rest are as they were before the operation
// where they were dropped, and as they are after it otherwise, unless a field
// says so.
//
//sumtype:decl
type Change interface{ change() }

// Relations and columns.
type (
	// RelationCreated: also for indexes, sequences and views.
	RelationCreated struct{ Relation *Relation }
	// RelationDropped: Cascade names what the statement dropped, where this
	// relation was not named but went with it.
	RelationDropped struct {
		Relation *Relation
		Cascade  string
	}
	// RelationRenamed: RENAME TO.
	RelationRenamed struct{ Before, After *Relation }
	// RelationMoved: SET SCHEMA; also when its schema was renamed.
	RelationMoved struct{ Before, After *Relation }
	// RelationReplaced: a relation of another kind has the name now (a table
	// became a view or a partitioned table) in the same statement or by CREATE
	// after DROP or RENAME in this history.
	RelationReplaced struct{ Before, After *Relation }
	// ViewReplaced: CREATE OR REPLACE VIEW of an existing view.
	ViewReplaced struct{ Before, After *Relation }
	// InheritanceChanged: INHERIT, NO INHERIT, ATTACH and DETACH PARTITION.
	// Partition tells the pairs apart.
	InheritanceChanged struct {
		Parent, Child      *Relation
		Removed, Partition bool
	}
	// RelationOptionChanged: what has no change of its own (tablespace, access
	// method, storage parameters, logged, cluster, statistics …).
	RelationOptionChanged struct {
		Before, After *Relation
		What          string
	}

	// ColumnAdded: also to the children that inherit it.
	ColumnAdded struct {
		Relation  *Relation
		Attribute *Attribute
	}
	// ColumnDropped: Relation is as before. Cascade as in RelationDropped.
	ColumnDropped struct {
		Relation  *Relation
		Attribute *Attribute
		Cascade   string
	}
	// ColumnRenamed: Relation is as after.
	ColumnRenamed struct {
		Relation      *Relation
		Before, After *Attribute
	}
	// ColumnTypeChanged: Using is set where USING was given. A change of
	// collation only is one too.
	ColumnTypeChanged struct {
		Relation      *Relation
		Before, After *Attribute
		Using         *ddl.Expr
	}
	// NullabilityChanged: SET and DROP NOT NULL, and what a primary key or
	// identity implies (then Implied is the constraint's name).
	NullabilityChanged struct {
		Relation      *Relation
		Before, After *Attribute
		Implied       string
	}
	// DefaultChanged: SET and DROP DEFAULT; also when a sequence or function
	// was dropped with CASCADE.
	DefaultChanged struct {
		Relation      *Relation
		Before, After *Attribute
	}
	// IdentityChanged: ADD, SET GENERATED, DROP IDENTITY.
	IdentityChanged struct {
		Relation      *Relation
		Before, After *Attribute
	}
	// GenerationChanged: SET and DROP EXPRESSION.
	GenerationChanged struct {
		Relation      *Relation
		Before, After *Attribute
	}
)

// Constraints and indexes.
type (
	// ConstraintAdded: also those that come with a column.
	ConstraintAdded struct {
		Relation   *Relation
		Constraint *Constraint
		// Column is set where it came with a new column of an existing table.
		Column *Attribute
		// Promoted is the index of ADD … USING INDEX, as before; nil otherwise.
		Promoted *Relation
	}
	// ConstraintDropped: Relation is as before. Cascade as in RelationDropped.
	// A constraint that an assumed table had before the history has a name
	// and Kind 0.
	ConstraintDropped struct {
		Relation   *Relation
		Constraint *Constraint
		Cascade    string
	}
	// ConstraintRenamed: also with its index.
	ConstraintRenamed struct {
		Relation      *Relation
		Before, After *Constraint
	}
	// ConstraintValidated: VALIDATE CONSTRAINT.
	ConstraintValidated struct {
		Relation   *Relation
		Constraint *Constraint
	}
	// ConstraintAltered: ALTER CONSTRAINT.
	ConstraintAltered struct {
		Relation      *Relation
		Before, After *Constraint
	}
	// IndexCreated: not those of constraints. Table is as after.
	IndexCreated struct{ Index, Table *Relation }
	// IndexDropped: not those of constraints. Table is as before; nil for an
	// assumed index. Cascade as in RelationDropped. An index that goes with
	// its table has a RelationDropped only.
	IndexDropped struct {
		Index, Table *Relation
		Cascade      string
	}
)

// What hangs on relations.
type (
	// TriggerCreated, and Before where CREATE OR REPLACE found one.
	TriggerCreated struct {
		Relation        *Relation
		Before, Trigger *Trigger
	}
	// TriggerDropped: Relation is as before. Cascade as in RelationDropped.
	TriggerDropped struct {
		Relation *Relation
		Trigger  *Trigger
		Cascade  string
	}
	// TriggerChanged: renamed, enabled, disabled.
	TriggerChanged struct {
		Relation      *Relation
		Before, After *Trigger
	}
	// RuleCreated, and Before where CREATE OR REPLACE found one.
	RuleCreated struct {
		Relation     *Relation
		Before, Rule *Rule
	}
	// RuleDropped: Relation is as before.
	RuleDropped struct {
		Relation *Relation
		Rule     *Rule
		Cascade  string
	}
	// PolicyChanged: Before is nil for a new policy, After for a dropped one.
	PolicyChanged struct {
		Relation      *Relation
		Before, After *Policy
		Cascade       string
	}
	// RowSecurityChanged: ENABLE, DISABLE, FORCE and NO FORCE.
	RowSecurityChanged struct{ Before, After *Relation }
	// ReplicaIdentityChanged: REPLICA IDENTITY.
	ReplicaIdentityChanged struct{ Before, After *Relation }
	// SequenceChanged: ALTER SEQUENCE.
	SequenceChanged struct{ Before, After *Relation }
	// DataRemoved: TRUNCATE, of each table that it empties.
	DataRemoved struct {
		Relation *Relation
		Cascade  string
	}
)

// Types and routines.
type (
	// TypeCreated: enum, domain, composite, range, base.
	TypeCreated struct{ Type *TypeDef }
	// TypeDropped: Cascade as in RelationDropped.
	TypeDropped struct {
		Type    *TypeDef
		Cascade string
	}
	// TypeRenamed: RENAME TO and SET SCHEMA.
	TypeRenamed struct{ Before, After *TypeDef }
	// EnumValueAdded: ADD VALUE.
	EnumValueAdded struct {
		Type  *TypeDef
		Value string
	}
	// EnumValueRenamed: RENAME VALUE.
	EnumValueRenamed struct {
		Type          *TypeDef
		Before, After string
	}
	// DomainChanged: ALTER DOMAIN. Constraint is the one that was added or
	// dropped.
	DomainChanged struct {
		Before, After *TypeDef
		Action        string
		Constraint    *Constraint
	}
	// FunctionCreated: a new signature.
	FunctionCreated struct{ Function *Function }
	// FunctionReplaced: CREATE OR REPLACE of an existing signature.
	FunctionReplaced struct{ Before, After *Function }
	// FunctionDropped: Cascade as in RelationDropped.
	FunctionDropped struct {
		Function *Function
		Cascade  string
	}
	// FunctionRenamed: RENAME TO and SET SCHEMA.
	FunctionRenamed struct{ Before, After *Function }
)

// Schemas, extensions, other objects, privileges and the session.
type (
	// SchemaCreated: CREATE SCHEMA.
	SchemaCreated struct{ Schema *Schema }
	// SchemaDropped: DROP SCHEMA.
	SchemaDropped struct{ Schema *Schema }
	// SchemaRenamed: its relations are not listed as moved.
	SchemaRenamed struct{ Before, After *Schema }
	// ExtensionCreated: CREATE EXTENSION.
	ExtensionCreated struct{ Extension *Extension }
	// ExtensionDropped: DROP EXTENSION.
	ExtensionDropped struct{ Extension *Extension }
	// ExtensionUpdated: ALTER EXTENSION UPDATE.
	ExtensionUpdated struct{ Before, After *Extension }
	// ObjectChanged: an object tracked by name only was created (Before nil),
	// dropped (After nil), renamed or changed.
	ObjectChanged struct {
		Before, After *Object
		Cascade       string
	}
	// PrivilegeChanged: GRANT and REVOKE on one object. Columns are those of
	// column privileges. Had tells, for a REVOKE, whether the history granted
	// it before.
	PrivilegeChanged struct {
		Object  ddl.Object
		Target  OID
		Revoked bool
		Grantee string
		Names   []string
		Columns []string
		Had     bool
	}
	// OwnerChanged: OWNER TO and REASSIGN OWNED.
	OwnerChanged struct {
		Object        ddl.Object
		Target        OID
		Before, After string
	}
	// CommentChanged: COMMENT ON.
	CommentChanged struct{ Object ddl.Object }
	// SettingChanged: SET, RESET and set_config.
	SettingChanged struct {
		Name          string
		Before, After []string
		Local         bool
	}
)

func (*RelationCreated) change()        {}
func (*RelationDropped) change()        {}
func (*RelationRenamed) change()        {}
func (*RelationMoved) change()          {}
func (*RelationReplaced) change()       {}
func (*ViewReplaced) change()           {}
func (*InheritanceChanged) change()     {}
func (*RelationOptionChanged) change()  {}
func (*ColumnAdded) change()            {}
func (*ColumnDropped) change()          {}
func (*ColumnRenamed) change()          {}
func (*ColumnTypeChanged) change()      {}
func (*NullabilityChanged) change()     {}
func (*DefaultChanged) change()         {}
func (*IdentityChanged) change()        {}
func (*GenerationChanged) change()      {}
func (*ConstraintAdded) change()        {}
func (*ConstraintDropped) change()      {}
func (*ConstraintRenamed) change()      {}
func (*ConstraintValidated) change()    {}
func (*ConstraintAltered) change()      {}
func (*IndexCreated) change()           {}
func (*IndexDropped) change()           {}
func (*TriggerCreated) change()         {}
func (*TriggerDropped) change()         {}
func (*TriggerChanged) change()         {}
func (*RuleCreated) change()            {}
func (*RuleDropped) change()            {}
func (*PolicyChanged) change()          {}
func (*RowSecurityChanged) change()     {}
func (*ReplicaIdentityChanged) change() {}
func (*SequenceChanged) change()        {}
func (*DataRemoved) change()            {}
func (*TypeCreated) change()            {}
func (*TypeDropped) change()            {}
func (*TypeRenamed) change()            {}
func (*EnumValueAdded) change()         {}
func (*EnumValueRenamed) change()       {}
func (*DomainChanged) change()          {}
func (*FunctionCreated) change()        {}
func (*FunctionReplaced) change()       {}
func (*FunctionDropped) change()        {}
func (*FunctionRenamed) change()        {}
func (*SchemaCreated) change()          {}
func (*SchemaDropped) change()          {}
func (*SchemaRenamed) change()          {}
func (*ExtensionCreated) change()       {}
func (*ExtensionDropped) change()       {}
func (*ExtensionUpdated) change()       {}
func (*ObjectChanged) change()          {}
func (*PrivilegeChanged) change()       {}
func (*OwnerChanged) change()           {}
func (*CommentChanged) change()         {}
func (*SettingChanged) change()         {}
