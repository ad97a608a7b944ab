package rules

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// Options are what a run of the rules needs to know beside the history.
type Options struct {
	// PGVersion is the server's major version, 0 for unknown.
	PGVersion int
	// Today is the date, YYYY-MM-DD, against which allowances expire.
	Today string
	// Selected limits findings to these files; nil is all.
	Selected func(*source.File) bool
	// Severities override those of rules, by name.
	Severities map[string]Severity
	// Values are what is set of rules' options, by rule and option.
	Values map[string]map[string]any
	// Tables are what is known about tables; where several fit, the last one
	// to say something counts.
	Tables   []Table
	Timeouts Timeouts
	// Exemptions allow findings from the configuration.
	Exemptions []Exemption
}

// Run judges a history with the rules given, in any order, and returns the
// findings in order of place and rule. Findings that a directive allows are
// included, marked.
func Run(sets []*migration.Set, timeline *replay.Timeline, rules []*Rule, options Options) []Finding {
	e := &engine{options: options, handlers: map[reflect.Type][]bound{}, inBodies: map[inBody]bool{}}
	for _, r := range rules {
		for _, h := range r.Check {
			e.handlers[h.event] = append(e.handlers[h.event], bound{r, h.run})
		}
	}
	for _, set := range sets {
		for i := range set.Problems {
			e.dispatch(nil, nil, &set.Problems[i])
		}
	}
	e.timeline(timeline)
	for _, a := range e.allowances(timeline, rules) {
		e.dispatch(nil, a.window, a)
	}
	slices.SortStableFunc(e.findings, func(a, b Finding) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Rule.Name, b.Rule.Name), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(e.findings, func(a, b Finding) bool {
		return a.Rule == b.Rule && a.At == b.At && a.Message == b.Message
	})
}

type bound struct {
	rule *Rule
	run  func(*Pass)
}

type engine struct {
	options  Options
	handlers map[reflect.Type][]bound
	findings []Finding
	inBodies map[inBody]bool
	// statements are those of the current window, and release what rules ask
	// of them.
	statements []*replay.Statement
	release    *release
	// limiting is the last statement before the window that limits how long
	// locks are waited for; persists is set where one did for all sessions.
	limiting *replay.Statement
	persists bool
}

// timeline shows rules the windows that are reported: their statements in
// order, the end of each up script, and at last the window itself, also where
// it has no statement.
func (e *engine) timeline(t *replay.Timeline) {
	statements := map[*replay.Window][]*replay.Statement{}
	for _, s := range t.Statements {
		statements[s.Window] = append(statements[s.Window], s)
	}
	for _, w := range t.Windows {
		if !w.Reported {
			e.remember(statements[w])
			continue
		}
		e.statements, e.release = statements[w], newRelease(statements[w])
		var last *replay.Step
		for _, s := range statements[w] {
			if last != nil && (s.Down || s.Migration != last.Migration) {
				e.dispatch(last, w, &End{Last: last})
				last = nil
			}
			e.dispatchStatement(s)
			if n := len(s.Steps); n > 0 {
				last = s.Steps[n-1]
			}
		}
		if last != nil {
			e.dispatch(last, w, &End{Last: last})
		}
		e.dispatch(nil, w, w)
		e.remember(statements[w])
	}
}

// remember keeps of a window what rules ask of the history.
func (e *engine) remember(statements []*replay.Statement) {
	for _, s := range statements {
		if limits(s) {
			e.limiting = s
		}
		e.persists = e.persists || persistent(s)
	}
}

// dispatchStatement shows rules a statement, and, unless it stands in a down
// half, its operations and their changes.
func (e *engine) dispatchStatement(s *replay.Statement) {
	e.dispatch(&replay.Step{Statement: s}, s.Window, s)
	for _, step := range s.Steps {
		e.dispatch(step, s.Window, step.Op)
		if step.Refusal != nil {
			e.dispatch(step, s.Window, step.Refusal)
		}
		if step.RolledBack {
			continue // nothing of it is left
		}
		for _, c := range step.Changes {
			e.dispatch(step, s.Window, c)
		}
	}
	e.dispatchLocks(s)
}

// dispatchLocks shows rules what a statement locks.
func (e *engine) dispatchLocks(s *replay.Statement) {
	if len(e.handlers[reflect.TypeFor[*Acquired]()]) == 0 {
		return
	}
	for _, a := range s.Locks() {
		step := taking(s, a)
		e.dispatch(step, s.Window, &Acquired{Relation: s.Relation(a.Relation), Acquisition: a})
	}
}

// taking returns the step of a statement that takes a lock: the first that does
// something lasting under it, else the first that wants the mode.
func taking(s *replay.Statement, a lock.Acquisition) *replay.Step {
	var first *replay.Step
	for _, step := range s.Steps {
		for _, b := range step.Locks {
			switch {
			case b.Relation != a.Relation:
			case b.Rewrite && a.Rewrite, b.Scan && a.Scan && !a.Rewrite, b.Index && a.Index && !a.Rewrite && !a.Scan:
				return step
			case first == nil && b.Mode == a.Mode:
				first = step
			}
		}
	}
	return first
}

func (e *engine) dispatch(step *replay.Step, w *replay.Window, event any) {
	for _, b := range e.handlers[reflect.TypeOf(event)] {
		pass := &Pass{Step: step, Window: w, PGVersion: e.options.PGVersion, Timeouts: e.options.Timeouts, event: event, rule: b.rule, values: e.options.Values[b.rule.Name], tables: e.options.Tables, statements: e.statements, release: e.release, limiting: e.limiting, persists: e.persists}
		if c, ok := event.(catalog.Change); ok && b.rule.Category == Compat && pass.outOfReach(c) {
			continue
		}
		pass.report = func(f Finding) {
			if a, ok := event.(*Allowance); ok {
				f.Migration, f.Down = a.Migration.ID, a.Down
			}
			e.add(b.rule, step, f)
		}
		b.run(pass)
	}
}

func (e *engine) add(rule *Rule, step *replay.Step, f Finding) {
	f.Rule = rule
	if f.Severity == 0 {
		f.Severity = rule.Severity
	}
	if s, ok := e.options.Severities[rule.Name]; ok {
		f.Severity = s
	}
	if step != nil && step.Statement != nil {
		f.Migration, f.Down, f.Statement = step.Migration.ID, step.Down, step.Statement
		f.At = placeOf(step, f)
		if !step.Call.IsZero() {
			if !e.firstCall(f) {
				return
			}
			f.Related = append(f.Related, Related{At: f.At, Message: "in the routine's body"})
			f.At = step.Call
		}
	}
	if f.At.IsZero() || e.options.Selected != nil && !e.options.Selected(f.At.File) {
		return
	}
	e.findings = append(e.findings, f)
}

// inBody is a finding in the body of a routine, whichever call led there.
type inBody struct {
	rule      *Rule
	migration string
	at        source.Span
	message   string
}

// firstCall reports whether no call of the migration before has led to the
// finding in a routine's body.
func (e *engine) firstCall(f Finding) bool {
	body := inBody{f.Rule, f.Migration, f.At, f.Message}
	if e.inBodies[body] {
		return false
	}
	e.inBodies[body] = true
	return true
}
