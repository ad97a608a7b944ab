package rollback

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A renaming gives an object that is still there the name back that it had.
type renaming struct {
	// sql is the statement for a name; "" once it has the right one.
	sql func(to string) string
	// to is the name that it had, and taken reports that something else has it
	// which is to be renamed, too.
	to    string
	taken func() bool
}

// renames takes back what was renamed and moved, found by OID and attribute
// number: never as drop and create.
func (s *suggester) renames() {
	s.renameLabels()
	var all []renaming
	all = append(all, s.schemaNames()...)
	all = append(all, s.typeNames()...)
	all = append(all, s.relationNames()...)
	all = append(all, s.routineNames()...)
	all = append(all, s.objectNames()...)
	s.rename(all)
	// Columns and the rest are addressed by the names that relations have now.
	all = nil
	for b := range s.before.Relations() {
		if r := s.now.RelationByOID(b.OID); r != nil && r != b && !temporary(b) {
			all = append(all, s.columnNames(b)...)
			all = append(all, s.partNames(b)...)
		}
	}
	s.rename(all)
}

// rename goes on as long as something can be renamed. Where names were
// exchanged, one of them gives way first.
func (s *suggester) rename(all []renaming) {
	for len(all) > 0 {
		before := len(all)
		all = slices.DeleteFunc(all, func(r renaming) bool {
			sql := r.sql(r.to)
			return sql == "" || s.do(sql)
		})
		if len(all) < before {
			continue
		}
		if !slices.ContainsFunc(all, func(r renaming) bool { return r.taken() && s.do(r.sql(r.to+"_aside")) }) {
			return
		}
	}
}

func never() bool { return false }

func (s *suggester) schemaNames() []renaming {
	var all []renaming
	for _, b := range s.before.Schemas() {
		if n := schemaByOID(s.now, b.OID); n == nil || n.Name == b.Name {
			continue
		}
		all = append(all, renaming{to: b.Name, taken: never, sql: func(to string) string {
			n := schemaByOID(s.now, b.OID)
			if n.Name == b.Name {
				return ""
			}
			return "ALTER SCHEMA " + quoted(n.Name) + " RENAME TO " + quoted(to)
		}})
	}
	return all
}

func (s *suggester) typeNames() []renaming {
	var all []renaming
	for _, b := range s.before.Types() {
		t := s.now.TypeByOID(b.OID)
		if t == nil || t == b || b.Kind == catalog.Composite || b.Kind == catalog.Multirange {
			continue
		}
		now := func() *catalog.TypeDef { return s.now.TypeByOID(b.OID) }
		all = append(all, renaming{
			to: b.Name,
			taken: func() bool {
				other := s.now.Type(ddl.Name{Schema: now().Schema, Name: b.Name})
				return other != nil && s.before.TypeByOID(other.OID) != nil
			},
			sql: func(to string) string {
				if t := now(); t.Name != b.Name {
					return "ALTER " + typeWord(t) + " " + quotedName(t.QualifiedName()) + " RENAME TO " + quoted(to)
				}
				return ""
			},
		}, renaming{to: b.Schema, taken: never, sql: func(to string) string {
			if t := now(); t.Schema != b.Schema {
				return "ALTER " + typeWord(t) + " " + quotedName(t.QualifiedName()) + " SET SCHEMA " + quoted(to)
			}
			return ""
		}})
		for _, k := range b.Constraints {
			all = append(all, renaming{to: k.Name, taken: never, sql: func(to string) string {
				t := now()
				if l := find(t.Constraints, func(c *catalog.Constraint) bool { return c.OID == k.OID }); l != nil && l.Name != k.Name {
					return "ALTER DOMAIN " + quotedName(t.QualifiedName()) + " RENAME CONSTRAINT " + quoted(l.Name) + " TO " + quoted(to)
				}
				return ""
			}})
		}
	}
	return all
}

// renameLabels takes back the renamings of enum values, last first: that a
// label was renamed only the up's statements tell.
func (s *suggester) renameLabels() {
	if len(s.statements) > 0 {
		return // in the first round
	}
	for _, step := range slices.Backward(s.of.Up.Steps) {
		op, ok := step.Op.(*ddl.RenameEnumValue)
		if !ok || step.RolledBack || step.Refusal != nil {
			continue
		}
		was := step.Before.Type(op.Type.Name)
		if was == nil || s.before.TypeByOID(was.OID) == nil {
			continue
		}
		if t := s.now.TypeByOID(was.OID); t != nil && slices.Contains(t.Labels, op.New) {
			s.do("ALTER TYPE " + quotedName(t.QualifiedName()) + " RENAME VALUE " + literal(op.New) + " TO " + literal(op.Old))
		}
	}
}

func (s *suggester) relationNames() []renaming {
	var all []renaming
	for b := range s.before.Relations() {
		r := s.now.RelationByOID(b.OID)
		if r == nil || r == b || temporary(b) || b.Index != nil && b.Index.Constraint != 0 {
			continue
		}
		now := func() *catalog.Relation { return s.now.RelationByOID(b.OID) }
		all = append(all, renaming{
			to: b.Name,
			taken: func() bool {
				other := s.now.Relation(ddl.Name{Schema: now().Schema, Name: b.Name})
				return other != nil && s.before.RelationByOID(other.OID) != nil
			},
			sql: func(to string) string {
				if r := now(); r.Name != b.Name {
					return alter(r) + " RENAME TO " + quoted(to)
				}
				return ""
			},
		})
		if b.Index != nil || b.Sequence != nil && b.Sequence.OwnedBy != 0 {
			continue // they are where their table is
		}
		all = append(all, renaming{to: b.Schema, taken: never, sql: func(to string) string {
			if r := now(); r.Schema != b.Schema {
				return alter(r) + " SET SCHEMA " + quoted(to)
			}
			return ""
		}})
	}
	return all
}

func (s *suggester) columnNames(b *catalog.Relation) []renaming {
	var all []renaming
	word := " RENAME COLUMN "
	if b.Kind == catalog.CompositeType {
		word = " RENAME ATTRIBUTE "
	}
	for _, a := range b.Attributes {
		if a.Inherited > 0 {
			continue // with the parent's
		}
		column := func() *catalog.Attribute { return s.now.RelationByOID(b.OID).AttributeByNum(a.Num) }
		all = append(all, renaming{
			to: a.Name,
			taken: func() bool {
				other := s.now.RelationByOID(b.OID).Attribute(a.Name)
				return other != nil && b.AttributeByNum(other.Num) != nil
			},
			sql: func(to string) string {
				if c := column(); c != nil && c.Name != a.Name {
					return alter(s.now.RelationByOID(b.OID)) + word + quoted(c.Name) + " TO " + quoted(to)
				}
				return ""
			},
		})
	}
	return all
}

// partNames are the names of constraints, triggers, policies and rules.
func (s *suggester) partNames(b *catalog.Relation) []renaming {
	var all []renaming
	now := func() *catalog.Relation { return s.now.RelationByOID(b.OID) }
	add := func(to string, sql func(to string) string) {
		all = append(all, renaming{to: to, taken: never, sql: sql})
	}
	for _, k := range b.Constraints {
		if k.Inherited > 0 || k.Trigger {
			continue
		}
		add(k.Name, func(to string) string {
			if l := now().ConstraintByOID(k.OID); l != nil && l.Name != k.Name {
				return alter(now()) + " RENAME CONSTRAINT " + quoted(l.Name) + " TO " + quoted(to)
			}
			return ""
		})
	}
	for _, t := range b.Triggers {
		add(t.Name, func(to string) string {
			if u := find(now().Triggers, func(u *catalog.Trigger) bool { return u.OID == t.OID }); u != nil && u.Name != t.Name && t.OID != 0 {
				return "ALTER " + part("TRIGGER", u.Name, now()) + " RENAME TO " + quoted(to)
			}
			return ""
		})
	}
	for _, p := range b.Policies {
		add(p.Name, func(to string) string {
			if q := find(now().Policies, func(q *catalog.Policy) bool { return q.OID == p.OID }); q != nil && q.Name != p.Name && p.OID != 0 {
				return "ALTER " + part("POLICY", q.Name, now()) + " RENAME TO " + quoted(to)
			}
			return ""
		})
	}
	for _, u := range b.Rules {
		add(u.Name, func(to string) string {
			if v := find(now().Rules, func(v *catalog.Rule) bool { return v.OID == u.OID }); v != nil && v.Name != u.Name && u.OID != 0 {
				return "ALTER " + part("RULE", v.Name, now()) + " RENAME TO " + quoted(to)
			}
			return ""
		})
	}
	return all
}

func (s *suggester) routineNames() []renaming {
	var all []renaming
	for _, b := range s.before.AllFunctions() {
		f := s.now.FunctionByOID(b.OID)
		if f == nil || f == b || f.QualifiedName() == b.QualifiedName() {
			continue
		}
		now := func() *catalog.Function { return s.now.FunctionByOID(b.OID) }
		all = append(all, renaming{to: b.Name, taken: never, sql: func(to string) string {
			if f := now(); f.Name != b.Name {
				return "ALTER " + routine(f) + " RENAME TO " + quoted(to)
			}
			return ""
		}}, renaming{to: b.Schema, taken: never, sql: func(to string) string {
			if f := now(); f.Schema != b.Schema {
				return "ALTER " + routine(f) + " SET SCHEMA " + quoted(to)
			}
			return ""
		}})
	}
	return all
}

func (s *suggester) objectNames() []renaming {
	var all []renaming
	for _, b := range s.before.Objects() {
		o := objectByOID(s.now, b.OID)
		if o == nil || o.Name == b.Name || object(o) == "" {
			continue
		}
		now := func() *catalog.Object { return objectByOID(s.now, b.OID) }
		all = append(all, renaming{to: b.Name.Name, taken: never, sql: func(to string) string {
			if o := now(); o.Name.Name != b.Name.Name {
				return "ALTER " + object(o) + " RENAME TO " + quoted(to)
			}
			return ""
		}}, renaming{to: b.Name.Schema, taken: never, sql: func(to string) string {
			if o := now(); o.Name.Schema != b.Name.Schema {
				return "ALTER " + object(o) + " SET SCHEMA " + quoted(to)
			}
			return ""
		}})
	}
	return all
}
