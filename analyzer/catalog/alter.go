package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// altered resolves the relation of an ALTER statement; nil where IF EXISTS
// finds none. The relation must be of one of the kinds; one that is assumed
// is of the kind that the statement says.
func (e *editor) altered(a ddl.Altered, action string, kinds ...RelKind) (*Relation, *Error) {
	r := e.Relation(a.Relation.Name)
	if r == nil {
		found, err := e.relation(a.Relation.Name, kindOf(a.Kind))
		if err != nil && a.IfExists {
			return nil, nil
		}
		return found, err
	}
	if r.Assumed && r.Index == nil && r.Sequence == nil {
		return r, nil
	}
	if !isKind(r, a.Kind) && a.Kind != ddl.Table && a.Kind != "" {
		return nil, refuse(wrongObjectType, "%q is not %s", r.Name, withArticle(string(a.Kind)))
	}
	if len(kinds) > 0 && !slices.Contains(kinds, r.Kind) {
		return nil, refuse(wrongObjectType, "ALTER action %s cannot be performed on relation %q", action, r.Name)
	}
	if a.Kind == ddl.Table && r.Kind == CompositeType {
		return nil, refuse(wrongObjectType, "%q is a composite type", r.Name)
	}
	return r, nil
}

// alteredColumn resolves relation and column.
func (e *editor) alteredColumn(a ddl.Altered, column, action string, kinds ...RelKind) (*Relation, *Attribute, *Error) {
	r, err := e.altered(a, action, kinds...)
	if r == nil || err != nil {
		return nil, nil, err
	}
	if systemColumns[column] && r.Attribute(column) == nil {
		return nil, nil, refuse(featureNotSupported, "cannot alter system column %q", column)
	}
	return e.attribute(r, column)
}

func (e *editor) renameRelation(op *ddl.RenameRelation) *Error {
	a := op.Altered
	if r := e.Relation(a.Relation.Name); a.Kind == ddl.Index && r != nil && r.Kind != CompositeType {
		a.Kind = "" // ALTER INDEX renames whatever has the name
	}
	r, err := e.altered(a, "RENAME")
	if r == nil || err != nil {
		return err
	}
	to := op.NewName.Name
	if other := e.relationNamed(ddl.Name{Schema: r.Schema, Name: to}); other != nil {
		return refuse(duplicateTable, "relation %q already exists", to)
	}
	if d := e.typeNamed(ddl.Name{Schema: r.Schema, Name: to}); d != nil && d.Relation != r.OID && r.hasRowType() {
		return refuse(duplicateObject, "type %q already exists", to)
	}
	if x := r.Index; x != nil && x.Constraint != 0 {
		// The constraint has the name of its index.
		if t := e.RelationByOID(x.Table); t != nil {
			if c := t.ConstraintByOID(x.Constraint); c != nil {
				return e.renameConstraintTo(t, c, to)
			}
		}
	}
	before := r
	r = e.own(r)
	e.rename(r, to)
	e.changed(&RelationRenamed{Before: before, After: r})
	e.replaced(r)
	return nil
}

// moveRelation is SET SCHEMA: a table's indexes and owned sequences move along.
func (e *editor) moveRelation(op *ddl.MoveRelation) *Error {
	r, err := e.altered(op.Altered, "SET SCHEMA")
	if r == nil || err != nil {
		return err
	}
	if r.Index != nil {
		return refuse(wrongObjectType, "cannot change schema of index %q", r.Name)
	}
	if s := r.Sequence; s != nil && s.OwnedBy != 0 {
		return refuse(featureNotSupported, "cannot move an owned sequence into another schema")
	}
	if err := e.needSchema(op.Schema); err != nil {
		return err
	}
	if r.Schema == op.Schema {
		return nil
	}
	moving := []*Relation{r}
	for _, oid := range r.Indexes {
		moving = append(moving, e.RelationByOID(oid))
	}
	for _, d := range e.Dependents(r.OID) {
		s := e.RelationByOID(d.Dependent.OID)
		if d.Auto && d.Dependent.Part == Whole && s != nil && s.Sequence != nil && s.Sequence.OwnedBy == r.OID {
			moving = append(moving, s)
		}
	}
	for _, m := range moving {
		if m == nil {
			continue
		}
		if e.relationNamed(ddl.Name{Schema: op.Schema, Name: m.Name}) != nil {
			return refuse(duplicateTable, "relation %q already exists in schema %q", m.Name, op.Schema)
		}
		e.move(m, op.Schema)
	}
	return nil
}

func (e *editor) move(r *Relation, schema string) {
	before := r
	for _, c := range r.Constraints {
		e.conname(r.Schema, c.Name, -1)
		e.conname(schema, c.Name, 1)
	}
	r = e.own(r)
	e.relname = e.relname.delete(r.QualifiedName())
	e.gone = e.gone.set(r.QualifiedName(), before)
	r.Schema = schema
	e.relname = e.relname.set(r.QualifiedName(), r.OID)
	e.changed(&RelationMoved{Before: before, After: r})
}

// option applies a change that has no change of its own.
func (e *editor) option(r *Relation, what string, set func(*Relation)) {
	before := r
	r = e.own(r)
	set(r)
	e.changed(&RelationOptionChanged{Before: before, After: r, What: what})
}

func (e *editor) setLogged(op *ddl.SetLogged) *Error {
	r, err := e.altered(op.Altered, "SET LOGGED/UNLOGGED", Table, PartitionedTable, Sequence)
	if r == nil || err != nil {
		return err
	}
	if r.Temporary {
		return refuse(invalidTableDefinition, "cannot change logged status of table %q because it is temporary", r.Name)
	}
	if !r.Assumed && r.Unlogged == !op.Logged {
		return nil
	}
	for _, c := range r.Constraints {
		ref := e.RelationByOID(c.References)
		if c.Kind == ddl.ForeignKey && op.Logged && ref != nil && ref.Unlogged && ref.OID != r.OID {
			return refuse(invalidTableDefinition, "could not change table %q to logged because it references unlogged table %q", r.Name, ref.Name)
		}
	}
	for _, d := range e.Dependents(r.OID) {
		by := e.RelationByOID(d.Dependent.OID)
		if !op.Logged && d.Dependent.Part == PartConstraint && by != nil && by.OID != r.OID && !by.Unlogged {
			return refuse(invalidTableDefinition, "could not change table %q to unlogged because it references logged table %q", r.Name, by.Name)
		}
	}
	e.option(r, "logged", func(r *Relation) { r.Unlogged = !op.Logged })
	return nil
}

func (e *editor) setTablespace(op *ddl.SetTablespace) *Error {
	r, err := e.altered(op.Altered, "SET TABLESPACE", Table, PartitionedTable, MaterializedView, Index, PartitionedIndex)
	if r == nil || err != nil {
		return err
	}
	e.option(r, "tablespace", func(r *Relation) { r.Tablespace = op.Tablespace })
	return nil
}

func (e *editor) setAccessMethod(op *ddl.SetAccessMethod) *Error {
	r, err := e.altered(op.Altered, "SET ACCESS METHOD", Table, PartitionedTable, MaterializedView)
	if r == nil || err != nil {
		return err
	}
	e.option(r, "access method", func(r *Relation) { r.AccessMethod = op.Method })
	return nil
}

func (e *editor) setRelationOptions(op *ddl.SetRelationOptions) *Error {
	r, err := e.altered(op.Altered, "SET", Table, PartitionedTable, View, MaterializedView, Index, PartitionedIndex, ForeignTable)
	if r == nil || err != nil {
		return err
	}
	e.option(r, "options", func(r *Relation) { r.Options = mergeOptions(r.Options, op.Options, op.Reset) })
	return nil
}

// mergeOptions sets options, or with reset takes them away.
func mergeOptions(old, options []ddl.Option, reset bool) []ddl.Option {
	merged := slices.DeleteFunc(slices.Clone(old), func(o ddl.Option) bool {
		return slices.ContainsFunc(options, func(p ddl.Option) bool { return p.Name == o.Name })
	})
	if !reset {
		merged = append(merged, options...)
	}
	return merged
}

func (e *editor) setCluster(op *ddl.SetCluster) *Error {
	r, err := e.altered(op.Altered, "CLUSTER ON", Table, PartitionedTable, MaterializedView)
	if r == nil || err != nil {
		return err
	}
	if op.Index != "" {
		if _, err := e.tableIndex(r, op.Index); err != nil {
			return err
		}
	}
	for _, oid := range r.Indexes {
		x := e.RelationByOID(oid)
		if x != nil && x.Index != nil && x.Index.Clustered != (x.Name == op.Index) {
			e.own(x).Index.Clustered = x.Name == op.Index
		}
	}
	e.option(r, "cluster", func(*Relation) {})
	return nil
}

// tableIndex finds an index of a table by name; nil where the table is assumed
// and may have had it before the history.
func (e *editor) tableIndex(t *Relation, name string) (*Relation, *Error) {
	x := e.relationNamed(ddl.Name{Schema: t.Schema, Name: name})
	if x == nil {
		if t.Assumed && e.mayExist(ddl.Name{Schema: t.Schema, Name: name}) {
			return nil, nil
		}
		return nil, refuse(undefinedObject, "index %q for table %q does not exist", name, t.Name)
	}
	if x.Index == nil && x.Assumed {
		return x, nil
	}
	if x.Index == nil || x.Index.Table != t.OID {
		return nil, refuse(wrongObjectType, "%q is not an index for table %q", name, t.Name)
	}
	return x, nil
}

func (e *editor) setOfType(op *ddl.SetOfType) *Error {
	t, err := e.altered(op.Altered, "OF", Table)
	if t == nil || err != nil {
		return err
	}
	if op.Type == nil {
		if t.OfType == 0 && !t.Assumed {
			return refuse(wrongObjectType, "%q is not a typed table", t.Name)
		}
		if t.OfType != 0 {
			e.undepend(Address{OID: t.OID}, t.OfType)
		}
		e.option(t, "of", func(r *Relation) { r.OfType = 0 })
		return nil
	}
	typ, err := e.resolveType(*op.Type)
	if err != nil {
		return err
	}
	row := e.rowOf(typ)
	if row != nil && !row.Assumed && !t.Assumed {
		for i, a := range row.Attributes {
			if i >= len(t.Attributes) {
				return refuse(datatypeMismatch, "table is missing column %q", a.Name)
			}
			if b := t.Attributes[i]; b.Name != a.Name {
				return refuse(datatypeMismatch, "table has column %q where type requires %q", b.Name, a.Name)
			} else if !b.Type.Equal(a.Type) {
				return refuse(datatypeMismatch, "table %q has different type for column %q", t.Name, b.Name)
			}
		}
		if len(t.Attributes) > len(row.Attributes) {
			return refuse(datatypeMismatch, "table has extra column %q", t.Attributes[len(row.Attributes)].Name)
		}
	}
	e.depend(typ.Def, Dependency{Dependent: Address{OID: t.OID}})
	e.option(t, "of", func(r *Relation) { r.OfType = typ.Def })
	return nil
}
