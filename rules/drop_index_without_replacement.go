package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropIndexWithoutReplacement = &Rule{
	Name:     "drop-index-without-replacement",
	Title:    "An index is dropped, and no other one begins with its columns",
	Category: Lock,
	Severity: Note,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.IndexDropped) {
		op, ok := p.Op.(*ddl.DropRelation)
		if !ok || op.Kind != ddl.Index || c.Cascade != "" || c.Table == nil || c.Index.Index == nil {
			return
		}
		index, table := p.known(c.Index), p.known(c.Table)
		if index == nil || table == nil || index.Assumed || !index.Index.Valid || index.Index.Unique {
			return // drop-unique speaks of what refuses rows; an invalid index serves no query
		}
		end := p.end(table)
		if end == nil || end.Assumed {
			return
		}
		replaced := slices.ContainsFunc(end.Indexes, func(oid catalog.OID) bool {
			x := p.Window.End.RelationByOID(oid)
			return x != nil && x.Index != nil && x.Index.Valid && serves(x, index)
		})
		if replaced || !p.columnsStay(end, index) {
			return
		}
		p.Report(Finding{
			At:       op.Span(),
			Relation: table.String(),
			Object:   index.Name,
			Related:  createdAt(index.Created, index.Assumed),
			Message: fmt.Sprintf("index %s is dropped and no other index of %s begins with its columns, so queries of the previous version that use it read the whole table",
				quoted(index.Name), describe(table)),
		})
	}),
}

// columnsStay reports whether the columns of an index are those of its table
// still: where they go, drop-column speaks.
func (p *Pass) columnsStay(end, index *catalog.Relation) bool {
	return !slices.ContainsFunc(index.Index.Columns, func(n int) bool { return n > 0 && end.AttributeByNum(n) == nil })
}
