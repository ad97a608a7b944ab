// Package rules judges what a history does: facts in, findings out.
//
// A [Rule] is a value, and its check a pure function of one [Pass]: no state, no
// clock, no file system. Each rule is one small file, named after it, and its
// page in examples/ is its documentation and its test at once.
//
// Three families ask different events (see [On]): compatibility rules judge
// what changed (package catalog's changes), whatever statement did it; lock
// rules judge acquisitions; practice rules judge operations as written.
//
// The package neither prints nor decides what a run's exit status is.
package rules

import (
	"reflect"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// A Severity is the consequence of what was found. The zero value is invalid.
type Severity uint8

// The severities, mildest first.
const (
	// Note: worth knowing.
	Note Severity = iota + 1
	// Warning: as Error, depending on rows or code that cannot be seen from
	// here.
	Warning
	// Error: a request of the previous version will fail, or will wait for a
	// time that grows with a table, or data is destroyed, or PostgreSQL refuses
	// the statement.
	Error
)

// String returns "note", "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Note:
		return "note"
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return "invalid"
}

// A Category groups rules by what is at stake.
type Category string

// The categories.
const (
	Compat   Category = "compat"
	Lock     Category = "lock"
	Data     Category = "data"
	Rollback Category = "rollback"
	Gate     Category = "gate"
	Practice Category = "practice"
	Process  Category = "process"
)

// A Rule is one thing to find.
type Rule struct {
	// Name is kebab-case, names the bad thing and reads after "allow". It
	// never changes.
	Name string
	// Title is a sentence without full stop.
	Title    string
	Category Category
	// Severity is that of its findings, unless one says otherwise; for a rule
	// that grades its findings it is the gravest.
	Severity Severity
	// Since is the version of migracheck that brought it.
	Since string
	// Aliases are former names.
	Aliases []string
	// Off rules run only where they are asked for.
	Off bool
	// Grows: what it finds takes a time that grows with a table, and is a note
	// where the team says that the table is small.
	Grows bool
	// Brief: what it finds is a lock that is held for a moment, and a warning
	// where the team says that the table is hot.
	Brief bool
	// Used: what it finds harms only queries that use its object. Where those of
	// the previous version are known, it names them, and is a note where none
	// does.
	Used bool
	// Unsuppressible rules report on suppression itself.
	Unsuppressible bool
	// Options are what a team may set about it.
	Options []Option
	Check   Check
}

// A Check is what a rule looks at: handlers made by [On].
type Check []handler

type handler struct {
	event reflect.Type
	run   func(*Pass)
}

// On returns a check of every event of type E: an operation (*ddl.AddColumn), a
// change (*catalog.ColumnDropped), a refusal (*catalog.Error), a lock (*Acquired), a statement (*replay.Statement),
// the end of a migration's up script (*End) or of a window (*replay.Window), what undoing a
// migration comes to (*rollback.Migration), what it does to queries of the
// application (*compat.Break), a use of what it changes in Go code
// (*flaggate.Finding), a problem of the files (*migration.Problem), what was done to a migration that was released
// (*migration.Edit) or an allowance (*Allowance).
func On[E any](check func(*Pass, E)) Check {
	return Check{{
		event: reflect.TypeFor[E](),
		run:   func(p *Pass) { check(p, p.event.(E)) },
	}}
}

// Any joins checks.
func Any(checks ...Check) Check {
	var all Check
	for _, c := range checks {
		all = append(all, c...)
	}
	return all
}

// An Acquired is the lock that a statement takes on one relation: all that its
// operations do there, once. The step is the operation that takes it, and the
// step's Held what the transaction held before the statement.
type Acquired struct {
	// Relation is the relation as it was before the statement.
	Relation *catalog.Relation
	lock.Acquisition
}

// An End is the end of a migration's up script.
type End struct{ Last *replay.Step }

// A Pass is one event before a rule. Step is nil for events that do not belong
// to one (windows, problems, allowances).
type Pass struct {
	*replay.Step
	// Window is the release that the event belongs to.
	Window *replay.Window
	// PGVersion is the server's major version; 0 where none was given.
	PGVersion int
	// Timeouts are what the tool that runs the migrations sets.
	Timeouts Timeouts

	engine *engine
	event  any
	// shown is the step that the event was shown with; Step is another while a
	// check goes through those of a statement.
	shown *replay.Step
	// rule is the one that is running, and values what is set of its options.
	rule   *Rule
	values map[string]any
	// tables are what the team knows about tables.
	tables []Table
	// set is the set of the window's migrations, or that a problem is about.
	set *migration.Set
	// habits are what was found out about sets.
	habits map[*migration.Set]habit
	// released are the migrations of the set that were released before.
	released []*migration.Migration
	// statements are those of the window, in order, and release what can be
	// asked of them.
	statements []*replay.Statement
	release    *release
	// limiting is the last statement before the window that sets lock_timeout,
	// or nil; persists: one did for all sessions to come.
	limiting *replay.Statement
	persists bool
}

// Report reports a finding; the engine fills in rule, severity and migration.
func (p *Pass) Report(f Finding) {
	if p.Step != p.shown && !p.Step.Call.IsZero() {
		f.At = p.Step.Call
	}
	p.engine.found(p.rule, p.shown, p.event, f)
}

// A Finding is something found.
type Finding struct {
	Rule     *Rule
	Severity Severity
	// At is the tight place: the clause, not the statement.
	At source.Span
	// Message is one sentence without full stop: the object by name, and the
	// consequence for running code or waiting queries.
	Message string
	// Relation is "schema.name" of the relation (or type, function, schema)
	// concerned; Object the column, constraint, label or the like within it.
	Relation, Object string
	Related          []Related
	// Way leads from where code begins to run to At, by the calls between; nil
	// for findings in migrations.
	Way   []Related
	Fixes []Fix

	// Filled in by Run. A check of a window, which has no statement, fills in
	// the migration that it speaks of itself.
	Migration string
	Down      bool
	Statement *replay.Statement
	// Suppressed is the directive that allows it, or nil.
	Suppressed *Suppression
}

// Related is another place that explains a finding.
type Related struct {
	At      source.Span
	Message string
}

// A Fix is one way to mend a finding; several are alternatives.
type Fix struct {
	// Title is a verb phrase.
	Title string
	// Safe fixes do not change what the migration achieves.
	Safe  bool
	Edits []Edit
}

// An Edit replaces a span by new text.
type Edit struct {
	At      source.Span
	NewText string
}

// A Suppression says why a finding is allowed.
type Suppression struct {
	At     source.Span
	Reason string
	// Until is a date, YYYY-MM-DD, or "".
	Until string
}
