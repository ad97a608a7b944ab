package compat

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A dataType is a type as operators and functions are looked up by: without
// modifiers. The zero value is no type, which constants without one have.
type dataType struct {
	// name is that of pg_type, or of an assumed type as written.
	name  string
	def   catalog.OID
	array bool
	// assumed: it is an extension's, or one of before the history.
	assumed bool
}

// typeNamed is a built-in type: int4, int4[].
func typeNamed(name string) dataType {
	if n := len(name) - len("[]"); n > 0 && name[n:] == "[]" {
		return dataType{name: name[:n], array: true}
	}
	return dataType{name: name}
}

func typeOf(t catalog.Type) dataType {
	if t.IsZero() {
		return dataType{}
	}
	d := dataType{name: t.Name.Name, def: t.Def, array: t.Dims > 0, assumed: t.Assumed}
	if t.Def != 0 {
		d.name = ""
	}
	if t.Assumed {
		d.name = t.Name.String()
	}
	return d
}

func (t dataType) element() dataType {
	t.array = false
	return t
}

func (t dataType) arrayOf() dataType {
	t.array = true
	return t
}

func (t dataType) isZero() bool { return t == dataType{} }

// catalogType is the type with modifiers, as the catalog has it.
func (k *checker) catalogType(t dataType, mods []string) catalog.Type {
	c := catalog.Type{Def: t.def, Name: ddl.Name{Schema: "pg_catalog", Name: t.name}, Mods: mods}
	if t.array {
		c.Dims = 1
	}
	if t.def != 0 {
		if d := k.c.TypeByOID(t.def); d != nil {
			c.Name = d.QualifiedName()
		} else if r := k.c.RelationByOID(t.def); r != nil {
			c.Name = ddl.Name{Schema: r.Schema, Name: r.Name}
		}
	}
	return c
}

// base is the type below a domain.
func (k *checker) base(t dataType) dataType {
	for range 8 {
		d := k.c.TypeByOID(t.def)
		if t.array || d == nil || d.Kind != catalog.Domain {
			return t
		}
		t = typeOf(d.Base)
	}
	return t
}

// foreign reports whether what can be done with a type is not known: it is no
// built-in type, enum, domain or range, nor an array of such.
func (k *checker) foreign(t dataType) bool {
	t = k.base(t)
	switch {
	case t.isZero() || t.assumed:
		return true
	case t.def != 0:
		d := k.c.TypeByOID(t.def)
		return d == nil || d.Assumed || d.Kind != catalog.Enum && (d.Kind != catalog.Domain || !t.array)
	}
	e := builtin().types[t.name]
	return e == nil || e.pseudo || !e.majors.all() && e.category != 'Z' && t.name != "char"
}

func (k *checker) isEnum(t dataType) bool {
	d := k.c.TypeByOID(t.def)
	return d != nil && d.Kind == catalog.Enum && !t.array
}

// category is typcategory.
func (k *checker) category(t dataType) byte {
	t = k.base(t)
	switch {
	case t.array:
		return 'A'
	case t.def != 0 && k.isEnum(t):
		return 'E'
	case t.def != 0:
		return 'C'
	}
	if e := builtin().types[t.name]; e != nil {
		return e.category
	}
	return 'U'
}

// preferred is typispreferred.
func (k *checker) preferred(t dataType) bool {
	t = k.base(t)
	e := builtin().types[t.name]
	return t.def == 0 && !t.array && e != nil && e.preferred
}

// comparable reports whether a type has equality, and an order.
func (k *checker) comparable(t dataType) (equal, ordered bool) {
	t = k.base(t)
	if t.array {
		return k.comparable(t.element())
	}
	if t.def != 0 {
		return true, true // an enum
	}
	e := builtin().types[t.name]
	return e != nil && (e.equality || t.name == "varchar" || t.name == "cidr"), e != nil && (e.ordered || t.name == "varchar" || t.name == "cidr")
}

// A castContext is how much a cast is asked for.
type castContext uint8

const (
	implicitly castContext = iota
	assigning
	explicitly
)

// castable reports whether values of one type become another.
func (k *checker) castable(from, to dataType, how castContext) bool {
	return k.castPath(from, to, how) != noPath
}

// A castPath is how values of a type become another's.
type castPath uint8

const (
	noPath castPath = iota
	byCast
	// byText: the text of the value is read.
	byText
)

func (k *checker) castPath(from, to dataType, how castContext) castPath {
	from, to = k.base(from), k.base(to)
	if from == to {
		return byCast
	}
	switch builtin().casts[[2]dataType{from, to}] {
	case 'i':
		return byCast
	case 'a':
		if how >= assigning {
			return byCast
		}
		return noPath
	case 'e':
		if how >= explicitly {
			return byCast
		}
		return noPath
	}
	if from.array && to.array {
		return k.castPath(from.element(), to.element(), how)
	}
	if how >= assigning && k.category(to) == 'S' || how >= explicitly && k.category(from) == 'S' {
		return byText
	}
	return noPath
}
