package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

var outOfOrderVersion = &Rule{
	Name:     "out-of-order-version",
	Title:    "A new migration has its place before one that was released",
	Category: Process,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, w *replay.Window) {
		if p.set == nil || len(p.released) == 0 || len(w.Migrations) == len(p.set.Migrations) {
			return
		}
		fresh := map[*migration.Migration]bool{}
		for _, m := range w.Migrations {
			fresh[m] = true
		}
		released := map[*migration.Migration]bool{}
		for _, m := range p.released {
			released[m] = true
		}
		var last *migration.Migration // the last that was released
		for _, m := range p.set.Migrations {
			if released[m] && !p.repeatable(m) {
				last = m
			}
		}
		var late []*migration.Migration // in a row
		for _, m := range p.set.Migrations {
			if fresh[m] && !p.repeatable(m) {
				late = append(late, m)
				continue
			}
			if len(late) > 0 && last != nil {
				p.Report(p.late(late, last))
			}
			late = nil
			if m == last {
				return
			}
		}
	}),
}

// late is the finding for migrations that come after a later one.
func (p *Pass) late(ms []*migration.Migration, later *migration.Migration) Finding {
	t := p.tool()
	f := Finding{
		At:        ms[0].Up.Start(),
		Migration: ms[0].ID,
		Message:   fmt.Sprintf("migration %s is new, but its place is before %s, which was released, so ", quoted(ms[0].ID), quoted(later.ID)),
		Related:   []Related{{At: later.Up.Start(), Message: "released before"}},
	}
	if n := len(ms); n > 1 {
		f.Message = fmt.Sprintf("%d migrations, %s to %s, are new, but their place is before %s, which was released, so ", n, quoted(ms[0].ID), quoted(ms[n-1].ID), quoted(later.ID))
	}
	switch {
	case t.refuses:
		f.Message += "where that ran " + t.late
	case t.skips:
		f.Message += "where that ran " + t.late + ", while a new database is built with it"
	case t.late != "":
		f.Severity = Warning
		f.Message += "where that ran " + t.late + ", while a new database gets them in the other order"
	default:
		f.Severity = Warning
		f.Message += "where that ran a tool that remembers only the last version never runs it, and others run it after that, unlike on a new database"
	}
	if len(ms) > 1 {
		f.Message = strings.NewReplacer(" never runs it", " never runs them", " run it ", " run them ", " runs it ", " runs them ", "built with it", "built with them").Replace(f.Message)
	}
	return f
}
