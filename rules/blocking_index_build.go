package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var blockingIndexBuild = &Rule{
	Name:     "blocking-index-build",
	Title:    "CREATE INDEX keeps writes of the table waiting until the index is built",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Grows:    true,
	Check: onEffort(indexing, func(p *Pass, e effort) {
		op, ok := e.Op.(*ddl.CreateIndex)
		if !ok {
			return // index-build-under-exclusive-lock speaks
		}
		doing, _ := e.doing()
		table := e.tables[0]
		if table.Kind == catalog.MaterializedView {
			f := e.finding(fmt.Sprintf("%s locks %s in %s mode, so REFRESH of it waits until the whole view is read", doing, describe(table), e.modes[0].SQL()))
			f.Severity = Note
			p.Report(f)
			return
		}
		until := "the whole table is read"
		if table.Kind == catalog.PartitionedTable {
			until = "all its partitions are read"
		}
		f := e.finding(fmt.Sprintf("%s locks %s in %s mode, so %s wait until %s", doing, describe(table), e.modes[0].SQL(), waiting(e.modes[0]), until))
		if table.Kind != catalog.PartitionedTable {
			f.Fixes = p.concurrently(e.Step, op.At, createIndexHead, "Build the index with CONCURRENTLY")
		}
		p.Report(f)
	}),
}
