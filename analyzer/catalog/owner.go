package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

func (e *editor) setOwner(op *ddl.SetOwner) *Error {
	o := op.Object
	if relationKinds[o.Kind] != nil {
		if op.IfExists && e.Relation(o.Name.Name) == nil {
			return nil
		}
		r, err := e.relationOf(o, true)
		if err != nil {
			return err
		}
		e.give(o, r.OID, e.roleNamed(op.Owner))
		return nil
	}
	oid, err := e.find(o)
	if err != nil {
		return err
	}
	e.give(o, oid, e.roleNamed(op.Owner))
	return nil
}

// give makes a role the owner of an object. Indexes, owned sequences and
// composite types' relations follow silently.
func (e *editor) give(o ddl.Object, oid OID, owner string) {
	before := e.ownerOf(o, oid)
	if r := e.RelationByOID(oid); r != nil {
		s := e.own(r)
		s.Owner = owner
		for _, index := range s.Indexes {
			if x := e.RelationByOID(index); x != nil {
				e.own(x).Owner = owner
			}
		}
		for _, a := range s.Attributes {
			if q := e.RelationByOID(a.Sequence); q != nil {
				e.own(q).Owner = owner
			}
		}
	} else if t := e.TypeByOID(oid); t != nil {
		u := *t
		u.Owner = owner
		e.putType(&u)
		if r := e.RelationByOID(t.Relation); r != nil {
			e.own(r).Owner = owner
		}
	} else if f := e.FunctionByOID(oid); f != nil {
		g := *f
		g.Owner = owner
		e.putFunction(&g)
	} else if p, ok := e.objectOIDs.get(oid); ok {
		q := *p
		q.Owner = owner
		e.putObject(&q)
	} else if s := e.Schema(o.Name.Name.Name); o.Kind == ddl.Schema && s != nil {
		t := *s
		t.Owner = owner
		e.schemas = e.schemas.set(t.Name, &t)
	}
	e.changed(&OwnerChanged{Object: o, Target: oid, Before: before, After: owner})
}

func (e *editor) ownerOf(o ddl.Object, oid OID) string {
	if r := e.RelationByOID(oid); r != nil {
		return r.Owner
	}
	if t := e.TypeByOID(oid); t != nil {
		return t.Owner
	}
	if f := e.FunctionByOID(oid); f != nil {
		return f.Owner
	}
	if p, ok := e.objectOIDs.get(oid); ok {
		return p.Owner
	}
	if s := e.Schema(o.Name.Name.Name); o.Kind == ddl.Schema && s != nil {
		return s.Owner
	}
	return ""
}

// An owned is an object and the place it has in the catalog.
type owned struct {
	object ddl.Object
	oid    OID
	acl    []Privilege
	owner  string
}

// all returns every object that has an owner, in order of creation.
func (e *editor) all() []owned {
	var list []owned
	for _, r := range e.relations.all() {
		if r.Kind != CompositeType {
			list = append(list, owned{ddl.Object{Kind: relationKind(r.Kind), Name: ddl.Ref{Name: r.QualifiedName()}}, r.OID, r.ACL, r.Owner})
		}
	}
	for _, t := range e.types.all() {
		kind := ddl.Type
		if t.Kind == Domain {
			kind = ddl.Domain
		}
		list = append(list, owned{ddl.Object{Kind: kind, Name: ddl.Ref{Name: t.QualifiedName()}}, t.OID, t.ACL, t.Owner})
	}
	for _, f := range e.routines.all() {
		list = append(list, owned{ddl.Object{Kind: f.Kind, Name: ddl.Ref{Name: f.QualifiedName()}, HasArgs: true}, f.OID, f.ACL, f.Owner})
	}
	for _, o := range e.objectOIDs.all() {
		list = append(list, owned{ddl.Object{Kind: o.Kind, Name: ddl.Ref{Name: o.Name}, Part: o.Part}, o.OID, o.ACL, o.Owner})
	}
	for _, s := range e.schemas.all() {
		list = append(list, owned{ddl.Object{Kind: ddl.Schema, Name: ddl.Ref{Name: ddl.Name{Name: s.Name}}}, s.OID, s.ACL, s.Owner})
	}
	slices.SortFunc(list, func(a, b owned) int { return int(a.oid) - int(b.oid) })
	return list
}

// relationKind is the kind of object that a relkind is.
func relationKind(k RelKind) ddl.Kind {
	for kind, kinds := range relationKinds {
		if slices.Contains(kinds, k) {
			return kind
		}
	}
	return ddl.Type
}

// dropOwned drops what the roles own and revokes what they were granted.
func (e *editor) dropOwned(op *ddl.DropOwned) *Error {
	for _, role := range op.Roles {
		role = e.roleNamed(role)
		if role == "" {
			continue // whoever runs it: what is theirs is not known
		}
		for _, o := range e.all() {
			if o.owner != role {
				e.revokeAll(o, role)
			}
		}
		if err := e.dropAll(role, op.Cascade); err != nil {
			return err
		}
		var kept []DefaultACL
		for _, d := range e.defaultACL {
			d.Grants = slices.DeleteFunc(slices.Clone(d.Grants), func(p Privilege) bool { return p.Grantee == role })
			if d.Role != role && len(d.Grants) > 0 {
				kept = append(kept, d)
			}
		}
		e.defaultACL = kept
	}
	return nil
}

// dropAll drops what a role owns, schemas last.
func (e *editor) dropAll(role string, cascade bool) *Error {
	var targets []Address
	for _, o := range e.all() {
		if o.owner == role && o.object.Kind != ddl.Schema {
			targets = append(targets, Address{OID: o.oid})
		}
	}
	if len(targets) > 0 {
		if err := e.drop(targets, role, cascade); err != nil {
			return err
		}
	}
	for _, o := range e.all() {
		if o.owner != role || o.object.Kind != ddl.Schema {
			continue
		}
		s := e.Schema(o.object.Name.Name.Name)
		if err := e.emptySchema(s, cascade); err != nil {
			return err
		}
		e.schemas = e.schemas.delete(s.Name)
		e.departed(schemaKey(s.Name))
		e.changed(&SchemaDropped{Schema: s})
	}
	return nil
}

// revokeAll takes all privileges on an object from a role.
func (e *editor) revokeAll(o owned, role string) {
	var names []string
	for _, p := range o.acl {
		if p.Grantee == role {
			names = append(names, p.Name)
		}
	}
	if len(names) > 0 {
		e.changeACL(o.object, o.oid, func(acl []Privilege) []Privilege { return withoutPrivileges(acl, role, names, false) })
		e.changed(&PrivilegeChanged{Object: o.object, Target: o.oid, Revoked: true, Grantee: role, Names: names, Had: true})
	}
	r := e.RelationByOID(o.oid)
	if r == nil {
		return
	}
	for _, a := range r.Attributes {
		var names []string
		for _, p := range a.ACL {
			if p.Grantee == role {
				names = append(names, p.Name)
			}
		}
		if len(names) == 0 {
			continue
		}
		b := *a
		b.ACL = withoutPrivileges(a.ACL, role, names, false)
		r = e.withAttribute(r, &b)
		e.changed(&PrivilegeChanged{Object: o.object, Target: o.oid, Revoked: true, Grantee: role, Names: names, Columns: []string{a.Name}, Had: true})
	}
}

func (e *editor) reassignOwned(op *ddl.ReassignOwned) *Error {
	to := e.roleNamed(op.To)
	for _, role := range op.Roles {
		role = e.roleNamed(role)
		if role == "" || role == to {
			continue
		}
		for _, o := range e.all() {
			// What follows its table was given away with it.
			if e.ownerOf(o.object, o.oid) == role {
				e.give(o.object, o.oid, to)
			}
		}
	}
	return nil
}
