package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// An editor makes the next snapshot: it owns a copy of the last one and
// records what changes. An editor whose operation is refused is thrown away.
type editor struct {
	Catalog
	op      ddl.Op
	changes []Change
	// mine are the relations that this operation copied and may change.
	mine []*Relation
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
	old, ok := e.relations.get(r.OID)
	if ok && old.QualifiedName() != r.QualifiedName() {
		e.relname = e.relname.delete(old.QualifiedName())
		e.gone = e.gone.set(old.QualifiedName(), old)
	}
	if !ok && r.Schema == tempSchema {
		e.temporary++ // no relation moves into that schema, or out of it
	}
	e.relations = e.relations.set(r.OID, r)
	if oid, named := e.relname.get(r.QualifiedName()); !named || oid != r.OID {
		e.relname = e.relname.set(r.QualifiedName(), r.OID)
	}
}

// own returns a copy of r that this operation may change in place, entered
// under r's name. The elements of its slices are still shared.
func (e *editor) own(r *Relation) *Relation {
	for i, m := range e.mine {
		if m.OID != r.OID {
			continue
		}
		current, _ := e.relations.get(r.OID)
		if current == m {
			return m
		}
		e.mine = slices.Delete(e.mine, i, i+1)
		break
	}
	if current, ok := e.relations.get(r.OID); ok {
		r = current
	}
	s := *r
	s.Attributes = slices.Clip(s.Attributes)
	s.Constraints = slices.Clip(s.Constraints)
	s.Indexes = slices.Clip(s.Indexes)
	s.Children = slices.Clip(s.Children)
	s.Parents = slices.Clip(s.Parents)
	s.DroppedColumns = slices.Clip(s.DroppedColumns)
	if s.Index != nil {
		index := *s.Index
		s.Index = &index
	}
	if s.Sequence != nil {
		sequence := *s.Sequence
		s.Sequence = &sequence
	}
	e.enter(&s)
	return &s
}

// enter puts a relation that this operation made, and may go on changing.
func (e *editor) enter(r *Relation) {
	e.put(r)
	e.mine = append(e.mine, r)
}

// created lists a new relation, and that it has the name of an older one of
// another kind.
func (e *editor) created(r *Relation) {
	e.changed(&RelationCreated{Relation: r})
	e.replaced(r)
}

func (e *editor) replaced(r *Relation) {
	if old, _ := e.gone.get(r.QualifiedName()); old != nil && old.Kind != r.Kind && old.hasRowType() && r.hasRowType() {
		e.changed(&RelationReplaced{Before: old, After: r})
	}
}

// remove takes a relation out, with the dependencies it has on others.
func (e *editor) remove(r *Relation) {
	for _, c := range r.Constraints {
		e.conname(r.Schema, c.Name, -1)
	}
	e.forget(r.OID)
	if _, ok := e.relations.get(r.OID); ok && r.Schema == tempSchema {
		e.temporary--
	}
	e.relations = e.relations.delete(r.OID)
	if oid, ok := e.relname.get(r.QualifiedName()); ok && oid == r.OID {
		e.relname = e.relname.delete(r.QualifiedName())
	}
	e.gone = e.gone.set(r.QualifiedName(), r)
}

func (e *editor) putType(t *TypeDef) {
	if old, ok := e.types.get(t.OID); ok && old.QualifiedName() != t.QualifiedName() {
		e.typename = e.typename.delete(old.QualifiedName())
		e.departed(objectKey{kind: ddl.Type, name: old.QualifiedName()})
	}
	e.types = e.types.set(t.OID, t)
	e.typename = e.typename.set(t.QualifiedName(), t.OID)
}

func (e *editor) removeType(t *TypeDef) {
	for _, c := range t.Constraints {
		e.conname(t.Schema, c.Name, -1)
	}
	e.departed(objectKey{kind: ddl.Type, name: t.QualifiedName()})
	e.forget(t.OID)
	e.types = e.types.delete(t.OID)
	if oid, ok := e.typename.get(t.QualifiedName()); ok && oid == t.OID {
		e.typename = e.typename.delete(t.QualifiedName())
	}
}

// putFunction enters a routine under its OID and name, replacing its older
// version.
func (e *editor) putFunction(f *Function) {
	old, ok := e.routines.get(f.OID)
	if ok && old.QualifiedName() != f.QualifiedName() {
		e.dropOverload(old)
		ok = false
	}
	e.routines = e.routines.set(f.OID, f)
	list, _ := e.functions.get(f.QualifiedName())
	if !ok {
		e.functions = e.functions.set(f.QualifiedName(), append(slices.Clip(list), f))
		return
	}
	list = slices.Clone(list)
	for i := range list {
		if list[i].OID == f.OID {
			list[i] = f
		}
	}
	e.functions = e.functions.set(f.QualifiedName(), list)
}

func (e *editor) removeFunction(f *Function) {
	e.forget(f.OID)
	e.routines = e.routines.delete(f.OID)
	e.dropOverload(f)
}

func (e *editor) dropOverload(f *Function) {
	e.departed(f.key())
	list, _ := e.functions.get(f.QualifiedName())
	list = slices.DeleteFunc(slices.Clone(list), func(g *Function) bool { return g.OID == f.OID })
	if len(list) == 0 {
		e.functions = e.functions.delete(f.QualifiedName())
		return
	}
	e.functions = e.functions.set(f.QualifiedName(), list)
}

// putObject enters an object under its OID and key, replacing its older
// version.
func (e *editor) putObject(o *Object) {
	if old, ok := e.objectOIDs.get(o.OID); ok && old.key() != o.key() {
		e.objects = e.objects.delete(old.key())
		e.departed(old.key())
	}
	e.objectOIDs = e.objectOIDs.set(o.OID, o)
	e.objects = e.objects.set(o.key(), o)
}

func (e *editor) removeObject(o *Object) {
	e.departed(o.key())
	e.forget(o.OID)
	e.objectOIDs = e.objectOIDs.delete(o.OID)
	e.objects = e.objects.delete(o.key())
}

// conname counts the constraints of a name in a schema up or down.
func (e *editor) conname(schema, name string, by int) {
	key := ddl.Name{Schema: schema, Name: name}
	n, _ := e.connames.get(key)
	if n += by; n <= 0 {
		e.connames = e.connames.delete(key)
		return
	}
	e.connames = e.connames.set(key, n)
}

// depend records that d.Dependent refers to the object oid.
func (e *editor) depend(oid OID, d Dependency) {
	if oid == 0 {
		return
	}
	list, _ := e.dependents.get(oid)
	if slices.Contains(list.items, d) {
		return
	}
	e.dependents = e.dependents.set(oid, list.with(d))
	refs, _ := e.references.get(d.Dependent.OID)
	if !slices.Contains(refs, oid) {
		e.references = e.references.set(d.Dependent.OID, append(slices.Clip(refs), oid))
	}
}

// undepend forgets what dependent refers to among the objects in on; without
// on, among all objects.
func (e *editor) undepend(dependent Address, on ...OID) {
	if len(on) == 0 {
		on, _ = e.references.get(dependent.OID)
	}
	for _, oid := range on {
		e.undependOn(oid, func(d Dependency) bool { return d.Dependent == dependent })
	}
}

// forget takes out what an object that is being dropped, with all its parts,
// refers to and what refers to it.
func (e *editor) forget(oid OID) {
	refs, _ := e.references.get(oid)
	for _, on := range refs {
		e.undependOn(on, func(d Dependency) bool { return d.Dependent.OID == oid })
	}
	e.references = e.references.delete(oid)
	e.dependents = e.dependents.delete(oid)
}

// creationName returns the name that a new object gets: qualified with the
// schema given, or with the first of the search path.
func (e *editor) creationName(n ddl.Name, temporary bool) (ddl.Name, *Error) {
	if temporary {
		if n.Schema != "" && n.Schema != tempSchema {
			return n, refuse(invalidTableDefinition, "cannot create temporary relation in non-temporary schema")
		}
		return ddl.Name{Schema: tempSchema, Name: n.Name}, nil
	}
	if n.Schema == pgCatalog {
		return n, refuse(insufficientPrivilege, "permission denied to create %q", n.Schema+"."+n.Name)
	}
	if n.Schema != "" {
		return n, e.needSchema(n.Schema)
	}
	path := e.SearchPath()
	// Schemas that do not exist are passed over.
	path = slices.DeleteFunc(slices.Clone(path), e.withoutSchema)
	if len(path) == 0 {
		return n, refuse(undefinedSchema, "no schema has been selected to create in")
	}
	n.Schema = path[0]
	return n, e.needSchema(n.Schema)
}

// withoutSchema reports whether a schema certainly does not exist: it never
// did, or it was dropped.
func (e *editor) withoutSchema(name string) bool {
	if e.Schema(name) != nil || name == tempSchema {
		return false
	}
	gone, _ := e.goneObjects.get(schemaKey(name))
	return gone || e.lacksSchema(name)
}

// needSchema checks that a schema exists, or assumes it.
func (e *editor) needSchema(name string) *Error {
	if e.Schema(name) != nil || name == tempSchema {
		return nil
	}
	if e.withoutSchema(name) {
		return refuse(undefinedSchema, "schema %q does not exist", name)
	}
	e.schemas = e.schemas.set(name, &Schema{OID: e.newOID(), Name: name, Assumed: true, Created: e.at()})
	return nil
}

// lacksSchema reports whether a schema certainly does not exist.
func (e *editor) lacksSchema(name string) bool {
	return e.complete && e.fresh && name != tempSchema && e.Schema(name) == nil
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
		if strings.HasPrefix(n.Name, "pg_") {
			name.Schema = pgCatalog // searched first, and never by its name in search_path
		}
	}
	if n.Schema != "" && e.lacksSchema(n.Schema) {
		return nil, refuse(undefinedSchema, "schema %q does not exist", n.Schema)
	}
	if !e.mayExist(name) {
		return nil, refuse(undefinedTable, "relation %q does not exist", unquoted(n))
	}
	return e.assume(name, kind), nil
}

// mayExist reports whether a relation that the catalog does not hold may have
// been there before the history.
func (e *editor) mayExist(n ddl.Name) bool {
	if _, gone := e.gone.get(n); gone {
		return false
	}
	s := e.Schema(n.Schema)
	switch {
	case slices.Contains(toolTables, n.Name):
		return true
	case s == nil:
		return !e.lacksSchema(n.Schema)
	case s.BuiltIn || s.Assumed:
		return true
	case !s.Created.IsZero():
		return false // the history made the schema, and all that is in it
	}
	return !e.complete
}

// toolTables are the tables in which migration tools keep their books, and
// which they make before the first migration runs.
var toolTables = []string{
	"schema_migrations", "goose_db_version", "gorp_migrations", "schema_version", "flyway_schema_history",
	"databasechangelog", "databasechangeloglock", "atlas_schema_revisions", "_prisma_migrations",
	"__diesel_schema_migrations", "_sqlx_migrations", "__drizzle_migrations", "refinery_schema_history",
	"pgmigrations", "bun_migrations", "bun_migration_locks", "gopg_migrations", "schema_migration", "db_migrations",
	"schema_info", "alembic_version", "django_migrations", "ar_internal_metadata", "knex_migrations",
}

// assume enters a relation that must have been there before the history.
func (e *editor) assume(n ddl.Name, kind RelKind) *Relation {
	s := e.Schema(n.Schema)
	if s == nil {
		s = &Schema{OID: e.newOID(), Name: n.Schema, Assumed: true, Created: e.at()}
		e.schemas = e.schemas.set(n.Schema, s)
	}
	if !s.Assumed && !s.BuiltIn && !slices.Contains(toolTables, n.Name) {
		e.assumptions++ // something of this history is missing
	}
	r := &Relation{OID: e.newOID(), Schema: n.Schema, Name: n.Name, Kind: kind, Assumed: true, Created: e.at()}
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
