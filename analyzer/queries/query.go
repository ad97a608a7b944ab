// Package queries holds what an application asks of its database, and reads it
// from files: SQL files whose queries are named in comments, lists of
// statements, and exports of pg_stat_statements.
//
// Texts come out as PostgreSQL takes them: the placeholders of libraries are
// numbered parameters. Queries are not parsed here, so a text may well be no
// SQL. Package gocode finds the queries that stand in Go code.
package queries

import "github.com/migracheck/migracheck/parser/source"

// A Query is one text that reaches the database.
type Query struct {
	// SQL is the text, its placeholders as $1, $2 and so on.
	SQL string
	// At is where the text begins; all of it where it stands in one piece.
	At source.Span
	// Call is the call that sends it, zero for what was read from a file of
	// queries.
	Call source.Span
	// Callee is the function that is called, as "(*database/sql.DB).Query".
	Callee string
	// Func is the function that the text or the call was found in, as
	// "(*Store).User", and Package its import path.
	Func, Package string
	// Name is what an annotation calls the query.
	Name string
	// Source says how the query was found.
	Source Source
	// Partial is set when parts of the text are known only at run time; each
	// of them is [Unknown] in SQL.
	Partial bool
	// Client is how the code sends the text and reads its rows.
	Client Client
}

// Unknown stands in the text of a query for a part that only run time knows:
// a condition, a list, the name of a table or of a part of it.
const Unknown = "__unknown__"

// A Source says how a query was found.
type Source string

// The sources of queries.
const (
	Go         Source = "go"                 // text in Go code
	SQLC       Source = "sqlc"               // a constant that sqlc generated
	Embed      Source = "embed"              // a file that Go code embeds
	File       Source = "file"               // a file of queries
	Statistics Source = "pg_stat_statements" // what a server has been asked
)

// An Unresolved is a query whose text could not be found.
type Unresolved struct {
	// At is the call or, where it is known, the expression that would have
	// had to be resolved.
	At source.Span
	// Call, Callee, Func and Package are as in [Query].
	Call          source.Span
	Callee        string
	Func, Package string
	// Reason is why, one of few.
	Reason Reason
}

// A Reason is why the text of a query is not known.
type Reason string

// The reasons.
const (
	Argument  Reason = "the text is a parameter that nothing here passes"
	Foreign   Reason = "the text comes from a function whose source is not here"
	Builder   Reason = "the text is made by a query builder"
	Model     Reason = "the query is made from a model"
	Field     Reason = "the text is in a field that is set elsewhere"
	Element   Reason = "the text is an element of a list or map that is filled at run time"
	Changed   Reason = "the text is in a variable that is changed elsewhere"
	Dynamic   Reason = "the text is computed at run time"
	Deep      Reason = "the text passes through too many functions"
	Many      Reason = "the text has too many possible values"
	Statement Reason = "the text is the name of a prepared statement"
	Untyped   Reason = "calls of this package are known only with types"
	Hidden    Reason = "the server does not show the text to this role"
)
