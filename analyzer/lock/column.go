package lock

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

func (t *taker) addColumn(op *ddl.AddColumn) {
	r := t.target(op.Altered)
	if r == nil {
		return
	}
	if op.IfNotExists && r.Attribute(op.Column.Name.Name) != nil {
		t.lock(r, AccessExclusive)
		return
	}
	for _, each := range t.altered(op.Altered, AccessExclusive) {
		t.newColumn(each, op.Column)
	}
	for _, c := range t.addedConstraints(r) {
		if c.Kind != ddl.ForeignKey {
			continue
		}
		t.references(c)
		// Without a default every row is NULL, and there is nothing to check.
		if op.Column.Default != nil || op.Column.Serial() != "" || op.Column.Generated != nil {
			t.validateKey(r, t.byOID(c.References), AccessExclusive, ShareRowExclusive)
		}
	}
}

// addedConstraints returns the constraints that a relation has only after the
// operation.
func (t *taker) addedConstraints(r *catalog.Relation) []*catalog.Constraint {
	now := t.after.RelationByOID(r.OID)
	if now == nil {
		return nil
	}
	var list []*catalog.Constraint
	for _, c := range now.Constraints {
		if r.ConstraintByOID(c.OID) == nil {
			list = append(list, c)
		}
	}
	return list
}

// newColumn does what a column that is added to r needs.
func (t *taker) newColumn(r *catalog.Relation, c *ddl.Column) {
	typ := t.after.ResolveType(c.Type)
	generated := c.Generated != nil
	switch {
	case c.Serial() != "" || c.Identity != "",
		generated && !c.Virtual,
		!generated && t.constrainedDomain(typ),
		!generated && t.volatile(t.columnDefault(c, typ)):
		t.rewrite(r)
		t.sequences(c.Default)
	}
	if c.NotNull && (t.columnDefault(c, typ) == nil || generated) {
		t.scan(r, AccessExclusive)
	}
	for _, k := range c.Constraints {
		switch k.Kind {
		case ddl.Check:
			if !k.NotEnforced {
				t.scan(r, AccessExclusive)
			}
		case ddl.PrimaryKey:
			t.index(r)
			if t.columnDefault(c, typ) == nil {
				t.scan(r, AccessExclusive)
			}
		case ddl.Unique, ddl.Exclude:
			t.index(r)
		case ddl.ForeignKey, ddl.NotNull:
		}
	}
}

// index builds an index on a table that has rows.
func (t *taker) index(r *catalog.Relation) {
	if hasStorage(r) {
		t.lock(r, AccessShare).Index = true
	}
}

// columnDefault returns the expression whose value existing rows get: the
// column's, or its domain's; nil where that is NULL.
func (t *taker) columnDefault(c *ddl.Column, typ catalog.Type) *ddl.Expr {
	if c.Default != nil {
		if c.Default.Null {
			return nil
		}
		return c.Default
	}
	for d := t.after.TypeByOID(typ.Def); d != nil && typ.Dims == 0 && d.Kind == catalog.Domain; d = t.after.TypeByOID(d.Base.Def) {
		if d.Default != nil {
			if d.Default.Null {
				return nil
			}
			return d.Default
		}
		typ = d.Base
	}
	return nil
}

// constrainedDomain reports whether a type is a domain that refuses values.
// Arrays of one are not checked.
func (t *taker) constrainedDomain(typ catalog.Type) bool {
	for typ.Dims == 0 && typ.Def != 0 {
		d := t.after.TypeByOID(typ.Def)
		if d == nil || d.Kind != catalog.Domain {
			return false
		}
		if d.NotNull || len(d.Constraints) > 0 {
			return true
		}
		typ = d.Base
	}
	return false
}

func (t *taker) dropColumn(op *ddl.DropColumn) {
	if r := t.target(op.Altered); r != nil {
		t.tree(r, AccessExclusive) // ONLY ones too: the column becomes their own
	}
	t.drop()
}

func (t *taker) setNotNull(op *ddl.SetNotNull) {
	for _, r := range t.altered(op.Altered, AccessExclusive) {
		if a := r.Attribute(op.Column.Name); !provedNotNull(r, a) {
			t.scan(r, AccessExclusive)
		}
	}
}

// provedNotNull reports whether a column is known to have no NULL: it is NOT
// NULL, or a valid CHECK says so.
func provedNotNull(r *catalog.Relation, a *catalog.Attribute) bool {
	if a == nil {
		return false
	}
	if a.NotNull && !a.NotNullInvalid {
		return true
	}
	return slices.ContainsFunc(r.Constraints, func(c *catalog.Constraint) bool {
		return c.Kind == ddl.Check && c.Valid && c.Enforced && c.Check != nil && slices.Contains(c.Check.NotNull, a.Name)
	})
}

func (t *taker) setExpression(op *ddl.SetExpression) {
	for _, r := range t.altered(op.Altered, AccessExclusive) {
		a := r.Attribute(op.Column.Name)
		if a == nil || !a.Virtual {
			t.rewrite(r)
			continue
		}
		t.verifyChecks(r, a.Num)
		if a.NotNull {
			t.scan(r, AccessExclusive)
		}
	}
}

func (t *taker) addIdentity(op *ddl.AddIdentity) { t.altered(op.Altered, AccessExclusive) }

func (t *taker) setIdentity(op *ddl.SetIdentity) {
	for _, r := range t.altered(op.Altered, AccessExclusive) {
		if a := r.Attribute(op.Column.Name); a != nil {
			t.lock(t.byOID(a.Sequence), ShareRowExclusive)
		}
	}
}

func (t *taker) dropIdentity(op *ddl.DropIdentity) {
	for _, r := range t.altered(op.Altered, AccessExclusive) {
		t.ownedSequence(r.Attribute(op.Column.Name))
	}
}

func (t *taker) setColumnOption(op *ddl.SetColumnOption) {
	switch op.Option {
	case "statistics":
		t.altered(op.Altered, ShareUpdateExclusive)
	case "set", "reset":
		t.lock(t.target(op.Altered), ShareUpdateExclusive)
	default:
		t.altered(op.Altered, AccessExclusive)
	}
}
