package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var enumType = &Rule{
	Name:     "enum-type",
	Title:    "A new enum type, whose values can never be removed",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: On(func(p *Pass, c *catalog.TypeCreated) {
		t := p.Window.End.TypeByOID(c.Type.OID)
		if t == nil || t.Kind != catalog.Enum {
			return
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: t.String(),
			Message:  fmt.Sprintf("values of new enum type %s can be added and renamed, and never be removed: that takes another type and a rewrite of every table that uses it", quoted(t.String())),
		})
	}),
}
