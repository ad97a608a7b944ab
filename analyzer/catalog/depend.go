package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// systemColumns are those that every table has.
var systemColumns = setOf("tableoid cmax xmax cmin xmin ctid")

// exprColumns resolves the columns that an expression on a table names, as
// attribute numbers in order of appearance. Columns of assumed relations are
// assumed; the relation returned has them.
func (e *editor) exprColumns(r *Relation, x *ddl.Expr) (*Relation, []int, *Error) {
	var nums []int
	if x == nil {
		return r, nil, nil
	}
	for _, c := range x.Columns {
		name := c.Column
		if q := c.Qualifier.Name; q != "" && q != r.Name {
			// (t.composite).field reads as a qualifier: what is meant is the column.
			if r.Attribute(q) == nil {
				if r.Assumed || r.Attribute(name) == nil {
					continue
				}
				return r, nil, refuse(undefinedTable, "missing FROM-clause entry for table %q", q)
			}
			name = q
		}
		if c.Star || name == r.Name && r.Attribute(name) == nil || systemColumns[name] {
			continue
		}
		s, a, err := e.attribute(r, name)
		if err != nil {
			return r, nil, refuse(undefinedColumn, "column %q does not exist", name)
		}
		r = s
		if !slices.Contains(nums, a.Num) {
			nums = append(nums, a.Num)
		}
	}
	return r, nums, nil
}

// dependExpr records that dep depends on what an expression calls and casts
// to, on the sequences of its nextval calls, and on what its subqueries read.
// The columns of its own table are the caller's business.
func (e *editor) dependExpr(dep Address, x *ddl.Expr) {
	if x == nil {
		return
	}
	for _, call := range x.Calls {
		switch call.Name.Name {
		case "nextval", "currval", "setval":
			if call.Literal != "" {
				if r := e.Relation(parseName(call.Literal)); r != nil {
					e.depend(r.OID, Dependency{Dependent: dep})
				}
			}
			continue
		}
		if f := e.called(call); f != nil {
			e.depend(f.OID, Dependency{Dependent: dep})
		}
	}
	for _, t := range x.Casts {
		if typ, ok := e.lookupType(t); ok {
			e.dependType(dep, typ)
		}
	}
	for _, q := range x.Subqueries {
		e.dependQuery(dep, q, nil)
	}
}

// called returns the routine that a call means; nil where it is not the
// history's, or where overloads leave a choice.
func (e *editor) called(call query.Call) *Function {
	var found *Function
	for _, f := range e.Functions(call.Name) {
		least, most := f.arity()
		if call.Args < least || most >= 0 && call.Args > most {
			continue
		}
		if found != nil {
			return nil
		}
		found = f
	}
	return found
}

// arity returns how many arguments a call may have; most is -1 where there is
// no limit.
func (f *Function) arity() (least, most int) {
	for _, a := range f.Args {
		switch a.Mode {
		case 'i', 'b', 0:
			most++
			if !a.HasDefault {
				least++
			}
		case 'v':
			return least, -1
		}
	}
	return least, most
}

// dependQuery records that dep depends on the relations and columns that a
// query reads, as far as they can be resolved, and on what it calls. Outer are
// the names that it may use besides: a routine's arguments.
func (e *editor) dependQuery(dep Address, q *ddl.Query, outer *scope) {
	r := &resolver{c: &e.Catalog, seen: map[useKey]bool{}}
	if _, _, err := r.query(q, outer, nil); err != nil {
		return
	}
	e.dependUses(dep, r.uses)
	q.Walk(func(q *ddl.Query) {
		for _, x := range ownExprs(q) {
			y := *x
			y.Subqueries = nil
			e.dependExpr(dep, &y)
		}
	})
}

func (e *editor) dependUses(dep Address, uses []Use) {
	for _, u := range uses {
		e.depend(u.Relation, Dependency{Dependent: dep, Column: u.Column})
	}
}

// ownExprs returns the expressions of one level of a query.
func ownExprs(q *ddl.Query) []*ddl.Expr {
	var list []*ddl.Expr
	for _, t := range q.Targets {
		if t.Expr != nil {
			list = append(list, t.Expr)
		}
	}
	for _, x := range q.Exprs {
		if x != nil {
			list = append(list, x)
		}
	}
	for _, i := range q.From {
		if i.Function != nil {
			list = append(list, i.Function)
		}
	}
	return list
}

// parseName reads a name inside a string constant, as regclass does.
func parseName(s string) ddl.Name {
	first, rest := leadingPart(s)
	if len(rest) > 0 && rest[0] == '.' {
		second, _ := leadingPart(rest[1:])
		return ddl.Name{Schema: first, Name: second}
	}
	return ddl.Name{Name: first}
}
