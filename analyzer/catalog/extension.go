package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// withoutRelations are the extensions known to make types, operators and
// functions but no tables and no views. Of others relations are assumed when
// they are named.
var withoutRelations = []string{
	"address_standardizer", "amcheck", "autoinc", "bloom", "bool_plperl", "btree_gin", "btree_gist", "citext", "cube",
	"dblink", "dict_int", "dict_xsyn", "earthdistance", "file_fdw", "fuzzystrmatch", "hll", "hstore", "hstore_plperl",
	"http", "insert_username", "intagg", "intarray", "ip4r", "isn", "jsonb_plperl", "lo", "ltree", "moddatetime",
	"pageinspect", "pg_freespacemap", "pg_hashids", "pg_prewarm", "pg_surgery",
	"pg_trgm", "pg_uuidv7", "pg_visibility", "pg_walinspect", "pgaudit", "pgcrypto", "pgjwt", "pgrowlocks",
	"pgstattuple", "plperl", "plperlu", "plpgsql", "plpython3u", "pltcl", "plv8", "postgres_fdw", "prefix", "refint", "rum",
	"seg", "semver", "sslinfo", "tablefunc", "tcn", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp",
	"vector", "xml2",
}

// extensionTypes are the types of widespread extensions.
var extensionTypes = []string{
	"box2d", "box3d", "citext", "cube", "earth", "geography", "geometry", "h3index", "halfvec", "hll", "hstore", "ip4",
	"ip4r", "isbn", "isbn13", "lquery", "ltree", "ltxtquery", "raster", "seg", "semver", "sparsevec", "topogeometry", "vector",
}

func (e *editor) createExtension(op *ddl.CreateExtension) *Error {
	name := op.Extension.Name
	if e.Extension(name) != nil || name == "plpgsql" {
		if op.IfNotExists {
			return nil
		}
		return refuse(duplicateObject, "extension %q already exists", name)
	}
	schema := op.Schema
	if schema != "" {
		if _, err := e.existingSchema(schema); err != nil {
			return err
		}
	} else {
		schema = e.qualified(ddl.Name{}).Schema
	}
	x := &Extension{OID: e.newOID(), Name: name, Schema: schema, Version: op.Version, Created: e.at()}
	e.extensions = e.extensions.set(name, x)
	if !slices.Contains(withoutRelations, name) {
		e.complete = false
		e.assumptions++ // its relations
	}
	e.changed(&ExtensionCreated{Extension: x})
	return nil
}

// existingExtension resolves an extension that the operation needs. It is nil
// where it may have been there before the history.
func (e *editor) existingExtension(name string) (*Extension, *Error) {
	if x := e.Extension(name); x != nil {
		return x, nil
	}
	gone, _ := e.goneObjects.get(extensionKey(name))
	if name == "plpgsql" || !e.complete && !gone {
		return nil, nil
	}
	return nil, refuse(undefinedObject, "extension %q does not exist", name)
}

func extensionKey(name string) objectKey {
	return objectKey{kind: ddl.Extension, name: ddl.Name{Name: name}}
}

func (e *editor) alterExtension(op *ddl.AlterExtension) *Error {
	x, err := e.existingExtension(op.Extension.Name)
	if err != nil {
		return err
	}
	if op.Action == "set schema" {
		if _, err := e.existingSchema(op.Schema); err != nil {
			return err
		}
	}
	if x == nil {
		return nil
	}
	y := *x
	switch op.Action {
	case "update":
		y.Version = op.Version
	case "set schema":
		y.Schema = op.Schema
	}
	e.extensions = e.extensions.set(y.Name, &y)
	e.changed(&ExtensionUpdated{Before: x, After: &y})
	return nil
}

func (e *editor) dropExtension(op *ddl.DropExtension) *Error {
	for _, id := range op.Extensions {
		x := e.Extension(id.Name)
		if x == nil && op.IfExists {
			continue
		}
		x, err := e.existingExtension(id.Name)
		if err != nil {
			return err
		}
		if x != nil {
			e.removeExtension(x)
		}
	}
	return nil
}

// removeExtension takes out an extension and the relations known to be its.
// Which columns have types of it cannot be told.
func (e *editor) removeExtension(x *Extension) {
	e.extensions = e.extensions.delete(x.Name)
	e.departed(extensionKey(x.Name))
	var members []*Relation
	for _, r := range e.relations.all() {
		if r.Extension == x.Name {
			members = append(members, r)
		}
	}
	slices.SortFunc(members, func(a, b *Relation) int { return strings.Compare(a.String(), b.String()) })
	for _, r := range members {
		e.remove(r)
		e.changed(&RelationDropped{Relation: r, Cascade: x.Name})
	}
	e.changed(&ExtensionDropped{Extension: x})
}
