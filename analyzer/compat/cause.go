package compat

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

// cause says what became of the object of an error between the two schemas, or
// "".
func (c *comparison) cause(e Error) string {
	if c.back {
		if old, ok := c.old.bound[e.At]; ok {
			return c.became(old)
		}
		return ""
	}
	if e.SQLState == notNullViolation || e.SQLState == generatedAlways {
		if cause := c.columnCause(e); cause != "" {
			return cause
		}
	}
	if old, ok := c.old.bound[e.At]; ok {
		if became := c.became(old); became != "" {
			return became
		}
	}
	if cause := c.typeCause(e); cause != "" {
		return cause
	}
	switch e.SQLState {
	case undefinedObject:
		return c.constraintCause(e)
	case invalidColumnReference:
		return c.indexCause(e)
	case ambiguousColumn:
		return fmt.Sprintf("a new column %s makes the name mean two", e.Object)
	case invalidText:
		return fmt.Sprintf("the labels of %s changed", e.Object)
	}
	if e.Relation != "" {
		return fmt.Sprintf("%s changed", e.Relation)
	}
	return ""
}

// became says what became of the object that a name meant.
func (c *comparison) became(old binding) string {
	switch {
	case old.column != 0:
		return c.becameColumn(old)
	case old.relation != 0:
		r := c.after.RelationByOID(old.relation)
		return c.say("relation", c.relationName(old.relation), r != nil, func() string { return r.String() })
	case old.routine != 0:
		f := c.after.FunctionByOID(old.routine)
		return c.say("function", old.name, f != nil, func() string { return f.Signature() })
	case old.typ != 0:
		t := c.after.TypeByOID(old.typ)
		return c.say("type", old.name, t != nil, func() string { return t.String() })
	}
	return ""
}

func (c *comparison) say(kind, old string, exists bool, now func() string) string {
	switch {
	case !exists && c.back:
		return fmt.Sprintf("%s %s is new", kind, old)
	case exists && c.back && now() != old:
		return fmt.Sprintf("%s %s was %s before", kind, old, now())
	case !exists:
		return fmt.Sprintf("%s %s was dropped", kind, old)
	case now() != old:
		return fmt.Sprintf("%s %s is now %s", kind, old, now())
	}
	return ""
}

func (c *comparison) becameColumn(old binding) string {
	relation := c.relationName(old.relation)
	r := c.after.RelationByOID(old.relation)
	if r == nil {
		return c.say("relation", relation, false, nil)
	}
	a := r.AttributeByNum(old.column)
	switch before := attribute(c.before, use{old.relation, old.column}); {
	case a == nil && before != nil && c.back:
		return fmt.Sprintf("column %s of %s is new", before.Name, relation)
	case a != nil && before != nil && a.Name != before.Name && c.back:
		return fmt.Sprintf("column %s of %s was called %s before", before.Name, relation, a.Name)
	case a == nil && before != nil:
		return fmt.Sprintf("column %s of %s was dropped", before.Name, relation)
	case a != nil && before != nil && a.Name != before.Name:
		return fmt.Sprintf("column %s of %s was renamed to %s", before.Name, relation, a.Name)
	case r.String() != relation:
		return c.say("relation", relation, true, r.String)
	}
	return ""
}

func (c *comparison) constraintCause(e Error) string {
	for r := range c.before.Relations() {
		if r.String() != e.Relation {
			continue
		}
		con := r.Constraint(e.Object)
		if con == nil {
			break
		}
		var now *catalog.Constraint
		if after := c.after.RelationByOID(r.OID); after != nil {
			now = after.ConstraintByOID(con.OID)
		}
		switch {
		case now == nil:
			return fmt.Sprintf("constraint %s of %s was dropped", con.Name, r)
		case now.Name != con.Name:
			return fmt.Sprintf("constraint %s of %s was renamed to %s", con.Name, r, now.Name)
		}
		return fmt.Sprintf("%s is another relation now", r)
	}
	return ""
}

// indexCause says which unique indexes of a relation are gone.
func (c *comparison) indexCause(e Error) string {
	for r := range c.before.Relations() {
		if r.String() != e.Relation {
			continue
		}
		for _, oid := range r.Indexes {
			if x := c.before.RelationByOID(oid); x != nil && x.Index != nil && x.Index.Unique && c.after.RelationByOID(oid) == nil {
				return fmt.Sprintf("unique index %s of %s was dropped", x.Name, r)
			}
		}
	}
	return fmt.Sprintf("%s changed", e.Relation)
}

// columnCause says what is new of a column that takes no value, or needs one.
func (c *comparison) columnCause(e Error) string {
	for r := range c.after.Relations() {
		if r.String() != e.Relation {
			continue
		}
		a := r.Attribute(e.Object)
		if a == nil {
			break
		}
		before := attribute(c.before, use{r.OID, a.Num})
		switch {
		case before == nil:
			return fmt.Sprintf("column %s of %s is new", a.Name, r)
		case a.NotNull && !before.NotNull:
			return fmt.Sprintf("column %s of %s is now NOT NULL", a.Name, r)
		case before.HasDefault() && !a.HasDefault():
			return fmt.Sprintf("column %s of %s has no default any more", a.Name, r)
		case a.Identity != before.Identity:
			return fmt.Sprintf("column %s of %s is now an identity column", a.Name, r)
		case a.Generated != nil && before.Generated == nil:
			return fmt.Sprintf("column %s of %s is now generated", a.Name, r)
		}
	}
	return ""
}
