package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var notAnalysable = &Rule{
	Name:     "not-analysable",
	Title:    "The effect of a statement or migration cannot be known from the files",
	Category: Process,
	Severity: Note,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.Dynamic) {
			p.Report(Finding{
				At:      op.Span(),
				Message: fmt.Sprintf("what this does is not known before it runs (%s), so whether it breaks the previous version is not known either", op.Reason),
			})
		}),
		On(func(p *Pass, op *ddl.Unmodelled) {
			if op.Harmless {
				return
			}
			p.Report(Finding{
				At:      op.Span(),
				Message: fmt.Sprintf("%s is not analysed, so whether it breaks the previous version is not known", op.Kind),
			})
		}),
		On(func(p *Pass, w *replay.Window) {
			for _, m := range w.Migrations {
				if m.Opaque == "" {
					continue
				}
				at := m.Up.Span
				at.End = at.Start
				p.Report(Finding{
					At:        at,
					Migration: m.ID,
					Message:   fmt.Sprintf("migration %s cannot be read (%s), so whether it breaks the previous version is not known", quoted(m.ID), m.Opaque),
				})
			}
		}),
	),
}
