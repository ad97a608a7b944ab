package rules

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// usedBy reports whether an operation has the value as a constant of its enum,
// given the catalog after it.
func (v newValue) usedBy(op ddl.Op, c *catalog.Catalog) bool {
	u := valueUse{newValue: v, c: c}
	switch op := op.(type) {
	case *ddl.Insert:
		return u.insert(op)
	case *ddl.Update:
		r := c.Relation(op.Table.Name)
		for i, e := range op.Values {
			if len(op.Values) == len(op.Columns) && r != nil && u.value(e, r.Attribute(op.Columns[i].Name)) {
				return true
			}
		}
		return u.inQuery(op.From, r) || u.in(append(slices.Clone(op.Values), op.Where), append(u.from(op.From), r))
	case *ddl.Delete:
		r := c.Relation(op.Table.Name)
		return u.inQuery(op.Using, r) || u.in([]*ddl.Expr{op.Where}, append(u.from(op.Using), r))
	case *ddl.Merge:
		r := c.Relation(op.Table.Name)
		return u.inQuery(op.Using, r) || u.in(append(slices.Clone(op.Exprs), op.On), append(u.from(op.Using), r))
	case *ddl.Select:
		return u.inQuery(op.Query) || u.in(op.Calls, nil)
	case *ddl.CreateView:
		return u.inQuery(op.Query)
	case *ddl.CreateTableAs:
		return u.inQuery(op.Query)
	case *ddl.SetDefault:
		r := c.Relation(op.Relation.Name)
		return r != nil && u.value(op.Default, r.Attribute(op.Column.Name))
	case *ddl.AddColumn:
		return u.columns(c.Relation(op.Relation.Name), op.Column)
	case *ddl.CreateTable:
		r := c.Relation(op.Table.Name)
		return u.columns(r, op.Columns...) || u.constraints(r, op.Constraints)
	case *ddl.AddConstraint:
		return u.constraints(c.Relation(op.Relation.Name), []*ddl.Constraint{op.Constraint})
	case *ddl.CreateIndex:
		exprs := []*ddl.Expr{op.Where}
		for _, e := range op.Elements {
			exprs = append(exprs, e.Expr)
		}
		return u.in(exprs, []*catalog.Relation{c.Relation(op.Table.Name)})
	case *ddl.CreatePolicy:
		return u.in([]*ddl.Expr{op.Using, op.WithCheck}, []*catalog.Relation{c.Relation(op.Table.Name)})
	case *ddl.CreateTrigger:
		return u.in([]*ddl.Expr{op.When}, []*catalog.Relation{c.Relation(op.Table.Name)})
	case *ddl.CreateFunction:
		// PL/pgSQL is not read before it is called.
		return op.Language == "sql" && slices.ContainsFunc(op.Effects, func(e ddl.Op) bool { return v.usedBy(e, c) })
	}
	return false
}

// A valueUse looks for a value in one operation.
type valueUse struct {
	newValue
	c *catalog.Catalog
}

func (u valueUse) insert(op *ddl.Insert) bool {
	r := u.c.Relation(op.Table.Name)
	if r == nil {
		return false
	}
	var columns []*catalog.Attribute
	for _, c := range op.Columns {
		columns = append(columns, r.Attribute(c.Name))
	}
	if len(op.Columns) == 0 {
		columns = r.Attributes
	}
	if q := op.Query; q != nil && len(columns) > 0 {
		for i, e := range q.Exprs {
			if q.Values > 0 && i%q.Values < len(columns) && u.value(e, columns[i%q.Values]) {
				return true
			}
		}
		for i, t := range q.Targets {
			if i < len(columns) && u.value(t.Expr, columns[i]) {
				return true
			}
		}
	}
	return u.inQuery(op.Query) || u.in(op.ConflictExprs, []*catalog.Relation{r})
}

func (u valueUse) columns(r *catalog.Relation, columns ...*ddl.Column) bool {
	if r == nil {
		return false
	}
	return slices.ContainsFunc(columns, func(c *ddl.Column) bool {
		return u.value(c.Default, r.Attribute(c.Name.Name)) || u.constraints(r, c.Constraints) || u.in([]*ddl.Expr{c.Default, c.Generated}, []*catalog.Relation{r})
	})
}

func (u valueUse) constraints(r *catalog.Relation, constraints []*ddl.Constraint) bool {
	return slices.ContainsFunc(constraints, func(c *ddl.Constraint) bool {
		return c != nil && u.in([]*ddl.Expr{c.Check, c.Where}, []*catalog.Relation{r})
	})
}

// value reports whether an expression is the value, meant for a column of the
// enum.
func (u valueUse) value(e *ddl.Expr, a *catalog.Attribute) bool {
	return e != nil && a != nil && e.Constant && !e.Null && e.Literal == u.label && a.Type.Def == u.enum.OID
}

func (u valueUse) inQuery(q *ddl.Query, outer ...*catalog.Relation) bool {
	used := false
	var tables []*catalog.Relation
	q.Walk(func(q *ddl.Query) { tables = append(tables, u.from(q)...) })
	tables = append(tables, outer...)
	q.Walk(func(q *ddl.Query) {
		exprs := slices.Clone(q.Exprs)
		for _, t := range q.Targets {
			exprs = append(exprs, t.Expr)
		}
		used = used || u.in(exprs, tables)
	})
	return used
}

// from returns the relations that a query names in FROM.
func (u valueUse) from(q *ddl.Query) []*catalog.Relation {
	var tables []*catalog.Relation
	if q == nil {
		return nil
	}
	for _, i := range q.From {
		if i.Relation != nil {
			tables = append(tables, u.c.Relation(i.Relation.Name))
		}
	}
	return tables
}

// in reports whether one of the expressions has the value as a constant beside
// a column of the enum or a cast to it, and none to text.
func (u valueUse) in(exprs []*ddl.Expr, tables []*catalog.Relation) bool {
	constant := "'" + strings.ReplaceAll(u.label, "'", "''") + "'"
	return slices.ContainsFunc(exprs, func(e *ddl.Expr) bool {
		if e == nil || !strings.Contains(e.Text, constant) {
			return false
		}
		if slices.ContainsFunc(e.Subqueries, func(q *ddl.Query) bool { return u.inQuery(q, tables...) }) {
			return true
		}
		cast := false
		for _, t := range e.Casts {
			d := u.c.Type(t.Name)
			switch {
			case d != nil && d.OID == u.enum.OID:
				cast = true
			case u.c.ResolveType(t).IsText():
				return false
			}
		}
		return cast || slices.ContainsFunc(e.Columns, func(c query.ColumnRef) bool { return u.isEnum(c.Column, tables) })
	})
}

// isEnum reports whether a column of that name can only be one of the enum.
func (u valueUse) isEnum(column string, tables []*catalog.Relation) bool {
	found := false
	for _, r := range tables {
		if r == nil {
			continue
		}
		if a := r.Attribute(column); a != nil {
			if a.Type.Def != u.enum.OID {
				return false
			}
			found = true
		}
	}
	return found
}
