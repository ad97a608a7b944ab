package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var narrowSequence = &Rule{
	Name:     "narrow-sequence",
	Title:    "A column is widened, and the sequence behind it is not",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ColumnTypeChanged) {
		table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
		end := p.endColumn(c.Relation, c.After)
		if column == nil || end == nil || !integer(column.Type) || !integer(end.Type) || p.convert(column.Type, end.Type) != catalog.Widening || p.followsParent(c.Relation) {
			return
		}
		s := p.sequenceBehind(end)
		if s == nil || s.Sequence == nil || s.Assumed || !smaller(s.Sequence.Max, largest[end.Type.Name.Name]) {
			return
		}
		if p.convert(s.Sequence.Type, end.Type) != catalog.Widening {
			return // somebody chose its end
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Object:   column.Name,
			Related:  createdAt(s.Created, false),
			Message:  fmt.Sprintf("type of %s changes from %s to %s, but %s behind it stays %s, so nextval() fails with 2200H after %s", describeColumn(table, column), column.Type, end.Type, describe(s), s.Sequence.Type, s.Sequence.Max),
		})
	}),
}

// largest are the highest values of the integer types.
var largest = map[string]string{"int2": "32767", "int4": "2147483647", "int8": "9223372036854775807"}

func integer(t catalog.Type) bool { return t.Dims == 0 && t.Def == 0 && largest[t.Name.Name] != "" }

// sequenceBehind returns, as at the end of the window, the sequence that fills a
// column: its own, or that of nextval() in its default; nil where there is none.
func (p *Pass) sequenceBehind(a *catalog.Attribute) *catalog.Relation {
	if a.Sequence != 0 {
		return p.Window.End.RelationByOID(a.Sequence)
	}
	if a.Default == nil {
		return nil
	}
	for _, call := range a.Default.Calls {
		if call.Name.Name == "nextval" && call.Literal != "" {
			return p.Window.End.Relation(inString(call.Literal))
		}
	}
	return nil
}
