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
	for _, held := range s.Steps[0].Held {
		if held.Mode == lock.Share || !held.Mode.BlocksWrites() || p.workedBefore(s, held) {
			continue // blocking-index-build speaks of SHARE
		}
		table, ok := p.busy(s, held)
		if !ok || p.worsens(s, held) {
			continue
		}
		table = root(p.Window.Base, table)
		if slices.ContainsFunc(list, func(b burden) bool { return contains(b.tables, table) }) {
			continue
		}
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

// workedBefore reports whether an earlier statement of the transaction did long
// work while the same lock was held: that one is reported.
func (p *Pass) workedBefore(s *replay.Statement, held lock.Acquisition) bool {
	place := p.release.positions[s]
	for ; p.release.worked < place; p.release.worked++ {
		before := p.statements[p.release.worked]
		if before.Down || len(before.Steps) == 0 || len(before.Steps[0].Held) == 0 || p.long(before) == "" {
			continue
		}
		for _, a := range before.Steps[0].Held {
			k := heldOver(before, a)
			if _, known := p.release.work[k]; !known && a.Mode.BlocksWrites() && !p.worsens(before, a) {
				p.release.work[k] = p.release.worked
			}
		}
	}
	first, ok := p.release.work[heldOver(s, held)]
	return ok && first < place
}

// heldOver is a lock of a transaction, as far as it matters who waits for it.
func heldOver(s *replay.Statement, a lock.Acquisition) heldLock {
	return heldLock{transaction: s.Transaction, relation: a.Relation, reads: a.Mode.BlocksReads()}
}
