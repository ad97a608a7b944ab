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
		a.Only = a.Only || c.NoInherit && t.version < 18
		for i, r := range t.altered(a, AccessExclusive) {
			if checked && (i == 0 || !c.NoInherit) {
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
	for _, each := range t.partitions(r) {
		t.lock(each, ShareRowExclusive)
	}
	if t.version >= 18 {
		t.altered(op.Altered, ShareRowExclusive)
	}
	for _, c := range t.addedConstraints(r) {
		if c.Kind != ddl.ForeignKey {
			continue
		}
		t.references(c)
		if checked {
			t.validateKey(r, t.byOID(c.References), ShareRowExclusive, ShareRowExclusive)
		}
	}
}

// validateKey runs the query that validates a foreign key: a join of the
// referring table, or its partitions one by one, with the referenced one.
// Inheritance children have no part in it.
func (t *taker) validateKey(r, other *catalog.Relation, mode, otherMode Mode) {
	if r == nil {
		return
	}
	for _, each := range t.partitions(r) {
		if hasStorage(each) {
			t.validate(each, mode)
			t.readingIndexes(each, AccessShare)
		}
	}
	if other == nil {
		return
	}
	for _, each := range t.partitions(other) {
		t.validate(each, otherMode)
		t.readingIndexes(each, AccessShare)
	}
}

// partitions returns a table and, if it is partitioned, its partitions.
func (t *taker) partitions(r *catalog.Relation) []*catalog.Relation {
	if r.Kind == catalog.PartitionedTable {
		return t.family(r)
	}
	return []*catalog.Relation{r}
}

// references locks the table that a new foreign key refers to.
func (t *taker) references(c *catalog.Constraint) {
	other := t.byOID(c.References)
	if other == nil {
		return
	}
	for _, each := range t.partitions(other) {
		t.lockFor(each, ShareRowExclusive, causeReferenced)
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
	t.lock(r, AccessExclusive)
	if t.version >= 18 {
		t.altered(op.Altered, AccessExclusive)
	}
	if c.Kind == ddl.PrimaryKey {
		t.setKeyNotNull(op, r, columns)
	}
	all := []*catalog.Relation{r}
	if !op.Only {
		all = t.partitions(r)
	}
	for _, each := range all {
		if each != r {
			t.lockFor(each, Share, causeChild)
		}
		if !using {
			t.index(each)
		}
		if c.Kind == ddl.Exclude {
			t.validate(each, AccessShare)
		}
	}
}

// setKeyNotNull makes the columns of a primary key NOT NULL, those of children
// as well.
func (t *taker) setKeyNotNull(op *ddl.AddConstraint, r *catalog.Relation, columns []ddl.Ident) {
	for _, column := range columns {
		if a := r.Attribute(column.Name); a != nil && a.NotNull && !a.NotNullInvalid {
			continue
		}
		for _, each := range t.altered(op.Altered, AccessExclusive) {
			if !provedNotNull(each, each.Attribute(column.Name)) {
				t.scan(each, AccessExclusive)
			}
		}
	}
}

func (t *taker) dropConstraint(op *ddl.DropConstraint) {
	t.altered(op.Altered, AccessExclusive)
	t.drop()
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
		t.validateKey(r, other, ShareUpdateExclusive, RowShare)
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
	if r == nil {
		return
	}
	for _, each := range t.partitions(r) {
		t.lock(each, AccessExclusive)
	}
	c := r.Constraint(op.Constraint.Name)
	switch {
	case c == nil || c.Kind != ddl.ForeignKey || op.Enforced == nil || *op.Enforced == c.Enforced:
	case *op.Enforced:
		t.references(c)
		t.validateKey(r, t.byOID(c.References), AccessExclusive, ShareRowExclusive)
	default:
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
		t.lockFor(t.byOID(c.Index), ShareUpdateExclusive, causeIndex)
	}
}
