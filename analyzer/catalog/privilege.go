package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// privilegesOf are the privileges that there are on a kind of object, which ALL
// means. MAINTAIN (PostgreSQL 17) is known but not part of ALL: what an older
// server lacks nobody has lost.
var privilegesOf = map[ddl.Kind][]string{
	ddl.Table:              {"select", "insert", "update", "delete", "truncate", "references", "trigger"},
	ddl.TableColumn:        {"select", "insert", "update", "references"},
	ddl.Sequence:           {"select", "update", "usage"},
	ddl.Function:           {"execute"},
	ddl.Procedure:          {"execute"},
	ddl.Routine:            {"execute"},
	ddl.Type:               {"usage"},
	ddl.Domain:             {"usage"},
	ddl.Schema:             {"create", "usage"},
	ddl.Database:           {"create", "connect", "temporary", "temp"},
	ddl.Language:           {"usage"},
	ddl.ForeignDataWrapper: {"usage"},
	ddl.Server:             {"usage"},
	ddl.Tablespace:         {"create"},
	ddl.Parameter:          {"set", "alter system"},
	ddl.LargeObject:        {"select", "update"},
}

// A grantee-independent part of a GRANT: privileges on the whole object, or on
// some of its columns.
type privilegeSet struct {
	names   []string
	columns []string
}

func (e *editor) grant(op *ddl.Grant) *Error {
	if len(op.AllInSchemas) > 0 {
		return e.grantInSchemas(op)
	}
	for _, o := range op.Objects {
		if err := e.grantOn(op, o); err != nil {
			return err
		}
	}
	return nil
}

// grantInSchemas is ALL TABLES (SEQUENCES, FUNCTIONS …) IN SCHEMA.
func (e *editor) grantInSchemas(op *ddl.Grant) *Error {
	for _, schema := range op.AllInSchemas {
		if _, err := e.existingSchema(schema); err != nil {
			return err
		}
		for _, m := range e.members(schema) {
			o, ok := e.memberObject(m.OID, op.Kind)
			if !ok {
				continue
			}
			if err := e.grantTo(op, o, m.OID); err != nil {
				return err
			}
		}
	}
	return nil
}

// memberObject addresses a member of a schema where it is of the kind that ALL …
// IN SCHEMA means.
func (e *editor) memberObject(oid OID, kind ddl.Kind) (ddl.Object, bool) {
	if r := e.RelationByOID(oid); r != nil {
		sequence := r.Kind == Sequence
		relation := hasRowType(r) && r.Kind != CompositeType
		o := ddl.Object{Kind: kind, Name: ddl.Ref{Name: r.QualifiedName()}}
		return o, kind == ddl.Sequence && sequence || kind == ddl.Table && relation
	}
	if f := e.FunctionByOID(oid); f != nil {
		o := ddl.Object{Kind: f.Kind, Name: ddl.Ref{Name: f.QualifiedName()}, HasArgs: true}
		switch kind {
		case ddl.Function:
			return o, f.Kind == ddl.Function || f.Kind == ddl.Aggregate
		case ddl.Procedure:
			return o, f.Kind == ddl.Procedure
		}
		return o, kind == ddl.Routine
	}
	return ddl.Object{}, false
}

// grantOn performs a GRANT or REVOKE on one object that it names.
func (e *editor) grantOn(op *ddl.Grant, o ddl.Object) *Error {
	switch o.Kind {
	case ddl.Table:
		r, err := e.relationOf(o, true)
		if err != nil {
			return err
		}
		if r.Kind == Index || r.Kind == PartitionedIndex {
			return refuse(wrongObjectType, "%q is an index", r.Name)
		}
		return e.grantTo(op, o, r.OID)
	case ddl.Function, ddl.Procedure, ddl.Routine:
		f, err := e.findGranted(o)
		if err != nil {
			return err
		}
		if f == nil {
			return e.grantTo(op, o, 0)
		}
		return e.grantTo(op, o, f.OID)
	case ddl.Language, ddl.Database, ddl.Tablespace, ddl.Parameter, ddl.LargeObject:
		return e.grantTo(op, o, 0)
	}
	oid, err := e.find(o)
	if err != nil {
		return err
	}
	return e.grantTo(op, o, oid)
}

// findGranted resolves a routine that privileges are granted on. A bare name
// that is not the history's may be pg_catalog's. FUNCTION means aggregates too.
func (e *editor) findGranted(o ddl.Object) (*Function, *Error) {
	if (o.Name.Schema == "" || o.Name.Schema == "pg_catalog") && len(e.overloads(o.Name.Name)) == 0 {
		return nil, nil
	}
	f, err := e.findRoutine(o)
	if err != nil && err.SQLState == wrongObjectType && o.Kind == ddl.Function {
		o.Kind = ddl.Aggregate
		return e.findRoutine(o)
	}
	return f, err
}

// grantTo performs a GRANT or REVOKE on one object for every grantee.
func (e *editor) grantTo(op *ddl.Grant, o ddl.Object, target OID) *Error {
	kind := o.Kind
	if r := e.RelationByOID(target); r != nil && r.Kind == Sequence && kind == ddl.Table {
		kind = ddl.Sequence // GRANT … ON TABLE of a sequence
	}
	sets, err := privilegeSets(op, kind)
	if err != nil {
		return err
	}
	for _, set := range sets {
		for _, column := range set.columns {
			r := e.RelationByOID(target)
			if r == nil || systemColumns[column] {
				continue
			}
			if _, _, err := e.attribute(r, column); err != nil {
				return err
			}
		}
		for _, grantee := range op.Grantees {
			c := &PrivilegeChanged{Object: o, Target: target, Revoked: op.Revoke, Grantee: grantee, Names: set.names, Columns: set.columns}
			if op.Revoke {
				c.Had = e.granted(o, target, grantee, set)
			}
			e.setPrivileges(op, o, target, grantee, set)
			e.changed(c)
		}
	}
	return nil
}

// privilegeSets expands the privileges of a GRANT on a kind of object.
func privilegeSets(op *ddl.Grant, kind ddl.Kind) ([]privilegeSet, *Error) {
	if kind == ddl.Aggregate {
		kind = ddl.Function
	}
	all := privilegesOf[kind]
	if len(op.Privileges) == 0 {
		return []privilegeSet{{names: all}}, nil
	}
	var whole privilegeSet
	var sets []privilegeSet
	for _, p := range op.Privileges {
		known, word := all, string(kind)
		if len(p.Columns) > 0 {
			known, word = privilegesOf[ddl.TableColumn], "column"
		}
		names := []string{p.Name}
		if p.Name == "all" {
			names = known
		} else if known != nil && !slices.Contains(known, p.Name) && (word != "table" || p.Name != "maintain") {
			return nil, refuse(invalidGrant, "invalid privilege type %s for %s", strings.ToUpper(p.Name), word)
		}
		if len(p.Columns) > 0 {
			sets = append(sets, privilegeSet{names: names, columns: p.Columns})
			continue
		}
		whole.names = append(whole.names, names...)
	}
	if len(whole.names) > 0 {
		sets = append([]privilegeSet{whole}, sets...)
	}
	return sets, nil
}

// granted reports whether the grantee has any of the privileges: from the
// history, or as PUBLIC has them on every new routine and type.
func (e *editor) granted(o ddl.Object, target OID, grantee string, set privilegeSet) bool {
	if len(set.columns) > 0 {
		r := e.RelationByOID(target)
		return r != nil && slices.ContainsFunc(set.columns, func(column string) bool {
			a := r.Attribute(column)
			return a != nil && holds(a.ACL, grantee, set.names)
		})
	}
	acl, implied := e.acl(o, target)
	if grantee == "public" && implied {
		return true
	}
	return holds(acl, grantee, set.names)
}

func holds(acl []Privilege, grantee string, names []string) bool {
	return slices.ContainsFunc(acl, func(p Privilege) bool { return p.Grantee == grantee && slices.Contains(names, p.Name) })
}

// acl returns the privileges on an object; implied tells that PUBLIC has one by
// default.
func (e *editor) acl(o ddl.Object, target OID) (acl []Privilege, implied bool) {
	if r := e.RelationByOID(target); r != nil {
		return r.ACL, false
	}
	if t := e.TypeByOID(target); t != nil {
		return t.ACL, true
	}
	if f := e.FunctionByOID(target); f != nil {
		return f.ACL, true
	}
	if p, ok := e.objectOIDs.get(target); ok {
		return p.ACL, false
	}
	if s := e.Schema(o.Name.Name.Name); o.Kind == ddl.Schema && s != nil {
		return s.ACL, false
	}
	return nil, false
}

// setPrivileges enters a GRANT or REVOKE of one grantee in the catalog.
func (e *editor) setPrivileges(op *ddl.Grant, o ddl.Object, target OID, grantee string, set privilegeSet) {
	change := func(acl []Privilege) []Privilege {
		if op.Revoke {
			return withoutPrivileges(acl, grantee, set.names, op.Option)
		}
		return withPrivileges(acl, grantee, set.names, op.Option)
	}
	if len(set.columns) > 0 {
		for _, column := range set.columns {
			r := e.RelationByOID(target)
			if r == nil || r.Attribute(column) == nil {
				continue
			}
			a := *r.Attribute(column)
			a.ACL = change(a.ACL)
			e.withAttribute(r, &a)
		}
		return
	}
	e.changeACL(o, target, change)
	// REVOKE on a table takes the privilege from its columns as well.
	r := e.RelationByOID(target)
	if r == nil || !op.Revoke {
		return
	}
	for _, a := range r.Attributes {
		if holds(a.ACL, grantee, set.names) {
			b := *a
			b.ACL = change(b.ACL)
			r = e.withAttribute(r, &b)
		}
	}
}

// changeACL replaces the privileges on an object.
func (e *editor) changeACL(o ddl.Object, target OID, change func([]Privilege) []Privilege) {
	if r := e.RelationByOID(target); r != nil {
		s := e.own(r)
		s.ACL = change(s.ACL)
		return
	}
	if t := e.TypeByOID(target); t != nil {
		u := *t
		u.ACL = change(u.ACL)
		e.putType(&u)
		return
	}
	if f := e.FunctionByOID(target); f != nil {
		g := *f
		g.ACL = change(g.ACL)
		e.putFunction(&g)
		return
	}
	if p, ok := e.objectOIDs.get(target); ok {
		q := *p
		q.ACL = change(q.ACL)
		e.putObject(&q)
		return
	}
	if s := e.Schema(o.Name.Name.Name); o.Kind == ddl.Schema && s != nil {
		t := *s
		t.ACL = change(t.ACL)
		e.schemas = e.schemas.set(t.Name, &t)
	}
}

func withPrivileges(acl []Privilege, grantee string, names []string, option bool) []Privilege {
	acl = slices.Clone(acl)
	for _, name := range names {
		i := slices.IndexFunc(acl, func(p Privilege) bool { return p.Grantee == grantee && p.Name == name })
		if i < 0 {
			acl = append(acl, Privilege{Grantee: grantee, Name: name, Option: option})
			continue
		}
		acl[i].Option = acl[i].Option || option
	}
	return acl
}

// withoutPrivileges takes privileges away; with option only the right to grant
// them.
func withoutPrivileges(acl []Privilege, grantee string, names []string, option bool) []Privilege {
	var kept []Privilege
	for _, p := range acl {
		if p.Grantee == grantee && slices.Contains(names, p.Name) {
			if !option {
				continue
			}
			p.Option = false
		}
		kept = append(kept, p)
	}
	return kept
}

// grantRole changes nothing here: roles are the cluster's, not the database's.
func (e *editor) grantRole(*ddl.GrantRole) *Error { return nil }

func (e *editor) alterDefaultPrivileges(op *ddl.AlterDefaultPrivileges) *Error {
	if op.Grant == nil {
		return nil
	}
	for _, schema := range op.Schemas {
		if _, err := e.existingSchema(schema); err != nil {
			return err
		}
	}
	kind := defaultKind(op.Grant.Kind)
	sets, err := privilegeSets(op.Grant, kind)
	if err != nil {
		return err
	}
	roles, schemas := op.Roles, op.Schemas
	if len(roles) == 0 {
		roles = []string{e.role()}
	}
	if len(schemas) == 0 {
		schemas = []string{""}
	}
	for _, role := range roles {
		for _, schema := range schemas {
			for _, set := range sets {
				e.setDefaultPrivileges(e.roleNamed(role), schema, kind, op.Grant, set.names)
			}
		}
	}
	return nil
}

// roleNamed is the role that a statement names; CURRENT_USER and its kin are
// whoever runs it.
func (e *editor) roleNamed(name string) string {
	switch name {
	case "current_user", "current_role", "session_user":
		return e.role()
	}
	return name
}

func (e *editor) setDefaultPrivileges(role, schema string, kind ddl.Kind, op *ddl.Grant, names []string) {
	list := slices.Clone(e.defaultACL)
	i := slices.IndexFunc(list, func(d DefaultACL) bool { return d.Role == role && d.Schema == schema && d.Kind == kind })
	if i < 0 {
		list = append(list, DefaultACL{Role: role, Schema: schema, Kind: kind})
		i = len(list) - 1
	}
	for _, grantee := range op.Grantees {
		if op.Revoke {
			list[i].Grants = withoutPrivileges(list[i].Grants, grantee, names, op.Option)
			continue
		}
		list[i].Grants = withPrivileges(list[i].Grants, grantee, names, op.Option)
	}
	e.defaultACL = slices.DeleteFunc(list, func(d DefaultACL) bool { return len(d.Grants) == 0 })
}

// defaultKind is the kind that ALTER DEFAULT PRIVILEGES files an object under.
func defaultKind(kind ddl.Kind) ddl.Kind {
	switch kind {
	case ddl.View, ddl.MaterializedView, ddl.ForeignTable:
		return ddl.Table
	case ddl.Procedure, ddl.Routine, ddl.Aggregate:
		return ddl.Function
	case ddl.Domain:
		return ddl.Type
	}
	return kind
}

// defaultPrivileges returns the privileges that a new object of the current role
// gets from ALTER DEFAULT PRIVILEGES.
func (e *editor) defaultPrivileges(kind ddl.Kind, schema string) []Privilege {
	var acl []Privilege
	for _, d := range e.defaultACL {
		if d.Kind != defaultKind(kind) || d.Role != e.role() || d.Schema != "" && d.Schema != schema {
			continue
		}
		for _, p := range d.Grants {
			acl = withPrivileges(acl, p.Grantee, []string{p.Name}, p.Option)
		}
	}
	return acl
}
