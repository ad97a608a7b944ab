package catalog

import (
	"cmp"
	"slices"
)

// Schemas returns all schemas in order of name.
func (c *Catalog) Schemas() []*Schema {
	return sorted(c.schemas, func(a, b *Schema) int { return cmp.Compare(a.Name, b.Name) })
}

// Extensions returns all extensions in order of name.
func (c *Catalog) Extensions() []*Extension {
	return sorted(c.extensions, func(a, b *Extension) int { return cmp.Compare(a.Name, b.Name) })
}

// Types returns all types of the history, older ones first.
func (c *Catalog) Types() []*TypeDef {
	return sorted(c.types, func(a, b *TypeDef) int { return cmp.Compare(a.OID, b.OID) })
}

// Objects returns the objects that are tracked by name only, older ones first.
func (c *Catalog) Objects() []*Object {
	return sorted(c.objects, func(a, b *Object) int { return cmp.Compare(a.OID, b.OID) })
}

// AllFunctions returns all routines of the history, older ones first.
func (c *Catalog) AllFunctions() []*Function {
	var all []*Function
	for _, overloads := range c.functions.all() {
		all = append(all, overloads...)
	}
	slices.SortFunc(all, func(a, b *Function) int { return cmp.Compare(a.OID, b.OID) })
	return all
}

func sorted[K comparable, V any](s versions[K, V], compare func(a, b V) int) []V {
	all := make([]V, 0, s.len())
	for _, v := range s.all() {
		all = append(all, v)
	}
	slices.SortFunc(all, compare)
	return all
}

// String returns the kind in the SQL manual's words.
func (k TypeKind) String() string {
	switch k {
	case Composite:
		return "composite type"
	case Domain:
		return "domain"
	case Enum:
		return "enum"
	case Range:
		return "range"
	case Multirange:
		return "multirange"
	}
	return "type"
}
