package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var addEnumValue = &Rule{
	Name:     "add-enum-value",
	Title:    "The previous version may read an enum value that it does not know",
	Category: Compat,
	Severity: Note,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.EnumValueAdded) {
			t, end := p.knownType(c.Type), p.Window.End.TypeByOID(c.Type.OID)
			if t != nil && end != nil && slices.Contains(end.Labels, c.Value) {
				p.enumGets(t, []string{c.Value})
			}
		}),
		On(func(p *Pass, c *catalog.TypeCreated) {
			end := p.Window.End.TypeByOID(c.Type.OID)
			if end == nil || end.Kind != catalog.Enum {
				return
			}
			before := p.Window.Base.Type(end.QualifiedName())
			if before == nil || before.Kind != catalog.Enum || before.Assumed {
				return
			}
			if more := lacking(end.Labels, before.Labels); len(more) > 0 {
				p.enumGets(before, more) // made anew with more values
			}
		}),
	),
}

func (p *Pass) enumGets(t *catalog.TypeDef, labels []string) {
	what, them := "the value", "it"
	if len(labels) > 1 {
		what, them = "the values", "them"
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: t.String(),
		Object:   labels[0],
		Related:  createdAt(t.Created, t.Assumed),
		Message:  fmt.Sprintf("enum %s gets %s %s: the previous version, which has no case for %s, may read %[4]s as soon as the new version writes %[4]s", quoted(t.String()), what, literals(labels), them),
	})
}

// lacking returns the labels that are not among others.
func lacking(labels, others []string) []string {
	return slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return slices.Contains(others, l) })
}

// literals writes labels as SQL does and joins them.
func literals(labels []string) string {
	words := make([]string, len(labels))
	for i, l := range labels {
		words[i] = "'" + strings.ReplaceAll(l, "'", "''") + "'"
	}
	return sentence(words)
}
