package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var noOpIfExists = &Rule{
	Name:     "no-op-if-exists",
	Title:    "IF EXISTS or IF NOT EXISTS hides that a statement does nothing",
	Category: Data,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.CreateTable) {
			if op.IfNotExists && !op.Temporary {
				p.existsAlready(op.Table, func(r *catalog.Relation) string { return otherTable(r, op) })
			}
		}),
		On(func(p *Pass, op *ddl.CreateIndex) {
			if !op.IfNotExists || op.Index.Name == "" {
				return
			}
			if table := p.Before.Relation(op.Table.Name); table != nil {
				name := ddl.Ref{Name: ddl.Name{Schema: table.Schema, Name: op.Index.Name}, At: op.Index.At}
				p.existsAlready(name, func(r *catalog.Relation) string { return p.otherIndex(r, table, op) })
			}
		}),
		On(func(p *Pass, op *ddl.CreateSequence) {
			if op.IfNotExists && !op.Temporary {
				p.existsAlready(op.Sequence, func(r *catalog.Relation) string { return otherKind(r, catalog.Sequence) })
			}
		}),
		On(func(p *Pass, op *ddl.AddColumn) {
			if op.IfNotExists {
				p.columnExists(op)
			}
		}),
		On(func(p *Pass, op *ddl.DropRelation) {
			if !op.IfExists {
				return
			}
			for _, ref := range op.Relations {
				if p.never(ref.Name) && p.Before.Relation(ref.Name) == nil && p.Window.End.Relation(ref.Name) == nil {
					p.nothingDropped(fmt.Sprintf("%s %s", op.Kind, quoted(ref.Name.String())), ref)
				}
			}
		}),
		On(func(p *Pass, op *ddl.DropColumn) {
			if r := p.standing(op.Relation); r != nil && op.ColumnExists && r.Attribute(op.Column.Name) == nil {
				p.missingPart(r, "column", op.Column.Name)
			}
		}),
		On(func(p *Pass, op *ddl.DropConstraint) {
			r := p.standing(op.Relation)
			if r == nil || !op.ConstraintExists || r.Constraint(op.Constraint.Name) != nil || kindByName(op.Constraint.Name) == "not null" {
				return
			}
			if end := p.end(r); end == nil || end.Constraint(op.Constraint.Name) == nil {
				p.missingPart(r, "constraint", op.Constraint.Name)
			}
		}),
		On(func(p *Pass, op *ddl.DropRoutine) {
			if op.IfExists && p.Refusal == nil && !p.RolledBack && len(p.Changes) == 0 {
				p.otherOverloads(op)
			}
		}),
	),
}

// existsAlready reports an IF NOT EXISTS that finds something else than what it
// would create; differs says how, "" where it does not.
func (p *Pass) existsAlready(ref ddl.Ref, differs func(*catalog.Relation) string) {
	r := p.Before.Relation(ref.Name)
	if r == nil || r.Assumed || p.Refusal != nil || p.RolledBack {
		return
	}
	if how := differs(r); how != "" {
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: r.String(),
			Related:  createdAt(r.Created, false),
			Message:  fmt.Sprintf("the statement does nothing: %s exists already, %s", describe(r), how),
		})
	}
}

// columnExists reports an ADD COLUMN IF NOT EXISTS of a column that is there
// with another type.
func (p *Pass) columnExists(op *ddl.AddColumn) {
	r := p.Before.Relation(op.Relation.Name)
	if r == nil || r.Assumed || p.Refusal != nil || p.RolledBack {
		return
	}
	a := r.Attribute(op.Column.Name.Name)
	if a == nil || a.Type.IsZero() || len(op.Column.Type.Name.Name) == 0 {
		return
	}
	wanted := catalog.BuiltIn(op.Column.Type)
	if serial := op.Column.Serial(); serial != "" {
		wanted = catalog.BuiltIn(ddl.TypeName{Name: ddl.Name{Name: serial}})
	}
	if a.Type.Def != 0 || a.Type.Assumed || !plain(wanted) || wanted.Equal(a.Type) {
		return
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: r.String(),
		Object:   a.Name,
		Related:  createdAt(a.Created, a.Assumed),
		Message:  fmt.Sprintf("the statement does nothing: %s exists already, and its type is %s", describeColumn(r, a), a.Type),
	})
}

// never reports whether nothing of that name was there before the history, as
// far as is known.
func (p *Pass) never(n ddl.Name) bool {
	return p.Refusal == nil && !p.RolledBack && p.Before.Complete() && (n.Schema == "" || p.Before.Schema(n.Schema) != nil)
}

func (p *Pass) nothingDropped(what string, ref ddl.Ref) {
	p.Report(Finding{
		At:       p.Op.Span(),
		Severity: Note,
		Relation: ref.Name.String(),
		Message:  fmt.Sprintf("the statement does nothing: this history has no %s", what),
	})
}

// standing returns a relation of which all is known.
func (p *Pass) standing(ref ddl.Ref) *catalog.Relation {
	r := p.Before.Relation(ref.Name)
	if r == nil || r.Assumed || p.Refusal != nil || p.RolledBack {
		return nil
	}
	return r
}

func (p *Pass) missingPart(r *catalog.Relation, kind, name string) {
	p.Report(Finding{
		At:       p.Op.Span(),
		Severity: Note,
		Relation: r.String(),
		Object:   name,
		Message:  fmt.Sprintf("the statement does nothing: %s has no %s %s", describe(r), kind, quoted(name)),
	})
}

// otherOverloads reports a DROP FUNCTION IF EXISTS whose arguments are those of
// no routine, where there are others of the name.
func (p *Pass) otherOverloads(op *ddl.DropRoutine) {
	for _, o := range op.Routines {
		overloads := p.Before.Functions(o.Name.Name)
		if len(overloads) == 0 || !o.HasArgs {
			continue
		}
		var names []string
		for _, f := range overloads {
			if p.Window.End.FunctionByOID(f.OID) != nil {
				names = append(names, f.Signature())
			}
		}
		if len(names) == 0 {
			continue
		}
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: overloads[0].QualifiedName().String(),
			Related:  createdAt(overloads[0].Created, false),
			Message:  fmt.Sprintf("the statement does nothing: there is no %s %s with these arguments, only %s", op.Kind, quoted(o.Name.Name.String()), list(names)),
		})
	}
}
