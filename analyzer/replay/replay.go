package replay

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// Options choose what is replayed as a release.
type Options struct {
	// InWindow tells the migrations being released together from history. Nil
	// makes every migration a window of its own.
	InWindow func(*migration.Migration) bool
	// OneTransaction: the tool runs all migrations of a window in one
	// transaction, see migration.Set. History before the window was released
	// in parts that nobody knows, so that each of its migrations has its own.
	OneTransaction bool
	// Complete: the history starts from an empty database for certain.
	// Otherwise that is concluded where the history shows it, see
	// [replayer.conclude].
	Complete bool
	// PGVersion is the server's major version, on which locks depend, and what
	// is refused because it is too old; 0, for locks, is the oldest that is
	// supported, and it is then too old for nothing.
	PGVersion int
}

// Up replays the up scripts of a history.
//
// Migrations in the window run after all others, whatever their versions: that
// is the order in which the database meets them.
func Up(migrations []*migration.Migration, options Options) *Timeline {
	r := &replayer{
		timeline: &Timeline{},
		now:      catalog.New(options.Complete),
		certain:  options.Complete,
		version:  options.PGVersion,
		single:   options.OneTransaction,
	}
	if options.InWindow == nil {
		for _, m := range migrations {
			r.window([]*migration.Migration{m}, true)
		}
		return r.timeline
	}
	var history, released []*migration.Migration
	for _, m := range migrations {
		if options.InWindow(m) {
			released = append(released, m)
		} else {
			history = append(history, m)
		}
	}
	r.window(history, false)
	r.window(released, true)
	return r.timeline
}

type replayer struct {
	timeline *Timeline
	now      *catalog.Catalog
	// certain: completeness was given and is not concluded.
	certain bool
	// version is the server's.
	version int
	// opaque: something ran whose effect is unknown; blind is the schema at the
	// last such moment.
	opaque bool
	blind  *catalog.Catalog
	// created: an earlier migration created a relation.
	created bool

	transactions int
	tx           *transaction
	current      *Window
	// single: the tool opens one transaction around a window.
	single bool
	// spanning: it has done so for the window that is performed; due: it opens
	// the next before it goes on, because it ended one for what runs alone.
	spanning, due bool
}

// A transaction is the one that is open.
type transaction struct {
	number int
	start  *catalog.Catalog
	steps  []*Step
	saves  []savepoint
	// held are the locks, and places where in them that of a relation is.
	held   held
	places map[catalog.OID]int
	opened opening
	// unstated: that there is one is not known, see migration.Unstated.
	unstated bool
}

// An opening says what opened a transaction.
type opening uint8

const (
	wrapped  opening = iota // the tool, around the script
	implicit                // several statements in one simple query
	explicit                // BEGIN in the script
)

type savepoint struct {
	name    string
	catalog *catalog.Catalog
	steps   int
	held    held
}

func (r *replayer) window(ms []*migration.Migration, reported bool) {
	w := &Window{Migrations: ms, Base: r.now, Reported: reported}
	r.timeline.Windows = append(r.timeline.Windows, w)
	r.current = w
	r.spanning = r.single && reported
	r.due = r.spanning
	for i, m := range ms {
		r.conclude()
		if i == 0 {
			w.Base = r.now
		}
		r.migration(m)
	}
	if r.tx != nil {
		r.end()
	}
	w.End = r.now
}

// conclude decides, between migrations, whether the history is whole: earlier
// migrations created relations, nothing had to be assumed, and nothing ran whose
// effect is unknown. From there on a relation that nobody created does not
// exist; before, and in any other history, it is assumed.
func (r *replayer) conclude() {
	if r.certain {
		return
	}
	complete := r.created && !r.opaque && r.now.Assumptions() == 0
	if complete != r.now.Complete() {
		r.now = r.now.WithComplete(complete)
	}
}

func (r *replayer) migration(m *migration.Migration) {
	if m.Opaque != "" {
		r.unknown()
	}
	if m.Up != nil {
		r.script(m, m.Up)
	}
	if m.Down != nil {
		r.down(m)
	}
}

// unknown records that something ran whose effect is unknown.
func (r *replayer) unknown() {
	r.opaque, r.blind = true, r.now
	if r.now.Complete() && !r.certain {
		r.now = r.now.WithComplete(false)
	}
}

func (r *replayer) script(m *migration.Migration, s *migration.Script) {
	r.session(s)
	begun := false
	for i := range s.Pieces {
		piece := &s.Pieces[i]
		switch {
		case r.spanning:
			r.span(piece)
		case piece.Separate && r.tx != nil:
			r.end()
		}
		if piece.Transaction == migration.Wrapped && r.tx == nil && !r.spanning && (!begun || piece.Separate) {
			r.begin(wrapped)
			begun = true // a COMMIT in the script ends it for good
		}
		for st := range piece.All() {
			if r.tx == nil && piece.Shared() {
				// After a COMMIT, the rest of a simple query shares the next.
				r.begin(implicit)
				r.tx.unstated = piece.Transaction == migration.Unstated
			}
			r.statement(m, s, st)
		}
		if r.tx != nil && r.tx.opened == implicit {
			r.end()
		}
	}
	if r.tx != nil && !r.spanning {
		r.end()
	}
}

// apart reports whether a file says that a piece is to run without the
// transaction that its tool opens around a window.
func apart(piece *migration.Piece) bool {
	return piece.Transaction == migration.Autocommit || piece.Transaction == migration.Implicit && piece.Separate
}

// span opens the transaction of a window, or ends it for a piece that a file
// says is to run without one; the tool then opens another for what follows. One
// that a file has ended itself stays so.
func (r *replayer) span(piece *migration.Piece) {
	alone := apart(piece)
	switch {
	case alone && r.tx != nil:
		r.end()
		r.due = true
	case !alone && r.due && r.tx == nil:
		r.begin(wrapped)
		r.due = false
	}
}

func (r *replayer) statement(m *migration.Migration, s *migration.Script, st *ddl.Statement) {
	run := &Statement{Statement: st, Migration: m, Script: s, Window: r.current}
	if r.tx != nil {
		run.Transaction, run.Unstated = r.tx.number, r.tx.unstated
	}
	r.timeline.Statements = append(r.timeline.Statements, run)
	if st.Err != nil {
		r.unknown()
		return
	}
	if op, refusal := r.newer(st.Ops); refusal != nil {
		r.refused(run, op, refusal)
		return
	}
	if op, refusal := twice(st.Ops); refusal != nil {
		r.refused(run, op, refusal)
		return
	}
	start := r.now
	for _, op := range catalog.PassOrder(st.Ops) {
		r.step(run, op, source.Span{})
	}
	if run.Refused != nil && len(st.Ops) > 1 && st.Kind != "DO" {
		// PostgreSQL performs a statement whole or not at all.
		r.now = r.now.Return(start)
		for _, s := range run.Steps {
			s.RolledBack = true
			s.Locks = nil
		}
	}
	run.settleLocks()
	if r.tx == nil {
		r.now = r.now.EndTransaction() // a statement alone is one
		return
	}
	r.tx.hold(run)
}

// refused records that the server refuses a statement as a whole, because of one
// of its operations.
func (r *replayer) refused(run *Statement, op ddl.Op, refusal *catalog.Error) {
	step := &Step{Statement: run, Op: op, Before: r.now, After: r.now, Refusal: refusal}
	run.Steps, run.Refused = []*Step{step}, refusal
	r.timeline.Steps = append(r.timeline.Steps, step)
	if r.tx != nil {
		r.tx.steps = append(r.tx.steps, step)
		step.Held = r.tx.held
	}
}

// maxCalls bounds how deep calls of routines are followed.
const maxCalls = 8

func (r *replayer) step(run *Statement, op ddl.Op, call source.Span) {
	r.perform(run, op, call, 0)
}

func (r *replayer) perform(run *Statement, op ddl.Op, call source.Span, depth int) {
	step := &Step{Statement: run, Op: op, Before: r.now, After: r.now, Call: call}
	run.Steps = append(run.Steps, step)
	r.timeline.Steps = append(r.timeline.Steps, step)
	if r.tx != nil {
		r.tx.steps = append(r.tx.steps, step)
		step.Held = r.tx.held
	}
	switch op := op.(type) {
	case *ddl.Transaction:
		if refusal := r.control(op); refusal != nil {
			r.refuse(step, refusal)
		}
		step.After = r.now
		return
	case *ddl.Dynamic:
		r.unknown()
		step.After = r.now
		return
	case *ddl.CreateTable, *ddl.CreateTableAs:
		r.created = true
	}
	if r.passesOver(op) {
		return
	}
	after, changes, refusal := r.now.Apply(op)
	if refusal != nil {
		if !r.doubtful(op, refusal) {
			r.refuse(step, refusal)
		}
		return
	}
	if refusal := r.alone(run, op); refusal != nil {
		// What it was meant to do is taken as done: what follows builds on it.
		r.refuse(step, refusal)
	}
	r.now, step.After, step.Changes = after, after, changes
	if step.Refusal == nil {
		step.Locks = lock.Taken(op, step.Before, after, changes, r.version)
	}
	if s, ok := op.(*ddl.Select); ok && depth < maxCalls {
		r.calls(run, s, call, depth)
	}
}

// refuse records a refusal, unless a condition may have kept the operation from
// running.
func (r *replayer) refuse(step *Step, refusal *catalog.Error) {
	if step.Op.Facts().Conditional {
		return
	}
	step.Refusal = refusal
	if step.Refused == nil {
		step.Refused = refusal
	}
}

// calls performs the bodies of the routines that a statement calls, as far as
// the history has them.
func (r *replayer) calls(run *Statement, s *ddl.Select, call source.Span, depth int) {
	for _, e := range s.Calls {
		for _, c := range e.Calls {
			for _, f := range r.now.Functions(c.Name) {
				if len(f.Effects) == 0 || !f.Accepts(c.Args) {
					continue
				}
				at := call
				if at.IsZero() {
					at = e.At
				}
				for _, op := range f.Effects {
					r.perform(run, op, at, depth+1)
				}
			}
		}
	}
}

func (r *replayer) begin(by opening) {
	r.transactions++
	r.tx = &transaction{number: r.transactions, start: r.now, opened: by, places: map[catalog.OID]int{}}
}

func (r *replayer) end() {
	r.tx = nil
	r.now = r.now.EndTransaction()
}

// down lists the statements of a down half; they are not performed.
func (r *replayer) down(m *migration.Migration) {
	number := 0
	for i := range m.Down.Pieces {
		piece := &m.Down.Pieces[i]
		wrapped := piece.Transaction == migration.Wrapped || r.single && !apart(piece)
		if !wrapped || piece.Separate && !r.single {
			number = 0
		}
		if number == 0 && (wrapped || piece.Shared()) {
			r.transactions++
			number = r.transactions
		}
		for st := range piece.All() {
			r.timeline.Statements = append(r.timeline.Statements, &Statement{
				Statement: st, Migration: m, Script: m.Down, Down: true, Window: r.current, Transaction: number,
			})
		}
		if !wrapped {
			number = 0
		}
	}
}
