package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

var missingDown = &Rule{
	Name:     "missing-down",
	Title:    "A migration has no down migration, although the others of the history do",
	Category: Rollback,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, w *replay.Window) {
		for _, m := range w.Migrations {
			if m.Down != nil || m.Opaque != "" || p.repeatable(m) || idle(m) {
				continue
			}
			with, others := p.reversible()
			if with < 3 || 4*with < 3*others {
				continue // the team has not taken to writing them
			}
			effect := "a rollback of the release stops at it"
			if p.tool().forgets {
				effect = fmt.Sprintf("%s takes its version back and leaves what it did in place", p.toolName())
			}
			p.Report(Finding{
				At:        m.Up.Start(),
				Migration: m.ID,
				Message:   fmt.Sprintf("migration %s has no down migration, unlike %d of the %d others, so %s", quoted(m.ID), with, others, effect),
			})
		}
	}),
}

// reversible counts the other migrations of the set, and those of them that have
// a down migration, for one that has none.
func (p *Pass) reversible() (with, others int) {
	if p.set == nil {
		return 0, 0
	}
	known, ok := p.habits[p.set]
	if !ok {
		for _, m := range p.set.Migrations {
			if m.Opaque != "" || p.repeatable(m) || idle(m) {
				continue
			}
			known.migrations++
			if m.Down != nil {
				known.reversible++
			}
		}
		p.habits[p.set] = known
	}
	return known.reversible, known.migrations - 1
}

// A habit is how many migrations of a set have a down migration, of those that
// could.
type habit struct{ reversible, migrations int }

// idle reports whether the up script does nothing.
func idle(m *migration.Migration) bool {
	for _, piece := range m.Up.Pieces {
		if len(piece.Statements) > 0 {
			return false
		}
	}
	return true
}
