package rollback

import (
	"cmp"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A removal drops something that was not there before.
type removal struct {
	// class orders kinds of objects, the ones that others do not need first;
	// within one, the youngest goes first.
	class int
	oid   catalog.OID
	// sql is the statement; "" once it is gone.
	sql func() string
	// concurrently is its form for a script without transaction.
	concurrently func() string
}

// The classes of removals.
const (
	dropPart = iota
	dropObject
	dropView
	dropColumn
	dropForeignKey
	dropConstraint
	dropIndex
	dropTable
	dropBaseType
	dropRoutine
	dropType
	dropSequence
	dropExtension
	dropSchema
)

// drops removes what was not there before, and what has taken the name of
// something that was. What others still need goes once they are gone.
func (s *suggester) drops() {
	var all []removal
	for r := range s.now.Relations() {
		all = append(all, s.relationDrops(r)...)
	}
	all = append(all, s.typeDrops()...)
	for _, f := range s.now.AllFunctions() {
		b := overload(s.before, f)
		if b == nil && s.before.FunctionByOID(f.OID) != nil || b != nil && (b.OID == f.OID || s.now.FunctionByOID(b.OID) == nil) {
			continue
		}
		all = append(all, removal{class: dropRoutine, oid: f.OID, sql: func() string {
			if f := s.now.FunctionByOID(f.OID); f != nil {
				return "DROP " + routine(f)
			}
			return ""
		}})
	}
	all = append(all, s.otherDrops()...)
	slices.SortStableFunc(all, func(a, b removal) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(b.oid, a.oid))
	})
	for {
		before := len(all)
		all = slices.DeleteFunc(all, func(r removal) bool {
			sql := r.sql()
			if sql == "" {
				return true
			}
			concurrently := ""
			if r.concurrently != nil {
				concurrently = r.concurrently()
			}
			if !s.do(sql) {
				return false
			}
			s.statements[len(s.statements)-1].concurrently = concurrently
			return true
		})
		if len(all) < before {
			continue
		}
		// Views that are to be made anew may read a column.
		at := slices.IndexFunc(all, func(r removal) bool {
			undo := s.mark()
			if r.class == dropColumn && s.dropDependents(r.oid) && s.do(r.sql()) {
				return true
			}
			undo()
			return false
		})
		if at < 0 {
			return
		}
		all = slices.Delete(all, at, at+1)
	}
}

// replaced reports whether a relation has the place of one that was there
// before: under the name of one that has another name now, or as another kind.
// A table that took the place of a table is kept: it has rows.
func (s *suggester) replaced(b, r *catalog.Relation) bool {
	switch {
	case b.OID == r.OID:
		return false
	case s.now.RelationByOID(b.OID) != nil:
		return true
	}
	return b.Kind != r.Kind && !(holdsRows(b) && holdsRows(r))
}

func (s *suggester) relationDrops(r *catalog.Relation) []removal {
	if temporary(r) {
		return nil
	}
	b := s.base(r)
	switch {
	case b == r:
		return nil
	case b == nil && s.before.RelationByOID(r.OID) != nil:
		return nil // it has another name, and is to be renamed
	case b == nil, s.replaced(b, r):
		return s.wholeDrop(r)
	}
	all := s.partDrops(b, r)
	if r.Kind == catalog.View || r.Kind == catalog.MaterializedView || r.Index != nil || r.Sequence != nil {
		return all
	}
	word := " DROP COLUMN "
	if r.Kind == catalog.CompositeType {
		word = " DROP ATTRIBUTE "
	}
	for _, a := range slices.Backward(r.Attributes) {
		renamed := b.OID == r.OID && b.AttributeByNum(a.Num) != nil
		if a.Inherited > 0 || renamed || b.Attribute(a.Name) != nil || b.Assumed && (a.Assumed || slices.Contains(r.DroppedColumns, a.Name)) {
			continue
		}
		all = append(all, removal{class: dropColumn, oid: r.OID, sql: func() string {
			now := s.now.RelationByOID(r.OID)
			if now == nil || now.AttributeByNum(a.Num) == nil {
				return ""
			}
			return alter(now) + word + quoted(a.Name)
		}})
	}
	for _, k := range r.Constraints {
		if k.Inherited > 0 || k.Trigger || b.Constraint(k.Name) != nil || b.ConstraintByOID(k.OID) != nil {
			continue
		}
		class := dropConstraint
		if k.Kind == ddl.ForeignKey {
			class = dropForeignKey
		}
		all = append(all, removal{class: class, oid: k.OID, sql: func() string {
			now := s.now.RelationByOID(r.OID)
			if now == nil || now.ConstraintByOID(k.OID) == nil {
				return ""
			}
			return alter(now) + " DROP CONSTRAINT " + quoted(k.Name)
		}})
	}
	return all
}

// wholeDrop drops a relation, unless it goes with another one.
func (s *suggester) wholeDrop(r *catalog.Relation) []removal {
	class := dropTable
	switch {
	case r.Index != nil && r.Index.Constraint != 0, r.Index != nil && r.Index.Parent != 0:
		return nil
	case r.Index != nil:
		class = dropIndex
		if t := s.now.RelationByOID(r.Index.Table); t != nil && s.base(t) == nil {
			return nil // with its table
		}
	case r.Sequence != nil && r.Sequence.OwnedBy != 0:
		t := s.now.RelationByOID(r.Sequence.OwnedBy)
		if t == nil || s.base(t) == nil || r.Sequence.Identity {
			return nil
		}
		class = dropSequence
	case r.Sequence != nil:
		class = dropSequence
	case r.Kind == catalog.View, r.Kind == catalog.MaterializedView:
		class = dropView
	case r.Kind == catalog.CompositeType:
		class = dropType
	}
	return []removal{{class: class, oid: r.OID, sql: func() string {
		now := s.now.RelationByOID(r.OID)
		if now == nil {
			return ""
		}
		return "DROP " + altered(now) + " " + named(now)
	}, concurrently: func() string {
		if r.Kind != catalog.Index {
			return ""
		}
		return "DROP INDEX CONCURRENTLY " + named(r)
	}}}
}

// partDrops drop triggers, policies and rules.
func (s *suggester) partDrops(b, r *catalog.Relation) []removal {
	var all []removal
	add := func(oid catalog.OID, kind, name string, there func(now *catalog.Relation) bool) {
		if s.had(b, oid) {
			return // it has another name, and is to be renamed
		}
		all = append(all, removal{class: dropPart, oid: oid, sql: func() string {
			now := s.now.RelationByOID(r.OID)
			if now == nil || !there(now) {
				return ""
			}
			return "DROP " + part(kind, name, now)
		}})
	}
	for _, t := range r.Triggers {
		has := func(r *catalog.Relation) bool {
			return find(r.Triggers, func(u *catalog.Trigger) bool { return u.Name == t.Name }) != nil
		}
		if !has(b) {
			add(t.OID, "TRIGGER", t.Name, has)
		}
	}
	for _, p := range r.Policies {
		has := func(r *catalog.Relation) bool {
			return find(r.Policies, func(q *catalog.Policy) bool { return q.Name == p.Name }) != nil
		}
		if !has(b) {
			add(p.OID, "POLICY", p.Name, has)
		}
	}
	for _, u := range r.Rules {
		has := func(r *catalog.Relation) bool {
			return find(r.Rules, func(v *catalog.Rule) bool { return v.Name == u.Name }) != nil
		}
		if !has(b) {
			add(u.OID, "RULE", u.Name, has)
		}
	}
	return all
}

// had reports whether a relation had a trigger, policy or rule by OID.
func (s *suggester) had(b *catalog.Relation, oid catalog.OID) bool {
	return oid != 0 && (find(b.Triggers, func(t *catalog.Trigger) bool { return t.OID == oid }) != nil ||
		find(b.Policies, func(p *catalog.Policy) bool { return p.OID == oid }) != nil ||
		find(b.Rules, func(r *catalog.Rule) bool { return r.OID == oid }) != nil)
}

func (s *suggester) typeDrops() []removal {
	var all []removal
	for _, t := range s.now.Types() {
		b := s.before.Type(t.QualifiedName())
		if t.Kind == catalog.Composite || t.Kind == catalog.Multirange || t.Assumed || b == t || b == nil && s.before.TypeByOID(t.OID) != nil {
			continue
		}
		now := func() *catalog.TypeDef { return s.now.TypeByOID(t.OID) }
		if b == nil || b.OID != t.OID && (s.now.TypeByOID(b.OID) != nil || b.Kind != t.Kind) {
			class, cascade := dropType, ""
			if t.Kind == catalog.BaseType {
				class, cascade = dropBaseType, " CASCADE" // it and its functions need each other
			}
			all = append(all, removal{class: class, oid: t.OID, sql: func() string {
				if t := now(); t != nil {
					return "DROP " + typeWord(t) + " " + quotedName(t.QualifiedName()) + cascade
				}
				return ""
			}})
			continue
		}
		for _, k := range t.Constraints {
			if find(b.Constraints, func(c *catalog.Constraint) bool { return c.Name == k.Name || c.OID == k.OID }) != nil {
				continue
			}
			all = append(all, removal{class: dropConstraint, oid: k.OID, sql: func() string {
				t := now()
				if t == nil || find(t.Constraints, func(c *catalog.Constraint) bool { return c.OID == k.OID }) == nil {
					return ""
				}
				return "ALTER DOMAIN " + quotedName(t.QualifiedName()) + " DROP CONSTRAINT " + quoted(k.Name)
			}})
		}
	}
	return all
}

// otherDrops drop schemas, extensions and what is tracked by name.
func (s *suggester) otherDrops() []removal {
	var all []removal
	for _, n := range s.now.Schemas() {
		if n.Assumed || n.BuiltIn || s.before.Schema(n.Name) != nil || schemaByOID(s.before, n.OID) != nil {
			continue
		}
		all = append(all, removal{class: dropSchema, oid: n.OID, sql: func() string {
			if s.now.Schema(n.Name) == nil {
				return ""
			}
			return "DROP SCHEMA " + quoted(n.Name)
		}})
	}
	for _, x := range s.now.Extensions() {
		if s.before.Extension(x.Name) != nil {
			continue
		}
		all = append(all, removal{class: dropExtension, oid: x.OID, sql: func() string {
			if s.now.Extension(x.Name) == nil {
				return ""
			}
			return "DROP EXTENSION " + quoted(x.Name)
		}})
	}
	for _, o := range s.now.Objects() {
		if s.before.ObjectLike(o) != nil || objectByOID(s.before, o.OID) != nil || object(o) == "" || o.Kind == ddl.Role {
			continue
		}
		class := dropObject
		switch o.Kind {
		case ddl.Collation, ddl.Server, ddl.Language, ddl.TextSearchConfig, ddl.TextSearchDict:
			class = dropSequence
		case ddl.ForeignDataWrapper:
			class = dropExtension
		}
		all = append(all, removal{class: class, oid: o.OID, sql: func() string {
			if o := objectByOID(s.now, o.OID); o != nil {
				return "DROP " + object(o)
			}
			return ""
		}})
	}
	return all
}

// dropRoles drops the roles that the up made, once they have no privileges.
func (s *suggester) dropRoles() {
	for _, o := range slices.Backward(s.now.Objects()) {
		if o.Kind == ddl.Role && s.before.ObjectLike(o) == nil {
			s.do("DROP "+object(o), "Fails where the role has privileges elsewhere on the server.")
		}
	}
}

// dropDependents drops the views that read a relation, for it to be changed;
// the next round makes those anew that were there before. It reports whether
// nothing else is in the way.
func (s *suggester) dropDependents(oid catalog.OID) bool {
	for {
		var view *catalog.Relation
		for _, d := range s.now.Dependents(oid) {
			v := s.now.RelationByOID(d.Dependent.OID)
			if v != nil && v.OID != oid && (v.Kind == catalog.View || v.Kind == catalog.MaterializedView) {
				view = v
			}
		}
		if view == nil {
			return true
		}
		if b := s.before.Relation(view.QualifiedName()); b == nil || s.before.Definition(b) == "" {
			return false
		}
		if !s.dropDependents(view.OID) || !s.do("DROP "+altered(view)+" "+named(view)) {
			return false
		}
	}
}
