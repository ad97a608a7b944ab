package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// An editor makes the next snapshot: it owns a copy of the last one and
// records what changes. An editor whose operation is refused is thrown away.
type editor struct {
	Catalog
	op      ddl.Op
	changes []Change
}

func (e *editor) changed(c Change) { e.changes = append(e.changes, c) }

func (e *editor) newOID() OID {
	e.next++
	return e.next
}

// at is the place that created objects remember.
func (e *editor) at() source.Span { return e.op.Span() }

// put enters a relation under its OID and name, replacing its older version.
func (e *editor) put(r *Relation) {
	if old, ok := e.relations.get(r.OID); ok && old.QualifiedName() != r.QualifiedName() {
		e.relname = e.relname.delete(old.QualifiedName())
		e.gone = e.gone.set(old.QualifiedName(), true)
	}
	e.relations = e.relations.set(r.OID, r)
	e.relname = e.relname.set(r.QualifiedName(), r.OID)
}

// remove takes a relation out, with the dependencies it has on others.
func (e *editor) remove(r *Relation) {
	e.relations = e.relations.delete(r.OID)
	if oid, ok := e.relname.get(r.QualifiedName()); ok && oid == r.OID {
		e.relname = e.relname.delete(r.QualifiedName())
	}
	e.gone = e.gone.set(r.QualifiedName(), true)
}

func (e *editor) putType(t *TypeDef) {
	if old, ok := e.types.get(t.OID); ok && old.QualifiedName() != t.QualifiedName() {
		e.typename = e.typename.delete(old.QualifiedName())
	}
	e.types = e.types.set(t.OID, t)
	e.typename = e.typename.set(t.QualifiedName(), t.OID)
}

func (e *editor) removeType(t *TypeDef) {
	e.types = e.types.delete(t.OID)
	if oid, ok := e.typename.get(t.QualifiedName()); ok && oid == t.OID {
		e.typename = e.typename.delete(t.QualifiedName())
	}
}

// depend records that d.Dependent refers to the object oid.
func (e *editor) depend(oid OID, d Dependency) {
	if oid == 0 {
		return
	}
	list, _ := e.dependents.get(oid)
	if slices.Contains(list, d) {
		return
	}
	e.dependents = e.dependents.set(oid, append(slices.Clip(list), d))
}

// undepend forgets what dependent refers to among the objects in on.
func (e *editor) undepend(dependent Address, on ...OID) {
	for _, oid := range on {
		list, ok := e.dependents.get(oid)
		if !ok {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(list), func(d Dependency) bool { return d.Dependent == dependent })
		if len(kept) == 0 {
			e.dependents = e.dependents.delete(oid)
			continue
		}
		e.dependents = e.dependents.set(oid, kept)
	}
}

// creationName returns the name that a new object gets: qualified with the
// schema given, or with the first of the search path.
func (e *editor) creationName(n ddl.Name, temporary bool) (ddl.Name, *Error) {
	if temporary {
		return ddl.Name{Schema: "pg_temp", Name: n.Name}, nil
	}
	if n.Schema == "" {
		path := e.SearchPath()
		if len(path) == 0 {
			return n, refuse(undefinedSchema, "no schema has been selected to create in")
		}
		n.Schema = path[0]
	}
	return n, e.needSchema(n.Schema)
}

// needSchema checks that a schema exists, or assumes it.
func (e *editor) needSchema(name string) *Error {
	if e.Schema(name) != nil || name == "pg_temp" {
		return nil
	}
	if e.complete {
		return refuse(undefinedSchema, "schema %q does not exist", name)
	}
	e.assumptions++
	e.schemas = e.schemas.set(name, &Schema{OID: e.newOID(), Name: name, Assumed: true, Created: e.at()})
	return nil
}

// relation resolves a relation that the operation needs. One that the history
// never had is assumed, of the given kind, unless the catalog is complete or
// its name is known to be free.
func (e *editor) relation(n ddl.Name, kind RelKind) (*Relation, *Error) {
	if r := e.Relation(n); r != nil {
		return r, nil
	}
	name := n
	if name.Schema == "" {
		name.Schema = "public"
		if path := e.SearchPath(); len(path) > 0 {
			name.Schema = path[0]
		}
	}
	if !e.mayExist(name) {
		return nil, refuse(undefinedTable, "relation %q does not exist", unquoted(n))
	}
	return e.assume(name, kind), nil
}

// mayExist reports whether a relation that the catalog does not hold may have
// been there before the history.
func (e *editor) mayExist(n ddl.Name) bool {
	if gone, _ := e.gone.get(n); gone {
		return false
	}
	if s := e.Schema(n.Schema); s != nil && (s.BuiltIn || s.Assumed) {
		return true
	} else if s != nil && !s.Created.IsZero() {
		return false // the history made the schema, and all that is in it
	}
	return !e.complete
}

// assume enters a relation that must have been there before the history.
func (e *editor) assume(n ddl.Name, kind RelKind) *Relation {
	if e.Schema(n.Schema) == nil {
		e.schemas = e.schemas.set(n.Schema, &Schema{OID: e.newOID(), Name: n.Schema, Assumed: true, Created: e.at()})
	}
	r := &Relation{OID: e.newOID(), Schema: n.Schema, Name: n.Name, Kind: kind, Assumed: true, Created: e.at()}
	e.assumptions++
	e.put(r)
	return r
}

// attribute resolves a column of a relation. A column of an assumed relation
// is assumed too, unless it was dropped; it then is in the relation returned,
// which replaces r.
func (e *editor) attribute(r *Relation, column string) (*Relation, *Attribute, *Error) {
	if a := r.Attribute(column); a != nil {
		return r, a, nil
	}
	if !r.Assumed || slices.Contains(r.DroppedColumns, column) {
		return r, nil, refuse(undefinedColumn, "column %q of relation %q does not exist", column, r.Name)
	}
	s := *r
	s.LastNum++
	a := &Attribute{Num: s.LastNum, Name: column, Assumed: true, Local: true, Created: e.at()}
	s.Attributes = append(slices.Clip(s.Attributes), a)
	e.put(&s)
	return &s, a, nil
}

// withAttribute returns a copy of r with the attribute of a's number replaced
// by a, entered.
func (e *editor) withAttribute(r *Relation, a *Attribute) *Relation {
	s := *r
	s.Attributes = slices.Clone(r.Attributes)
	for i := range s.Attributes {
		if s.Attributes[i].Num == a.Num {
			s.Attributes[i] = a
		}
	}
	e.put(&s)
	return &s
}

// unquoted returns a name as PostgreSQL's messages show it.
func unquoted(n ddl.Name) string {
	if n.Schema == "" {
		return n.Name
	}
	return n.Schema + "." + n.Name
}
