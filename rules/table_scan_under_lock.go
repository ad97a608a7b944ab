package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
)

var tableScanUnderLock = &Rule{
	Name:     "table-scan-under-lock",
	Title:    "All rows of a table are checked while writes, or reads and writes, of it wait",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Check: onEffort(reading, func(p *Pass, e effort) {
		doing, _ := e.doing()
		f := e.finding(fmt.Sprintf("%s reads every row of %s under %s, so %s wait until that is done", doing, describeAll(e.tables), e.under(), e.waiters()))
		switch op := e.Op.(type) {
		case *ddl.CreateTable:
			if op.PartitionOf != nil {
				f.Message = fmt.Sprintf("%s reads every row of the default partition, %s, under %s on that and on all of %s, so %s wait until that is done",
					doing, describe(e.tables[0]), e.under(), quoted(op.PartitionOf.Name.String()), waiting(e.modes[0]))
			}
		case *ddl.AddConstraint:
			if op.Constraint.Kind == ddl.ForeignKey {
				f.Message = p.checksKey(e, op)
			}
			f.Fixes = p.notValid(e, op)
		}
		p.Report(f)
	}),
}

// checksKey is the message for a foreign key, which holds both of its ends.
func (p *Pass) checksKey(e effort, op *ddl.AddConstraint) string {
	doing, _ := e.doing()
	child, parent := op.Relation.Name.String(), op.Constraint.References.Name.String()
	if r := e.Before.Relation(op.Relation.Name); r != nil {
		child = describe(r)
	}
	if r := e.Before.Relation(op.Constraint.References.Name); r != nil {
		parent = describe(r)
	}
	waits := e.waiters()
	if len(e.tables) == 1 { // the other end is new
		waits = waiting(e.modes[0]) + " of " + describe(e.tables[0])
	}
	return fmt.Sprintf("%s checks every row of %s against %s under %s, so %s wait until that is done", doing, child, parent, e.under(), waits)
}
