package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

func (e *editor) createView(op *ddl.CreateView) *Error {
	name, err := e.creationName(op.View.Name, op.Temporary)
	if err != nil {
		return err
	}
	q := op.Query
	if op.Recursive {
		// CREATE RECURSIVE VIEW v (c) AS q means WITH RECURSIVE v (c) AS (q) SELECT c FROM v.
		return e.createRecursiveView(op, name)
	}
	res, err := e.resolve(q)
	if err != nil {
		return err
	}
	return e.defineView(op, name, res)
}

func (e *editor) createRecursiveView(op *ddl.CreateView, name ddl.Name) *Error {
	r := &resolver{c: &e.Catalog, e: e, seen: map[useKey]bool{}}
	cte := &query.CTE{Name: ddl.Ident{Name: name.Name}, Columns: op.Columns, Query: op.Query, Recursive: true}
	ctes, err := r.cte(cte, nil, nil)
	if err != nil {
		return err
	}
	return e.defineView(op, name, &Resolution{Columns: ctes.item.columns, Open: ctes.item.open, Uses: r.uses})
}

func (e *editor) defineView(op *ddl.CreateView, name ddl.Name, res *Resolution) *Error {
	if e.readsTemporary(res) {
		name.Schema = tempSchema // a view on a temporary relation is temporary itself
	}
	old := e.relationNamed(name)
	if old != nil && !op.Replace {
		return refuse(duplicateTable, "relation %q already exists", name.Name)
	}
	if old != nil && old.Kind != View && (!old.Assumed || len(old.Indexes) > 0 || len(old.Constraints) > 0) {
		return refuse(wrongObjectType, "%q is not a view", name.Name)
	}
	if d := e.typeNamed(name); d != nil && old == nil {
		return refuse(duplicateObject, "type %q already exists", name.Name)
	}
	columns, err := viewColumns(op.Columns, res)
	if err != nil {
		return err
	}
	if old != nil {
		return e.replaceView(op, old, columns, res)
	}
	v := &Relation{
		OID: e.newOID(), Schema: name.Schema, Name: name.Name, Kind: View, Created: e.at(), Temporary: name.Schema == tempSchema,
		Query: op.Query, CheckOption: op.CheckOption, Options: op.Options, Populated: true,
		Owner: e.role(), ACL: e.defaultPrivileges(ddl.Table, name.Schema),
	}
	e.addViewColumns(v, columns)
	e.enter(v)
	e.dependView(v, res)
	e.created(v)
	return nil
}

func (e *editor) readsTemporary(res *Resolution) bool {
	return slices.ContainsFunc(res.Uses, func(u Use) bool {
		r := e.RelationByOID(u.Relation)
		return r != nil && r.Schema == tempSchema
	})
}

// viewColumns gives the columns of a query the names in the list of columns.
func viewColumns(names []string, res *Resolution) ([]Output, *Error) {
	if len(names) > len(res.Columns) && !res.Open {
		return nil, refuse(syntaxError, "CREATE VIEW specifies more column names than columns")
	}
	columns := rename(res.Columns, names)
	for i, c := range columns {
		for _, d := range columns[:i] {
			if c.Name == d.Name && c.Name != "" {
				return nil, refuse(duplicateColumn, "column %q specified more than once", c.Name)
			}
		}
	}
	return columns, nil
}

func (e *editor) addViewColumns(v *Relation, columns []Output) {
	for _, c := range columns {
		v.LastNum++
		v.Attributes = append(v.Attributes, &Attribute{Num: v.LastNum, Name: c.Name, Type: c.Type, Created: e.at(), Local: true})
	}
}

// dependView records what a view reads, calls and casts to.
func (e *editor) dependView(v *Relation, res *Resolution) {
	dep := Address{OID: v.OID}
	e.dependUses(dep, res.Uses)
	for _, a := range v.Attributes {
		e.dependType(dep, a.Type)
	}
	v.Query.Walk(func(q *ddl.Query) {
		for _, x := range ownExprs(q) {
			y := *x
			y.Subqueries = nil
			e.dependExpr(dep, &y)
		}
		e.dependGroups(dep, q)
	})
}

// replaceView is CREATE OR REPLACE VIEW of a view that is there: it may only
// append columns.
func (e *editor) replaceView(op *ddl.CreateView, old *Relation, columns []Output, res *Resolution) *Error {
	if !old.Assumed && !res.Open {
		if len(columns) < len(old.Attributes) {
			return refuse(invalidTableDefinition, "cannot drop columns from view")
		}
		for i, a := range old.Attributes {
			if a.Name != columns[i].Name {
				return refuse(invalidTableDefinition, "cannot change name of view column %q to %q", a.Name, columns[i].Name)
			}
			if t := columns[i].Type; !a.Type.IsZero() && !t.IsZero() && !a.Type.Equal(t) {
				return refuse(invalidTableDefinition, "cannot change data type of view column %q from %s to %s", a.Name, a.Type, t)
			}
		}
	}
	before := old
	v := e.own(old)
	v.Query, v.CheckOption, v.Kind = op.Query, op.CheckOption, View
	v.Options = op.Options
	if old.Assumed {
		v.Assumed = res.Open
		for _, c := range columns {
			if a := v.Attribute(c.Name); a == nil {
				e.addViewColumns(v, []Output{c})
			} else if a.Assumed {
				b := *a
				b.Type, b.Assumed = c.Type, false
				setAttribute(v, &b)
			}
		}
	} else {
		for i, a := range v.Attributes {
			if i < len(columns) && a.Type.IsZero() && !columns[i].Type.IsZero() {
				b := *a
				b.Type = columns[i].Type
				setAttribute(v, &b)
			}
		}
		if n := len(v.Attributes); n < len(columns) {
			e.addViewColumns(v, columns[n:])
		}
	}
	e.undepend(Address{OID: v.OID})
	e.dependView(v, res)
	e.changed(&ViewReplaced{Before: before, After: v})
	return nil
}

// createTableAs is CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW.
func (e *editor) createTableAs(op *ddl.CreateTableAs) *Error {
	name, err := e.creationName(op.Table.Name, op.Temporary)
	if err != nil {
		return err
	}
	if taken, err := e.nameTaken(name, op.IfNotExists); taken || err != nil {
		return err
	}
	res, err := e.resolve(op.Query)
	if err != nil {
		return err
	}
	if len(op.Columns) > len(res.Columns) && !res.Open {
		return refuse(syntaxError, "too many column names were specified")
	}
	columns, err := viewColumns(op.Columns, &Resolution{Columns: res.Columns, Open: true})
	if err != nil {
		return err
	}
	r := &Relation{
		OID: e.newOID(), Schema: name.Schema, Name: name.Name, Kind: Table, Created: e.at(), Temporary: name.Schema == tempSchema,
		Unlogged: op.Unlogged, Options: op.Options, Tablespace: op.Tablespace, Populated: !op.WithNoData,
		// Columns that only the data base knows are unknown here too.
		Assumed: res.Open,
		Owner:   e.role(), ACL: e.defaultPrivileges(ddl.Table, name.Schema),
	}
	e.addViewColumns(r, columns)
	for _, a := range r.Attributes {
		e.dependType(Address{OID: r.OID, Part: PartColumn, ID: uint32(a.Num)}, a.Type)
	}
	if op.Materialized {
		r.Kind, r.Query = MaterializedView, op.Query
		e.enter(r)
		e.dependView(r, res)
		e.created(r)
		return nil
	}
	e.enter(r)
	e.created(r)
	e.onCommit(r, op.OnCommit)
	return nil
}

// nameTaken checks that a new relation's name is free. With ifNotExists a
// relation of that name is reason to do nothing.
func (e *editor) nameTaken(n ddl.Name, ifNotExists bool) (bool, *Error) {
	if r := e.relationNamed(n); r != nil {
		if ifNotExists {
			return true, nil
		}
		return true, refuse(duplicateTable, "relation %q already exists", n.Name)
	}
	if d := e.typeNamed(n); d != nil && d.Relation == 0 {
		return true, refuse(duplicateObject, "type %q already exists", n.Name)
	}
	return false, nil
}
