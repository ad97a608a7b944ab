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
		own := p.strong(s, s.Locks(), nil, -1)
		if len(own) == 0 {
			return
		}
		before := p.strong(s, s.Steps[0].Held, nil, 1)
		if len(before) == 0 {
			return
		}
		first := p.taker(s, before[0].OID, lock.ShareRowExclusive)
		if first == nil {
			return
		}
		taken := len(p.strong(first, first.Locks(), nil, -1))
		before = p.strong(s, s.Steps[0].Held, nil, taken+1)
		if taken != len(before) || !slices.ContainsFunc(own, func(t *catalog.Relation) bool { return !contains(before, t) }) {
			return // s is not the second to lock one
		}
		tables, long := before, p.longAfter(first)
		seen := map[catalog.OID]bool{}
		for _, t := range before {
			seen[t.OID] = true
		}
		for _, later := range p.rest(s) {
			tables = append(tables, p.strong(later, later.Locks(), seen, -1)...)
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
// version wait for, and for partitions and children the table that they are of:
// those that are not among the seen ones, to which it adds them, and at most so
// many, unless most is negative.
func (p *Pass) strong(s *replay.Statement, locks []lock.Acquisition, seen map[catalog.OID]bool, most int) []*catalog.Relation {
	if seen == nil {
		seen = map[catalog.OID]bool{}
	}
	var tables []*catalog.Relation
	for _, a := range locks {
		if len(tables) == most {
			break
		}
		if a.Mode < lock.ShareRowExclusive {
			continue
		}
		table, ok := p.busy(s, a)
		if !ok {
			continue
		}
		table = root(p.Window.Base, table)
		if !seen[table.OID] {
			seen[table.OID] = true
			tables = append(tables, table)
		}
	}
	return tables
}

// rest returns a statement and those after it in its transaction. The down
// halves of migrations that share one stand between.
func (p *Pass) rest(s *replay.Statement) []*replay.Statement {
	var rest []*replay.Statement
	for _, each := range p.statements[p.release.positions[s]:] {
		switch {
		case each.Down && each != s:
		case each.Transaction != s.Transaction:
			return rest
		default:
			rest = append(rest, each)
		}
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
