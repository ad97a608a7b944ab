package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// notNullMark says how a column becomes NOT NULL.
type notNullMark struct {
	// name of the constraint, where it is given.
	name string
	// implied is the primary key that makes it so.
	implied string
	invalid bool
	// silent: with a new table, nothing is listed in changes.
	silent bool
	only   bool
}

// notNull makes a column NOT NULL, and those of the children that inherit it.
func (e *editor) notNull(t *Relation, num int, m notNullMark) {
	t = e.own(t)
	a := t.AttributeByNum(num)
	if a == nil {
		return
	}
	if !a.NotNull || a.NotNullInvalid && !m.invalid {
		b := *a
		b.NotNull, b.NotNullInvalid = true, m.invalid
		if b.NotNullName = m.name; m.name == "" {
			b.NotNullName = e.chooseNotNullName(t, a.Name)
		}
		setAttribute(t, &b)
		if !m.silent {
			e.changed(&NullabilityChanged{Relation: t, Before: a, After: &b, Implied: m.implied})
		}
	}
	if m.only {
		return
	}
	m.name = t.AttributeByNum(num).NotNullName // children get the same
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		if ca := child.Attribute(a.Name); ca != nil {
			e.notNull(child, ca.Num, m)
		}
	}
}

func (e *editor) setNotNull(op *ddl.SetNotNull) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "ALTER COLUMN ... SET NOT NULL", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	if op.Only && t.Kind == PartitionedTable && len(t.Children) > 0 && !a.NotNull {
		return refuse(invalidTableDefinition, "constraint must be added to child tables too")
	}
	e.notNull(t, a.Num, notNullMark{only: op.Only})
	return nil
}

func (e *editor) dropNotNull(op *ddl.DropNotNull) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "ALTER COLUMN ... DROP NOT NULL", Table, PartitionedTable, ForeignTable)
	if t == nil || err != nil {
		return err
	}
	if !a.NotNull && !a.Assumed {
		return nil
	}
	if a.Identity != "" {
		return refuse(syntaxError, "column %q of relation %q is an identity column", a.Name, t.Name)
	}
	return e.nullable(t, a, op.Only)
}

// nullable drops a column's NOT NULL, and that of the children that have it
// from there.
func (e *editor) nullable(t *Relation, a *Attribute, only bool) *Error {
	if pk := t.PrimaryKey(); pk != nil && slices.Contains(pk.Columns, a.Num) {
		return refuse(invalidTableDefinition, "column %q is in a primary key", a.Name)
	}
	if t.ReplicaIdentity == "index" {
		if x := e.relationNamed(ddl.Name{Schema: t.Schema, Name: t.ReplicaIndex}); x != nil && x.Index != nil && slices.Contains(x.Index.Columns, a.Num) {
			return refuse(invalidTableDefinition, "column %q is in index used as replica identity", a.Name)
		}
	}
	for _, oid := range t.Parents {
		if p := e.RelationByOID(oid); p != nil {
			if pa := p.Attribute(a.Name); pa != nil && pa.NotNull && t.Partition != nil {
				return refuse(invalidTableDefinition, "column %q is marked NOT NULL in parent table", a.Name)
			}
		}
	}
	b := *a
	b.NotNull, b.NotNullName, b.NotNullInvalid = false, "", false
	t = e.own(t)
	setAttribute(t, &b)
	e.changed(&NullabilityChanged{Relation: t, Before: a, After: &b})
	if only {
		return nil
	}
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		if ca := child.Attribute(a.Name); ca != nil && ca.NotNull {
			pk := child.PrimaryKey()
			if pk != nil && slices.Contains(pk.Columns, ca.Num) {
				continue
			}
			if err := e.nullableChild(child, ca); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *editor) nullableChild(t *Relation, a *Attribute) *Error {
	b := *a
	b.NotNull, b.NotNullName, b.NotNullInvalid = false, "", false
	t = e.own(t)
	setAttribute(t, &b)
	e.changed(&NullabilityChanged{Relation: t, Before: a, After: &b})
	for _, oid := range t.Children {
		child := e.RelationByOID(oid)
		if child == nil {
			continue
		}
		if ca := child.Attribute(a.Name); ca != nil && ca.NotNull {
			if err := e.nullableChild(child, ca); err != nil {
				return err
			}
		}
	}
	return nil
}
