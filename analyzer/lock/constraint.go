package lock

import (
	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

func (t *taker) addConstraint(op *ddl.AddConstraint) {
	c := op.Constraint
	checked := !c.NotValid && !c.NotEnforced
	switch c.Kind {
	case ddl.Check:
		a := op.Altered
		a.Only = a.Only || c.NoInherit
		for _, r := range t.altered(a, AccessExclusive) {
			if checked {
				t.scan(r, AccessExclusive)
			}
		}
	case ddl.NotNull:
		for _, r := range t.altered(op.Altered, AccessExclusive) {
			for _, column := range c.Columns {
				if checked && !provedNotNull(r, r.Attribute(column.Name)) {
					t.scan(r, AccessExclusive)
				}
			}
		}
	case ddl.ForeignKey:
		t.addForeignKey(op)
	case ddl.PrimaryKey, ddl.Unique, ddl.Exclude:
		t.addIndexConstraint(op)
	}
}

func (t *taker) addForeignKey(op *ddl.AddConstraint) {
	checked := !op.Constraint.NotValid && !op.Constraint.NotEnforced
	r := t.target(op.Altered)
	if r == nil {
		return
	}
	t.tree0(r, ShareRowExclusive, checked)
	for _, c := range t.addedConstraints(r) {
		if c.Kind == ddl.ForeignKey {
			t.references(c, checked)
		}
	}
}

// tree0 locks a table and its partitions, if it has any, not its inheritance
// children, which a foreign key leaves alone.
func (t *taker) tree0(r *catalog.Relation, m Mode, checked bool) {
	all := []*catalog.Relation{r}
	if r.Kind == catalog.PartitionedTable {
		all = t.tree(r, m)
	}
	for _, each := range all {
		t.lock(each, m)
		if checked {
			t.validate(each, m)
		}
	}
}

// references locks the table that a new foreign key refers to.
func (t *taker) references(c *catalog.Constraint, checked bool) {
	other := t.byOID(c.References)
	if other == nil {
		return
	}
	all := []*catalog.Relation{other}
	if other.Kind == catalog.PartitionedTable {
		all = t.family(other)
	}
	for _, each := range all {
		t.lockFor(each, ShareRowExclusive, causeReferenced)
		if checked {
			t.validate(each, ShareRowExclusive)
		}
	}
}

func (t *taker) addIndexConstraint(op *ddl.AddConstraint) {
	c := op.Constraint
	r := t.target(op.Altered)
	if r == nil {
		return
	}
	columns := c.Columns
	using := c.Index.Name != ""
	if using {
		x := t.relation(ddl.Name{Schema: r.Schema, Name: c.Index.Name})
		mode := AccessShare
		if c.Name.Name != "" && c.Name.Name != c.Index.Name {
			mode = ShareUpdateExclusive // it is renamed
		}
		t.lock(x, mode)
		columns = nil
		if x != nil && x.Index != nil {
			for _, e := range x.Index.Elements {
				columns = append(columns, ddl.Ident{Name: e.Column})
			}
		}
	}
	all := []*catalog.Relation{r}
	if r.Kind == catalog.PartitionedTable && !op.Only {
		all = t.tree(r, AccessExclusive)
	}
	for _, each := range all {
		t.lock(each, AccessExclusive)
		if !using {
			t.index(each)
		}
		switch c.Kind {
		case ddl.Exclude:
			t.validate(each, AccessExclusive)
		case ddl.PrimaryKey:
			for _, column := range columns {
				if !provedNotNull(each, each.Attribute(column.Name)) {
					t.scan(each, AccessExclusive)
				}
			}
		case ddl.Check, ddl.ForeignKey, ddl.NotNull, ddl.Unique:
		}
	}
}

func (t *taker) dropConstraint(op *ddl.DropConstraint) {
	t.altered(op.Altered, AccessExclusive)
	t.drop(op)
}

func (t *taker) validateConstraint(op *ddl.ValidateConstraint) {
	r := t.target(op.Altered)
	if r == nil {
		return
	}
	t.lock(r, ShareUpdateExclusive)
	c := r.Constraint(op.Constraint.Name)
	if c == nil {
		t.validateUnlisted(r, op)
		return
	}
	if c.Valid {
		return
	}
	if c.Kind == ddl.ForeignKey {
		other := t.byOID(c.References)
		t.lockFor(other, RowShare, causeReferenced)
		t.validate(other, RowShare)
		t.validate(r, ShareUpdateExclusive)
		return
	}
	for _, each := range t.family(r) {
		t.lockFor(each, ShareUpdateExclusive, causeChild)
		if k := each.Constraint(c.Name); k == nil || !k.Valid {
			t.scan(each, ShareUpdateExclusive)
		}
	}
}

// validateUnlisted is VALIDATE of a NOT NULL constraint, which is part of its
// column, or of what an assumed table had before.
func (t *taker) validateUnlisted(r *catalog.Relation, op *ddl.ValidateConstraint) {
	for _, a := range r.Attributes {
		if a.NotNullName == op.Constraint.Name && a.NotNullName != "" {
			if a.NotNullInvalid {
				for _, each := range t.tree(r, ShareUpdateExclusive) {
					t.scan(each, ShareUpdateExclusive)
				}
			}
			return
		}
	}
	t.scan(r, ShareUpdateExclusive)
}

func (t *taker) alterConstraint(op *ddl.AlterConstraint) {
	r := t.target(op.Altered)
	t.lock(r, AccessExclusive)
	if r == nil {
		return
	}
	if c := r.Constraint(op.Constraint.Name); c != nil && c.Kind == ddl.ForeignKey {
		t.lockFor(t.byOID(c.References), AccessExclusive, causeReferenced)
	}
}

func (t *taker) renameConstraint(op *ddl.RenameConstraint) {
	if op.Kind == ddl.Domain {
		return
	}
	r := t.target(op.Altered)
	if r == nil {
		return
	}
	c := r.Constraint(op.Constraint.Name)
	if c != nil && c.Kind == ddl.Check && !c.NoInherit {
		t.altered(op.Altered, AccessExclusive)
		return
	}
	t.lock(r, AccessExclusive)
	if c != nil && c.Index != 0 {
		t.lockFor(t.byOID(c.Index), AccessExclusive, causeIndex)
	}
}
