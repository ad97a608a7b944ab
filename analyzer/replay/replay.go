package replay

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// Options choose what is replayed as a release.
type Options struct {
	// InWindow tells the migrations being released together from history. Nil
	// makes every migration a window of its own.
	InWindow func(*migration.Migration) bool
	// Complete: the history starts from an empty database for certain.
	// Otherwise that is concluded where the history shows it, see
	// [replayer.conclude].
	Complete bool
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
	// opaque: something ran whose effect is unknown.
	opaque bool
	// created: an earlier migration created a relation.
	created bool

	transactions int
	tx           *transaction
	current      *Window
}

// A transaction is the one that is open.
type transaction struct {
	number int
	start  *catalog.Catalog
	steps  []*Step
	saves  []savepoint
	// explicit: opened by BEGIN in the script, not by the tool.
	explicit bool
}

type savepoint struct {
	name    string
	catalog *catalog.Catalog
	steps   int
}

func (r *replayer) window(ms []*migration.Migration, reported bool) {
	w := &Window{Migrations: ms, Base: r.now, Reported: reported}
	r.timeline.Windows = append(r.timeline.Windows, w)
	r.current = w
	for i, m := range ms {
		r.conclude()
		if i == 0 {
			w.Base = r.now
		}
		r.migration(m)
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
	r.opaque = true
	if r.now.Complete() && !r.certain {
		r.now = r.now.WithComplete(false)
	}
}

func (r *replayer) script(m *migration.Migration, s *migration.Script) {
	for i := range s.Pieces {
		piece := &s.Pieces[i]
		switch {
		case piece.Transaction == migration.Wrapped && r.tx == nil:
			r.begin(false)
		case piece.Transaction == migration.Implicit && len(piece.Statements) > 1 && r.tx == nil:
			r.begin(false)
		}
		for j := range piece.Statements {
			r.statement(m, s, &piece.Statements[j])
		}
		if piece.Transaction != migration.Wrapped && r.tx != nil && !r.tx.explicit {
			r.end()
		}
	}
	if r.tx != nil {
		r.end()
	}
}

func (r *replayer) statement(m *migration.Migration, s *migration.Script, st *ddl.Statement) {
	run := &Statement{Statement: st, Migration: m, Script: s, Window: r.current}
	if r.tx != nil {
		run.Transaction = r.tx.number
	}
	r.timeline.Statements = append(r.timeline.Statements, run)
	if st.Err != nil {
		r.unknown()
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
		}
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
	}
	switch op := op.(type) {
	case *ddl.Transaction:
		r.control(op)
		step.After = r.now
		return
	case *ddl.Dynamic:
		r.unknown()
		step.After = r.now
		return
	case *ddl.CreateTable, *ddl.CreateTableAs:
		r.created = true
	}
	after, changes, refusal := r.now.Apply(op)
	if refusal != nil {
		if !op.Facts().Conditional {
			step.Refusal = refusal
			if run.Refused == nil {
				run.Refused = refusal
			}
		}
		return
	}
	r.now, step.After, step.Changes = after, after, changes
	if s, ok := op.(*ddl.Select); ok && depth < maxCalls {
		r.calls(run, s, call, depth)
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

func (r *replayer) begin(explicit bool) {
	r.transactions++
	r.tx = &transaction{number: r.transactions, start: r.now, explicit: explicit}
}

func (r *replayer) end() {
	r.tx = nil
	r.now = r.now.EndTransaction()
}

// control performs BEGIN, COMMIT and their kin. In PostgreSQL a BEGIN inside a
// transaction, or a COMMIT outside, is a warning and does nothing.
func (r *replayer) control(op *ddl.Transaction) {
	switch op.Action {
	case "begin":
		if r.tx == nil {
			r.begin(true)
		} else {
			// An implicit transaction becomes a regular one.
			r.tx.explicit = true
		}
	case "commit", "prepare":
		if r.tx != nil {
			r.end()
			if op.Chain {
				r.begin(true)
			}
		}
	case "rollback":
		if r.tx != nil {
			r.undo(r.tx.start, 0)
			r.end()
			if op.Chain {
				r.begin(true)
			}
		}
	case "savepoint":
		if r.tx != nil {
			r.tx.saves = append(r.tx.saves, savepoint{op.Savepoint, r.now, len(r.tx.steps)})
		}
	case "release":
		if i := r.save(op.Savepoint); i >= 0 {
			r.tx.saves = r.tx.saves[:i]
		}
	case "rollback to":
		if i := r.save(op.Savepoint); i >= 0 {
			r.undo(r.tx.saves[i].catalog, r.tx.saves[i].steps)
			r.tx.saves = r.tx.saves[:i+1]
		}
	}
}

// save returns the index of the innermost savepoint of a name, or -1.
func (r *replayer) save(name string) int {
	if r.tx == nil {
		return -1
	}
	for i := len(r.tx.saves) - 1; i >= 0; i-- {
		if r.tx.saves[i].name == name {
			return i
		}
	}
	return -1
}

// undo returns to an older snapshot and marks the steps since as undone.
func (r *replayer) undo(to *catalog.Catalog, from int) {
	for _, s := range r.tx.steps[from:] {
		s.RolledBack = true
	}
	r.tx.steps = r.tx.steps[:from]
	r.now = r.now.Return(to)
}

// down lists the statements of a down half; they are not performed.
func (r *replayer) down(m *migration.Migration) {
	number := 0
	for i := range m.Down.Pieces {
		piece := &m.Down.Pieces[i]
		if number == 0 && (piece.Transaction == migration.Wrapped || piece.Transaction == migration.Implicit && len(piece.Statements) > 1) {
			r.transactions++
			number = r.transactions
		}
		for j := range piece.Statements {
			r.timeline.Statements = append(r.timeline.Statements, &Statement{
				Statement: &piece.Statements[j], Migration: m, Script: m.Down, Down: true, Window: r.current, Transaction: number,
			})
		}
		if piece.Transaction != migration.Wrapped {
			number = 0
		}
	}
}
