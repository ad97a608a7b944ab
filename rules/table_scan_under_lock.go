package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var tableScanUnderLock = &Rule{
	Name:     "table-scan-under-lock",
	Title:    "All rows of a table are checked while writes, or reads and writes, of it wait",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Grows:    true,
	Check: Any(On(checkedAgain), onEffort(reading, func(p *Pass, e effort) {
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
	})),
}

// checkedAgain reports the table at the other end of a foreign key of which a
// column changes its type: that of the column is written anew, which
// table-rewrite says, and the key is checked after that.
func checkedAgain(p *Pass, a *Acquired) {
	if !a.Mode.BlocksWrites() {
		return
	}
	for _, step := range p.Statement.Steps {
		op, ok := step.Op.(*ddl.AlterColumnType)
		if !ok {
			continue
		}
		e := p.effort(step)
		if e.labour != rewriting || !slices.ContainsFunc(p.readBesides(e), func(r *catalog.Relation) bool { return r.OID == a.Relation.OID }) {
			continue
		}
		doing, column := e.doing()
		child, parent := e.tables[0], a.Relation
		if refersTo(step.Before, a.Relation.OID, e.tables[0].OID) {
			child, parent = parent, child
		}
		p.Report(Finding{
			At:       op.Span(),
			Relation: a.Relation.String(),
			Object:   column,
			Related:  createdAt(a.Relation.Created, a.Relation.Assumed),
			Message: fmt.Sprintf("%s checks every row of %s against %s again under ACCESS EXCLUSIVE locks, so %s of %s wait as well until that is done",
				doing, describe(child), describe(parent), waiting(a.Mode), describe(a.Relation)),
		})
		return
	}
}

// readBesides returns the tables of which an effort that is more than that
// reads every row, other than those it is about.
func (p *Pass) readBesides(e effort) []*catalog.Relation {
	var others []*catalog.Relation
	for _, a := range e.Locks {
		r := p.known(relation(e.Step, a.Relation))
		if r == nil || laborious(a) != reading {
			continue
		}
		r, _ = p.whole(e.Step, r, a.Mode)
		if !slices.ContainsFunc(slices.Concat(e.tables, others), func(t *catalog.Relation) bool { return t.OID == r.OID }) {
			others = append(others, r)
		}
	}
	return others
}

// refersTo reports whether a table has a foreign key to another.
func refersTo(c *catalog.Catalog, from, to catalog.OID) bool {
	r := c.RelationByOID(from)
	return r != nil && slices.ContainsFunc(r.Constraints, func(k *catalog.Constraint) bool { return k.Kind == ddl.ForeignKey && k.References == to })
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
