package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
)

var locksOnSeveralTables = &Rule{
	Name:     "locks-on-several-tables",
	Title:    "A transaction locks several tables, one after the other, that the previous version uses",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, s *replay.Statement) {
		shares, certain := p.sharing(s)
		if !shares || !certain || len(s.Steps) == 0 {
			return
		}
		before := p.strong(s, s.Steps[0].Held, nil)
		if len(before) == 0 || len(p.strong(s, s.Locks(), before)) == 0 {
			return
		}
		first := p.taker(s, before[0].OID, lock.ShareRowExclusive)
		if first == nil || len(p.strong(first, first.Locks(), nil)) != len(before) {
			return // s is not the second to lock one
		}
		tables, long := before, p.longAfter(first)
		for _, later := range p.rest(s) {
			tables = append(tables, p.strong(later, later.Locks(), tables)...)
		}
		var names []string
		for i, t := range tables {
			if i == mostNamed {
				names = append(names, fmt.Sprintf("%d more", len(tables)-i))
				break
			}
			names = append(names, quoted(t.String()))
		}
		f := Finding{
			At:       s.Span,
			Relation: tables[len(before)].String(),
			Message:  fmt.Sprintf("the transaction locks %s, in this order, until it ends, so requests for one wait while it waits for the next, and a request that uses them in another order deadlocks with it", sentence(names)),
			Related:  []Related{{At: first.Span, Message: "the first is locked here"}},
		}
		if !long {
			f.Severity = Note
		}
		p.Report(f)
	}),
}

// mostNamed is how many tables a message names.
const mostNamed = 6

// strong returns the tables among those locked which requests of the previous
// version wait for, without the others, and for partitions and children the
// table that they are of.
func (p *Pass) strong(s *replay.Statement, locks []lock.Acquisition, others []*catalog.Relation) []*catalog.Relation {
	var tables []*catalog.Relation
	for _, a := range locks {
		if a.Mode < lock.ShareRowExclusive {
			continue
		}
		table, ok := p.busy(s, a)
		if !ok {
			continue
		}
		table = root(p.Window.Base, table)
		if !contains(others, table) && !contains(tables, table) {
			tables = append(tables, table)
		}
	}
	return tables
}

// rest returns a statement and those after it in its transaction.
func (p *Pass) rest(s *replay.Statement) []*replay.Statement {
	rest := p.statements[p.release.positions[s]:]
	if i := slices.IndexFunc(rest, func(each *replay.Statement) bool { return each.Transaction != s.Transaction || each.Down }); i > 0 {
		rest = rest[:i]
	}
	return rest
}

// longAfter reports whether a statement, or one after it in its transaction,
// does work that grows with a table.
func (p *Pass) longAfter(s *replay.Statement) bool {
	return slices.ContainsFunc(p.rest(s), func(each *replay.Statement) bool { return p.long(each) != "" })
}

// root returns the relation whose partition or child a relation is, at any
// depth; itself where it is none.
func root(c *catalog.Catalog, r *catalog.Relation) *catalog.Relation {
	for range 32 {
		if len(r.Parents) == 0 {
			return r
		}
		parent := c.RelationByOID(r.Parents[0])
		if parent == nil {
			return r
		}
		r = parent
	}
	return r
}
