package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var blockingReindex = &Rule{
	Name:     "blocking-reindex",
	Title:    "REINDEX keeps queries of the table waiting until its indexes are built",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Grows:    true,
	Check: On(func(p *Pass, op *ddl.Reindex) {
		var tables []*catalog.Relation
		for _, a := range p.Locks {
			r := p.known(relation(p.Step, a.Relation))
			if r == nil || !a.Index || !a.Mode.BlocksWrites() {
				continue
			}
			if r, _ = p.whole(p.Step, r, a.Mode); !slices.Contains(tables, r) {
				tables = append(tables, r)
			}
		}
		if len(tables) == 0 {
			return
		}
		f := Finding{
			At:       op.Span(),
			Relation: tables[0].String(),
			Related:  createdAt(tables[0].Created, tables[0].Assumed),
			Message:  fmt.Sprintf("REINDEX locks %s in SHARE mode and the indexes in ACCESS EXCLUSIVE mode, so writes, and reads that are planned meanwhile, wait until the indexes are built", describeAll(tables)),
		}
		if op.Target != "system" {
			f.Fixes = p.concurrently(p.Step, op.At, reindexHead, "Rebuild with CONCURRENTLY")
		}
		p.Report(f)
	}),
}
