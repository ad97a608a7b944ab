package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

// relationKinds are the relkinds that a kind of object in a statement means.
var relationKinds = map[ddl.Kind][]RelKind{
	ddl.Table:            {Table, PartitionedTable},
	ddl.View:             {View},
	ddl.MaterializedView: {MaterializedView},
	ddl.Index:            {Index, PartitionedIndex},
	ddl.Sequence:         {Sequence},
	ddl.ForeignTable:     {ForeignTable},
}

// inSchemas reports whether objects of a kind tracked by name have a schema.
func inSchemas(kind ddl.Kind) bool {
	switch kind {
	case ddl.Operator, ddl.OperatorClass, ddl.OperatorFamily, ddl.Collation, ddl.Conversion, ddl.Statistics,
		ddl.TextSearchConfig, ddl.TextSearchDict, ddl.TextSearchParser, ddl.TextSearchTemplate:
		return true
	}
	return false
}

// ofDatabase reports whether objects of a kind are a database's own, so that a
// complete history knows them all: not roles, tablespaces and what comes with
// the server.
func ofDatabase(kind ddl.Kind) bool {
	switch kind {
	case ddl.Statistics, ddl.Publication, ddl.Subscription, ddl.EventTrigger, ddl.Server, ddl.ForeignDataWrapper:
		return true
	}
	return false
}

// objectKeyOf identifies an object tracked by name only. Operators and casts are
// told apart by their arguments.
func (e *editor) objectKeyOf(o ddl.Object) objectKey {
	n := o.Name.Name
	if inSchemas(o.Kind) {
		n = e.qualified(n)
	}
	part := o.Part
	if len(o.Args) > 0 {
		args := make([]string, len(o.Args))
		for i, a := range o.Args {
			args[i] = a.String()
		}
		part += "(" + strings.Join(args, ", ") + ")"
	}
	return objectKey{kind: o.Kind, name: n, part: part}
}

// existingObject resolves an object tracked by name only. It is nil where it
// may exist all the same.
func (e *editor) existingObject(o ddl.Object) (*Object, *Error) {
	key := e.objectKeyOf(o)
	if inSchemas(o.Kind) && o.Name.Schema == "" {
		for _, s := range e.SearchPath() {
			key.name.Schema = s
			if found, ok := e.objects.get(key); ok {
				return found, nil
			}
		}
		key = e.objectKeyOf(o)
	}
	if found, ok := e.objects.get(key); ok {
		return found, nil
	}
	gone, _ := e.goneObjects.get(key)
	known := e.complete && e.extensions.len() == 0 && ofDatabase(o.Kind)
	if !gone && !known {
		return nil, nil
	}
	switch o.Kind {
	case ddl.Operator:
		return nil, refuse(undefinedFunction, "operator does not exist: %s", o.Name.Name.Name)
	case ddl.Database:
		return nil, refuse(undefinedDatabase, "database %q does not exist", o.Name.Name.Name)
	case ddl.Statistics:
		return nil, refuse(undefinedObject, "statistics object %q does not exist", unquoted(o.Name.Name))
	}
	return nil, refuse(undefinedObject, "%s %q does not exist", o.Kind, unquoted(o.Name.Name))
}

// objectTables resolves the tables of a publication or statistics object.
func (e *editor) objectTables(refs []ddl.Ref) ([]OID, *Error) {
	var oids []OID
	for _, ref := range refs {
		r, err := e.relation(ref.Name, Table)
		if err != nil {
			return nil, err
		}
		oids = append(oids, r.OID)
	}
	return oids, nil
}

func (e *editor) createObject(op *ddl.CreateObject) *Error {
	key := e.objectKeyOf(op.Object)
	if inSchemas(key.kind) && key.name.Schema != "" {
		if _, err := e.existingSchema(key.name.Schema); err != nil {
			return err
		}
	}
	old, exists := e.objects.get(key)
	named := key.name.Name != "" || key.part != ""
	switch {
	case !exists || !named:
	case op.IfNotExists:
		return nil
	case op.Replace:
		e.changed(&ObjectChanged{Before: old, After: old})
		return nil
	case key.kind == ddl.TextSearchConfig || key.kind == ddl.TextSearchDict || key.kind == ddl.TextSearchParser || key.kind == ddl.TextSearchTemplate:
		return refuse(duplicateKey, "duplicate key value violates a unique constraint")
	case key.kind == ddl.Operator:
		return refuse(duplicateFunction, "operator %s already exists", key.name.Name)
	default:
		word := string(key.kind)
		if key.kind == ddl.Statistics {
			word = "statistics object"
		}
		return refuse(duplicateObject, "%s %q already exists", word, key.name.Name)
	}
	tables, err := e.objectTables(op.Tables)
	if err != nil {
		return err
	}
	if key.kind == ddl.Statistics {
		if err := e.statisticsFit(op, tables); err != nil {
			return err
		}
	}
	o := &Object{
		OID: e.newOID(), Kind: key.kind, Name: key.name, Part: key.part, Owner: e.role(), Created: e.at(),
		Tables: tables, AllTables: op.AllTables,
	}
	for _, a := range op.Object.Args {
		t, err := e.resolveType(a)
		if err != nil {
			return err
		}
		o.Args = append(o.Args, t)
	}
	if named {
		e.putObject(o)
	}
	if o.Kind == ddl.Statistics && named {
		for _, oid := range tables {
			e.depend(oid, Dependency{Dependent: Address{OID: o.OID}, Auto: true})
			t := e.RelationByOID(oid)
			for _, column := range op.Columns {
				if a := t.Attribute(column); a != nil {
					e.depend(oid, Dependency{Dependent: Address{OID: o.OID}, Column: a.Num, Auto: true})
				}
			}
		}
	}
	e.changed(&ObjectChanged{After: o})
	return nil
}

// statisticsFit checks the columns of CREATE STATISTICS.
func (e *editor) statisticsFit(op *ddl.CreateObject, tables []OID) *Error {
	for _, oid := range tables {
		for _, column := range op.Columns {
			if _, _, err := e.attribute(e.RelationByOID(oid), column); err != nil {
				return refuse(undefinedColumn, "column %q does not exist", column)
			}
		}
	}
	if len(op.Columns) == 1 && !op.Expressions {
		return refuse(invalidObjectDefinition, "extended statistics require at least 2 columns")
	}
	return nil
}

func (e *editor) alterObject(op *ddl.AlterObject) *Error {
	if !e.byName(op.Object.Kind) {
		_, err := e.find(op.Object)
		return err
	}
	o, err := e.existingObject(op.Object)
	if err != nil {
		return err
	}
	tables, err := e.objectTables(op.Tables)
	if err != nil || o == nil {
		return err
	}
	p := *o
	p.Tables = slices.Clone(o.Tables)
	for _, oid := range tables {
		has := slices.Contains(o.Tables, oid)
		name := e.RelationByOID(oid).Name
		switch {
		case op.Action == "add" && has && o.Kind == ddl.Publication:
			return refuse(duplicateObject, "relation %q is already member of publication %q", name, o.Name.Name)
		case op.Action == "drop" && !has && o.Kind == ddl.Publication && !o.AllTables:
			return refuse(undefinedObject, "relation %q is not part of the publication", name)
		case op.Action == "add":
			p.Tables = append(p.Tables, oid)
		case op.Action == "drop":
			p.Tables = slices.DeleteFunc(p.Tables, func(t OID) bool { return t == oid })
		}
	}
	if op.Action == "set" && o.Kind == ddl.Publication && len(tables) > 0 {
		p.Tables = tables
	}
	e.putObject(&p)
	e.changed(&ObjectChanged{Before: o, After: &p})
	return nil
}

// byName reports whether objects of a kind are tracked by name only.
func (e *editor) byName(kind ddl.Kind) bool {
	switch kind {
	case ddl.TableColumn, ddl.TableConstraint, ddl.DomainConstraint, ddl.Trigger, ddl.Policy, ddl.Rule, ddl.Type, ddl.Domain,
		ddl.Function, ddl.Procedure, ddl.Routine, ddl.Aggregate, ddl.Schema, ddl.Extension:
		return false
	}
	return relationKinds[kind] == nil
}

func (e *editor) dropObject(op *ddl.DropObject) *Error {
	for _, object := range op.Objects {
		o, err := e.existingObject(object)
		if err != nil && op.IfExists && missing(err) {
			continue
		}
		if err != nil {
			return err
		}
		if o == nil {
			continue
		}
		if o.Kind == ddl.Server {
			if err := e.dropForeignTables(o.Name.Name, op.Cascade); err != nil {
				return err
			}
		}
		if o.Kind == ddl.Collation && len(e.Dependents(o.OID)) > 0 {
			if err := e.drop([]Address{{OID: o.OID}}, o.Name.Name, op.Cascade); err != nil {
				return err
			}
			continue
		}
		e.removeObject(o)
		e.changed(&ObjectChanged{Before: o})
	}
	return nil
}

// dropForeignTables drops what a foreign server holds.
func (e *editor) dropForeignTables(server string, cascade bool) *Error {
	var targets []Address
	for _, r := range e.relations.all() {
		if r.Kind == ForeignTable && r.Server == server {
			targets = append(targets, Address{OID: r.OID})
		}
	}
	if len(targets) == 0 {
		return nil
	}
	if !cascade {
		return refuse(dependentObjectsStill, "cannot drop server %s because other objects depend on it", server)
	}
	slices.SortFunc(targets, func(a, b Address) int { return int(a.OID) - int(b.OID) })
	first := len(e.changes)
	if err := e.drop(targets, server, true); err != nil {
		return err
	}
	for _, c := range e.changes[first:] {
		cascaded(c, server)
	}
	return nil
}

// find resolves an object of any kind that the operation needs. The OID is that
// of the relation for its parts, and 0 for what may be from before the history.
func (e *editor) find(o ddl.Object) (OID, *Error) {
	if relationKinds[o.Kind] != nil {
		r, err := e.relationOf(o, false)
		if err != nil {
			return 0, err
		}
		return r.OID, nil
	}
	switch o.Kind {
	case ddl.TableColumn, ddl.TableConstraint, ddl.Trigger, ddl.Policy, ddl.Rule:
		r, err := e.relation(o.Name.Name, Table)
		if err != nil {
			return 0, err
		}
		return r.OID, e.hasPart(r, o)
	case ddl.Type, ddl.Domain, ddl.DomainConstraint:
		t, err := e.typeOf(o)
		if err != nil {
			return 0, err
		}
		if t == nil {
			if r := e.Relation(o.Name.Name); r != nil {
				return r.OID, nil
			}
			return 0, nil
		}
		if o.Kind == ddl.DomainConstraint && t.constraint(o.Part) == nil && !t.Assumed && o.Part != t.notNullName() {
			return 0, refuse(undefinedObject, "constraint %q for domain %s does not exist", o.Part, t.Name)
		}
		return t.OID, nil
	case ddl.Function, ddl.Procedure, ddl.Routine, ddl.Aggregate:
		f, err := e.findRoutine(o)
		if err != nil || f == nil {
			return 0, err
		}
		return f.OID, nil
	case ddl.Schema:
		s, err := e.existingSchema(o.Name.Name.Name)
		if err != nil || s == nil {
			return 0, err
		}
		return s.OID, nil
	case ddl.Extension:
		x, err := e.existingExtension(o.Name.Name.Name)
		if err != nil || x == nil {
			return 0, err
		}
		return x.OID, nil
	}
	p, err := e.existingObject(o)
	if err != nil || p == nil {
		return 0, err
	}
	return p.OID, nil
}

// typeOf resolves a type or domain; nil for a row type, and for what may be
// from before the history.
func (e *editor) typeOf(o ddl.Object) (*TypeDef, *Error) {
	t, err := e.existingType(o.Name.Name)
	if err != nil {
		return nil, err
	}
	if o.Kind != ddl.Type && (t != nil && t.Kind != Domain || t == nil && e.Relation(o.Name.Name) != nil) {
		return nil, refuse(wrongObjectType, "%q is not a domain", unquoted(o.Name.Name))
	}
	return t, nil
}

// relationOf resolves a relation of a kind. With any, TABLE means every kind of
// relation, as in GRANT and ALTER TABLE … OWNER.
func (e *editor) relationOf(o ddl.Object, anyKind bool) (*Relation, *Error) {
	kinds := relationKinds[o.Kind]
	r, err := e.relation(o.Name.Name, kinds[0])
	if err != nil {
		return nil, err
	}
	if anyKind && o.Kind == ddl.Table || r.Assumed || slices.Contains(kinds, r.Kind) {
		return r, nil
	}
	article := "a"
	if o.Kind == ddl.Index {
		article = "an"
	}
	return nil, refuse(wrongObjectType, "%q is not %s %s", unquoted(o.Name.Name), article, o.Kind)
}

// hasPart checks that a relation has the column, constraint, trigger, policy or
// rule that a statement addresses.
func (e *editor) hasPart(r *Relation, o ddl.Object) *Error {
	switch o.Kind {
	case ddl.TableColumn:
		if systemColumns[o.Part] {
			return nil
		}
		_, _, err := e.attribute(r, o.Part)
		return err
	case ddl.TableConstraint:
		if r.Assumed || r.Constraint(o.Part) != nil || slices.ContainsFunc(r.Attributes, func(a *Attribute) bool { return a.NotNullName == o.Part && o.Part != "" }) {
			return nil
		}
		return refuse(undefinedObject, "constraint %q for table %q does not exist", o.Part, r.Name)
	}
	if _, ok := r.part(o.Kind, o.Part); ok || r.Assumed || o.Kind == ddl.Trigger && e.cloned(r, o.Part) != nil {
		return nil
	}
	return refuse(undefinedObject, "%s %q for %s %q does not exist", o.Kind, o.Part, partOwner(o.Kind), r.Name)
}

func (e *editor) renameObject(op *ddl.RenameObject) *Error {
	o, name := op.Object, op.NewName.Name
	switch o.Kind {
	case ddl.Schema:
		s, err := e.existingSchema(o.Name.Name.Name)
		if err != nil {
			return err
		}
		return e.renameSchema(s, name)
	case ddl.Trigger, ddl.Policy, ddl.Rule:
		if op.IfExists && e.Relation(o.Name.Name) == nil {
			return nil
		}
		r, err := e.relation(o.Name.Name, Table)
		if err != nil {
			return err
		}
		return e.renamePart(r, o.Kind, o.Part, name)
	case ddl.Type, ddl.Domain:
		t, err := e.renamedType(o)
		if err != nil || t == nil {
			return err
		}
		return e.giveTypeName(t, ddl.Name{Schema: t.Schema, Name: name})
	case ddl.Function, ddl.Procedure, ddl.Routine, ddl.Aggregate:
		f, err := e.findRoutine(o)
		if err != nil || f == nil {
			return err
		}
		return e.renameRoutine(f, ddl.Name{Schema: f.Schema, Name: name})
	}
	p, err := e.existingObject(o)
	if err != nil || p == nil {
		return err
	}
	return e.giveObjectName(p, ddl.Name{Schema: p.Name.Schema, Name: name})
}

// renamedType resolves the type of ALTER TYPE … RENAME and SET SCHEMA, which
// refuse row types of tables.
func (e *editor) renamedType(o ddl.Object) (*TypeDef, *Error) {
	t, err := e.existingType(o.Name.Name)
	switch {
	case err != nil:
		return nil, err
	case o.Kind == ddl.Domain && (t == nil && hasRowType(e.Relation(o.Name.Name)) || t != nil && t.Kind != Domain):
		return nil, refuse(wrongObjectType, "%s is not a domain", unquoted(o.Name.Name))
	case t == nil && hasRowType(e.Relation(o.Name.Name)):
		return nil, refuse(wrongObjectType, "%s is a table's row type", unquoted(o.Name.Name))
	case t == nil:
		kind := BaseType
		if o.Kind == ddl.Domain {
			kind = Domain
		}
		return e.assumeType(o.Name.Name, kind), nil
	}
	return t, nil
}

func (e *editor) giveTypeName(t *TypeDef, name ddl.Name) *Error {
	moved := name.Schema != t.Schema
	if t.Relation != 0 && e.relationNamed(name) != nil && !moved {
		return refuse(duplicateTable, "relation %q already exists", name.Name)
	}
	if err := e.freeTypeName(name); err != nil {
		if moved {
			return refuse(duplicateObject, "type %q already exists in schema %q", name.Name, name.Schema)
		}
		return err
	}
	if t.Relation != 0 && e.relationNamed(name) != nil {
		return refuse(duplicateTable, "relation %q already exists in schema %q", name.Name, name.Schema)
	}
	if moved {
		for _, c := range t.Constraints {
			e.conname(t.Schema, c.Name, -1)
			e.conname(name.Schema, c.Name, 1)
		}
	}
	e.changed(&TypeRenamed{Before: t, After: e.renameType(t, name)})
	return nil
}

func (e *editor) giveObjectName(o *Object, name ddl.Name) *Error {
	p := *o
	p.Name = name
	if other, taken := e.objects.get(p.key()); taken && other.OID != o.OID {
		return refuse(duplicateObject, "%s %q already exists", o.Kind, name.Name)
	}
	e.putObject(&p)
	e.changed(&ObjectChanged{Before: o, After: &p})
	return nil
}

func (e *editor) moveObject(op *ddl.MoveObject) *Error {
	o := op.Object
	switch o.Kind {
	case ddl.Type, ddl.Domain:
		t, err := e.renamedType(o)
		if err != nil || t == nil {
			return err
		}
		if err := e.moveTo(op.Schema); err != nil || t.Schema == op.Schema {
			return err
		}
		return e.giveTypeName(t, ddl.Name{Schema: op.Schema, Name: t.Name})
	case ddl.Function, ddl.Procedure, ddl.Routine, ddl.Aggregate:
		f, err := e.findRoutine(o)
		if err != nil {
			return err
		}
		if err := e.moveTo(op.Schema); err != nil || f == nil || f.Schema == op.Schema {
			return err
		}
		return e.renameRoutine(f, ddl.Name{Schema: op.Schema, Name: f.Name})
	}
	p, err := e.existingObject(o)
	if err != nil {
		return err
	}
	if err := e.moveTo(op.Schema); err != nil || p == nil || p.Name.Schema == op.Schema {
		return err
	}
	return e.giveObjectName(p, ddl.Name{Schema: op.Schema, Name: p.Name.Name})
}

// moveTo checks the schema of SET SCHEMA.
func (e *editor) moveTo(schema string) *Error {
	_, err := e.existingSchema(schema)
	return err
}

func (e *editor) securityLabel(op *ddl.SecurityLabel) *Error {
	_, err := e.find(op.Object)
	return err
}
