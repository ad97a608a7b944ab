package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

func (e *editor) truncate(op *ddl.Truncate) *Error {
	var tables []*Relation
	add := func(r *Relation) {
		for _, t := range e.withDescendants(r) {
			if !slices.Contains(tables, t) {
				tables = append(tables, t)
			}
		}
	}
	for _, ref := range op.Tables {
		r, err := e.relation(ref.Name, Table)
		if err != nil {
			return err
		}
		if err := r.needKind("%q is not a table", Table, PartitionedTable, ForeignTable); err != nil {
			return err
		}
		add(r)
	}
	named := len(tables)
	// The list grows while it is walked: what refers to a table that CASCADE
	// empties is emptied as well.
	for i := 0; i < len(tables); i++ {
		for _, d := range e.Dependents(tables[i].OID) {
			r := e.RelationByOID(d.Dependent.OID)
			if r == nil || d.Dependent.Part != PartConstraint || slices.Contains(tables, r) {
				continue
			}
			c := r.ConstraintByOID(OID(d.Dependent.ID))
			if c == nil || c.Kind != ddl.ForeignKey || c.References != tables[i].OID {
				continue
			}
			if !op.Cascade {
				return refuse(featureNotSupported, "cannot truncate a table referenced in a foreign key constraint")
			}
			add(r)
		}
	}
	for i, r := range tables {
		c := &DataRemoved{Relation: r}
		if i >= named {
			c.Cascade = op.Tables[0].Name.String()
		}
		e.changed(c)
	}
	return nil
}

// withDescendants returns a table and the tables that inherit from it.
func (e *editor) withDescendants(r *Relation) []*Relation {
	all := []*Relation{r}
	for i := 0; i < len(all); i++ {
		for _, oid := range all[i].Children {
			if c := e.RelationByOID(oid); c != nil && !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all
}

func (e *editor) lockTable(op *ddl.LockTable) *Error {
	for _, ref := range op.Tables {
		r, err := e.relation(ref.Name, Table)
		if err != nil {
			return err
		}
		if err := r.needKind("cannot lock relation %q", Table, PartitionedTable, View, ForeignTable); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) reindex(op *ddl.Reindex) *Error {
	switch op.Target {
	case "schema":
		_, err := e.existingSchema(op.Name.Name.Name)
		return err
	case "index":
		r, err := e.relation(op.Name.Name, Index)
		if err != nil {
			return err
		}
		return r.needKind("%q is not an index", Index, PartitionedIndex)
	case "table":
		r, err := e.relation(op.Name.Name, Table)
		if err != nil {
			return err
		}
		return r.needKind("%q is not a table or materialized view", Table, PartitionedTable, MaterializedView)
	}
	return nil
}

func (e *editor) cluster(op *ddl.Cluster) *Error {
	if op.Table.Name.Name == "" {
		return nil
	}
	r, err := e.relation(op.Table.Name, Table)
	if err != nil {
		return err
	}
	if err := r.needKind("%q is not a table or materialized view", Table, PartitionedTable, MaterializedView); err != nil {
		return err
	}
	if op.Index == "" {
		if r.Assumed || slices.ContainsFunc(r.Indexes, func(oid OID) bool {
			x := e.RelationByOID(oid)
			return x != nil && x.Index != nil && x.Index.Clustered
		}) {
			return nil
		}
		return refuse(undefinedObject, "there is no previously clustered index for table %q", r.Name)
	}
	x := e.relationNamed(ddl.Name{Schema: r.Schema, Name: op.Index})
	if x == nil {
		if r.Assumed {
			return nil
		}
		return refuse(undefinedObject, "index %q for table %q does not exist", op.Index, r.Name)
	}
	if x.Assumed {
		return nil
	}
	if x.Index == nil || x.Index.Table != r.OID {
		return refuse(wrongObjectType, "%q is not an index for table %q", op.Index, r.Name)
	}
	if x.Index.Clustered {
		return nil
	}
	for _, oid := range r.Indexes {
		if y := e.RelationByOID(oid); y != nil && y.Index != nil && (y.Index.Clustered || y.OID == x.OID) {
			s := e.own(y)
			s.Index.Clustered = s.OID == x.OID
		}
	}
	e.changed(&RelationOptionChanged{Before: r, After: r, What: "cluster"})
	return nil
}

func (e *editor) vacuum(op *ddl.Vacuum) *Error {
	for _, ref := range op.Tables {
		if _, err := e.relation(ref.Name, Table); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) refreshMaterializedView(op *ddl.RefreshMaterializedView) *Error {
	r, err := e.relation(op.View.Name, MaterializedView)
	if err != nil {
		return err
	}
	if !r.Assumed && r.Kind != MaterializedView {
		switch r.Kind {
		case Table, PartitionedTable:
			return refuse(featureNotSupported, "%q is not a materialized view", r.Name)
		}
		return refuse(wrongObjectType, "%q is not a table or materialized view", r.Name)
	}
	if op.Concurrently && !r.Assumed {
		if op.WithNoData {
			return refuse(syntaxError, "REFRESH options CONCURRENTLY and WITH NO DATA cannot be used together")
		}
		if !r.Populated {
			return refuse(featureNotSupported, "CONCURRENTLY cannot be used when the materialized view is not populated")
		}
		if !e.refreshable(r) {
			return refuse(objectNotInPrerequisite, "cannot refresh materialized view %q concurrently", strings.TrimPrefix(r.String(), tempSchema+"."))
		}
	}
	if r.Populated != op.WithNoData {
		return nil
	}
	s := e.own(r)
	s.Populated = !op.WithNoData
	e.changed(&RelationOptionChanged{Before: r, After: s, What: "populated"})
	return nil
}

// refreshable reports whether the view has what REFRESH CONCURRENTLY needs: a
// unique index on columns, without a WHERE clause.
func (e *editor) refreshable(r *Relation) bool {
	return slices.ContainsFunc(r.Indexes, func(oid OID) bool {
		x := e.RelationByOID(oid)
		return x != nil && x.Index != nil && x.Index.Unique && x.Index.Valid && x.Index.Where == nil && !slices.Contains(x.Index.Columns, 0)
	})
}
