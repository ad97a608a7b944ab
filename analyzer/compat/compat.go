// Package compat answers whether a query of an application works on a schema:
// which SQLSTATE PostgreSQL would raise, and why.
//
// [Check] does to one statement what parse analysis does: it binds relations,
// columns, functions, types and constraints in a catalog, and adds the
// refusals of rewriting, planning and execution that the schema alone makes
// certain (a required column that an INSERT leaves out). [Compare] does so on
// the schema before and after a change, and reports what is new. What cannot be
// known is the same on both sides and cancels out, unless the change touches
// it.
//
// Unknown is a value. What may exist outside the history (an assumed relation,
// an extension's function) is never an error, and what the skeleton of a query
// does not show is a reason in Result.Unknown, never a guess.
//
// Where the type of a column changes, or a routine that is called, Compare types
// the expressions by PostgreSQL's rules for operators, functions, casts and
// common types, over tables of what is built in. Types of extensions, composite
// types and arguments by name stay unknown. Check does not type. Neither sees
// rows or parameters, or says what the bodies of functions and triggers do, only
// whether a change reaches them. Codes are those of the newest PostgreSQL where majors differ:
// up to 13 a write to a generated column is 42601, and up to 15 a relation in a
// string whose schema is missing is 3F000.
package compat

import (
	"cmp"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// An Error is what PostgreSQL answers to a statement.
type Error struct {
	SQLState string
	// Message is PostgreSQL's, in its words.
	Message string
	At      source.Span
	// Relation is schema.name of the relation that it is about, as the schema
	// that was asked has it or the statement writes it; Object is the column,
	// constraint, function, type or label. Either may be empty.
	Relation, Object string
	// Certain is set where every execution fails; otherwise it depends on
	// rows, parameters or the role.
	Certain bool
	// Cause says what became of the object between two schemas, as a clause:
	// "column email of public.users was renamed to mail". Only Compare sets it.
	Cause string
}

// A Reason says what of a statement is not known, and why.
type Reason struct {
	At   source.Span
	Text string
}

// A Column is one column of the rows that a statement returns. Its Type is zero
// where only evaluating the expression would tell.
type Column struct {
	Name string
	Type catalog.Type
}

// A Result is what Check finds.
type Result struct {
	// Errors are in order of the statement; those of one place in the order
	// in which PostgreSQL finds them.
	Errors []Error
	// Columns are what the statement returns. Open is set where there may be
	// more, Star where a star decides which: such a statement, prepared, fails
	// when a column is added or dropped.
	Columns    []Column
	Open, Star bool
	Unknown    []Reason
}

// Check resolves a statement of an application in a schema. The session is a
// new one: what SET statements of the history left behind does not count.
func Check(st *ddl.Statement, c *catalog.Catalog) Result { return analyse(st, c).Result }

// analysis is a Result with what Compare needs besides.
type analysis struct {
	Result
	outputs []output
	// bound is what a name at a place means.
	bound map[source.Span]binding
	// open are the places of names that an open item may have.
	open map[source.Span]opening
	// opened are the places of the items that are open.
	opened map[source.Span]bool
	uses   map[use]usage
	// typed are the places of the string constants whose type is known.
	typed  map[source.Span]bool
	writes []write
	// types is set where expressions are typed.
	types *typing
	// overloaded: a routine is called of which several take as many arguments.
	overloaded bool
	// inner are the data statements of WITH clauses.
	inner map[source.Span]ddl.Op
	// recursive: a recursive query wants the same types in both its arms.
	recursive bool
	reads     []catalog.OID
	// naturals are the columns of each NATURAL JOIN, in order.
	naturals [][]string
}

// A binding is the object that a name means.
type binding struct {
	relation catalog.OID
	column   int
	routine  catalog.OID
	typ      catalog.OID
	name     string
	// level is how many scopes out a column was found.
	level int
}

// An opening is where a name was not found, but may be.
type opening struct {
	name string
	// items are the open items, all of one level unless mixed.
	items []source.Span
	level int
	mixed bool
}

type use struct {
	relation catalog.OID
	column   int
}

// usage is how much the type of a column matters to a statement.
type usage uint8

const (
	returned usage = iota
	compared       // with operators that whole families of types have
	computed       // with any
)

// analyse resolves a statement.
func analyse(st *ddl.Statement, c *catalog.Catalog) *analysis { return analyseAgain(st, c, nil) }

// analyseAgain resolves a statement of which parts have been read before.
func analyseAgain(st *ddl.Statement, c *catalog.Catalog, inner map[source.Span]ddl.Op) *analysis {
	return newChecker(c, inner).analyse(st)
}

func newChecker(c *catalog.Catalog, inner map[source.Span]ddl.Op) *checker {
	k := &checker{c: c.NewSession(), analysis: scratch()}
	k.inner = inner
	return k
}

func (k *checker) analyse(st *ddl.Statement) *analysis {
	if st.Err != nil {
		k.unknown(st.Err.At, "it cannot be parsed: %s", st.Err.Message)
	}
	for _, op := range st.Ops {
		k.statement(op)
	}
	k.outputs = k.settle(k.outputs)
	for _, o := range k.outputs {
		k.Columns = append(k.Columns, Column{Name: o.name, Type: o.typ})
	}
	slices.SortStableFunc(k.Errors, func(a, b Error) int { return cmp.Compare(stage(a.SQLState), stage(b.SQLState)) })
	return k.analysis
}

// stage orders errors as PostgreSQL's stages find them: analysis, planning,
// execution.
func stage(sqlstate string) int {
	switch sqlstate {
	case invalidColumnReference, stringTooLong, numberOutOfRange:
		return 1
	case notNullViolation:
		return 2
	}
	return 0
}

// The codes that are raised.
const (
	ambiguousColumn        = "42702"
	ambiguousFunction      = "42725"
	ambiguousParameter     = "42P08"
	cannotCoerce           = "42846"
	datatypeMismatch       = "42804"
	datetimeOutOfRange     = "22008"
	duplicateColumn        = "42701"
	featureNotSupported    = "0A000"
	generatedAlways        = "428C9"
	groupingError          = "42803"
	insufficientPrivilege  = "42501"
	invalidDatetime        = "22007"
	invalidColumnReference = "42P10"
	invalidText            = "22P02"
	notNullViolation       = "23502"
	notUpdatable           = "55000"
	numberOutOfRange       = "22003"
	stringTooLong          = "22001"
	syntaxError            = "42601"
	undefinedColumn        = "42703"
	undefinedFunction      = "42883"
	undefinedObject        = "42704"
	undefinedSchema        = "3F000"
	undefinedTable         = "42P01"
	wrongObjectType        = "42809"

	uniqueViolation     = "23505"
	checkViolation      = "23514"
	exclusionViolation  = "23P01"
	foreignKeyViolation = "23503"
)
