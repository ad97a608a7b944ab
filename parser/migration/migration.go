// Package migration reads the files of migration tools: which migrations there
// are, in which order they run, what is up and what is down, and what runs in
// one transaction.
//
// A [Layout] knows one tool's rules, as its own source has them. It reads names
// and markers; SQL it leaves to package parser. What is wrong with a set of
// files (a version used twice, a file that cannot be read as text) is a
// [Problem]: found here, judged by a rule. What keeps us from working at all
// (a path that does not exist, a directory without migrations) is an error.
//
// The goals, in order: never take a down migration for an up migration; run
// things in the order and in the transactions that the tool would; pass over
// nothing in silence, so that what a tool does not read is in [Set.Ignored] and
// what nobody can read is [Migration.Opaque].
//
// It does not run migrations, connect to databases, evaluate templates, or read
// a tool's configuration file: where a tool can be configured, its defaults
// hold, and placeholders stay what they are unless a [Project] gives values.
// Whether a suppression names a rule that exists is for package rules to say.
package migration

import (
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A Migration is one step of a history.
type Migration struct {
	// ID is the version as the tool writes it ("0002", "20240131120000"),
	// or the file name without extension where the tool has no versions.
	ID string
	// Name is the description after the version.
	Name string
	// Up is never nil; for an opaque migration it has no pieces.
	Up *Script
	// Down is nil where there is none.
	Down *Script
	// Opaque says why the migration's effect is unknown ("Go migration");
	// empty for SQL.
	Opaque string
}

// A Script is one direction of a migration: a file or a part of one.
type Script struct {
	// Span holds all pieces and the markers before them. Where a file has
	// several sections of one direction, sections of the other may lie
	// between them; the pieces are exact.
	Span   source.Span
	Pieces []Piece
	// Opaque says why the effect of a down script is unknown; that of an up
	// script is the migration's.
	Opaque string
	// Session says what of earlier scripts it finds.
	Session Session
	// Directives are the migracheck: comments in Span, in order.
	Directives []Directive
	// Flags are the feature flags that comments in Span name, in order.
	Flags []FlagName
}

// A Transaction says who opens a transaction around a piece.
type Transaction uint8

const (
	// Wrapped: the tool opens a transaction around it (and around the other
	// wrapped pieces of the script).
	Wrapped Transaction = iota
	// Implicit: nobody does, but the piece is sent as one simple query, so
	// that two statements or more share an implicit transaction.
	// https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
	Implicit
	// Autocommit: every statement is sent alone.
	Autocommit
	// Unstated: the files do not say what runs them (psql sends statement by
	// statement, a program perhaps the whole file). Several statements are
	// taken to share a transaction, and no statement is refused for that.
	Unstated
)

// A Piece is what a tool sends to the server at once, or statement by
// statement in one transaction.
type Piece struct {
	Span        source.Span
	Transaction Transaction
	// Separate: the piece does not share the transaction that the tool opened
	// around the pieces before it.
	Separate   bool
	Statements []ddl.Statement
	// reading is how the statements come while they are being parsed.
	reading *reading
}

// Shared reports whether the piece's statements share a transaction that
// nobody opened: an implicit one, or one that may be there.
func (p *Piece) Shared() bool {
	return (p.Transaction == Implicit || p.Transaction == Unstated) && p.several()
}

// A Directive is a comment "-- migracheck:allow RULE[,RULE]: reason [until
// YYYY-MM-DD]".
type Directive struct {
	// At is the comment without line end.
	At source.Span
	// Rules are the names as written; RuleAt their places.
	Rules  []string
	RuleAt []source.Span
	Reason string
	// Until is the date as written, "" where there is none.
	Until string
	// Statement is the statement it is bound to, the next one in the script;
	// the zero Span where none follows.
	Statement source.Span
	// Err says what is wrong with the directive's form, else "".
	Err string
}

// A FlagName is a comment "-- migracheck:flag KEY": code reaches what the
// statements from there on add only where that feature flag is on.
type FlagName struct {
	// At is the comment without line end.
	At  source.Span
	Key string
	// Statement is the first that it speaks of; the zero Span where none
	// follows.
	Statement source.Span
}

// A Problem is something wrong with the set of files.
type Problem struct {
	// Kind names it for the rule that reports it.
	Kind ProblemKind
	At   source.Span
	// Message is one sentence without full stop.
	Message string
	Related []Related
}

// Related is another place that belongs to a problem.
type Related struct {
	At      source.Span
	Message string
}

// A ProblemKind says what a Problem is about.
type ProblemKind string

// The kinds of problems.
const (
	DuplicateVersion ProblemKind = "duplicate-version"
	VersionGap       ProblemKind = "version-gap"
	MixedLayouts     ProblemKind = "mixed-layouts"
	NotText          ProblemKind = "not-text"
	BadMarker        ProblemKind = "bad-marker"
	Checksum         ProblemKind = "checksum-mismatch"
	EmptyMigration   ProblemKind = "empty-migration"
)

// A Set is the migrations of one directory in the order in which they run.
type Set struct {
	// Path is the directory as it is shown to the user.
	Path string
	// Layout is the tool's name; Reason says how it was recognised.
	Layout, Reason string
	Migrations     []*Migration
	Problems       []Problem
	// Edits are what was done to migrations that were released, where that is
	// known.
	Edits []Edit
	// Ignored are the paths of files beside the migrations that the tool does
	// not read, or passes over because other files take their place.
	Ignored []string
	// OneTransaction: the tool runs all pending migrations in one transaction,
	// but for pieces that say they are to have none (Autocommit, or Implicit
	// and Separate): it ends the transaction for them.
	OneTransaction bool
	// Considered says which other layouts were thought of and why they were not
	// taken, and what in the files is meant for another program than the tool.
	Considered []string

	// emptyIsMeant: a file without statements says that there is nothing to do.
	emptyIsMeant bool
	// placeholders are values that the tool fills in.
	placeholders map[string]string
	// selected are the paths named one by one; nil where the directory was.
	selected map[string]bool
}

// Selected reports whether the user asked about the file: every file of a
// directory that was named itself, else only the files that were named. The
// others are context.
func (s *Set) Selected(f *source.File) bool {
	return s.selected == nil || f != nil && s.selected[f.Path]
}

// Whole reports whether the user asked about the directory, not about files in
// it one by one.
func (s *Set) Whole() bool { return s.selected == nil }
