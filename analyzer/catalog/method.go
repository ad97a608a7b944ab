package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// accessMethods are PostgreSQL's index access methods: which built-in types have
// a default operator class, and what the method can do.
var accessMethods = map[string]struct {
	// with are the types that have one, without those that have none; where both
	// are nil, nothing is known.
	with, without map[string]bool
	arrays        bool
	unique        bool
	multicolumn   bool
}{
	"btree": {without: setOf(`json jsonpath xml point lseg path box polygon line circle aclitem xid cid txid_snapshot pg_snapshot
		pg_node_tree gtsvector refcursor`), arrays: true, unique: true, multicolumn: true},
	"hash":   {without: setOf("json jsonpath xml point lseg path box polygon line circle tsvector tsquery money bit varbit refcursor"), arrays: true},
	"gin":    {with: setOf("tsvector jsonb"), arrays: true, multicolumn: true},
	"gist":   {with: setOf("point box polygon circle tsvector tsquery int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange"), multicolumn: true},
	"spgist": {with: setOf("point box polygon text varchar inet cidr int4range int8range numrange tsrange tstzrange daterange")},
	"brin":   {multicolumn: true, arrays: true},
}

// operatorClasses are those that are often used and an extension's.
var operatorClasses = map[string]string{
	"gin_trgm_ops": "pg_trgm", "gist_trgm_ops": "pg_trgm", "gin__int_ops": "intarray", "gist_ltree_ops": "ltree", "gin_hstore_ops": "hstore",
	"vector_l2_ops": "vector", "vector_ip_ops": "vector", "vector_cosine_ops": "vector",
}

// methodFits checks what an access method can do. Extensions bring methods and
// operator classes of their own, so that with one there nothing is refused for
// want of them.
func (e *editor) methodFits(t *Relation, d *IndexData) *Error {
	method, known := accessMethods[d.Method]
	extended := !e.complete || e.extensions.len() > 0
	switch {
	case !known && (extended || e.Object(ddl.AccessMethod, ddl.Name{Name: d.Method}) != nil):
		return nil
	case !known:
		return refuse(undefinedObject, "access method %q does not exist", d.Method)
	case d.Unique && !method.unique:
		return refuse(featureNotSupported, "access method %q does not support unique indexes", d.Method)
	case len(d.Columns) > 1 && !method.multicolumn:
		return refuse(featureNotSupported, "access method %q does not support multicolumn indexes", d.Method)
	case d.Method != "btree" && slices.ContainsFunc(d.Elements, func(el ddl.IndexElement) bool { return el.Desc }):
		return refuse(featureNotSupported, "access method %q does not support ASC/DESC options", d.Method)
	case len(d.Include) > 0 && (d.Method == "hash" || d.Method == "gin" || d.Method == "brin"):
		return refuse(featureNotSupported, "access method %q does not support included columns", d.Method)
	case extended:
		return nil
	}
	for _, el := range d.Elements {
		if x := operatorClasses[el.OpClass.Name]; x != "" && e.Object(ddl.OperatorClass, e.qualified(el.OpClass)) == nil {
			return refuse(undefinedObject, "operator class %q does not exist for access method %q", el.OpClass.Name, d.Method)
		}
	}
	for i, num := range d.Columns {
		a := t.AttributeByNum(num)
		if a == nil || i >= len(d.Elements) || d.Elements[i].OpClass.Name != "" {
			continue
		}
		typ := e.base(a.Type)
		if typ.IsZero() || typ.Assumed || typ.Def != 0 {
			continue
		}
		has := method.arrays
		if typ.Dims == 0 {
			has = !method.without[typ.Name.Name] && (method.with == nil || method.with[typ.Name.Name])
		}
		if !has {
			return refuse(undefinedObject, "data type %s has no default operator class for access method %q", Type{Name: typ.Name, Dims: typ.Dims}, d.Method)
		}
	}
	return nil
}
