package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// alterColumnType is ALTER COLUMN … TYPE. What depends on the column and cannot
// follow makes PostgreSQL refuse it.
func (e *editor) alterColumnType(op *ddl.AlterColumnType) *Error {
	t, a, err := e.alteredColumn(op.Altered, op.Column.Name, "ALTER COLUMN ... SET DATA TYPE", Table, PartitionedTable, ForeignTable, CompositeType)
	if t == nil || err != nil {
		return err
	}
	if t.OfType != 0 {
		return refuse(wrongObjectType, "cannot alter column type of typed table")
	}
	if a.Inherited > 0 {
		return refuse(invalidTableDefinition, "cannot alter inherited column %q", a.Name)
	}
	if inPartitionKey(t, a.Num) {
		return refuse(invalidTableDefinition, "cannot alter column %q because it is part of the partition key of relation %q", a.Name, t.Name)
	}
	typ, err := e.resolveType(op.Type)
	if err != nil {
		return err
	}
	if err := e.usesItself(t, typ); err != nil {
		return err
	}
	if typ.Name.Schema == pgCatalog && pseudoTypes[typ.Name.Name] {
		return refuse(invalidTableDefinition, "column %q has pseudo-type %s", a.Name, typ)
	}
	if op.Using == nil && a.Generated == nil && !a.Type.IsZero() && t.Kind != CompositeType && !e.assignable(a.Type, typ) {
		return refuse(datatypeMismatch, "column %q cannot be cast automatically to type %s", a.Name, typ)
	}
	if op.Using != nil && a.Generated != nil {
		return refuse(invalidParameterColumn, "cannot specify USING when altering type of generated column")
	}
	if op.Using != nil {
		if _, _, err := e.exprColumns(t, op.Using); err != nil {
			return err
		}
	}
	if a.Default != nil && !a.Type.IsZero() && !e.assignableDefault(a, typ) {
		return refuse(datatypeMismatch, "default for column %q cannot be cast automatically to type %s", a.Name, typ)
	}
	if op.Only && len(t.Children) > 0 {
		return refuse(invalidTableDefinition, "type of inherited column %q must be changed in child tables too", a.Name)
	}
	inheriting, err := e.inheriting(t, a.Name, "alter")
	if err != nil {
		return err
	}
	if !op.Cascade {
		if err := e.hasTyped(t); err != nil {
			return err
		}
	}
	for _, r := range inheriting {
		if err := e.retype(r, r.Attribute(a.Name), typ, op); err != nil {
			return err
		}
	}
	return nil
}

// invalidParameterColumn is invalid_column_definition.
const invalidParameterColumn = "42611"

// retype gives a column another type.
func (e *editor) retype(t *Relation, a *Attribute, typ Type, op *ddl.AlterColumnType) *Error {
	if err := e.mayRetype(t, a); err != nil {
		return err
	}
	b := *a
	b.Type, b.Collation, b.Assumed = typ, op.Collation, false
	if b.Sequence != 0 && b.Identity != "" {
		// An identity column takes its sequence along; a serial's stays.
		e.retypeSequence(b.Sequence, typ)
	}
	t = e.own(t)
	setAttribute(t, &b)
	dep := Address{OID: t.OID, Part: PartColumn, ID: uint32(a.Num)}
	e.undepend(dep)
	e.dependType(dep, typ)
	for _, oid := range t.Indexes {
		x := e.RelationByOID(oid)
		if x == nil || x.Index == nil || !slices.Contains(x.Index.Columns, a.Num) {
			continue
		}
		if err := e.methodFits(t, x.Index); err != nil {
			return err
		}
	}
	e.changed(&ColumnTypeChanged{Relation: t, Before: a, After: &b, Using: op.Using})
	return e.keysStillMatch(t, b.Num)
}

func (e *editor) retypeSequence(oid OID, typ Type) {
	s := e.RelationByOID(oid)
	if s == nil || s.Sequence == nil || !isInteger(typ) {
		return
	}
	data := *s.Sequence
	if data.retype(typ) != nil {
		return
	}
	full, err := data.with(nil)
	if err != nil {
		return
	}
	before := s
	s = e.own(s)
	s.Sequence = full
	e.changed(&SequenceChanged{Before: before, After: s})
}

// mayRetype refuses a change of a column that views, rules, policies,
// triggers, generated columns, functions or other tables' columns depend on.
func (e *editor) mayRetype(t *Relation, a *Attribute) *Error {
	for _, d := range e.Dependents(t.OID) {
		if t.hasRowType() && d.Column == 0 && d.ReferencedPart == (Address{}) && d.Dependent.Part == PartColumn && d.Dependent.OID != t.OID {
			if user := e.RelationByOID(d.Dependent.OID); user != nil && user.hasStorage() {
				if ua := user.AttributeByNum(int(d.Dependent.ID)); ua != nil && ua.Type.Def == t.OID {
					return refuse(featureNotSupported, "cannot alter table %q because column \"%s.%s\" uses its row type", t.Name, user.Name, ua.Name)
				}
			}
		}
		if d.Column != a.Num || !e.exists(d.Dependent) {
			continue
		}
		switch d.Dependent.Part {
		case Whole:
			r := e.RelationByOID(d.Dependent.OID)
			switch {
			case r != nil && (r.Kind == View || r.Kind == MaterializedView):
				return refuse(featureNotSupported, "cannot alter type of a column used by a view or rule")
			case e.FunctionByOID(d.Dependent.OID) != nil:
				return refuse(featureNotSupported, "cannot alter type of a column used by a function or procedure")
			}
		case PartRule:
			return refuse(featureNotSupported, "cannot alter type of a column used by a view or rule")
		case PartTrigger:
			return refuse(featureNotSupported, "cannot alter type of a column used in a trigger definition")
		case PartPolicy:
			return refuse(featureNotSupported, "cannot alter type of a column used in a policy definition")
		case PartDefault:
			if d.Dependent != (Address{OID: t.OID, Part: PartDefault, ID: uint32(a.Num)}) {
				return refuse(featureNotSupported, "cannot alter type of a column used by a generated column")
			}
		case PartColumn, PartConstraint:
			// Foreign keys are made anew.
		}
	}
	for _, tr := range t.Triggers {
		if slices.Contains(tr.Columns, a.Num) {
			return refuse(featureNotSupported, "cannot alter type of a column used in a trigger definition")
		}
	}
	return e.compositeInUse(t)
}

// compositeInUse refuses ALTER TYPE of a composite type that a table stores.
func (e *editor) compositeInUse(t *Relation) *Error {
	if t.Kind != CompositeType {
		return nil
	}
	d := e.typeNamed(t.QualifiedName())
	if d == nil {
		return nil
	}
	for _, dep := range e.Dependents(d.OID) {
		r := e.RelationByOID(dep.Dependent.OID)
		if dep.Dependent.Part != PartColumn || r == nil || !r.hasStorage() {
			continue
		}
		if a := r.AttributeByNum(int(dep.Dependent.ID)); a != nil && a.Type.Def == d.OID {
			return refuse(featureNotSupported, "cannot alter type %q because column \"%s.%s\" uses it", t.Name, r.Name, a.Name)
		}
	}
	return nil
}

func (r *Relation) hasStorage() bool {
	return r.Kind == Table || r.Kind == PartitionedTable || r.Kind == MaterializedView || r.Kind == ForeignTable
}

// keysStillMatch checks the foreign keys that a column is part of, on either
// side.
func (e *editor) keysStillMatch(t *Relation, num int) *Error {
	check := func(r *Relation, c *Constraint) *Error {
		ref := e.RelationByOID(c.References)
		if c.Kind != ddl.ForeignKey || ref == nil {
			return nil
		}
		for i, n := range c.ReferencedColumns {
			if i >= len(c.Columns) {
				break
			}
			from, to := r.AttributeByNum(c.Columns[i]), ref.AttributeByNum(n)
			if from != nil && to != nil && !e.hasEquality(from.Type, to.Type) {
				return refuse(datatypeMismatch, "foreign key constraint %q cannot be implemented", c.Name)
			}
		}
		return nil
	}
	for _, c := range t.Constraints {
		if slices.Contains(c.Columns, num) {
			if err := check(t, c); err != nil {
				return err
			}
		}
	}
	for _, d := range e.Dependents(t.OID) {
		if d.Column != num || d.Dependent.Part != PartConstraint {
			continue
		}
		r := e.RelationByOID(d.Dependent.OID)
		if r == nil {
			continue
		}
		if c := r.ConstraintByOID(OID(d.Dependent.ID)); c != nil {
			if err := check(r, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// assignableDefault reports whether a column's default can become one of
// another type. A string constant has no type of its own yet when the column
// was defined, but is of the column's type afterwards.
func (e *editor) assignableDefault(a *Attribute, to Type) bool {
	// A constant that is cast keeps the type it is cast to: how it becomes the
	// column's is left out of account.
	if casts := a.Default.Casts; a.Default.Constant && len(casts) > 0 {
		if own, ok := e.lookupType(casts[len(casts)-1]); ok && e.assignable(own, to) {
			return true
		}
	}
	return e.assignable(a.Type, to)
}
