package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A Type is a resolved type with its modifiers, as a column has it.
type Type struct {
	// Def is the type made by the history, or the relation whose row type it
	// is; 0 for built-in and assumed types.
	Def OID
	// Name is the name in pg_type: pg_catalog.int4, public.mood. For an
	// assumed type it is as written.
	Name ddl.Name
	Mods []string
	// Dims is 1 for arrays of any number of dimensions, else 0.
	Dims int
	// Assumed: neither built in nor made by the history (an extension's).
	Assumed bool
}

// IsZero reports whether the type is unknown.
func (t Type) IsZero() bool { return t.Name.Name == "" }

// Equal reports whether two types are the same, modifiers included.
func (t Type) Equal(u Type) bool {
	return t.Def == u.Def && t.Name == u.Name && t.Dims == u.Dims && slices.Equal(t.Mods, u.Mods)
}

// A TypeKind is pg_type.typtype.
type TypeKind byte

// The kinds of types.
const (
	BaseType   TypeKind = 'b'
	Composite  TypeKind = 'c'
	Domain     TypeKind = 'd'
	Enum       TypeKind = 'e'
	Range      TypeKind = 'r'
	Multirange TypeKind = 'm'
	ShellType  TypeKind = 'p'
)

// A TypeDef is a row of pg_type that the history made, other than the row types
// of tables. A composite type's columns are those of its relation.
type TypeDef struct {
	OID     OID
	Schema  string
	Name    string
	Kind    TypeKind
	Created source.Span
	Assumed bool
	// Labels are an enum's, in order. NewLabels are those added after the
	// type was created, by label, with the clause that added them.
	Labels []string
	// Base, NotNull, Default and Constraints are a domain's.
	Base        Type
	NotNull     bool
	Default     *ddl.Expr
	Constraints []*Constraint
	// Relation is a composite type's.
	Relation OID
	// Subtype is a range's; Range that of a multirange, Multirange that of a
	// range.
	Subtype    Type
	Multirange OID
	Owner      string
	Comment    string
	ACL        []Privilege
}

// QualifiedName returns schema and name.
func (t *TypeDef) QualifiedName() ddl.Name { return ddl.Name{Schema: t.Schema, Name: t.Name} }

// String returns schema.name.
func (t *TypeDef) String() string { return t.QualifiedName().String() }

// A Function is a row of pg_proc.
type Function struct {
	OID    OID
	Schema string
	Name   string
	// Kind is ddl.Function, ddl.Procedure or ddl.Aggregate.
	Kind       ddl.Kind
	Args       []Arg
	Returns    Type
	ReturnsSet bool
	Language   string
	Volatility string
	Strict     bool
	SecDefiner bool
	Parallel   string
	Options    []ddl.Option
	Body       string
	BodyAt     source.Span
	Effects    []ddl.Op
	Queries    []*ddl.Query
	Created    source.Span
	Owner      string
	Comment    string
	ACL        []Privilege
}

// An Arg is an argument of a routine; Mode as in ddl.Arg.
type Arg struct {
	Name       string
	Mode       byte
	Type       Type
	HasDefault bool
	Default    *ddl.Expr
}

// Inputs returns the types that identify the routine: those of its IN, INOUT
// and VARIADIC arguments.
func (f *Function) Inputs() []Type {
	var in []Type
	for _, a := range f.Args {
		if a.Mode == 'i' || a.Mode == 'b' || a.Mode == 'v' {
			in = append(in, a.Type)
		}
	}
	return in
}

// QualifiedName returns schema and name.
func (f *Function) QualifiedName() ddl.Name { return ddl.Name{Schema: f.Schema, Name: f.Name} }

// Signature returns schema.name(type, type) as regprocedure prints it.
func (f *Function) Signature() string {
	var args []string
	for _, t := range f.Inputs() {
		args = append(args, t.String())
	}
	return f.QualifiedName().String() + "(" + strings.Join(args, ", ") + ")"
}

// A Schema is a row of pg_namespace.
type Schema struct {
	OID     OID
	Name    string
	Owner   string
	Comment string
	ACL     []Privilege
	// Assumed: referred to but not created by the history.
	Assumed bool
	// BuiltIn: pg_catalog and information_schema, of which nothing is listed.
	BuiltIn bool
	Created source.Span
}

// An Extension is a row of pg_extension.
type Extension struct {
	OID     OID
	Name    string
	Schema  string
	Version string
	Comment string
	Created source.Span
}

// An Object is one of the kinds that are tracked by name only.
type Object struct {
	OID     OID
	Kind    ddl.Kind
	Name    ddl.Name
	Part    string
	Args    []Type
	Owner   string
	Comment string
	// Tables are those of a publication or statistics object; AllTables is
	// FOR ALL TABLES.
	Tables    []OID
	AllTables bool
	ACL       []Privilege
	Created   source.Span
}

func (o *Object) key() objectKey { return objectKey{kind: o.Kind, name: o.Name, part: o.Part} }

// ObjectLike returns the object of the kind, name and arguments of another, or
// nil.
func (c *Catalog) ObjectLike(o *Object) *Object {
	like, _ := c.objects.get(o.key())
	return like
}

// A DefaultACL is one ALTER DEFAULT PRIVILEGES in effect.
type DefaultACL struct {
	Role   string
	Schema string
	Kind   ddl.Kind
	Grants []Privilege
}

// A Part says which part of an object depends on something.
type Part uint8

// The parts of an object that depend on others by themselves.
const (
	Whole Part = iota
	// PartColumn is a column (its type), identified by attribute number.
	PartColumn
	// PartDefault is a column's default or generation expression.
	PartDefault
	// PartConstraint, PartTrigger, PartPolicy and PartRule are identified by
	// their OIDs.
	PartConstraint
	PartTrigger
	PartPolicy
	PartRule
)

// An Address names an object or a part of one.
type Address struct {
	OID  OID
	Part Part
	// ID is the attribute number or OID of the part.
	ID uint32
}

// A Dependency says that Dependent refers to an object, or to one column of it.
type Dependency struct {
	Dependent Address
	// Column is the attribute number of the referenced column; 0 is the whole
	// object. ReferencedPart is set instead where a part other than a column
	// is referred to (a foreign key refers to a unique constraint).
	Column         int
	ReferencedPart Address
	// Auto: goes silently with what it refers to (an index with its column, an
	// owned sequence with its column); otherwise only with CASCADE.
	Auto bool
}
