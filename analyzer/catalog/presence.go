package catalog

import "github.com/migracheck/migracheck/parser/ddl"

// MayExist reports whether a relation that [Catalog.Relation] does not find may
// exist all the same: created before the history, or by what cannot be read.
func (c *Catalog) MayExist(n ddl.Name) bool { return c.Relation(n) == nil && c.mayExistNamed(n) }

// RowType returns the relation whose rows values of a type are, or that of a
// composite type; nil for other types.
func (c *Catalog) RowType(t Type) *Relation { return c.rowOf(t) }
