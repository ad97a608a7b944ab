// Package query holds what every SQL statement is made of: names, types,
// expressions, and the relational skeleton of queries.
//
// An expression is its text and the few facts that rules and the catalog ask
// for (calls, columns, casts, constant or not). A query is its scopes: what
// it selects from, which columns it names, what it yields. Neither grows into
// a second syntax tree; where a question needs one, the answer becomes one
// more fact that the parser fills in.
//
// Nothing here is resolved: names are as written, folded to lower case unless
// quoted, cut to 63 bytes. Resolution needs a search path and a catalog.
package query

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
)

// A Name is a possibly qualified name. Schema is empty when the SQL gives
// none.
type Name struct{ Schema, Name string }

// String returns the name as SQL, quoted where needed.
func (n Name) String() string {
	if n.Schema == "" {
		return Quote(n.Name)
	}
	return Quote(n.Schema) + "." + Quote(n.Name)
}

// Quote returns an identifier as SQL: quoted unless it consists of lower-case
// letters, digits and underscores and does not begin with a digit.
// Keywords are not quoted: they are legible without, and messages are not
// executed.
func Quote(s string) string {
	plain := s != ""
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c == '_' || c >= 'a' && c <= 'z' || c >= 0x80 || i > 0 && (c >= '0' && c <= '9' || c == '$')
	}
	if plain {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// A Ref is a name at a place.
type Ref struct {
	Name
	At source.Span
}

// An Ident is one identifier at a place.
type Ident struct {
	Name string
	At   source.Span
}

// A TypeName is a type as written. Built-in types appear under the name that
// pg_type gives them (int4, bpchar, timestamptz) with schema pg_catalog where
// the SQL standard spelling was used (INTEGER, CHARACTER); a plain "int4" or
// "text" has no schema.
type TypeName struct {
	Name
	// Mods are the type modifiers as written: 10 and 2 for numeric(10,2).
	Mods []string
	// Dims is the number of array dimensions; 0 is not an array.
	Dims  int
	SetOf bool
	// Column is the name of c in "t.c%TYPE"; the Name is then the table's.
	Column string
	At     source.Span
}

// String returns the type as SQL, as written but for case and spacing.
func (t TypeName) String() string {
	var b strings.Builder
	if t.SetOf {
		b.WriteString("SETOF ")
	}
	name := t.Name
	if name.Schema == "pg_catalog" {
		name.Schema = ""
	}
	b.WriteString(name.String())
	if t.Column != "" {
		b.WriteString("." + Quote(t.Column) + "%TYPE")
	}
	if len(t.Mods) > 0 {
		b.WriteString("(" + strings.Join(t.Mods, ",") + ")")
	}
	b.WriteString(strings.Repeat("[]", t.Dims))
	return b.String()
}

// A ColumnRef is a column named in an expression, or a whole row (Star).
type ColumnRef struct {
	// Qualifier is the table name or alias before the column; it may itself
	// be qualified by a schema.
	Qualifier Name
	// Column is empty where Star is set.
	Column string
	Star   bool
	At     source.Span
}

// A Call is a function called in an expression.
type Call struct {
	Name
	// Args is the number of arguments.
	Args int
	// Literal holds the first argument where it is a string constant, as in
	// nextval('orders_id_seq').
	Literal string
	// Over is set for a window function.
	Over bool
	At   source.Span
}

// An Expr is an expression: its text and the facts asked of it.
type Expr struct {
	// Text is the source text, trimmed, comments and all.
	Text string
	At   source.Span
	// Columns are the columns named, in order; those of subqueries are in
	// Subqueries.
	Columns []ColumnRef
	// Calls are the functions called, in order. CURRENT_TIMESTAMP and its
	// kin appear under their keyword in lower case, with schema pg_catalog.
	Calls []Call
	// Casts are the types cast to.
	Casts []TypeName
	// Operators are the operators used.
	Operators []Name
	// Subqueries are the queries inside, outermost first.
	Subqueries []*Query
	// Constant is set for a literal, possibly signed, cast or in an array:
	// nothing is called and no column read.
	Constant bool
	// Bare is set where the expression is nothing but a column reference or a
	// star; count(t.*) is not.
	Bare bool
	// Null is set for NULL, possibly cast.
	Null bool
	// Literal is the value of a constant as text (without quotes); only
	// meaningful where Constant is set and Null is not.
	Literal string
	// NotNull are the columns of which a true value of this expression
	// proves that they are not null: a IS NOT NULL, alone or under AND.
	NotNull []string
	// Steps are what types follow from. Empty where the expression is nothing
	// but a column, a star or a constant.
	Steps []Step
	// Adopted are the string constants that take the type of a column they
	// are compared with, or of the type they are cast to.
	Adopted []Adopted
	// Cases, of a CHECK and of the WHERE of an index only, are the sets of
	// conditions of which one must hold: (a AND b) OR c is {a, b} and {c}, and a list of values is a case
	// for each of them. Conditions are text that tells them apart. Nil where
	// there would be too many.
	Cases [][]string
}

// An Adopted is a string constant whose type its surroundings decide: a type
// that it is cast to, or else a column that it is compared with.
type Adopted struct {
	Value  string
	Type   *TypeName
	Column ColumnRef
	At     source.Span
}

// Weakens reports whether the CHECK accepts all that the other one accepts,
// as far as their cases show.
func (e *Expr) Weakens(other *Expr) bool {
	if e == nil || other == nil || len(other.Cases) == 0 {
		return false
	}
	for _, accepted := range other.Cases {
		met := func(conditions []string) bool {
			return !slices.ContainsFunc(conditions, func(c string) bool { return !slices.Contains(accepted, c) })
		}
		if !slices.ContainsFunc(e.Cases, met) {
			return false
		}
	}
	return true
}

// Calling reports whether the expression calls a function of that bare name.
func (e *Expr) Calling(name string) bool {
	if e == nil {
		return false
	}
	for _, c := range e.Calls {
		if c.Name.Name == name {
			return true
		}
	}
	return false
}

// A Query is the skeleton of a SELECT, VALUES or TABLE, or of the query part
// of another statement.
type Query struct {
	Text string
	At   source.Span
	With []*CTE
	// Left and Right are set for UNION, INTERSECT and EXCEPT (SetOp); the
	// fields below are then empty.
	SetOp       string
	Left, Right *Query
	// From holds the items of the FROM clause, joins flattened, in order.
	From    []*Item
	Targets []*Target
	// Exprs are the expressions outside the target list: join conditions,
	// WHERE, GROUP BY, HAVING, windows, ORDER BY, LIMIT.
	Exprs []*Expr
	// Values is the number of columns of a VALUES list.
	Values int
	// Distinct is set for SELECT DISTINCT without ON, DistinctOn with it.
	Distinct, DistinctOn bool
	// GroupBy, Having, Limit and Offset are set where there is such a clause;
	// Limit for FETCH FIRST as well, but not for LIMIT ALL.
	GroupBy, Having, Limit, Offset bool
	// Groups are the expressions of GROUP BY, which are among Exprs, too.
	Groups []*Expr
	// GroupingSets is set for ROLLUP, CUBE and GROUPING SETS.
	GroupingSets bool
	// Order are the expressions of ORDER BY and DISTINCT ON, which are among
	// Exprs, too.
	Order []*Expr
	// Conditions are those of WHERE and HAVING, Sorted what windows order and
	// divide by, Limits those of LIMIT and OFFSET. All are among Exprs, too.
	Conditions, Sorted, Limits []*Expr
	// Joins are the joins of the FROM clause, inner ones first.
	Joins []Join
	// Into is the table of SELECT INTO.
	Into *Ref
}

// A CTE is one query of a WITH clause. Where it is an INSERT, UPDATE, DELETE
// or MERGE, Modifies is set and Query holds what it returns.
type CTE struct {
	Name      Ident
	Columns   []string
	Query     *Query
	Recursive bool
	Modifies  bool
}

// An Item is one entry of a FROM clause: a relation, a subquery or a function.
type Item struct {
	Relation *Ref
	Subquery *Query
	Function *Expr
	// Alias is empty where none is given.
	Alias         string
	ColumnAliases []string
	Lateral       bool
	// Natural and Using describe the join that brought the item in.
	Natural bool
	Using   []string
	// Nullable is set on the inner side of an outer join.
	Nullable bool
	// Sampled is set for TABLESAMPLE.
	Sampled bool
	// Qualified is set where only a qualifier finds the columns, and only if
	// no other item has that name: OLD and NEW in RETURNING.
	Qualified bool
	At        source.Span
}

// A Join says which items of From it joins: those from Left on with those from
// Right on, before End. Its condition, which is among Exprs, sees no others.
type Join struct {
	Left, Right, End int
	On               *Expr
}

// A Target is one output column. A star has Expr.Columns[0].Star set.
type Target struct {
	// Alias is the AS name, or the name that PostgreSQL gives: the column's,
	// the function's, the cast type's, or ?column?.
	Alias string
	Expr  *Expr
	// Type is the type where the expression is a cast at top level.
	Type *TypeName
}

// Star returns the star reference where the target is one.
func (t *Target) Star() (ColumnRef, bool) {
	if t.Expr != nil && t.Expr.Bare && len(t.Expr.Columns) == 1 && t.Expr.Columns[0].Star {
		return t.Expr.Columns[0], true
	}
	return ColumnRef{}, false
}

// Column returns the column where the target is a bare column reference.
func (t *Target) Column() (ColumnRef, bool) {
	if t.Expr != nil && t.Expr.Bare && len(t.Expr.Columns) == 1 && !t.Expr.Columns[0].Star {
		return t.Expr.Columns[0], true
	}
	return ColumnRef{}, false
}

// Walk calls f for q and every query inside it, outer ones first.
func (q *Query) Walk(f func(*Query)) {
	if q == nil {
		return
	}
	f(q)
	for _, c := range q.With {
		c.Query.Walk(f)
	}
	q.Left.Walk(f)
	q.Right.Walk(f)
	for _, i := range q.From {
		i.Subquery.Walk(f)
		i.Function.walk(f)
	}
	for _, t := range q.Targets {
		t.Expr.walk(f)
	}
	for _, e := range q.Exprs {
		e.walk(f)
	}
}

func (e *Expr) walk(f func(*Query)) {
	if e == nil {
		return
	}
	for _, q := range e.Subqueries {
		q.Walk(f)
	}
}
