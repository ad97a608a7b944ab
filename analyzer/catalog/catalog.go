// Package catalog is an in-memory model of PostgreSQL's system catalogs, for
// replaying migrations.
//
// A [Catalog] is an immutable snapshot. [Catalog.Apply] performs one operation
// and returns the next snapshot, which shares with the old one all that did not
// change, the list of what changed, and, where PostgreSQL would refuse the
// operation, an [*Error] with the SQLSTATE. Snapshots make it cheap to ask what
// was true before, and safe to keep every one of them.
//
// The model has PostgreSQL's names (relation, attribute, relkind, contype) and
// its habits: the names it chooses for what is not named, what CASCADE takes
// along, what goes silently with a dropped column. Every object has an OID for
// life, so that it can be followed through renames.
//
// Unknown is a value. A relation may be present, absent, or assumed: referred
// to, but created before the history starts. Of an assumed relation nothing is
// known that the history did not say.
//
// It holds no rows, evaluates no expression, and does not know locks.
package catalog

import (
	"iter"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// An OID identifies an object within the snapshots that descend from one
// another. It is never reused and survives renames. 0 is no object.
type OID uint32

// A Catalog is one immutable snapshot. The zero value is not usable; begin with
// [New].
type Catalog struct {
	contents

	// transient are the temporary tables that the end of the transaction drops.
	transient []OID
	// defaultACL are the ALTER DEFAULT PRIVILEGES in effect.
	defaultACL []DefaultACL
}

// contents are what can be compared: equal ones are of the same version.
type contents struct {
	next OID
	// complete: what is not here does not exist. Otherwise it may have been
	// created before the history starts.
	complete bool
	// fresh: the database was certainly empty before the history. A complete
	// catalog that is not fresh may still have schemas beside those it knows:
	// another application's, a platform's.
	fresh bool
	// assumptions counts what the history must have had before it starts:
	// relations that were assumed in schemas of its own.
	assumptions int
	// temporary counts the relations of tempSchema.
	temporary int

	relations  versions[OID, *Relation]
	relname    versions[ddl.Name, OID] // tables, indexes, sequences, views share one namespace
	types      versions[OID, *TypeDef]
	typename   versions[ddl.Name, OID]
	functions  versions[ddl.Name, []*Function] // overloads, in order of creation
	routines   versions[OID, *Function]
	schemas    versions[string, *Schema]
	extensions versions[string, *Extension]
	objects    versions[objectKey, *Object]
	objectOIDs versions[OID, *Object]
	// dependents lists, for each object, the objects that refer to it, and
	// references, for each object, those that it refers to.
	dependents versions[OID, list[Dependency]]
	references versions[OID, []OID]
	// connames counts the constraints of a name in a schema, which the names
	// that PostgreSQL chooses avoid.
	connames versions[ddl.Name, int]
	// gone remembers the names of relations that were there once, with the
	// last relation of that name; nil where it is only known to be free.
	gone versions[ddl.Name, *Relation]
	// goneObjects does the same for types, routines and other objects.
	goneObjects versions[objectKey, bool]

	session *Session
}

type objectKey struct {
	kind ddl.Kind
	name ddl.Name
	part string
}

// fork returns the same contents; what is set in them nothing else sees.
func (c contents) fork() contents {
	c.relations = c.relations.fork()
	c.relname = c.relname.fork()
	c.types = c.types.fork()
	c.typename = c.typename.fork()
	c.functions = c.functions.fork()
	c.routines = c.routines.fork()
	c.schemas = c.schemas.fork()
	c.extensions = c.extensions.fork()
	c.objects = c.objects.fork()
	c.objectOIDs = c.objectOIDs.fork()
	c.dependents = c.dependents.fork()
	c.references = c.references.fork()
	c.connames = c.connames.fork()
	c.gone = c.gone.fork()
	c.goneObjects = c.goneObjects.fork()
	return c
}

// discard forgets what was done since; c must not be used any more.
func (c contents) discard(since *contents) {
	c.relations.discard(since.relations)
	c.relname.discard(since.relname)
	c.types.discard(since.types)
	c.typename.discard(since.typename)
	c.functions.discard(since.functions)
	c.routines.discard(since.routines)
	c.schemas.discard(since.schemas)
	c.extensions.discard(since.extensions)
	c.objects.discard(since.objects)
	c.objectOIDs.discard(since.objectOIDs)
	c.dependents.discard(since.dependents)
	c.references.discard(since.references)
	c.connames.discard(since.connames)
	c.gone.discard(since.gone)
	c.goneObjects.discard(since.goneObjects)
}

// revert returns contents with the objects that there were.
func (c contents) revert(to *contents) contents {
	d := *to
	d.relations = c.relations.revert(to.relations)
	d.relname = c.relname.revert(to.relname)
	d.types = c.types.revert(to.types)
	d.typename = c.typename.revert(to.typename)
	d.functions = c.functions.revert(to.functions)
	d.routines = c.routines.revert(to.routines)
	d.schemas = c.schemas.revert(to.schemas)
	d.extensions = c.extensions.revert(to.extensions)
	d.objects = c.objects.revert(to.objects)
	d.objectOIDs = c.objectOIDs.revert(to.objectOIDs)
	d.dependents = c.dependents.revert(to.dependents)
	d.references = c.references.revert(to.references)
	d.connames = c.connames.revert(to.connames)
	d.gone = c.gone.revert(to.gone)
	d.goneObjects = c.goneObjects.revert(to.goneObjects)
	return d
}

// tempSchema holds temporary relations; it is searched first.
const tempSchema = "pg_temp"

// New returns the catalog of a fresh database: schema public and pg_catalog,
// search_path "$user", public. With complete, a relation that the history does
// not create does not exist; without, it is assumed.
func New(complete bool) *Catalog {
	c := &Catalog{contents: contents{next: 16384, complete: complete, fresh: complete, session: &Session{}}}
	for _, name := range []string{"public", "pg_catalog", "information_schema"} {
		c.next++
		c.schemas = c.schemas.set(name, &Schema{OID: c.next, Name: name, BuiltIn: name != "public"})
	}
	return c
}

// Fork returns the same snapshot for trying something, and for use beside c by
// another goroutine: what is done from there is kept apart from what is done
// from c. The methods of snapshots of one history that return another snapshot
// ([Catalog.Apply], [Catalog.Return], [Catalog.EndTransaction]) must not be
// called while another goroutine uses any of them.
func (c *Catalog) Fork() *Catalog {
	d := *c
	d.contents = c.fork()
	return &d
}

// Complete reports whether what the catalog does not hold does not exist.
func (c *Catalog) Complete() bool { return c.complete }

// WithComplete returns the same snapshot with another answer to [Catalog.Complete].
func (c *Catalog) WithComplete(complete bool) *Catalog {
	d := *c
	d.complete = complete
	return &d
}

// Assumptions returns how often something had to be assumed that belongs to
// this history: it does not start with an empty database.
func (c *Catalog) Assumptions() int { return c.assumptions }

// Relation resolves a name along the search path; nil where there is none.
func (c *Catalog) Relation(n ddl.Name) *Relation {
	if n.Schema != "" {
		return c.relationNamed(n)
	}
	if r := c.relationNamed(ddl.Name{Schema: tempSchema, Name: n.Name}); r != nil {
		return r
	}
	if strings.HasPrefix(n.Name, "pg_") {
		if r := c.relationNamed(ddl.Name{Schema: pgCatalog, Name: n.Name}); r != nil {
			return r
		}
	}
	for _, s := range c.SearchPath() {
		if r := c.relationNamed(ddl.Name{Schema: s, Name: n.Name}); r != nil {
			return r
		}
	}
	return nil
}

func (c *Catalog) relationNamed(n ddl.Name) *Relation {
	oid, ok := c.relname.get(n)
	if !ok {
		return nil
	}
	r, _ := c.relations.get(oid)
	return r
}

// RelationByOID returns the relation with that OID; nil where it does not exist
// in this snapshot.
func (c *Catalog) RelationByOID(oid OID) *Relation {
	r, _ := c.relations.get(oid)
	return r
}

// Relations yields all relations in order of schema and name.
func (c *Catalog) Relations() iter.Seq[*Relation] {
	return func(yield func(*Relation) bool) {
		var all []*Relation
		for _, r := range c.relations.all() {
			all = append(all, r)
		}
		slices.SortFunc(all, func(a, b *Relation) int {
			if d := strings.Compare(a.Schema, b.Schema); d != 0 {
				return d
			}
			return strings.Compare(a.Name, b.Name)
		})
		for _, r := range all {
			if !yield(r) {
				return
			}
		}
	}
}

// Type resolves the name of a type made by the history (enum, domain,
// composite, range, base); nil where there is none.
func (c *Catalog) Type(n ddl.Name) *TypeDef {
	if n.Schema != "" {
		return c.typeNamed(n)
	}
	for _, s := range c.SearchPath() {
		if t := c.typeNamed(ddl.Name{Schema: s, Name: n.Name}); t != nil {
			return t
		}
	}
	return nil
}

func (c *Catalog) typeNamed(n ddl.Name) *TypeDef {
	oid, ok := c.typename.get(n)
	if !ok {
		return nil
	}
	t, _ := c.types.get(oid)
	return t
}

// TypeByOID returns the type with that OID, or nil.
func (c *Catalog) TypeByOID(oid OID) *TypeDef {
	t, _ := c.types.get(oid)
	return t
}

// Functions returns the overloads of a routine, resolved along the search path,
// in order of creation.
func (c *Catalog) Functions(n ddl.Name) []*Function {
	if n.Schema != "" {
		f, _ := c.functions.get(n)
		return f
	}
	for _, s := range c.SearchPath() {
		if f, _ := c.functions.get(ddl.Name{Schema: s, Name: n.Name}); len(f) > 0 {
			return f
		}
	}
	return nil
}

// FunctionByOID returns the routine with that OID, or nil.
func (c *Catalog) FunctionByOID(oid OID) *Function {
	f, _ := c.routines.get(oid)
	return f
}

// Schema returns a schema by name, or nil.
func (c *Catalog) Schema(name string) *Schema {
	s, _ := c.schemas.get(name)
	return s
}

// Extension returns an extension by name, or nil.
func (c *Catalog) Extension(name string) *Extension {
	e, _ := c.extensions.get(name)
	return e
}

// Object returns an object of a kind that is tracked by name only, or nil.
func (c *Catalog) Object(kind ddl.Kind, name ddl.Name) *Object {
	o, _ := c.objects.get(objectKey{kind: kind, name: name})
	return o
}

// Dependents returns the objects that refer to the object with that OID.
func (c *Catalog) Dependents(oid OID) []Dependency {
	d, _ := c.dependents.get(oid)
	return d.items
}

// Has reports whether any object with that OID exists in this snapshot:
// relation, type, routine or schema.
func (c *Catalog) Has(oid OID) bool {
	if _, ok := c.relations.get(oid); ok {
		return true
	}
	if _, ok := c.types.get(oid); ok {
		return true
	}
	return c.FunctionByOID(oid) != nil
}

// SearchPath returns the schemas that unqualified names are looked up in, those
// that exist or are assumed, without pg_catalog.
func (c *Catalog) SearchPath() []string { return c.session.SearchPath() }

// Session returns the session's settings.
func (c *Catalog) Session() *Session { return c.session }
