package catalog

import (
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A RelKind is pg_class.relkind.
type RelKind byte

// The kinds of relations.
const (
	Table            RelKind = 'r'
	PartitionedTable RelKind = 'p'
	View             RelKind = 'v'
	MaterializedView RelKind = 'm'
	Index            RelKind = 'i'
	PartitionedIndex RelKind = 'I'
	Sequence         RelKind = 'S'
	ForeignTable     RelKind = 'f'
	CompositeType    RelKind = 'c'
)

// String returns the kind in the SQL manual's words.
func (k RelKind) String() string {
	switch k {
	case Table, PartitionedTable:
		return "table"
	case View:
		return "view"
	case MaterializedView:
		return "materialized view"
	case Index, PartitionedIndex:
		return "index"
	case Sequence:
		return "sequence"
	case ForeignTable:
		return "foreign table"
	case CompositeType:
		return "composite type"
	}
	return "relation"
}

// A Relation is a row of pg_class with what belongs to it. Relations are
// immutable; what changes one makes a copy.
type Relation struct {
	OID    OID
	Schema string
	Name   string
	Kind   RelKind
	// Assumed: referred to but not created by the history. Kind is then what
	// the statement implies, and columns and constraints are those that the
	// history mentioned.
	Assumed bool
	// Created is the clause that created it, or that first referred to it.
	Created   source.Span
	Temporary bool
	Unlogged  bool
	Owner     string

	// Attributes are the live columns in order.
	Attributes []*Attribute
	// LastNum is the highest attribute number ever used.
	LastNum int
	// DroppedColumns are the names of columns that were dropped.
	DroppedColumns []string
	Constraints    []*Constraint
	// Indexes are the OIDs of a table's indexes, in order of creation.
	Indexes  []OID
	Triggers []*Trigger
	Policies []*Policy
	Rules    []*Rule

	// RowSecurity and ForceRowSecurity are pg_class.relrowsecurity and
	// relforcerowsecurity.
	RowSecurity, ForceRowSecurity bool
	// ReplicaIdentity is "", "full", "nothing" or "index"; "" is default.
	ReplicaIdentity string
	ReplicaIndex    string

	// Parents are the tables this one inherits from, or the one partitioned
	// table it is a partition of (Partition).
	Parents   []OID
	Children  []OID
	Partition *ddl.PartitionBound
	// PartitionKey is set for partitioned tables.
	PartitionKey *PartitionKey

	// Index is set for indexes, Sequence for sequences.
	Index    *IndexData
	Sequence *SequenceData
	// Query is the definition of a view or materialized view.
	Query       *ddl.Query
	CheckOption string
	OfType      OID
	Server      string

	Options      []ddl.Option
	Tablespace   string
	AccessMethod string
	Comment      string
	ACL          []Privilege
	// Extension is the OID-less name of the extension that owns it, or "".
	Extension string
	// Populated is false for a materialized view WITH NO DATA.
	Populated bool
}

// QualifiedName returns schema and name.
func (r *Relation) QualifiedName() ddl.Name { return ddl.Name{Schema: r.Schema, Name: r.Name} }

// String returns the name as messages and the JSON report show it:
// schema.name, unquoted where possible.
func (r *Relation) String() string { return r.QualifiedName().String() }

// Attribute returns a live column by name, or nil.
func (r *Relation) Attribute(name string) *Attribute {
	for _, a := range r.Attributes {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// AttributeByNum returns a live column by attribute number, or nil.
func (r *Relation) AttributeByNum(num int) *Attribute {
	for _, a := range r.Attributes {
		if a.Num == num {
			return a
		}
	}
	return nil
}

// Constraint returns a constraint by name, or nil.
func (r *Relation) Constraint(name string) *Constraint {
	for _, c := range r.Constraints {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// ConstraintByOID returns a constraint by OID, or nil.
func (r *Relation) ConstraintByOID(oid OID) *Constraint {
	for _, c := range r.Constraints {
		if c.OID == oid {
			return c
		}
	}
	return nil
}

// PrimaryKey returns the primary key constraint, or nil.
func (r *Relation) PrimaryKey() *Constraint {
	for _, c := range r.Constraints {
		if c.Kind == ddl.PrimaryKey {
			return c
		}
	}
	return nil
}

// An Attribute is a row of pg_attribute.
type Attribute struct {
	// Num is attnum, from 1; it identifies the column for life.
	Num  int
	Name string
	Type Type
	// Assumed: the column of an assumed relation, known because a statement
	// named it; its type and the rest are unknown.
	Assumed bool
	NotNull bool
	// NotNullInvalid is set while the NOT NULL constraint is NOT VALID.
	NotNullInvalid bool
	// Virtual tells the two kinds of generated columns apart, see Generated.
	Virtual bool
	// Local: the column is defined here, whether or not it is inherited as
	// well, and Inherited is the number of parents it comes from.
	Local     bool
	Inherited int
	// Created is the clause that created it.
	Created source.Span
	// NotNullName is the name of the NOT NULL constraint (PostgreSQL 18).
	NotNullName string
	Default     *ddl.Expr
	// Identity is "", "always" or "by default".
	Identity string
	// Generated is the expression of a generated column.
	Generated *ddl.Expr
	// Sequence is the sequence behind a serial or identity column; 0 for none.
	Sequence    OID
	Collation   ddl.Name
	Storage     string
	Compression string
	Statistics  string
	Options     []ddl.Option
	Comment     string
	ACL         []Privilege
}

// HasDefault reports whether an INSERT that does not name the column gets a
// value other than NULL from a default, identity or generation expression.
func (a *Attribute) HasDefault() bool {
	return a.Default != nil && !a.Default.Null || a.Identity != "" || a.Generated != nil
}

// A Constraint is a row of pg_constraint. Kind NotNull does not appear: it is
// part of the attribute.
type Constraint struct {
	OID     OID
	Name    string
	Kind    ddl.ConstraintKind
	Created source.Span
	// Columns are attribute numbers of the constrained relation. For a CHECK
	// they are the columns of the expression.
	Columns []int
	Check   *ddl.Expr
	// References is the referenced table of a foreign key; ReferencedColumns
	// its attribute numbers (empty where an assumed table's key is unknown).
	References         OID
	ReferencedColumns  []int
	OnDelete, OnUpdate string
	OnDeleteColumns    []string
	Match              string
	Period             bool
	// Index is the index behind a primary key, unique or exclusion constraint.
	Index OID
	// Valid is convalidated, Enforced conenforced.
	Valid, Enforced   bool
	NoInherit         bool
	Deferrable        bool
	InitiallyDeferred bool
	NullsNotDistinct  bool
	Inherited         int
	Local             bool
	Comment           string
	// Trigger is set for CREATE CONSTRAINT TRIGGER's row.
	Trigger bool
	// Def is the definition as written, for expressions of EXCLUDE.
	Def *ddl.Constraint
}

// IndexData is a row of pg_index.
type IndexData struct {
	Table OID
	// Elements are the key columns and expressions, Columns their attribute
	// numbers (0 for an expression), Include those of INCLUDE.
	Elements []ddl.IndexElement
	Columns  []int
	Include  []int
	// Refs are the attribute numbers that expressions and the predicate name.
	Refs             []int
	Method           string
	Unique           bool
	Primary          bool
	Exclusion        bool
	NullsNotDistinct bool
	Where            *ddl.Expr
	// Valid is indisvalid.
	Valid bool
	// Constraint is the OID of the constraint it belongs to; 0 for none.
	Constraint OID
	// Parent is the partitioned index it is attached to; 0 for none.
	Parent    OID
	Clustered bool
}

// SequenceData is a row of pg_sequence. Values are as written, with
// PostgreSQL's defaults filled in.
type SequenceData struct {
	Type        Type
	Start       string
	Increment   string
	Min, Max    string
	Cache       string
	Cycle       bool
	OwnedBy     OID
	OwnedByAttr int
	// Identity is set for the internal sequence of an identity column.
	Identity bool
}

// PartitionKey is a row of pg_partitioned_table.
type PartitionKey struct {
	// Strategy is "range", "list" or "hash".
	Strategy string
	Columns  []int // 0 for an expression
	// Refs are the attribute numbers that expressions name.
	Refs     []int
	Elements []ddl.IndexElement
}

// A Trigger is a row of pg_trigger. It is a relation's.
type Trigger struct {
	OID  OID
	Name string
	// Function is the trigger function; 0 where it is not the history's.
	Function     OID
	FunctionName ddl.Name
	Timing       string
	Events       []string
	Columns      []int
	ForEachRow   bool
	When         *ddl.Expr
	Args         []string
	Constraint   bool
	// State is "enable", "disable", "always" or "replica".
	State   string
	Created source.Span
	Comment string
}

// A Policy is a row of pg_policy.
type Policy struct {
	OID         OID
	Name        string
	Restrictive bool
	Command     string
	Roles       []string
	Using       *ddl.Expr
	WithCheck   *ddl.Expr
	Created     source.Span
	Comment     string
}

// A Rule is a row of pg_rewrite, other than the one that makes a view.
type Rule struct {
	OID     OID
	Name    string
	Event   string
	Instead bool
	Where   *ddl.Expr
	State   string
	Created source.Span
	Comment string
}

// A Privilege is one entry of an access control list.
type Privilege struct {
	Grantee string // "public" for PUBLIC
	Name    string // "select", …
	Option  bool
}
