package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// pgCatalog is the schema of the built-in types and functions.
const pgCatalog = "pg_catalog"

// builtinTypes are the types of pg_catalog.
var builtinTypes = setOf(`bool bytea char name int8 int2 int2vector int4 regproc text oid tid xid cid oidvector
	json jsonb jsonpath xml point lseg path box polygon line circle float4 float8 money macaddr inet cidr macaddr8
	aclitem bpchar varchar date time timestamp timestamptz interval timetz bit varbit numeric refcursor regprocedure
	regoper regoperator regclass regcollation regtype regrole regnamespace uuid pg_lsn tsvector gtsvector tsquery
	regconfig regdictionary txid_snapshot pg_snapshot xid8
	int4range numrange tsrange tstzrange daterange int8range
	int4multirange nummultirange tsmultirange tstzmultirange datemultirange int8multirange
	record cstring any anyarray void trigger event_trigger language_handler internal anyelement anynonarray anyenum
	fdw_handler index_am_handler tsm_handler table_am_handler anyrange anycompatible anycompatiblearray
	anycompatiblenonarray anycompatiblerange anymultirange anycompatiblemultirange
	pg_node_tree pg_ddl_command pg_ndistinct pg_dependencies pg_mcv_list`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// standardTypeNames are the names of the SQL standard, which the grammar turns
// into those of pg_catalog.
var standardTypeNames = map[string]string{
	"bigint": "int8", "boolean": "bool", "character": "bpchar", "decimal": "numeric", "dec": "numeric",
	"int": "int4", "integer": "int4", "real": "float4", "smallint": "int2",
}

// displayNames are those that format_type has its own names for. %s is where
// the modifiers go.
var displayNames = map[string]string{
	"bool": "boolean", "int2": "smallint", "int4": "integer", "int8": "bigint",
	"float4": "real", "float8": "double precision", "numeric": "numeric%s",
	"bpchar": "character%s", "varchar": "character varying%s", "bit": "bit%s", "varbit": "bit varying%s",
	"time": "time%s without time zone", "timetz": "time%s with time zone",
	"timestamp": "timestamp%s without time zone", "timestamptz": "timestamp%s with time zone",
	"interval": "interval%s", "char": `"char"`,
}

// String returns the type as format_type prints it, given the default
// search_path: integer, character varying(10), numeric(10,2)[], mood,
// audit.kind. The number of array dimensions is not part of a type.
func (t Type) String() string {
	s := t.displayName()
	if t.Dims > 0 {
		s += "[]"
	}
	return s
}

func (t Type) displayName() string {
	mods := ""
	if len(t.Mods) > 0 {
		mods = "(" + strings.Join(t.Mods, ",") + ")"
	}
	if t.Name.Schema == pgCatalog && !t.Assumed {
		name, ok := displayNames[t.Name.Name]
		switch {
		case !ok:
			return ddl.Name{Name: t.Name.Name}.String() + mods
		case t.Name.Name == "bpchar" && mods == "":
			return "bpchar"
		case t.Name.Name == "interval" && len(t.Mods) > 0 && !isNumber(t.Mods[0]):
			// interval day to second(3): the fields come before the precision.
			mods = " " + t.Mods[0]
			if len(t.Mods) > 1 {
				mods += "(" + strings.Join(t.Mods[1:], ",") + ")"
			}
		}
		return strings.Replace(name, "%s", mods, 1)
	}
	name := t.Name
	if name.Schema == "public" {
		name.Schema = ""
	}
	return name.String() + mods
}

// builtin returns a type of pg_catalog.
func builtin(name string) Type {
	return Type{Name: ddl.Name{Schema: pgCatalog, Name: name}}
}

// resolveType finds the type that a type name means: built in, made by the
// history, a table's row type, or that of a column (%TYPE). A name that is
// none of these belongs to an extension or to the time before the history, and
// is assumed, unless the catalog is complete and has no extension. Those of
// widespread extensions are always assumed: who runs the server installs them,
// often in the template that databases are copied from.
func (e *editor) resolveType(t ddl.TypeName) (Type, *Error) {
	if t.Column != "" {
		r, err := e.relation(t.Name, Table)
		if err != nil {
			return Type{}, err
		}
		_, a, err := e.attribute(r, t.Column)
		if err != nil {
			return Type{}, err
		}
		return a.Type, nil
	}
	if typ, ok := e.lookupType(t); ok {
		return typ, nil
	}
	if t.Schema != "" && t.Schema != pgCatalog && e.lacksSchema(t.Schema) {
		return Type{}, refuse(undefinedSchema, "schema %q does not exist", t.Schema)
	}
	if e.complete && e.extensions.len() == 0 && !slices.Contains(extensionTypes, t.Name.Name) {
		return Type{}, refuse(undefinedObject, "type %q does not exist", unquoted(t.Name))
	}
	return Type{Name: t.Name, Mods: t.Mods, Dims: min(t.Dims, 1), Assumed: true}, nil
}

// ResolveType returns the type that a type name means in this snapshot. What
// is neither built in nor made by the history is an assumed type.
func (c *Catalog) ResolveType(t ddl.TypeName) Type {
	if t.Column != "" {
		r := c.Relation(t.Name)
		if r == nil {
			return Type{}
		}
		a := r.Attribute(t.Column)
		if a == nil {
			return Type{}
		}
		return a.Type
	}
	if typ, ok := c.lookupType(t); ok {
		return typ
	}
	return Type{Name: t.Name, Mods: t.Mods, Dims: min(t.Dims, 1), Assumed: true}
}

func (c *Catalog) lookupType(t ddl.TypeName) (Type, bool) {
	name, dims := t.Name, min(t.Dims, 1)
	if name.Schema == "" || name.Schema == pgCatalog {
		base := name.Name
		if !builtinTypes[base] && strings.HasPrefix(base, "_") && builtinTypes[base[1:]] {
			base, dims = base[1:], 1
		}
		if serial := (&ddl.Column{Type: ddl.TypeName{Name: ddl.Name{Name: base}}}).Serial(); serial != "" {
			base = serial
		}
		if builtinTypes[base] {
			return Type{Name: ddl.Name{Schema: pgCatalog, Name: base}, Mods: normalMods(base, t.Mods), Dims: dims}, true
		}
		if name.Schema == pgCatalog {
			return Type{}, false
		}
	}
	if d := c.Type(name); d != nil {
		return Type{Def: d.OID, Name: d.QualifiedName(), Mods: t.Mods, Dims: dims}, true
	}
	if r := c.Relation(name); r != nil && r.hasRowType() {
		return Type{Def: r.OID, Name: r.QualifiedName(), Dims: dims}, true
	}
	if strings.HasPrefix(name.Name, "_") {
		if d := c.Type(ddl.Name{Schema: name.Schema, Name: name.Name[1:]}); d != nil {
			return Type{Def: d.OID, Name: d.QualifiedName(), Dims: 1}, true
		}
	}
	return Type{}, false
}

// hasRowType reports whether a relation's name is a type too. The type is then
// identified by the relation's OID.
func (r *Relation) hasRowType() bool {
	switch r.Kind {
	case Table, PartitionedTable, View, MaterializedView, ForeignTable, CompositeType:
		return true
	case Index, PartitionedIndex, Sequence:
		return false
	}
	return false
}

// normalMods fills in the modifiers that PostgreSQL does.
func normalMods(name string, mods []string) []string {
	if name == "numeric" && len(mods) == 1 {
		return []string{mods[0], "0"}
	}
	return slices.Clip(mods)
}

// dependType records that an address depends on a type that the history made.
func (e *editor) dependType(dep Address, t Type) {
	e.depend(t.Def, Dependency{Dependent: dep})
}
