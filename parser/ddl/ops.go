package ddl

import "github.com/migracheck/migracheck/parser/source"

// Tables.
type (
	// CreateTable is CREATE TABLE and CREATE FOREIGN TABLE, not AS.
	CreateTable struct {
		Base
		Table       Ref
		IfNotExists bool
		Temporary   bool
		Unlogged    bool
		// Foreign is the server's name for a foreign table.
		Foreign     string
		Columns     []*Column
		Constraints []*Constraint
		Likes       []Like
		Inherits    []Ref
		// PartitionOf is the parent of a partition, with its Bound.
		PartitionOf *Ref
		Bound       *PartitionBound
		PartitionBy *PartitionKey
		OfType      *TypeName
		Options     []Option
		// OnCommit is "", "drop", "delete rows" or "preserve rows".
		OnCommit     string
		Tablespace   string
		AccessMethod string
	}
	// Like is LIKE source INCLUDING …; Including holds the options in lower
	// case ("defaults", "constraints", …) after INCLUDING ALL and EXCLUDING.
	Like struct {
		Source    Ref
		Including []string
	}
	// CreateTableAs is CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED
	// VIEW.
	CreateTableAs struct {
		Base
		Table        Ref
		Columns      []string
		Query        *Query
		Materialized bool
		IfNotExists  bool
		Temporary    bool
		Unlogged     bool
		WithNoData   bool
		// OnCommit is as in CreateTable.
		OnCommit   string
		Options    []Option
		Tablespace string
	}
	// CreateView is CREATE [OR REPLACE] [RECURSIVE] VIEW.
	CreateView struct {
		Base
		View      Ref
		Replace   bool
		Temporary bool
		Recursive bool
		Columns   []string
		Query     *Query
		Options   []Option
		// CheckOption is "", "local" or "cascaded".
		CheckOption string
	}
	// DropRelation is DROP TABLE, VIEW, MATERIALIZED VIEW, INDEX, SEQUENCE and
	// FOREIGN TABLE.
	DropRelation struct {
		Base
		Kind         Kind
		Relations    []Ref
		IfExists     bool
		Cascade      bool
		Concurrently bool
	}
	// Truncate is TRUNCATE.
	Truncate struct {
		Base
		Tables          []Ref
		Cascade         bool
		RestartIdentity bool
	}
	// LockTable is LOCK TABLE; Mode is as pg_locks spells it.
	LockTable struct {
		Base
		Tables []Ref
		Mode   string
		NoWait bool
	}
	// RenameRelation is ALTER TABLE, VIEW, INDEX, SEQUENCE … RENAME TO.
	RenameRelation struct {
		Altered
		NewName Ident
	}
	// MoveRelation is ALTER TABLE, VIEW, SEQUENCE … SET SCHEMA.
	MoveRelation struct {
		Altered
		Schema string
	}
)

// Columns.
type (
	// AddColumn is ADD COLUMN, and ADD ATTRIBUTE of a composite type.
	AddColumn struct {
		Altered
		Column      *Column
		IfNotExists bool
		Cascade     bool
	}
	// DropColumn is DROP COLUMN and DROP ATTRIBUTE.
	DropColumn struct {
		Altered
		Column       Ident
		ColumnExists bool // IF EXISTS after COLUMN
		Cascade      bool
	}
	// RenameColumn is RENAME COLUMN and RENAME ATTRIBUTE.
	RenameColumn struct {
		Altered
		Column  Ident
		NewName Ident
		Cascade bool
	}
	// AlterColumnType is ALTER COLUMN … TYPE and ALTER ATTRIBUTE … TYPE.
	AlterColumnType struct {
		Altered
		Column    Ident
		Type      TypeName
		Collation Name
		Using     *Expr
		Cascade   bool
	}
	// SetDefault is ALTER COLUMN … SET DEFAULT.
	SetDefault struct {
		Altered
		Column  Ident
		Default *Expr
	}
	// DropDefault is ALTER COLUMN … DROP DEFAULT.
	DropDefault struct {
		Altered
		Column Ident
	}
	// SetNotNull is ALTER COLUMN … SET NOT NULL.
	SetNotNull struct {
		Altered
		Column Ident
	}
	// DropNotNull is ALTER COLUMN … DROP NOT NULL.
	DropNotNull struct {
		Altered
		Column Ident
	}
	// SetExpression is ALTER COLUMN … SET EXPRESSION AS (PostgreSQL 17).
	SetExpression struct {
		Altered
		Column     Ident
		Expression *Expr
	}
	// DropExpression is ALTER COLUMN … DROP EXPRESSION.
	DropExpression struct {
		Altered
		Column       Ident
		ColumnExists bool
	}
	// AddIdentity is ALTER COLUMN … ADD GENERATED … AS IDENTITY.
	AddIdentity struct {
		Altered
		Column Ident
		Always bool
		// Options are those of the sequence.
		Options []Option
	}
	// SetIdentity is ALTER COLUMN … SET GENERATED and SET sequence options;
	// Generated is "", "always" or "by default".
	SetIdentity struct {
		Altered
		Column    Ident
		Generated string
		Options   []Option
	}
	// DropIdentity is ALTER COLUMN … DROP IDENTITY.
	DropIdentity struct {
		Altered
		Column       Ident
		ColumnExists bool
	}
	// SetColumnOption is ALTER COLUMN … SET STATISTICS, STORAGE, COMPRESSION,
	// SET (…) and RESET (…); Option is "statistics", "storage",
	// "compression", "set", "reset" or "options". On an index Column may be a
	// number.
	SetColumnOption struct {
		Altered
		Column  Ident
		Option  string
		Value   string
		Options []Option
	}
)

// Constraints.
type (
	// AddConstraint is ADD CONSTRAINT and its unnamed forms.
	AddConstraint struct {
		Altered
		Constraint *Constraint
	}
	// DropConstraint is DROP CONSTRAINT.
	DropConstraint struct {
		Altered
		Constraint       Ident
		ConstraintExists bool
		Cascade          bool
	}
	// ValidateConstraint is VALIDATE CONSTRAINT.
	ValidateConstraint struct {
		Altered
		Constraint Ident
	}
	// AlterConstraint is ALTER CONSTRAINT; a nil field is not mentioned.
	AlterConstraint struct {
		Altered
		Constraint        Ident
		Deferrable        *bool
		InitiallyDeferred *bool
		Enforced          *bool
		Inherit           *bool
	}
	// RenameConstraint is RENAME CONSTRAINT of a table or domain.
	RenameConstraint struct {
		Altered
		Constraint Ident
		NewName    Ident
	}
)

// Other subcommands of ALTER TABLE and its siblings.
type (
	// AttachPartition is ATTACH PARTITION, of a table or an index; an index
	// has no Bound.
	AttachPartition struct {
		Altered
		Partition Ref
		Bound     *PartitionBound
	}
	// DetachPartition is DETACH PARTITION.
	DetachPartition struct {
		Altered
		Partition    Ref
		Concurrently bool
		Finalize     bool
	}
	// SetInherit is INHERIT and NO INHERIT.
	SetInherit struct {
		Altered
		Parent Ref
		Remove bool
	}
	// SetOfType is OF type; a nil Type is NOT OF.
	SetOfType struct {
		Altered
		Type *TypeName
	}
	// SetLogged is SET LOGGED and SET UNLOGGED.
	SetLogged struct {
		Altered
		Logged bool
	}
	// SetTablespace is SET TABLESPACE.
	SetTablespace struct {
		Altered
		Tablespace string
	}
	// SetAccessMethod is SET ACCESS METHOD.
	SetAccessMethod struct {
		Altered
		Method string
	}
	// SetRelationOptions is SET (…) and RESET (…) of a relation, and OPTIONS
	// (…) of a foreign table.
	SetRelationOptions struct {
		Altered
		Options []Option
		Reset   bool
	}
	// SetCluster is CLUSTER ON; an empty Index is SET WITHOUT CLUSTER.
	SetCluster struct {
		Altered
		Index string
	}
	// SetReplicaIdentity is REPLICA IDENTITY; Identity is "default", "full",
	// "nothing" or "index" (Index).
	SetReplicaIdentity struct {
		Altered
		Identity string
		Index    string
	}
	// SetRowSecurity is [NO] FORCE, ENABLE and DISABLE ROW LEVEL SECURITY;
	// Action is "enable", "disable", "force" or "no force".
	SetRowSecurity struct {
		Altered
		Action string
	}
	// SetTriggerState is ENABLE and DISABLE TRIGGER and RULE. State is
	// "enable", "disable", "always" or "replica"; Name is "" with All or
	// User set for TRIGGER ALL and TRIGGER USER.
	SetTriggerState struct {
		Altered
		Name      string
		All, User bool
		Rule      bool
		State     string
	}
)

// Indexes and maintenance.
type (
	// CreateIndex is CREATE INDEX.
	CreateIndex struct {
		Base
		// Index is empty where PostgreSQL chooses the name.
		Index            Ident
		Table            Ref
		Only             bool
		Method           string
		Elements         []IndexElement
		Include          []string
		Unique           bool
		NullsNotDistinct bool
		Where            *Expr
		Concurrently     bool
		IfNotExists      bool
		Tablespace       string
		Options          []Option
	}
	// Reindex is REINDEX; Target is "index", "table", "schema", "database" or
	// "system".
	Reindex struct {
		Base
		Target       string
		Name         Ref
		Concurrently bool
		Options      []Option
	}
	// Cluster is CLUSTER; Table is empty for all tables.
	Cluster struct {
		Base
		Table Ref
		Index string
	}
	// Vacuum is VACUUM and ANALYZE; no Tables means all.
	Vacuum struct {
		Base
		Tables  []Ref
		Full    bool
		Analyze bool
		// Vacuum is false for a plain ANALYZE.
		Vacuum bool
	}
	// RefreshMaterializedView is REFRESH MATERIALIZED VIEW.
	RefreshMaterializedView struct {
		Base
		View         Ref
		Concurrently bool
		WithNoData   bool
	}
)

// Types and domains.
type (
	// CreateEnum is CREATE TYPE … AS ENUM.
	CreateEnum struct {
		Base
		Type   Ref
		Labels []string
	}
	// CreateComposite is CREATE TYPE … AS (…).
	CreateComposite struct {
		Base
		Type    Ref
		Columns []*Column
	}
	// CreateRange is CREATE TYPE … AS RANGE. Multirange is empty where
	// PostgreSQL chooses the name.
	CreateRange struct {
		Base
		Type       Ref
		Subtype    TypeName
		Multirange Name
		Options    []Option
	}
	// CreateBaseType is CREATE TYPE name and CREATE TYPE name (…).
	CreateBaseType struct {
		Base
		Type  Ref
		Shell bool
	}
	// CreateDomain is CREATE DOMAIN.
	CreateDomain struct {
		Base
		Domain      Ref
		Type        TypeName
		Collation   Name
		Default     *Expr
		NotNull     bool
		Constraints []*Constraint
	}
	// DropType is DROP TYPE and DROP DOMAIN (Domain).
	DropType struct {
		Base
		Types    []Ref
		Domain   bool
		IfExists bool
		Cascade  bool
	}
	// AddEnumValue is ALTER TYPE … ADD VALUE; at most one of Before and
	// After is set.
	AddEnumValue struct {
		Base
		Type          Ref
		Value         string
		ValueAt       source.Span
		IfNotExists   bool
		Before, After string
	}
	// RenameEnumValue is ALTER TYPE … RENAME VALUE.
	RenameEnumValue struct {
		Base
		Type     Ref
		Old, New string
		OldAt    source.Span
	}
	// AlterDomain is ALTER DOMAIN. Action is "set default", "drop default",
	// "set not null", "drop not null", "add constraint", "drop constraint"
	// or "validate constraint".
	AlterDomain struct {
		Base
		Domain     Ref
		Action     string
		Default    *Expr
		Constraint *Constraint // add constraint
		Name       Ident       // drop and validate constraint
		IfExists   bool
		Cascade    bool
	}
	// AlterBaseType is ALTER TYPE … SET (…).
	AlterBaseType struct {
		Base
		Type    Ref
		Options []Option
	}
)

// Routines.
type (
	// CreateFunction is CREATE [OR REPLACE] FUNCTION and PROCEDURE.
	CreateFunction struct {
		Base
		Function  Ref
		Procedure bool
		Replace   bool
		Args      []Arg
		// Returns is nil for procedures and for functions with OUT arguments
		// only. RETURNS TABLE is Args of mode 't' and Returns nil.
		Returns    *TypeName
		Language   string
		Volatility string // "volatile" (also by default), "stable", "immutable"
		Strict     bool
		SecDefiner bool
		Parallel   string
		Options    []Option
		// Body is the routine's source text without its quotes; BodyAt is
		// where it stands, quotes included. Empty for C functions.
		Body   string
		BodyAt source.Span
		// Effects are the operations of the body, all Conditional. They are
		// not performed by creating the routine, but by calling it.
		Effects []Op
		// Queries are the queries and data statements of the body that could
		// be read.
		Queries []*Query
	}
	// Arg is an argument of a routine. Mode is 'i', 'o', 'b' (INOUT), 'v'
	// (VARIADIC) or 't' (column of RETURNS TABLE).
	Arg struct {
		Name    string
		Mode    byte
		Type    TypeName
		Default *Expr
	}
	// CreateAggregate is CREATE AGGREGATE.
	CreateAggregate struct {
		Base
		Function Ref
		Replace  bool
		Args     []Arg
		Options  []Option
	}
	// DropRoutine is DROP FUNCTION, PROCEDURE, ROUTINE and AGGREGATE.
	DropRoutine struct {
		Base
		Kind     Kind
		Routines []Object
		IfExists bool
		Cascade  bool
	}
	// AlterRoutine is ALTER FUNCTION … with volatility, cost and the like.
	AlterRoutine struct {
		Base
		Routine Object
		Options []Option
	}
)

// Triggers, rules and policies.
type (
	// CreateTrigger is CREATE [OR REPLACE] [CONSTRAINT] TRIGGER.
	CreateTrigger struct {
		Base
		Trigger    Ident
		Table      Ref
		Replace    bool
		Constraint bool
		// Timing is "before", "after" or "instead of".
		Timing string
		// Events are "insert", "update", "delete", "truncate".
		Events            []string
		Columns           []string // of UPDATE OF
		ForEachRow        bool
		When              *Expr
		Function          Ref
		Args              []string
		References        Ref // FROM table, of a constraint trigger
		Deferrable        bool
		InitiallyDeferred bool
	}
	// CreateRule is CREATE [OR REPLACE] RULE.
	CreateRule struct {
		Base
		Rule    Ident
		Table   Ref
		Replace bool
		Event   string
		Instead bool
		Where   *Expr
	}
	// CreatePolicy is CREATE POLICY. Command is "all", "select", "insert",
	// "update" or "delete".
	CreatePolicy struct {
		Base
		Policy      Ident
		Table       Ref
		Restrictive bool
		Command     string
		Roles       []string
		Using       *Expr
		WithCheck   *Expr
	}
	// AlterPolicy is ALTER POLICY; what is nil is not changed.
	AlterPolicy struct {
		Base
		Policy    Ident
		Table     Ref
		Roles     []string
		Using     *Expr
		WithCheck *Expr
	}
	// DropPart is DROP TRIGGER, RULE and POLICY.
	DropPart struct {
		Base
		Kind     Kind
		Name     Ident
		Table    Ref
		IfExists bool
		Cascade  bool
	}
)

// Sequences, schemas and extensions.
type (
	// CreateSequence is CREATE SEQUENCE.
	CreateSequence struct {
		Base
		Sequence    Ref
		IfNotExists bool
		Temporary   bool
		// Type is the zero TypeName by default (bigint).
		Type TypeName
		// OwnedBy is the owning column; OwnedByNone is OWNED BY NONE.
		OwnedBy       Ref
		OwnedByColumn string
		OwnedByNone   bool
		Options       []Option
	}
	// AlterSequence is ALTER SEQUENCE with options; fields as in
	// CreateSequence.
	AlterSequence struct {
		Altered
		Type          TypeName
		OwnedBy       Ref
		OwnedByColumn string
		OwnedByNone   bool
		Options       []Option
	}
	// CreateSchema is CREATE SCHEMA; the elements inside are operations of
	// their own, qualified with the schema.
	CreateSchema struct {
		Base
		Schema        Ident
		IfNotExists   bool
		Authorization string
	}
	// DropSchema is DROP SCHEMA.
	DropSchema struct {
		Base
		Schemas  []Ident
		IfExists bool
		Cascade  bool
	}
	// CreateExtension is CREATE EXTENSION.
	CreateExtension struct {
		Base
		Extension   Ident
		IfNotExists bool
		Schema      string
		Version     string
		Cascade     bool
	}
	// AlterExtension is ALTER EXTENSION. Action is "update" (to Version, or
	// to the default), "add" or "drop" (a member object), or "set schema".
	AlterExtension struct {
		Base
		Extension Ident
		Action    string
		Version   string
		Schema    string
	}
	// DropExtension is DROP EXTENSION.
	DropExtension struct {
		Base
		Extensions []Ident
		IfExists   bool
		Cascade    bool
	}
)

// Objects of any kind.
type (
	// RenameObject is ALTER … RENAME TO of what is neither a relation, a
	// column nor a table constraint: types, domains, functions, schemas,
	// triggers, policies, rules, roles and the rest.
	RenameObject struct {
		Base
		Object   Object
		NewName  Ident
		IfExists bool
	}
	// MoveObject is ALTER … SET SCHEMA of what is not a relation.
	MoveObject struct {
		Base
		Object Object
		Schema string
	}
	// SetOwner is ALTER … OWNER TO.
	SetOwner struct {
		Base
		Object   Object
		Owner    string
		IfExists bool
	}
	// Comment is COMMENT ON; an empty Text removes it.
	Comment struct {
		Base
		Object Object
		Text   string
	}
	// CreateObject creates what the catalog tracks by name only: operators,
	// casts, collations, text search objects, event triggers, publications,
	// foreign servers, statistics, roles, databases and the rest.
	CreateObject struct {
		Base
		Object      Object
		IfNotExists bool
		Replace     bool
		// Tables are those of a publication or statistics object.
		Tables []Ref
		// Columns are those of a statistics object; Expressions whether it is
		// on expressions, too.
		Columns     []string
		Expressions bool
		// AllTables is FOR ALL TABLES of a publication.
		AllTables bool
	}
	// AlterObject changes such an object otherwise than by name, schema or
	// owner.
	AlterObject struct {
		Base
		Object Object
		Tables []Ref
		// Action is "add", "set", "drop" or "options".
		Action string
	}
	// DropObject drops such objects.
	DropObject struct {
		Base
		Objects  []Object
		IfExists bool
		Cascade  bool
	}
	// SecurityLabel is SECURITY LABEL.
	SecurityLabel struct {
		Base
		Object Object
	}
)

// Privileges and ownership.
type (
	// Grant is GRANT and REVOKE on objects.
	Grant struct {
		Base
		Revoke bool
		// Kind is that of the objects; AllInSchemas is set for ALL … IN
		// SCHEMA.
		Kind         Kind
		Objects      []Object
		AllInSchemas []string
		// Privileges is empty for ALL.
		Privileges []Privilege
		Grantees   []string // "public" for PUBLIC
		// Option is WITH GRANT OPTION, or GRANT OPTION FOR.
		Option  bool
		Cascade bool
	}
	// Privilege is one privilege in lower case, with the columns it is
	// limited to.
	Privilege struct {
		Name    string
		Columns []string
	}
	// GrantRole is GRANT and REVOKE of role membership.
	GrantRole struct {
		Base
		Revoke   bool
		Roles    []string
		Grantees []string
	}
	// AlterDefaultPrivileges is ALTER DEFAULT PRIVILEGES.
	AlterDefaultPrivileges struct {
		Base
		Roles   []string
		Schemas []string
		Grant   *Grant
	}
	// DropOwned is DROP OWNED BY.
	DropOwned struct {
		Base
		Roles   []string
		Cascade bool
	}
	// ReassignOwned is REASSIGN OWNED BY … TO.
	ReassignOwned struct {
		Base
		Roles []string
		To    string
	}
)

// Session and transaction control.
type (
	// SetVariable is SET, RESET and set_config() called alone. No Values
	// means DEFAULT or RESET; an empty Name is RESET ALL or DISCARD ALL.
	SetVariable struct {
		Base
		Name   string
		Values []string
		Local  bool
	}
	// Transaction is BEGIN, COMMIT and their kin. Action is "begin",
	// "commit", "rollback", "savepoint", "release", "rollback to",
	// "prepare", "commit prepared" or "rollback prepared".
	Transaction struct {
		Base
		Action    string
		Savepoint string
		Chain     bool
	}
)

// Data statements.
type (
	// RowAliases are the names that RETURNING WITH (OLD AS …, NEW AS …) gives
	// to the rows before and after; empty where it leaves them old and new.
	RowAliases struct{ OldAlias, NewAlias string }
	// Insert is INSERT.
	Insert struct {
		Base
		Table   Ref
		Alias   string
		Columns []Ident
		Query   *Query // nil for DEFAULT VALUES
		// OnConflict is "", "nothing" or "update"; ConflictColumns and
		// ConflictConstraint are its target.
		OnConflict         string
		ConflictColumns    []string
		ConflictConstraint string
		// ConflictSet are the columns that DO UPDATE writes, ConflictExprs
		// the expressions of ON CONFLICT: of its target, values and WHERE.
		ConflictSet   []Ident
		ConflictExprs []*Expr
		// ConflictKeys are the expressions of the target and ConflictWhere its
		// predicate, which are among ConflictExprs, too.
		ConflictKeys  []*Expr
		ConflictWhere *Expr
		// Overriding is "", "system" or "user".
		Overriding string
		Returning  []*Expr
		RowAliases
	}
	// Update is UPDATE.
	Update struct {
		Base
		Table     Ref
		Alias     string
		Columns   []Ident
		Values    []*Expr
		From      *Query // FROM items and WITH, nil where there are none
		Where     *Expr  // nil where there is none
		Returning []*Expr
		RowAliases
	}
	// Delete is DELETE.
	Delete struct {
		Base
		Table     Ref
		Alias     string
		Using     *Query // USING items and WITH, nil where there are none
		Where     *Expr
		Returning []*Expr
		RowAliases
	}
	// Merge is MERGE. Columns are those that its actions write, Exprs their
	// conditions and values.
	Merge struct {
		Base
		Table     Ref
		Alias     string
		Using     *Query
		On        *Expr
		Columns   []Ident
		Exprs     []*Expr
		Actions   []MergeAction
		Returning []*Expr
		RowAliases
	}
	// MergeAction is what a WHEN clause of MERGE does: Command is "insert",
	// "update", "delete" or "nothing".
	MergeAction struct {
		Command    string
		Columns    []Ident
		Values     []*Expr
		Overriding string
	}
	// Select is a SELECT, VALUES or CALL run for its effect or its result.
	Select struct {
		Base
		Query *Query
		// Call is set for CALL, and for a SELECT that is nothing but calls.
		Calls []*Expr
	}
	// Copy is COPY; From is false for COPY TO.
	Copy struct {
		Base
		Table   Ref
		Columns []string
		Query   *Query
		From    bool
		// Data is the inline data after COPY … FROM stdin.
		Data source.Span
	}
)

// What is not, or cannot be, modelled.
type (
	// Dynamic is SQL that only the run time knows: EXECUTE of a computed
	// string, a body in another language, a call of a routine that cannot be
	// read, a psql \gexec or \i. Reason says which.
	Dynamic struct {
		Base
		Reason string
	}
	// Unmodelled is a statement or subcommand that migracheck knows and
	// deliberately does not model. Kind is PostgreSQL's word for it.
	Unmodelled struct {
		Base
		Kind string
		// Harmless is set where it changes neither schema nor data that a
		// catalog could hold (SHOW, EXPLAIN, LISTEN …).
		Harmless bool
	}
)

// The sealing method stands on each operation and not on Base, so that the
// exhaustiveness check does not count Base as an operation.

func (*CreateTable) op()             {}
func (*CreateTableAs) op()           {}
func (*CreateView) op()              {}
func (*DropRelation) op()            {}
func (*Truncate) op()                {}
func (*LockTable) op()               {}
func (*RenameRelation) op()          {}
func (*MoveRelation) op()            {}
func (*AddColumn) op()               {}
func (*DropColumn) op()              {}
func (*RenameColumn) op()            {}
func (*AlterColumnType) op()         {}
func (*SetDefault) op()              {}
func (*DropDefault) op()             {}
func (*SetNotNull) op()              {}
func (*DropNotNull) op()             {}
func (*SetExpression) op()           {}
func (*DropExpression) op()          {}
func (*AddIdentity) op()             {}
func (*SetIdentity) op()             {}
func (*DropIdentity) op()            {}
func (*SetColumnOption) op()         {}
func (*AddConstraint) op()           {}
func (*DropConstraint) op()          {}
func (*ValidateConstraint) op()      {}
func (*AlterConstraint) op()         {}
func (*RenameConstraint) op()        {}
func (*AttachPartition) op()         {}
func (*DetachPartition) op()         {}
func (*SetInherit) op()              {}
func (*SetOfType) op()               {}
func (*SetLogged) op()               {}
func (*SetTablespace) op()           {}
func (*SetAccessMethod) op()         {}
func (*SetRelationOptions) op()      {}
func (*SetCluster) op()              {}
func (*SetReplicaIdentity) op()      {}
func (*SetRowSecurity) op()          {}
func (*SetTriggerState) op()         {}
func (*CreateIndex) op()             {}
func (*Reindex) op()                 {}
func (*Cluster) op()                 {}
func (*Vacuum) op()                  {}
func (*RefreshMaterializedView) op() {}
func (*CreateEnum) op()              {}
func (*CreateComposite) op()         {}
func (*CreateRange) op()             {}
func (*CreateBaseType) op()          {}
func (*CreateDomain) op()            {}
func (*DropType) op()                {}
func (*AddEnumValue) op()            {}
func (*RenameEnumValue) op()         {}
func (*AlterDomain) op()             {}
func (*AlterBaseType) op()           {}
func (*CreateFunction) op()          {}
func (*CreateAggregate) op()         {}
func (*DropRoutine) op()             {}
func (*AlterRoutine) op()            {}
func (*CreateTrigger) op()           {}
func (*CreateRule) op()              {}
func (*CreatePolicy) op()            {}
func (*AlterPolicy) op()             {}
func (*DropPart) op()                {}
func (*CreateSequence) op()          {}
func (*AlterSequence) op()           {}
func (*CreateSchema) op()            {}
func (*DropSchema) op()              {}
func (*CreateExtension) op()         {}
func (*AlterExtension) op()          {}
func (*DropExtension) op()           {}
func (*RenameObject) op()            {}
func (*MoveObject) op()              {}
func (*SetOwner) op()                {}
func (*Comment) op()                 {}
func (*CreateObject) op()            {}
func (*AlterObject) op()             {}
func (*DropObject) op()              {}
func (*SecurityLabel) op()           {}
func (*Grant) op()                   {}
func (*GrantRole) op()               {}
func (*AlterDefaultPrivileges) op()  {}
func (*DropOwned) op()               {}
func (*ReassignOwned) op()           {}
func (*SetVariable) op()             {}
func (*Transaction) op()             {}
func (*Insert) op()                  {}
func (*Update) op()                  {}
func (*Delete) op()                  {}
func (*Merge) op()                   {}
func (*Select) op()                  {}
func (*Copy) op()                    {}
func (*Dynamic) op()                 {}
func (*Unmodelled) op()              {}
