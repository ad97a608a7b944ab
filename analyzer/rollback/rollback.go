// Package rollback judges whether down migrations undo their ups, from the
// files alone.
//
// The catalog before the up, after it and after the down says whether the
// structure is as it was. Rows are not there to look at, so the package
// concludes from what the two scripts do: what the up destroys that no down
// brings back, what the down would destroy of what was written meanwhile, and
// what must not have been written for the down to run at all. Tables are taken
// to have rows.
//
// Where something cannot be concluded the verdict is [Unknown], with the
// reasons; it is never guessed. What is found here is proved by package drill,
// which does the same on a server.
//
// The package reports nothing: rules and reports do.
package rollback

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// A Verdict says how far a migration can be undone.
type Verdict uint8

// The verdicts, best first.
const (
	// Lossless: the down restores structure and rows.
	Lossless Verdict = iota
	// LosslessUntilWrite: it does until something is written that only the
	// new schema takes; that is lost, or keeps the down from running.
	LosslessUntilWrite
	// StructureOnly: it restores the structure, but not the rows as they were.
	StructureOnly
	// Irreversible: there is no down, it fails, or it leaves another
	// structure.
	Irreversible
	// Unknown: it cannot be concluded from the files.
	Unknown
)

// String returns the verdict as the JSON report names it.
func (v Verdict) String() string {
	return [...]string{"lossless", "lossless-until-write", "structure-only", "irreversible", "unknown"}[min(int(v), 4)]
}

// A Stage says when rows are lost.
type Stage uint8

// The stages.
const (
	// ByUp: the up destroys it, and no down brings it back.
	ByUp Stage = iota
	// ByDown: it was there before the up, and the down destroys or changes it.
	ByDown
	// ByWrite: it is written after the up, and the down destroys it or fails
	// because of it.
	ByWrite
)

// A LossKind names what is lost, or what stands in the way.
type LossKind string

// The kinds of losses.
const (
	DroppedColumn     LossKind = "dropped-column"
	DroppedTable      LossKind = "dropped-table"
	RemovedRows       LossKind = "removed-rows"
	AddedRows         LossKind = "added-rows"
	OverwrittenValues LossKind = "overwritten-values"
	ConvertedValues   LossKind = "converted-values"
	DroppedSequence   LossKind = "dropped-sequence"
	MovedSequence     LossKind = "moved-sequence"
	NewColumn         LossKind = "new-column"
	NewTable          LossKind = "new-table"
	NullValue         LossKind = "null-value"
	Duplicate         LossKind = "duplicate"
	CheckViolation    LossKind = "check-violation"
	Orphan            LossKind = "orphan"
	Overlap           LossKind = "exclusion-violation"
	UnfittingValue    LossKind = "unfitting-value"
)

// A Loss is something that going up and down again does not leave as it was.
type Loss struct {
	Stage Stage
	Kind  LossKind
	// Object is the table or column.
	Object string
	// Detail is one sentence without full stop.
	Detail string
	// SQLState is the error with which the down fails, "" where it runs.
	SQLState string
	// At is the clause that does it.
	At source.Span
	// Step is the operation that does it.
	Step *replay.Step
}

// A Reason is something that cannot be analysed.
type Reason struct {
	At   source.Span
	Text string

	// rows: it is about rows only, and what is said of the structure holds.
	rows bool
}

// A Failure is a statement of a script that PostgreSQL refuses.
type Failure struct {
	Statement *replay.Statement
	SQLState  string
	// Message is PostgreSQL's, or says what makes it fail.
	Message string
	// Raised: the script fails on purpose. SQLState and Message are "" where
	// they cannot be read.
	Raised bool

	step *replay.Step
}

// A Stop is a place where an up script that does not run in one transaction
// stops halfway if the next statement fails.
type Stop struct {
	// After is the last statement that stays.
	After *replay.Statement
	// Failure is that of the down script run from there; nil where it runs.
	Failure *Failure
	// Differences are those from before the up once it has.
	Differences []catalog.Difference
}

// A Migration is what is to be said about undoing one.
type Migration struct {
	*migration.Migration
	Verdict Verdict
	// HasDown: there is a down script with statements. Without statements the
	// tool runs it all the same, and forgets the migration.
	HasDown bool
	// Runs: the down script runs on what the up leaves, on tables with rows.
	// Failure says why not.
	Runs    bool
	Failure *Failure
	// RestoresSchema: what is different is of no consequence.
	RestoresSchema bool
	Differences    []catalog.Difference
	Losses         []Loss
	Reasons        []Reason
	// Repeatable: the up runs again after the down. Again says why not.
	Repeatable bool
	Again      *Failure
	Stops      []Stop

	// Up and Down are the scripts as they were replayed; Down is nil where
	// there is none.
	Up, Down *replay.Run
}

// Judge says what there is to say about undoing a migration that runs on a
// catalog.
func Judge(m *migration.Migration, before *catalog.Catalog, options replay.Options) *Migration {
	j := &judge{Migration: &Migration{Migration: m}, all: []*migration.Migration{m}, before: before, options: options}
	j.run()
	return j.Migration
}

// JudgeRelease says what there is to say about undoing migrations that are
// released together: their downs in reverse order. What one of them makes and
// another one destroys was never there.
func JudgeRelease(all []*migration.Migration, before *catalog.Catalog, options replay.Options) *Migration {
	j := &judge{Migration: &Migration{Migration: &migration.Migration{ID: "release"}}, all: all, before: before, options: options}
	j.run()
	return j.Migration
}

// judge is the state of one judgement.
type judge struct {
	*Migration
	// all are the migrations that are judged, as one.
	all     []*migration.Migration
	before  *catalog.Catalog
	options replay.Options
	// changed are what scripts do to rows, by table, and emptied the tables
	// that the down removes all rows of, once they were asked for.
	changed map[*replay.Run]map[catalog.OID][]*dataChange
	emptied map[catalog.OID]bool
}

func (j *judge) run() {
	j.changed = map[*replay.Run]map[catalog.OID][]*dataChange{}
	j.Up = j.ups(j.before)
	j.Down = j.downs()
	j.analysable(j.Up)
	j.upLosses()
	end := j.Up.End
	if j.Down != nil {
		j.analysable(j.Down)
		end = j.Down.End
		j.Failure = failure(j.Down)
		j.downLosses()
	}
	j.Differences = differences(j.before, end)
	j.Differences = append(j.Differences, j.assumedDropped(end)...)
	j.Differences = append(j.Differences, j.untracked(end)...)
	j.RestoresSchema = restores(j.Differences)
	j.Runs = j.Down != nil && j.Failure == nil
	j.repeat(end)
	j.stops()
	j.Verdict = j.verdict()
}

// ups runs the up scripts, in order.
func (j *judge) ups(from *catalog.Catalog) *replay.Run {
	run := &replay.Run{Start: from, End: from.Fork()}
	for _, m := range j.all {
		if m.Opaque != "" && from == j.before {
			j.Reasons = append(j.Reasons, Reason{At: m.Up.Span, Text: m.Opaque})
		}
		run.Append(replay.Script(run.End, m, m.Up, j.options))
	}
	return run
}

// downs runs the down scripts on what the ups left, in reverse order; nil where
// one is missing.
func (j *judge) downs() *replay.Run {
	run := &replay.Run{Start: j.Up.End, End: j.Up.End}
	for _, m := range slices.Backward(j.all) {
		if m.Down == nil {
			return nil
		}
		if m.Down.Opaque != "" {
			j.Reasons = append(j.Reasons, Reason{At: m.Down.Span, Text: m.Down.Opaque})
		}
		run.Append(replay.Script(run.End, m, m.Down, j.options))
	}
	j.HasDown = len(run.Statements) > 0
	return run
}

// analysable records what of a script cannot be analysed.
func (j *judge) analysable(run *replay.Run) {
	for _, s := range run.Statements {
		if reason, ok := s.Unanalysable(); ok {
			j.Reasons = append(j.Reasons, Reason{At: s.Span, Text: reason})
			continue
		}
		if mayRaise(s) {
			j.Reasons = append(j.Reasons, Reason{At: s.Span, Text: "whether it raises an error depends on the database"})
		}
		for _, step := range s.Steps {
			if step.Op.Facts().Conditional && len(step.Changes) > 0 {
				j.Reasons = append(j.Reasons, Reason{At: step.Op.Span(), Text: "whether it runs depends on the database"})
				break
			}
		}
	}
}

// failure returns the first statement of a script that PostgreSQL refuses, or
// that fails on purpose.
func failure(run *replay.Run) *Failure {
	s := run.Refused()
	for _, each := range run.Statements {
		if each == s {
			break
		}
		if f := raised(each); f != nil {
			return f
		}
		if e := compat.Refusal(each); e != nil {
			return &Failure{Statement: each, SQLState: e.SQLState, Message: e.Message}
		}
	}
	switch {
	case s == nil:
		return nil
	case s.Err != nil:
		return &Failure{Statement: s, SQLState: "42601", Message: s.Err.Message}
	}
	return &Failure{Statement: s, SQLState: s.Refused.SQLState, Message: s.Refused.Message}
}

// differences compares two catalogs.
func differences(before, after *catalog.Catalog) []catalog.Difference {
	return catalog.Diff(before, after, func(a, b string) catalog.Sameness {
		a, b = ofSequence.ReplaceAllString(a, "$1"), ofSequence.ReplaceAllString(b, "$1")
		switch same, perhaps := parser.Alike(a, b); {
		case same:
			return catalog.Same
		case perhaps:
			return catalog.PerhapsSame
		}
		return catalog.Different
	})
}

// ofSequence is the cast that nextval() gives its argument.
var ofSequence = pattern.New(`(\bnextval\('[^']*')::regclass`)

// restores reports whether no difference is of consequence.
func restores(all []catalog.Difference) bool {
	for _, d := range all {
		if !d.Equivalent {
			return false
		}
	}
	return true
}

// assumedDropped are columns of assumed tables that the up dropped: the catalog
// before it did not know them, and the one after the down does not have them.
func (j *judge) assumedDropped(end *catalog.Catalog) []catalog.Difference {
	var all []catalog.Difference
	for _, step := range j.Up.Steps {
		for _, c := range step.Changes {
			d, ok := c.(*catalog.ColumnDropped)
			if !ok || step.RolledBack || !d.Attribute.Assumed {
				continue
			}
			if now := end.RelationByOID(d.Relation.OID); now == nil || now.Attribute(d.Attribute.Name) == nil {
				all = append(all, catalog.Difference{
					Kind: "column", Object: d.Relation.String() + "." + catalog.Quoted(d.Attribute.Name), Relation: d.Relation.OID, Before: "column",
				})
			}
		}
	}
	return all
}

// repeat tells whether the up runs again where the down has ended.
func (j *judge) repeat(end *catalog.Catalog) {
	if j.Down == nil {
		return
	}
	first := failure(j.Up)
	again := failure(j.ups(end))
	if again != nil && (first == nil || first.Statement.Span != again.Statement.Span) {
		j.Again = again
	}
	j.Repeatable = again == nil
}

// stops runs the down from every place where the up can stop halfway.
func (j *judge) stops() {
	if j.Down == nil || len(j.all) > 1 {
		return
	}
	for _, c := range j.Up.Commits {
		down := replay.Script(c.Catalog, j.all[0], j.all[0].Down, j.options)
		stop := Stop{After: c.After, Failure: failure(down)}
		if stop.Failure == nil {
			stop.Differences = differences(j.before, down.End)
		}
		if stop.Failure != nil || !restores(stop.Differences) {
			j.Stops = append(j.Stops, stop)
		}
	}
}

// verdict weighs what was found.
func (j *judge) verdict() Verdict {
	sure := false
	for _, d := range j.Differences {
		sure = sure || !d.Equivalent && !d.Unsure
	}
	switch {
	case slices.ContainsFunc(j.Reasons, func(r Reason) bool { return !r.rows }):
		return Unknown
	case j.Down == nil && sure, j.Down == nil && len(j.Losses) > 0:
		return Irreversible
	case j.Failure != nil, sure:
		return Irreversible
	case !j.RestoresSchema:
		return Unknown
	case j.loses(ByUp), j.loses(ByDown):
		return StructureOnly
	case len(j.Reasons) > 0:
		return Unknown
	case j.loses(ByWrite):
		return LosslessUntilWrite
	}
	return Lossless
}

func (j *judge) loses(stage Stage) bool {
	for _, l := range j.Losses {
		if l.Stage == stage {
			return true
		}
	}
	return false
}
