package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

func (e *editor) comment(op *ddl.Comment) *Error {
	o := op.Object
	if o.Kind == ddl.TableColumn {
		if r := e.Relation(o.Name.Name); r != nil {
			err := r.needKind("cannot set comment on relation %q", Table, PartitionedTable, View, MaterializedView, CompositeType, ForeignTable)
			if err != nil {
				return err
			}
		}
	}
	oid, err := e.find(o)
	if err != nil {
		return err
	}
	e.setComment(o, oid, op.Text)
	e.changed(&CommentChanged{Object: o})
	return nil
}

func (e *editor) setComment(o ddl.Object, oid OID, text string) {
	if r := e.RelationByOID(oid); r != nil {
		e.commentRelation(r, o, text)
		return
	}
	if t := e.TypeByOID(oid); t != nil {
		u := *t
		if o.Kind == ddl.DomainConstraint {
			u.Constraints = withComment(t.Constraints, o.Part, text)
		} else {
			u.Comment = text
		}
		e.putType(&u)
		return
	}
	if f := e.FunctionByOID(oid); f != nil {
		g := *f
		g.Comment = text
		e.putFunction(&g)
		return
	}
	if p, ok := e.objectOIDs.get(oid); ok {
		q := *p
		q.Comment = text
		e.putObject(&q)
		return
	}
	switch o.Kind {
	case ddl.Schema:
		if s := e.Schema(o.Name.Name.Name); s != nil {
			t := *s
			t.Comment = text
			e.schemas = e.schemas.set(t.Name, &t)
		}
	case ddl.Extension:
		if x := e.Extension(o.Name.Name.Name); x != nil {
			y := *x
			y.Comment = text
			e.extensions = e.extensions.set(y.Name, &y)
		}
	}
}

func withComment(list []*Constraint, name, text string) []*Constraint {
	list = slices.Clone(list)
	for i, c := range list {
		if c.Name == name {
			d := *c
			d.Comment = text
			list[i] = &d
		}
	}
	return list
}

// commentRelation sets the comment of a relation or of one of its parts.
func (e *editor) commentRelation(r *Relation, o ddl.Object, text string) {
	if o.Kind == ddl.Type || o.Kind == ddl.Domain {
		return // a row type's, not the table's
	}
	s := e.own(r)
	switch o.Kind {
	case ddl.TableColumn:
		if a := s.Attribute(o.Part); a != nil {
			b := *a
			b.Comment = text
			e.withAttribute(s, &b)
		}
	case ddl.TableConstraint:
		s.Constraints = withComment(s.Constraints, o.Part, text)
	case ddl.Trigger:
		if t := s.trigger(o.Part); t != nil {
			e.changeTrigger(s, t.OID, func(t *Trigger) { t.Comment = text })
		}
	case ddl.Policy:
		if p := s.policy(o.Part); p != nil {
			q := *p
			q.Comment = text
			s.Policies = slices.Clone(s.Policies)
			s.Policies[slices.Index(s.Policies, p)] = &q
		}
	case ddl.Rule:
		if p := s.rule(o.Part); p != nil {
			q := *p
			q.Comment = text
			s.Rules = slices.Clone(s.Rules)
			s.Rules[slices.Index(s.Rules, p)] = &q
		}
	default:
		s.Comment = text
	}
}
