package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

var moveTable = &Rule{
	Name:     "move-table",
	Title:    "A table, view, sequence, function or type is moved to another schema",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.RelationMoved) {
			r := p.known(c.Before)
			if r == nil || r.Schema != c.Before.Schema || p.followsParent(c.Before) {
				return
			}
			if r.Index != nil || r.Sequence != nil && r.Sequence.OwnedBy != 0 {
				return // moves along with its table
			}
			if now := p.successor(r); now != nil && len(p.missing(r, now)) == 0 {
				return
			}
			p.moved(r.Kind.String(), r.QualifiedName(), c.After.Schema, "42P01", r.Created, r.Assumed)
		}),
		On(func(p *Pass, c *catalog.TypeRenamed) {
			if c.Before.Schema == c.After.Schema || !c.Before.Assumed && !p.Window.Existed(c.Before.OID) {
				return
			}
			if p.Window.End.Type(c.Before.QualifiedName()) != nil {
				return
			}
			p.moved("type", c.Before.QualifiedName(), c.After.Schema, "42704", c.Before.Created, c.Before.Assumed)
		}),
		On(func(p *Pass, c *catalog.FunctionRenamed) {
			if c.Before.Schema == c.After.Schema || !p.Window.Existed(c.Before.OID) {
				return
			}
			if slices.ContainsFunc(p.Window.End.Functions(c.Before.QualifiedName()), func(f *catalog.Function) bool {
				return f.Accepts(len(c.Before.Inputs()))
			}) {
				return
			}
			p.moved(string(c.Before.Kind), c.Before.QualifiedName(), c.After.Schema, "42883", c.Before.Created, false)
		}),
	),
}

func (p *Pass) moved(kind string, name ddl.Name, schema, sqlstate string, created source.Span, assumed bool) {
	if changed(p, func(*catalog.SchemaRenamed) bool { return true }) {
		return // rename-schema speaks
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: name.String(),
		Related:  createdAt(created, assumed),
		Message:  fmt.Sprintf("%s %s is moved to schema %s, so statements of the previous version that use it by its old name, or without a schema, fail with %s", kind, quoted(name.String()), quoted(schema), sqlstate),
	})
}
