package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
)

var workUnderExclusiveLock = &Rule{
	Name:     "work-under-exclusive-lock",
	Title:    "A transaction does long work while it keeps readers or writers of a table waiting",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Grows:    true,
	Check: On(func(p *Pass, s *replay.Statement) {
		shares, certain := p.sharing(s)
		if !shares {
			return
		}
		for _, b := range p.burdens(s) {
			f := Finding{
				At:       s.Span,
				Relation: b.tables[0].String(),
				Message:  fmt.Sprintf("%s while the transaction keeps %s locked in %s mode, so %s %s wait until that is done and the transaction ends", b.doing, describeAll(b.tables), b.mode.SQL(), waiting(b.mode), ofThem(b.tables)),
			}
			if taker := p.taker(s, b.tables[0].OID, b.mode); taker != nil {
				f.Related = []Related{{At: taker.Span, Message: "locked here"}}
			}
			if !certain {
				f.Severity = Warning
				f.Message = "where the script runs in one transaction, " + f.Message
			}
			p.Report(f)
		}
	}),
}

// A burden is long work under locks of one mode that the transaction took
// before it, and for the sake of something else.
type burden struct {
	doing  string
	mode   lock.Mode
	tables []*catalog.Relation
}

// burdens returns what a statement's work burdens, each table with the first
// statement of the transaction that does: for every mode one burden.
func (p *Pass) burdens(s *replay.Statement) []burden {
	list, known := p.release.burdens[s]
	if !known {
		list = p.burdensOf(s)
		p.release.burdens[s] = list
	}
	return list
}

func (p *Pass) burdensOf(s *replay.Statement) []burden {
	if len(s.Steps) == 0 || len(s.Steps[0].Held) == 0 {
		return nil
	}
	doing := p.long(s)
	if doing == "" {
		return nil
	}
	var list []burden
	burdened := map[catalog.OID]bool{}
	for _, held := range p.notWorkedUnder(s) {
		if held.Mode == lock.Share {
			continue // blocking-index-build speaks of SHARE
		}
		table, ok := p.busy(s, held)
		if !ok || p.worsens(s, held) {
			continue
		}
		table = root(p.Window.Base, table)
		if burdened[table.OID] {
			continue
		}
		burdened[table.OID] = true
		i := slices.IndexFunc(list, func(b burden) bool { return b.mode == held.Mode })
		if i < 0 {
			i = len(list)
			list = append(list, burden{doing: doing, mode: held.Mode})
		}
		list[i].tables = append(list[i].tables, table)
	}
	return list
}

func contains(list []*catalog.Relation, r *catalog.Relation) bool {
	return slices.ContainsFunc(list, func(each *catalog.Relation) bool { return each.OID == r.OID })
}

// worsens reports whether the long work itself has a finding for what a lock
// held before makes worse: the statement locks the table as strongly itself, or
// validates what the lock was taken for.
func (p *Pass) worsens(s *replay.Statement, held lock.Acquisition) bool {
	for _, own := range s.Locks() {
		if own.Relation == held.Relation && own.Mode.BlocksWrites() && own.Mode.BlocksReads() == held.Mode.BlocksReads() {
			return true
		}
	}
	c := p.validates(s)
	if c == nil {
		return false
	}
	r := p.lockedRelation(s, held.Relation)
	return r != nil && (r.ConstraintByOID(c.OID) != nil || c.References == r.OID)
}

// notWorkedUnder returns the locks held before a statement that make anybody
// wait, without those under which an earlier one of the transaction did long
// work: that one is reported.
func (p *Pass) notWorkedUnder(s *replay.Statement) []lock.Acquisition {
	place := p.release.positions[s]
	for ; p.release.worked < place; p.release.worked++ {
		before := p.statements[p.release.worked]
		if before.Down || len(before.Steps) == 0 || len(before.Steps[0].Held) == 0 || p.long(before) == "" {
			continue
		}
		w := p.release.workIn(before.Transaction)
		w.idle = slices.DeleteFunc(w.add(before), func(a lock.Acquisition) bool {
			if p.worsens(before, a) {
				return false
			}
			w.done[workLock{a.Relation, a.Mode.BlocksReads()}] = true
			return true
		})
	}
	return p.release.workIn(s.Transaction).add(s)
}

func (r *release) workIn(transaction int) *work {
	w := r.work[transaction]
	if w == nil {
		w = &work{done: map[workLock]bool{}}
		r.work[transaction] = w
	}
	return w
}

// work is what is known of long work under the locks of a transaction.
type work struct {
	// done are the locks under which there was some, and idle the others, of the
	// held ones that were looked at.
	done       map[workLock]bool
	idle, held []lock.Acquisition
}

// A workLock is a lock of a transaction, as far as it matters who waits for it.
type workLock struct {
	relation catalog.OID
	reads    bool
}

// add looks at the locks that are held before a statement, and returns those
// under which no long work was done. What was looked at is not looked at again:
// a transaction holds as many locks as it has tables.
func (w *work) add(s *replay.Statement) []lock.Acquisition {
	held := s.Steps[0].Held
	if len(held) < len(w.held) || len(w.held) > 0 && &held[0] != &w.held[0] {
		w.held, w.idle = nil, nil // others, after a rollback or a stronger lock
	}
	for _, a := range held[len(w.held):] {
		if a.Mode.BlocksWrites() && !w.done[workLock{a.Relation, a.Mode.BlocksReads()}] {
			w.idle = append(w.idle, a)
		}
	}
	w.held = held
	return w.idle
}
