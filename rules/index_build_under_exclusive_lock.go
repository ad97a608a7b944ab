package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
)

var indexBuildUnderExclusiveLock = &Rule{
	Name:     "index-build-under-exclusive-lock",
	Title:    "ALTER TABLE builds an index while reads and writes of the table wait",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Grows:    true,
	Check: onEffort(indexing, func(p *Pass, e effort) {
		what := "builds its index"
		switch op := e.Op.(type) {
		case *ddl.CreateIndex:
			return // blocking-index-build speaks
		case *ddl.AlterColumnType:
			what = fmt.Sprintf("writes no rows anew, but rebuilds the indexes on %s", quoted(op.Column.Name))
		case *ddl.AddColumn:
			what = "builds the index of its constraint"
		case *ddl.AttachPartition:
			what = "builds the indexes that it lacks"
		}
		doing, _ := e.doing()
		p.Report(e.finding(fmt.Sprintf("%s %s while %s is locked in %s mode, so %s wait until the whole table is read and indexed",
			doing, what, describe(e.tables[0]), e.modes[0].SQL(), waiting(e.modes[0]))))
	}),
}
