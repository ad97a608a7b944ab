package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// mayPredate reports whether a type, routine or other object that the catalog
// does not hold may exist all the same: from before the history, or because an
// extension made it. Part is a routine's signature.
func (e *editor) mayPredate(kind ddl.Kind, n ddl.Name, part string) bool {
	schemas := []string{n.Schema}
	if n.Schema == "" {
		schemas = e.SearchPath()
	}
	if slices.ContainsFunc(schemas, func(s string) bool {
		gone, _ := e.goneObjects.get(objectKey{kind: kind, name: ddl.Name{Schema: s, Name: n.Name}, part: part})
		return gone
	}) {
		return false
	}
	if e.extensions.len() > 0 {
		return true
	}
	return slices.ContainsFunc(schemas, func(name string) bool {
		s := e.Schema(name)
		if s == nil {
			return !e.complete
		}
		if s.BuiltIn || s.Assumed {
			return true
		}
		return s.Created.IsZero() && !e.complete
	})
}

// departed remembers that an object was there and is not any more.
func (e *editor) departed(k objectKey) { e.goneObjects = e.goneObjects.set(k, true) }

// qualified returns the name with the first schema of the search path where it
// has none.
func (e *editor) qualified(n ddl.Name) ddl.Name {
	if n.Schema == "" {
		n.Schema = "public"
		if path := e.SearchPath(); len(path) > 0 {
			n.Schema = path[0]
		}
	}
	return n
}

func schemaKey(name string) objectKey { return objectKey{kind: ddl.Schema, name: ddl.Name{Name: name}} }

func (e *editor) createSchema(op *ddl.CreateSchema) *Error {
	name := op.Schema.Name
	if name == "" {
		name = op.Authorization // CREATE SCHEMA AUTHORIZATION role
	}
	if strings.HasPrefix(name, "pg_") {
		return refuse(reservedName, "unacceptable schema name %q", name)
	}
	if s := e.Schema(name); s != nil {
		if op.IfNotExists {
			return nil
		}
		return refuse(duplicateSchema, "schema %q already exists", name)
	}
	s := &Schema{OID: e.newOID(), Name: name, Owner: op.Authorization, Created: e.at()}
	if s.Owner == "" {
		s.Owner = e.role()
	}
	if op.IfNotExists && !e.complete {
		// It may have been there, with things in it.
		s.Assumed = true
	}
	s.ACL = e.defaultPrivileges(ddl.Schema, "")
	e.schemas = e.schemas.set(name, s)
	e.changed(&SchemaCreated{Schema: s})
	return nil
}

// existingSchema resolves a schema that the operation needs, or assumes it.
func (e *editor) existingSchema(name string) (*Schema, *Error) {
	if err := e.needSchema(name); err != nil {
		return nil, err
	}
	return e.Schema(name), nil
}

func (e *editor) dropSchema(op *ddl.DropSchema) *Error {
	for _, id := range op.Schemas {
		s := e.Schema(id.Name)
		if s == nil && op.IfExists {
			continue
		}
		s, err := e.existingSchema(id.Name)
		if err != nil {
			return err
		}
		if s == nil {
			continue
		}
		if s.BuiltIn {
			return refuse(dependentObjectsStill, "cannot drop schema %s because it is required by the database system", s.Name)
		}
		if err := e.emptySchema(s, op.Cascade); err != nil {
			return err
		}
		e.schemas = e.schemas.delete(s.Name)
		e.departed(schemaKey(s.Name))
		e.changed(&SchemaDropped{Schema: s})
	}
	return nil
}

// emptySchema drops all that a schema holds.
func (e *editor) emptySchema(s *Schema, cascade bool) *Error {
	members := e.members(s.Name)
	var extensions []*Extension
	for _, x := range e.extensions.all() {
		if x.Schema == s.Name {
			extensions = append(extensions, x)
		}
	}
	if len(members)+len(extensions) == 0 {
		return nil
	}
	if !cascade {
		return refuse(dependentObjectsStill, "cannot drop schema %s because other objects depend on it", s.Name)
	}
	first := len(e.changes)
	if len(members) > 0 {
		if err := e.drop(members, s.Name, true); err != nil {
			return err
		}
	}
	for _, c := range e.changes[first:] {
		cascaded(c, s.Name)
	}
	slices.SortFunc(extensions, func(a, b *Extension) int { return strings.Compare(a.Name, b.Name) })
	for _, x := range extensions {
		e.removeExtension(x)
	}
	return nil
}

// members returns the relations, types, routines and other objects of a schema,
// in order of creation.
func (e *editor) members(schema string) []Address {
	var all []Address
	for _, r := range e.relations.all() {
		if r.Schema == schema {
			all = append(all, Address{OID: r.OID})
		}
	}
	for _, t := range e.types.all() {
		if t.Schema == schema {
			all = append(all, Address{OID: t.OID})
		}
	}
	for _, f := range e.routines.all() {
		if f.Schema == schema {
			all = append(all, Address{OID: f.OID})
		}
	}
	for _, o := range e.objectOIDs.all() {
		if o.Name.Schema == schema {
			all = append(all, Address{OID: o.OID})
		}
	}
	slices.SortFunc(all, func(a, b Address) int { return int(a.OID) - int(b.OID) })
	return all
}

// cascaded marks a change as the consequence of dropping what named names.
func cascaded(c Change, named string) {
	var field *string
	switch c := c.(type) {
	case *RelationDropped:
		field = &c.Cascade
	case *ColumnDropped:
		field = &c.Cascade
	case *ConstraintDropped:
		field = &c.Cascade
	case *IndexDropped:
		field = &c.Cascade
	case *TriggerDropped:
		field = &c.Cascade
	case *RuleDropped:
		field = &c.Cascade
	case *PolicyChanged:
		field = &c.Cascade
	case *TypeDropped:
		field = &c.Cascade
	case *FunctionDropped:
		field = &c.Cascade
	case *ObjectChanged:
		field = &c.Cascade
	default:
		return
	}
	if *field == "" {
		*field = named
	}
}

// renameSchema gives a schema and all that is in it another name.
func (e *editor) renameSchema(s *Schema, name string) *Error {
	if s == nil {
		return nil // a temporary schema, which is not listed
	}
	if strings.HasPrefix(name, "pg_") {
		return refuse(reservedName, "unacceptable schema name %q", name)
	}
	if e.Schema(name) != nil {
		return refuse(duplicateSchema, "schema %q already exists", name)
	}
	t := *s
	t.Name = name
	e.schemas = e.schemas.delete(s.Name).set(name, &t)
	e.departed(schemaKey(s.Name))
	for _, m := range e.members(s.Name) {
		e.moveMember(m.OID, name)
	}
	for _, x := range e.extensions.all() {
		if x.Schema == s.Name {
			y := *x
			y.Schema = name
			e.extensions = e.extensions.set(y.Name, &y)
		}
	}
	e.changed(&SchemaRenamed{Before: s, After: &t})
	return nil
}

// moveMember gives a member of a schema that is being renamed its new schema.
func (e *editor) moveMember(oid OID, schema string) {
	if t := e.TypeByOID(oid); t != nil {
		for _, c := range t.Constraints {
			e.conname(t.Schema, c.Name, -1)
			e.conname(schema, c.Name, 1)
		}
		e.renameType(t, ddl.Name{Schema: schema, Name: t.Name})
		return
	}
	if f := e.FunctionByOID(oid); f != nil {
		e.moveRoutine(f, ddl.Name{Schema: schema, Name: f.Name})
		return
	}
	if r := e.RelationByOID(oid); r != nil && r.Schema != schema {
		for _, c := range r.Constraints {
			e.conname(r.Schema, c.Name, -1)
			e.conname(schema, c.Name, 1)
		}
		s := *r
		s.Schema = schema
		e.put(&s)
		e.renameUses(s.OID, s.QualifiedName())
		return
	}
	if o, ok := e.objectOIDs.get(oid); ok {
		p := *o
		p.Name.Schema = schema
		e.putObject(&p)
	}
}
