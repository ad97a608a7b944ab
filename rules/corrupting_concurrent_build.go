package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var corruptingConcurrentBuild = &Rule{
	Name:     "corrupting-concurrent-build",
	Title:    "PostgreSQL 14 before 14.4 can corrupt an index that is built concurrently",
	Category: Lock,
	Severity: Note,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.CreateIndex) {
			if op.Concurrently {
				p.corrupting("CREATE INDEX CONCURRENTLY", p.After.Relation(op.Table.Name))
			}
		}),
		On(func(p *Pass, op *ddl.Reindex) {
			r := p.After.Relation(op.Name.Name)
			if r != nil && r.Index != nil {
				r = p.After.RelationByOID(r.Index.Table)
			}
			if op.Concurrently {
				p.corrupting("REINDEX CONCURRENTLY", r)
			}
		}),
	),
}

// corrupting reports the first concurrent build of a window on 14.
// https://www.postgresql.org/docs/release/14.4/
func (p *Pass) corrupting(what string, r *catalog.Relation) {
	table := p.known(r)
	if p.PGVersion != 14 || table == nil || p.Refusal != nil {
		return
	}
	for _, s := range p.earlier() {
		index, created := s.Op.(*ddl.CreateIndex)
		rebuilt, reindexed := s.Op.(*ddl.Reindex)
		if created && index.Concurrently && p.known(s.After.Relation(index.Table.Name)) != nil || reindexed && rebuilt.Concurrently {
			return
		}
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Message:  fmt.Sprintf("%s on %s can leave rows that are changed meanwhile out of the index on PostgreSQL 14.0 to 14.3, so queries that use it miss them; 14.4 mends that", what, describe(table)),
	})
}
