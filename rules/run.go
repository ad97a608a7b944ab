package rules

import (
	"cmp"
	"reflect"
	"runtime"
	"slices"
	"sync"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/flaggate"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
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
	// Undone returns what undoing the migrations of a window comes to. It is
	// asked only if a rule wants to know, again and again and by several
	// goroutines, see [rollback.Windows].
	Undone func(*replay.Window) []*rollback.Migration
	// Evidence returns what the application's queries show about a window, or
	// nil where they are not known, also to several goroutines at once. Nil is
	// as good as a function that returns nil.
	Evidence func(*replay.Window) *Evidence
	// Exemptions allow findings from the configuration.
	Exemptions []Exemption
}

// Run judges a history with the rules given, in any order, and returns the
// findings in order of place and rule. Findings that a directive allows are
// included, marked.
func Run(sets []*migration.Set, timeline *replay.Timeline, rules []*Rule, options Options) []Finding {
	return judge(sets, timeline, rules, options, parts(timeline))
}

// judge is Run, with the rules in so many parts.
func judge(sets []*migration.Set, timeline *replay.Timeline, rules []*Rule, options Options, parts int) []Finding {
	e := &engine{options: options}
	e.learn(sets, timeline)
	e = e.part(rules)
	for _, set := range sets {
		e.set = set
		for i := range set.Problems {
			if e.concerns(&set.Problems[i]) {
				e.dispatch(nil, nil, &set.Problems[i])
			}
		}
		for i := range set.Edits {
			e.dispatch(nil, nil, &set.Edits[i])
		}
	}
	e.parallel(timeline, rules, parts)
	for _, a := range slices.Concat(e.allowances(timeline, rules), e.codeAllowances(timeline, rules), e.exemptions(sets, timeline, rules)) {
		e.dispatch(nil, a.window, a)
	}
	e.findings = told(e.findings)
	slices.SortStableFunc(e.findings, func(a, b Finding) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Rule.Name, b.Rule.Name), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(e.findings, func(a, b Finding) bool {
		return a.Rule == b.Rule && a.At == b.At && a.Message == b.Message
	})
}

// parts is into how many parts it pays to divide the rules: each of them goes
// through all statements.
func parts(timeline *replay.Timeline) int {
	const (
		statements = 250 // for each part
		most       = 4
	)
	return min(most, runtime.GOMAXPROCS(0), 1+len(timeline.Statements)/statements)
}

// part returns an engine for some of the rules.
func (e *engine) part(rules []*Rule) *engine {
	p := *e
	p.handlers, p.inBodies, p.habits = map[reflect.Type][]bound{}, map[inBody]bool{}, map[*migration.Set]habit{}
	for _, r := range rules {
		for _, h := range r.Check {
			p.handlers[h.event] = append(p.handlers[h.event], bound{r, h.run})
		}
	}
	return &p
}

// parallel shows the timeline to the rules, a part of them on each processor.
func (e *engine) parallel(timeline *replay.Timeline, rules []*Rule, parts int) {
	lists := make([][]*Rule, parts)
	for i, r := range rules {
		lists[i%parts] = append(lists[i%parts], r)
	}
	var group sync.WaitGroup
	if parts > 1 && len(e.handlers[undoing]) > 0 {
		group.Go(func() { e.foresee(timeline) })
	}
	engines := make([]*engine, parts)
	for i, list := range lists {
		engines[i] = e.part(list)
		engines[i].findings = nil
		group.Go(func() { engines[i].timeline(timeline) })
	}
	group.Wait()
	for _, p := range engines {
		e.findings = append(e.findings, p.findings...)
	}
}

// undoing is the event of what undoing a migration comes to.
var undoing = reflect.TypeFor[*rollback.Migration]()

// foresee finds out what undoing the migrations of windows comes to, the last
// ones first, until it meets the rules, which ask for one after the other: that
// takes longer than all that they do.
func (e *engine) foresee(timeline *replay.Timeline) {
	for _, w := range slices.Backward(timeline.Windows) {
		if e.undoes(w) {
			e.options.Undone(w)
		}
	}
}

// learn keeps which set a migration is of, and which files are history.
func (e *engine) learn(sets []*migration.Set, t *replay.Timeline) {
	e.sets, e.history = map[*migration.Migration]*migration.Set{}, map[*source.File]bool{}
	for _, set := range sets {
		for _, m := range set.Migrations {
			e.sets[m] = set
		}
	}
	for _, w := range t.Windows {
		if w.Reported {
			continue
		}
		for _, m := range w.Migrations {
			e.history[m.Up.Span.File] = true
			if m.Down != nil {
				e.history[m.Down.Span.File] = true
			}
		}
	}
}

// concerns reports whether a problem is about more than history. A checksum
// that does not match is: it was right when the history was released.
func (e *engine) concerns(p *migration.Problem) bool {
	if p.Kind == migration.Checksum || !e.history[p.At.File] {
		return true
	}
	return slices.ContainsFunc(p.Related, func(r migration.Related) bool { return !e.history[r.At.File] })
}

type bound struct {
	rule *Rule
	run  func(*Pass)
}

type engine struct {
	options  Options
	handlers map[reflect.Type][]bound
	findings []Finding
	// pass is that of the event that rules are shown, and whole stands for all
	// steps of a statement.
	pass     Pass
	whole    replay.Step
	inBodies map[inBody]bool
	// sets are the sets of the migrations, and set is the current one; history
	// are the files of migrations that are not judged.
	sets    map[*migration.Migration]*migration.Set
	set     *migration.Set
	history map[*source.File]bool
	habits  map[*migration.Set]habit
	// released are the migrations of the windows before that are not judged.
	released []*migration.Migration
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
			e.released = append(e.released, w.Migrations...)
			e.remember(statements[w])
			continue
		}
		e.statements, e.release = statements[w], newRelease(statements[w])
		before := len(e.findings)
		if len(w.Migrations) > 0 {
			e.set = e.sets[w.Migrations[0]]
		}
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
		e.undone(w)
		e.dispatch(nil, w, w)
		e.evidence(w, before)
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
	e.whole = replay.Step{Statement: s}
	e.dispatch(&e.whole, s.Window, s)
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

// undoes reports whether it is known what undoing the migrations of a window
// comes to. Where none of them has a down there is nothing to know: missing-down
// says so.
func (e *engine) undoes(w *replay.Window) bool {
	return e.options.Undone != nil && w.Reported && slices.ContainsFunc(w.Migrations, func(m *migration.Migration) bool { return m.Down != nil })
}

// undone shows rules what undoing the migrations of a window comes to.
func (e *engine) undone(w *replay.Window) {
	if !e.undoes(w) || len(e.handlers[undoing]) == 0 {
		return
	}
	for _, m := range e.options.Undone(w) {
		e.dispatch(nil, w, m)
	}
}

func (e *engine) dispatch(step *replay.Step, w *replay.Window, event any) {
	handlers := e.handlers[reflect.TypeOf(event)]
	if len(handlers) == 0 {
		return
	}
	pass := &e.pass // of this event alone: no rule keeps it
	*pass = Pass{Step: step, Window: w, PGVersion: e.options.PGVersion, Timeouts: e.options.Timeouts, engine: e, event: event, shown: step, tables: e.options.Tables, set: e.set, habits: e.habits, released: e.released, statements: e.statements, release: e.release, limiting: e.limiting, persists: e.persists}
	for _, b := range handlers {
		pass.rule, pass.values = b.rule, e.options.Values[b.rule.Name]
		if c, ok := event.(catalog.Change); ok && b.rule.Category == Compat && pass.outOfReach(c) {
			continue
		}
		b.run(pass)
	}
}

// found adds what a rule has found about an event.
func (e *engine) found(rule *Rule, step *replay.Step, event any, f Finding) {
	switch about := event.(type) {
	case *compat.Break:
		if about.Step == nil { // in the application's code, which nobody selects
			e.keep(rule, f)
			return
		}
	case *flaggate.Finding: // in the application's code, too
		e.keep(rule, f)
		return
	case *Allowance:
		if about.Migration == nil { // of the configuration, which is no file that can be selected
			e.keep(rule, f)
			return
		}
		f.Migration, f.Down = about.Migration.ID, about.Down
	case *migration.Edit:
		f.Migration = about.Migration.ID
	case *rollback.Migration:
		f.Migration = about.ID
		f.Down = about.Migration.Down != nil && about.Migration.Down.Span.Contains(f.At)
	}
	e.add(rule, step, f)
}

func (e *engine) add(rule *Rule, step *replay.Step, f Finding) {
	if step != nil && step.Statement != nil {
		f.Migration, f.Down, f.Statement = step.Migration.ID, step.Down, step.Statement
		f.At = placeOf(step, f)
		if !step.Call.IsZero() {
			if !e.firstCall(rule, f) {
				return
			}
			f.Related = append(f.Related, Related{At: f.At, Message: "in the routine's body"})
			f.At = step.Call
		}
		f.Severity = e.weigh(rule, step, f)
	}
	if f.At.IsZero() || e.options.Selected != nil && !e.options.Selected(f.At.File) {
		return
	}
	e.keep(rule, f)
}

// keep adds a finding that is of interest.
func (e *engine) keep(rule *Rule, f Finding) {
	f.Rule = rule
	if f.Severity == 0 {
		f.Severity = rule.Severity
	}
	if s, ok := e.options.Severities[rule.Name]; ok {
		f.Severity = s
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
func (e *engine) firstCall(rule *Rule, f Finding) bool {
	body := inBody{rule, f.Migration, f.At, f.Message}
	if e.inBodies[body] {
		return false
	}
	e.inBodies[body] = true
	return true
}
