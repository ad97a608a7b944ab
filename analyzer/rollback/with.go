package rollback

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

// withClause records that a statement changes rows in its WITH clause, of a
// table that is older than the up: what becomes of them is not followed.
func (j *judge) withClause(step *replay.Step) {
	for _, q := range queriesOf(step.Op) {
		q.Walk(func(q *ddl.Query) {
			for _, c := range q.With {
				if !c.Modifies {
					continue
				}
				table := "a table"
				if c.Query != nil && len(c.Query.From) > 0 && c.Query.From[0].Relation != nil {
					r := step.Before.Relation(c.Query.From[0].Relation.Name)
					if r != nil && j.old(r) == nil {
						continue // it is new, and goes with its rows
					}
					if r != nil {
						table = r.String()
					}
				}
				j.Reasons = append(j.Reasons, Reason{At: step.Op.Span(), Text: fmt.Sprintf("rows of %s change in a WITH clause, and whether they come back is not known", table)})
			}
		})
	}
}

// queriesOf are the queries of a statement that reads or changes rows.
func queriesOf(op ddl.Op) []*ddl.Query {
	switch op := op.(type) {
	case *ddl.Insert:
		return []*ddl.Query{op.Query}
	case *ddl.Update:
		return []*ddl.Query{op.From}
	case *ddl.Delete:
		return []*ddl.Query{op.Using}
	case *ddl.Merge:
		return []*ddl.Query{op.Using}
	case *ddl.Select:
		return []*ddl.Query{op.Query}
	}
	return nil
}
