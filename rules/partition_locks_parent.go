package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var partitionLocksParent = &Rule{
	Name:     "partition-locks-parent",
	Title:    "A partition that comes or goes locks all of the partitioned table for a moment",
	Category: Lock,
	Severity: Note,
	Since:    "0.1",
	Brief:    true,
	Check: On(func(p *Pass, a *Acquired) {
		parent := p.known(a.Relation)
		if parent == nil || parent.Kind != catalog.PartitionedTable || !a.Mode.BlocksReads() || p.end(parent) == nil {
			return
		}
		if p.effort(p.Step).labour != none || exclusive(p.Held, parent.OID) {
			return // another rule speaks, or an earlier statement's lock is held
		}
		what := ""
		switch op := p.Op.(type) {
		case *ddl.CreateTable:
			what = "creating partition " + quoted(op.Table.Name.String())
		case *ddl.DetachPartition:
			what = "detaching partition " + quoted(op.Partition.Name.String())
		case *ddl.DropRelation:
			if op.Kind != ddl.Table || slices.ContainsFunc(op.Relations, func(n ddl.Ref) bool { return isNamed(a.Relation, n) }) {
				return
			}
			what = "dropping partition " + quoted(op.Relations[0].Name.String())
		default:
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: parent.String(),
			Related:  createdAt(parent.Created, parent.Assumed),
			Message: fmt.Sprintf("%s takes an ACCESS EXCLUSIVE lock on %s, which waits for every query of it that runs, and all later reads and writes of all its partitions wait behind it",
				what, describe(parent)),
		})
	}),
}
