package replay

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
)

// held are the locks of a transaction, one for each relation: its mode counts,
// and not what else was done under it since. Steps keep what it was before them:
// it only ever grows, and what changes it otherwise makes a copy.
type held []lock.Acquisition

// places tells where the lock on a relation is.
func (h held) places() map[catalog.OID]int {
	places := make(map[catalog.OID]int, len(h))
	for i, a := range h {
		places[a.Relation] = i
	}
	return places
}

// hold adds what a statement took. Relations that the transaction created are
// nobody else's and left out.
func (tx *transaction) hold(s *Statement) {
	copied := false
	for _, a := range s.Locks() {
		if !tx.older(s, a.Relation) {
			continue
		}
		i, ok := tx.places[a.Relation]
		if !ok {
			tx.places[a.Relation] = len(tx.held)
			tx.held = append(tx.held, a)
			continue
		}
		merged := lock.Merge([]lock.Acquisition{tx.held[i], a})[0]
		if merged.Mode == tx.held[i].Mode {
			continue
		}
		if !copied {
			tx.held, copied = slices.Clone(tx.held), true
		}
		tx.held[i] = merged
	}
}

// older reports whether a relation was there before the transaction.
func (tx *transaction) older(s *Statement, oid catalog.OID) bool {
	if tx.start.RelationByOID(oid) != nil {
		return true
	}
	r := s.Relation(oid)
	return r != nil && r.Assumed
}

// Locks returns what the statement takes on relations that existed before it,
// one acquisition for each: what PostgreSQL takes at its start.
func (s *Statement) Locks() []lock.Acquisition {
	if len(s.Steps) == 1 {
		return s.Steps[0].Locks
	}
	return s.locks
}

// settleLocks merges what the steps take, after the last of them.
func (s *Statement) settleLocks() {
	if len(s.Steps) < 2 {
		return
	}
	lists := make([][]lock.Acquisition, 0, len(s.Steps))
	for _, step := range s.Steps {
		lists = append(lists, step.Locks)
	}
	s.locks = lock.Merge(lists...)
}

// Relation returns a relation that the statement locks, as it was before the
// operation that locks it, or, where only the statement tells of it, after.
func (s *Statement) Relation(oid catalog.OID) *catalog.Relation {
	for _, step := range s.Steps {
		if r := step.Before.RelationByOID(oid); r != nil {
			return r
		}
	}
	for _, step := range s.Steps {
		if r := step.After.RelationByOID(oid); r != nil {
			return r
		}
	}
	return nil
}
