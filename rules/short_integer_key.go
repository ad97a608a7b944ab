package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var shortIntegerKey = &Rule{
	Name:     "short-integer-key",
	Title:    "A new key counts up in a type that can run out",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Check: onBornColumns(func(p *Pass, t *catalog.Relation, a *catalog.Attribute) {
		if !shortInteger(a.Type) {
			return
		}
		if pk := t.PrimaryKey(); pk != nil && slices.Contains(pk.Columns, a.Num) {
			if s := p.sequenceBehind(a); s != nil {
				p.Report(Finding{
					At:       p.within(a.Created),
					Relation: t.String(),
					Object:   a.Name,
					Message:  fmt.Sprintf("%s is a key that counts up in type %s, so when the sequence has come to %s, failed and undone INSERTs counted, every INSERT fails with %s", describeColumn(t, a), a.Type, largest[a.Type.Name.Name], exhausted(a, s)),
				})
				return
			}
		}
		p.shortReference(t, a)
	}),
}

// shortReference reports a column that refers to a short key which counts up and
// was there before the window: of one that is new, the key itself is reported.
func (p *Pass) shortReference(t *catalog.Relation, a *catalog.Attribute) {
	for _, k := range t.Constraints {
		i := slices.Index(k.Columns, a.Num)
		if k.Kind != ddl.ForeignKey || i < 0 || i >= len(k.ReferencedColumns) {
			continue
		}
		parent := p.Window.End.RelationByOID(k.References)
		if parent == nil || p.known(parent) == nil {
			continue
		}
		key := parent.AttributeByNum(k.ReferencedColumns[i])
		if key == nil || !shortInteger(key.Type) || p.sequenceBehind(key) == nil {
			continue
		}
		p.Report(Finding{
			At:       p.within(a.Created),
			Relation: t.String(),
			Object:   a.Name,
			Related:  createdAt(key.Created, key.Assumed),
			Message:  fmt.Sprintf("%s is %s as %s, to which it refers and which counts up: when that is widened, this has to be rewritten too, where bigint would do from the start", describeColumn(t, a), a.Type, describeColumn(parent, key)),
		})
		return
	}
}

func shortInteger(t catalog.Type) bool { return t.Dims == 0 && isType(t, "int2", "int4") }

// exhausted returns the code with which the next value of a sequence is refused:
// by the sequence itself, or by the column where the sequence goes further.
func exhausted(a *catalog.Attribute, s *catalog.Relation) string {
	if s.Sequence != nil && !s.Assumed && smaller(largest[a.Type.Name.Name], s.Sequence.Max) {
		return "22003"
	}
	return "2200H"
}
