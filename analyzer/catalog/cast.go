package catalog

import "strings"

// casts are the casts of pg_cast that need not be asked for: "i" for implicit
// ones, "a" for those on assignment. ALTER COLUMN … TYPE without USING takes
// both. Casts to strings need no entry: every type has them on assignment.
var casts = castsOf(`
	int2:int4=i int2:int8=i int2:numeric=i int2:float4=i int2:float8=i int2:oid=i
	int4:int8=i int4:numeric=i int4:float4=i int4:float8=i int4:oid=i int4:int2=a int4:money=a
	int8:numeric=i int8:float4=i int8:float8=i int8:oid=i int8:int4=a int8:int2=a int8:money=a
	numeric:float4=i numeric:float8=i numeric:int2=a numeric:int4=a numeric:int8=a numeric:money=a money:numeric=a
	float4:float8=i float4:int2=a float4:int4=a float4:int8=a float4:numeric=a
	float8:float4=a float8:int2=a float8:int4=a float8:int8=a float8:numeric=a
	oid:int4=a oid:int8=a
	char:text=i char:bpchar=a char:varchar=a name:text=i name:bpchar=a name:varchar=a
	text:bpchar=i text:name=i text:varchar=i text:char=a varchar:text=i varchar:bpchar=i varchar:name=i varchar:char=a
	bpchar:text=i bpchar:varchar=i bpchar:name=i bpchar:char=a
	json:jsonb=a jsonb:json=a cidr:inet=i inet:cidr=a macaddr:macaddr8=i macaddr8:macaddr=i
	date:timestamp=i date:timestamptz=i time:interval=i time:timetz=i interval:time=a timetz:time=a
	timestamp:timestamptz=i timestamp:date=a timestamp:time=a
	timestamptz:timestamp=a timestamptz:date=a timestamptz:time=a timestamptz:timetz=a
	bit:varbit=i varbit:bit=i point:box=a path:polygon=a box:polygon=a polygon:path=a`)

func castsOf(list string) map[string]byte {
	m := map[string]byte{}
	for _, entry := range strings.Fields(list) {
		pair, context, _ := strings.Cut(entry, "=")
		m[pair] = context[0]
	}
	// Names of objects are OIDs, and integers become both.
	for _, name := range strings.Fields("regproc regprocedure regoper regoperator regclass regtype regconfig regdictionary regrole regnamespace regcollation") {
		m["oid:"+name], m[name+":oid"] = 'i', 'i'
		m["int2:"+name], m["int4:"+name], m["int8:"+name] = 'i', 'i', 'i'
		m[name+":int4"], m[name+":int8"] = 'a', 'a'
	}
	m["text:regclass"], m["varchar:regclass"] = 'i', 'i'
	return m
}

// stringTypes are those of typcategory S.
var stringTypes = setOf("text varchar bpchar name")

// assignable reports whether values of one type become another without being
// asked to. Where a type is unknown or an extension's, they may.
func (c *Catalog) assignable(from, to Type) bool {
	from, to = c.base(from), c.base(to)
	switch {
	case from.IsZero() || to.IsZero() || from.Assumed || to.Assumed:
		return true
	case from.Name == to.Name && from.Def == to.Def && from.Dims == to.Dims:
		return true
	case to.Dims == 0 && to.Name.Schema == pgCatalog && stringTypes[to.Name.Name]:
		return true
	case from.Dims > 0 && to.Dims > 0:
		return c.assignable(from.element(), to.element())
	case from.Dims > 0 || to.Dims > 0 || from.Def != 0 || to.Def != 0:
		return false
	}
	return casts[from.Name.Name+":"+to.Name.Name] != 0
}

func (t Type) element() Type {
	t.Dims = 0
	return t
}

// operatorFamilies are the groups of types that a B-tree operator family
// compares with each other.
var operatorFamilies = []map[string]bool{
	setOf("int2 int4 int8"), setOf("float4 float8"), setOf("text varchar bpchar name"), setOf("date timestamp timestamptz"),
	setOf("inet cidr"), setOf("bit varbit"),
}

// hasEquality reports whether a foreign key of one type can refer to a key of
// another. Where a type is unknown or an extension's, it may.
func (c *Catalog) hasEquality(from, to Type) bool {
	from, to = c.base(from), c.base(to)
	switch {
	case from.IsZero() || to.IsZero() || from.Assumed || to.Assumed:
		return true
	case from.Name == to.Name && from.Def == to.Def && from.Dims == to.Dims:
		return true
	case from.Dims > 0 || to.Dims > 0 || from.Def != 0 || to.Def != 0:
		return false
	}
	for _, family := range operatorFamilies {
		if family[from.Name.Name] && family[to.Name.Name] {
			return true
		}
	}
	return casts[from.Name.Name+":"+to.Name.Name] == 'i'
}
