package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropType = &Rule{
	Name:     "drop-type",
	Title:    "A type or domain that the previous version names is dropped",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: Any(
		On(func(p *Pass, c *catalog.TypeDropped) {
			t := p.knownType(c.Type)
			if t == nil || t.Kind == catalog.Multirange || p.schemaGoes(t.Schema) {
				return
			}
			if p.Window.End.Type(t.QualifiedName()) != nil {
				return // made anew: what it means is the columns' business
			}
			if p.usersGo(t) {
				p.Report(Finding{
					At:       p.Op.Span(),
					Severity: Note,
					Relation: t.String(),
					Related:  createdAt(t.Created, t.Assumed),
					Message:  fmt.Sprintf("%s %s is dropped with all columns of it, so what else names it in the previous version, such as a driver that looks it up, fails with 42704", typeWord(t), quoted(t.String())),
				})
				return
			}
			p.Report(Finding{
				At:       p.Op.Span(),
				Relation: t.String(),
				Related:  createdAt(t.Created, t.Assumed),
				Message:  fmt.Sprintf("%s %s is dropped%s, so casts and parameters of the previous version that name it fail with 42704", typeWord(t), quoted(t.String()), with(c.Cascade)),
			})
		}),
		On(dropUnknownType),
	),
}

// usersGo reports whether a type is that of columns, and the previous version no
// longer finds any of them, nor what else was made with the type: its statements
// fail with 42P01 or 42703 anyway.
func (p *Pass) usersGo(t *catalog.TypeDef) bool {
	columns := 0
	for _, d := range p.Window.Base.Dependents(t.OID) {
		user := p.Window.Base.RelationByOID(d.Dependent.OID)
		switch {
		case user != nil && d.Dependent.Part == catalog.PartColumn:
			a := user.AttributeByNum(int(d.Dependent.ID))
			if a != nil && p.offered(user, a) != nil {
				return false
			}
			columns++
		case user != nil:
			if p.successor(user) != nil && d.Dependent.Part == catalog.Whole {
				return false
			}
		case p.Window.Base.TypeByOID(d.Dependent.OID) != nil:
			if p.Window.End.TypeByOID(d.Dependent.OID) != nil {
				return false
			}
		case p.Window.Base.FunctionByOID(d.Dependent.OID) != nil:
			if p.Window.End.FunctionByOID(d.Dependent.OID) != nil {
				return false
			}
		}
	}
	return columns > 0
}

// knownType returns the type as the previous version knows it, or nil where it
// was born in the window.
func (p *Pass) knownType(t *catalog.TypeDef) *catalog.TypeDef {
	if before := p.Window.Base.TypeByOID(t.OID); before != nil {
		return before
	}
	if t.Assumed {
		return t
	}
	return nil
}

// typeWord is the manual's word for a kind of type.
func typeWord(t *catalog.TypeDef) string {
	switch t.Kind {
	case catalog.Enum:
		return "enum"
	case catalog.Domain:
		return "domain"
	case catalog.Composite:
		return "composite type"
	case catalog.Range:
		return "range type"
	}
	return "type"
}

// dropUnknownType reports a type that the history does not show, but that was
// there before it, or may have been.
func dropUnknownType(p *Pass, op *ddl.DropType) {
	if p.Refusal != nil || p.RolledBack || op.IfExists && p.Before.Complete() {
		return
	}
	for _, t := range op.Types {
		if p.Before.Type(t.Name) != nil || p.Window.End.Type(t.Name) != nil || p.Before.Relation(t.Name) != nil {
			continue
		}
		p.Report(Finding{
			At:       op.Span(),
			Severity: Warning,
			Relation: t.Name.String(),
			Message:  fmt.Sprintf("type %s is dropped, which this history does not show, so casts and parameters of the previous version that name it fail with 42704", quoted(t.Name.String())),
		})
	}
}
