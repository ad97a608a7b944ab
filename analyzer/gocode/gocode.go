// Package gocode finds the SQL in Go code: the texts that reach PostgreSQL
// through database/sql, pgx, sqlx and what is built on them.
//
// It knows the calls that send a query and works out which texts can reach
// them: constants, concatenation, fmt.Sprintf, builders of strings, variables
// assigned on several paths, embedded files, and parameters, by way of the
// calls that pass them. Every call that reaches the database comes out as
// queries or as unresolved; none is dropped.
//
// Types come from the source of the module and of what it imports; nothing is
// compiled, run or downloaded. Where a dependency is missing, calls are
// recognised by their names and arguments, and the result says so.
//
// What query builders and models send is written as they would, from the calls
// that make it: squirrel, goqu, dbr, sqlf, GORM, bun and go-pg. Values are
// parameters, and what only run time knows is a part that is not known.
//
// A [Program] also says which places each text passed, for who judges the paths
// that lead to it: alternatives that went different ways are kept apart there.
// Only there, what is asked of code that ent generated is known, too, and so are
// builders that a method changes in place.
//
// It does not parse SQL, and does not follow texts through maps, channels and
// reflection.
// Test files, vendored code and directories called testdata are left out.
// Paths that exclude each other are not told apart: two conditions that are
// always alike give four texts.
package gocode

import (
	"cmp"
	"context"
	"slices"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// Options say how code is read.
type Options struct {
	// Env is the environment of the go command, as os.Environ returns it.
	// It is kept from downloading anything.
	Env []string
	// Syntax reads without the go command: the files of the directories, with
	// what types they show.
	Syntax bool
}

// A Mode says how much is known of the types.
type Mode string

// The modes.
const (
	// Typed: the source of every imported package was found.
	Typed Mode = "typed"
	// Syntax: some packages were not found, and calls of what they declare are
	// recognised by name.
	Syntax Mode = "syntax"
)

// A Result is what was found in the code of a module.
type Result struct {
	// Queries are in order of where they are called; a call with several
	// possible texts has several.
	Queries []queries.Query
	// Unresolved are the calls, or the possibilities of calls, whose text is
	// not known.
	Unresolved []queries.Unresolved
	// Calls counts the calls that reach the database.
	Calls int
	// Packages counts the packages that were read.
	Packages int
	Mode     Mode
	// Warnings say what could not be read, one sentence each.
	Warnings []string
}

// Load finds the SQL in the packages of a directory that match patterns of the
// go command, ./... if there are none. It fails where there is no Go code to
// read or, unless only syntax is asked for, no go command.
func Load(ctx context.Context, dir string, patterns []string, options Options) (*Result, error) {
	program, err := LoadProgram(ctx, dir, patterns, options)
	if err != nil {
		return nil, err
	}
	return program.Read(), nil
}

// ordered puts what was found in order, each once.
func ordered(found []queries.Query, failed []queries.Unresolved) ([]queries.Query, []queries.Unresolved) {
	slices.SortStableFunc(found, compareQueries)
	slices.SortStableFunc(failed, func(a, b queries.Unresolved) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Callee, b.Callee), cmp.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(found), slices.Compact(failed)
}

func compareQueries(a, b queries.Query) int {
	return cmp.Or(a.Call.Compare(b.Call), a.At.Compare(b.At), cmp.Compare(a.SQL, b.SQL))
}
