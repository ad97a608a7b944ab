package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropOperator = &Rule{
	Name:     "drop-operator",
	Title:    "An operator, cast, collation or text search object that the previous version uses is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.ObjectChanged) {
			if c.Before == nil || missingObject(c.Before.Kind) == "" || !p.Window.Existed(c.Before.OID) || c.After != nil && c.After.Name == c.Before.Name {
				return
			}
			if p.Window.End.ObjectLike(c.Before) != nil {
				return // made anew, or has its name back
			}
			how := "is dropped" + with(c.Cascade)
			if c.After != nil {
				how = "is renamed to " + quoted(c.After.Name.String())
			}
			p.operator(c.Before.Kind, c.Before.Name.String(), c.Before.Part, Error, how)
		}),
		On(func(p *Pass, op *ddl.DropObject) {
			for _, o := range op.Objects {
				if missingObject(o.Kind) != "" && p.unknownObject(o, op.IfExists) {
					p.operator(o.Kind, o.Name.Name.String(), o.Part, Warning, "is dropped, which this history does not show")
				}
			}
		}),
	),
}

func (p *Pass) operator(kind ddl.Kind, name, part string, severity Severity, how string) {
	what := string(kind)
	if name != "" {
		what += " " + quoted(name)
	}
	if part != "" {
		what += " " + part
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Severity: severity,
		Relation: name,
		Message:  fmt.Sprintf("%s %s, so statements of the previous version that use it fail with %s", what, how, missingObject(kind)),
	})
}

// missingObject returns the code with which a statement fails that uses an
// object of a kind which is not there; "" for kinds that statements of
// applications do not use.
func missingObject(kind ddl.Kind) string {
	switch kind {
	case ddl.Operator:
		return "42883"
	case ddl.Cast:
		return "42846"
	case ddl.Collation, ddl.TextSearchConfig, ddl.TextSearchDict:
		return "42704"
	}
	return ""
}
