// Package ddl is the closed set of operations that a migration can perform.
//
// SQL is lowered to operations, not to another syntax tree: one operation is
// one change (ALTER TABLE with three subcommands is three operations), named
// after its SQL, with the places in the source that a report needs. What is
// not modelled is an [Unmodelled] operation, and what cannot be known before
// run time a [Dynamic] one: visible, counted, never skipped.
//
// Operations are as written. Names are not resolved, defaults not filled in:
// that takes a catalog (package analyzer/catalog).
package ddl

import (
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// The vocabulary shared with package query.
type (
	Name     = query.Name
	Ref      = query.Ref
	Ident    = query.Ident
	TypeName = query.TypeName
	Expr     = query.Expr
	Query    = query.Query
)

// An Op is one operation.
//
//sumtype:decl
type Op interface {
	// Span is the clause of the source that performs the operation: the
	// subcommand of an ALTER TABLE, else the whole statement.
	Span() source.Span
	// Facts are what is true of every kind of operation.
	Facts() Base
	op()
}

// Base is embedded in every operation.
type Base struct {
	At source.Span
	// Conditional is set for an operation in a DO block or routine body:
	// whether and how often it runs depends on the database.
	Conditional bool
	// Features are what of it the oldest PostgreSQL that migracheck supports
	// does not know.
	Features []Feature
}

// A Feature is something that came with a PostgreSQL major.
type Feature struct {
	// What it is, as the subject of a sentence.
	What string
	// Since is the first major that knows it, SQLState what older ones answer.
	Since    int
	SQLState string
	// Name is set for functions and types: a database may have one of its own
	// under that name.
	Name Name
	At   source.Span
}

// Syntax reports whether older grammars refuse it, wherever it stands.
func (f Feature) Syntax() bool { return f.SQLState == "42601" }

// Span implements Op.
func (b Base) Span() source.Span { return b.At }

// Facts implements Op.
func (b Base) Facts() Base { return b }

// Set changes the facts of an operation; the parser uses it to mark the
// operations of bodies and of forms rewritten for a newer server.
func (b *Base) Set(f Base) { *b = f }

// A Statement is one SQL statement: its text without leading comments and
// without the semicolon, what kind it is in PostgreSQL's words ("ALTER TABLE",
// "CREATE INDEX"), and its operations in order.
type Statement struct {
	Span source.Span
	Kind string
	Ops  []Op
	// Err is set where the statement cannot be parsed; it then has no
	// operations.
	Err *SyntaxError
}

// A SyntaxError is a statement that PostgreSQL's grammar refuses.
type SyntaxError struct {
	// At is the token at which the parser gave up.
	At source.Span
	// Message is the parser's, without position.
	Message string
	// Hint says what migracheck thinks is the matter, where it can tell.
	Hint string
}

func (e *SyntaxError) Error() string { return e.Message }

// A Kind is a kind of object, in the words of the SQL manual.
type Kind string

// The kinds of objects that statements such as DROP, COMMENT, GRANT and
// ALTER … OWNER address.
const (
	Table               Kind = "table"
	View                Kind = "view"
	MaterializedView    Kind = "materialized view"
	Index               Kind = "index"
	Sequence            Kind = "sequence"
	ForeignTable        Kind = "foreign table"
	TableColumn         Kind = "column"
	TableConstraint     Kind = "constraint"
	DomainConstraint    Kind = "domain constraint"
	Trigger             Kind = "trigger"
	Policy              Kind = "policy"
	Rule                Kind = "rule"
	Type                Kind = "type"
	Domain              Kind = "domain"
	Function            Kind = "function"
	Procedure           Kind = "procedure"
	Routine             Kind = "routine"
	Aggregate           Kind = "aggregate"
	Operator            Kind = "operator"
	OperatorClass       Kind = "operator class"
	OperatorFamily      Kind = "operator family"
	Cast                Kind = "cast"
	Collation           Kind = "collation"
	Conversion          Kind = "conversion"
	Statistics          Kind = "statistics"
	TextSearchConfig    Kind = "text search configuration"
	TextSearchDict      Kind = "text search dictionary"
	TextSearchParser    Kind = "text search parser"
	TextSearchTemplate  Kind = "text search template"
	Schema              Kind = "schema"
	Extension           Kind = "extension"
	EventTrigger        Kind = "event trigger"
	Publication         Kind = "publication"
	Subscription        Kind = "subscription"
	ForeignDataWrapper  Kind = "foreign-data wrapper"
	Server              Kind = "server"
	UserMapping         Kind = "user mapping"
	Language            Kind = "language"
	Transform           Kind = "transform"
	AccessMethod        Kind = "access method"
	Role                Kind = "role"
	Database            Kind = "database"
	Tablespace          Kind = "tablespace"
	LargeObject         Kind = "large object"
	Parameter           Kind = "parameter"
	DefaultPrivilegesOf Kind = "default privileges"
)

// An Object addresses one object of any kind.
type Object struct {
	Kind Kind
	// Name is the object's name; for columns, constraints, triggers,
	// policies and rules that of the table (or domain) they belong to.
	Name Ref
	// Part is the name of the column, constraint, trigger, policy or rule.
	Part string
	// Args are the argument types of a routine, aggregate or operator;
	// HasArgs is false where the SQL names it without an argument list.
	Args    []TypeName
	HasArgs bool
}

// An Option is a storage parameter, sequence option or the like.
type Option struct {
	Name, Value string
	At          source.Span
}

// A Column is a column definition. Inline constraints are in Constraints,
// except NOT NULL, NULL and DEFAULT, identity and generation, which have
// fields of their own.
type Column struct {
	Name Ident
	// Type is the zero TypeName in OF-type tables and partitions.
	Type TypeName
	At   source.Span
	// NotNull is set by NOT NULL, not by PRIMARY KEY, serial or identity.
	NotNull   bool
	NotNullAt source.Span
	// NotNullName is the constraint name in "CONSTRAINT n NOT NULL".
	NotNullName string
	Default     *Expr
	// Identity is "" or "always" or "by default".
	Identity        string
	IdentityOptions []Option
	// Generated is the expression of a generated column; Virtual tells the
	// two kinds apart.
	Generated   *Expr
	Virtual     bool
	Collation   Name
	Storage     string
	Compression string
	Constraints []*Constraint
	// Options are those of foreign table columns.
	Options []Option
}

// Serial reports the integer type behind smallserial, serial and bigserial
// ("int2", "int4", "int8"), or "".
func (c *Column) Serial() string {
	if c.Type.Dims > 0 || c.Type.Schema != "" {
		return ""
	}
	switch c.Type.Name.Name {
	case "serial", "serial4":
		return "int4"
	case "bigserial", "serial8":
		return "int8"
	case "smallserial", "serial2":
		return "int2"
	}
	return ""
}

// A ConstraintKind is pg_constraint.contype.
type ConstraintKind byte

// The kinds of constraints.
const (
	Check      ConstraintKind = 'c'
	ForeignKey ConstraintKind = 'f'
	NotNull    ConstraintKind = 'n'
	PrimaryKey ConstraintKind = 'p'
	Unique     ConstraintKind = 'u'
	Exclude    ConstraintKind = 'x'
)

// A Constraint is a constraint definition, of a table, column or domain.
type Constraint struct {
	// Name is empty where PostgreSQL chooses.
	Name Ident
	Kind ConstraintKind
	At   source.Span
	// Columns are the key columns; for a column constraint that column.
	Columns []Ident
	// Include are the columns of INCLUDE (…).
	Include []string
	// Check is the expression of a CHECK.
	Check *Expr
	// References and ReferencedColumns are a foreign key's target; the
	// columns are empty where the primary key is meant.
	References        Ref
	ReferencedColumns []Ident
	// OnDelete and OnUpdate: "no action", "restrict", "cascade", "set null",
	// "set default".
	OnDelete, OnUpdate string
	OnDeleteColumns    []string
	// Match is "simple", "full" or "partial".
	Match string
	// Period and WithoutOverlaps are the temporal forms of PostgreSQL 18.
	Period, WithoutOverlaps bool
	// Index is the index of ADD … USING INDEX.
	Index Ident
	// Elements and Method describe an EXCLUDE constraint.
	Elements         []IndexElement
	Operators        []Name
	Method           string
	Where            *Expr
	NullsNotDistinct bool
	NotValid         bool
	// NotEnforced is PostgreSQL 18's NOT ENFORCED.
	NotEnforced       bool
	NoInherit         bool
	Deferrable        bool
	InitiallyDeferred bool
	Tablespace        string
	Options           []Option
}

// An IndexElement is a column or expression of an index.
type IndexElement struct {
	// Column is empty for an expression.
	Column    string
	Expr      *Expr
	Collation Name
	OpClass   Name
	Desc      bool
	// NullsFirst is the effective order: true by default for DESC.
	NullsFirst bool
	At         source.Span
}

// A PartitionBound is FOR VALUES … or DEFAULT.
type PartitionBound struct {
	Default bool
	// Text is the bound as SQL, without "FOR VALUES".
	Text string
	At   source.Span
}

// A PartitionKey is PARTITION BY.
type PartitionKey struct {
	// Strategy is "range", "list" or "hash".
	Strategy string
	Elements []IndexElement
}

// Altered is embedded in operations that alter one relation.
type Altered struct {
	Base
	// Relation is the table (or view, index, sequence, composite type).
	Relation Ref
	// Kind is what the statement calls it: ALTER TABLE, ALTER VIEW …
	Kind Kind
	// Only is ONLY; IfExists is that of the relation.
	Only, IfExists bool
}

// Target returns the relation that is altered.
func (a Altered) Target() Ref { return a.Relation }
