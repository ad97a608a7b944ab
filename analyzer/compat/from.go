package compat

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// from resolves the FROM clause of a query into its scope, and returns the
// scopes of the conditions of its joins.
func (k *checker) from(q *ddl.Query, s *scope) map[*ddl.Expr]*scope {
	conditions := map[*ddl.Expr]*scope{}
	// The skeleton may put items before those of the FROM clause.
	shift, joins := len(s.items), q.Joins
	for n, entry := range q.From {
		joins = k.joins(q, joins, n, shift, s, conditions)
		i := k.item(entry, s)
		if entry.Qualified {
			s.qualified = append(s.qualified, i)
			continue
		}
		s.add(i)
	}
	k.joins(q, joins, len(q.From), shift, s, conditions)
	return conditions
}

// joins performs the joins whose items are all there.
func (k *checker) joins(q *ddl.Query, joins []query.Join, done, shift int, s *scope, conditions map[*ddl.Expr]*scope) []query.Join {
	var left []query.Join
	for _, j := range joins {
		if j.End > done {
			left = append(left, j)
			continue
		}
		var right *query.Item
		if j.Right < len(q.From) {
			right = q.From[j.Right]
		}
		j.Left, j.Right, j.End = j.Left+shift, j.Right+shift, j.End+shift
		k.join(j, right, s)
		if j.On != nil {
			conditions[j.On] = s.within(j, s.unitAt(j.Left).columns)
		}
	}
	return left
}

func (s *scope) unitAt(start int) unit {
	for _, u := range s.units {
		if u.start == start {
			return u
		}
	}
	return unit{}
}

// join makes one unit of two, in which the columns of USING are one and come
// first.
func (k *checker) join(j query.Join, right *query.Item, s *scope) {
	a, b := s.unitAt(j.Left), s.unitAt(j.Right)
	var names []string
	switch {
	case right == nil:
	case right.Natural:
		names = k.natural(a, b, right, s)
	default:
		names = right.Using
	}
	open := s.openBetween(j.Left, j.Right) || s.openBetween(j.Right, j.End)
	joined := unit{start: j.Left, end: j.End}
	for _, name := range names {
		for n, side := range []string{"left", "right"} {
			found := columnsNamed([][]output{a.columns, b.columns}[n], name)
			for _, o := range found {
				for _, u := range uses(o) {
					k.note(u, compared)
				}
			}
			switch {
			case len(found) > 1:
				k.refuse(Error{SQLState: ambiguousColumn, At: right.At, Object: name}, "common column name %q appears more than once in %s table", name, side)
			case len(found) == 0 && !open:
				k.refuse(Error{SQLState: undefinedColumn, At: right.At, Object: name}, "column %q specified in USING clause does not exist in %s table", name, side)
			}
		}
		out := output{name: name}
		if l, r := columnsNamed(a.columns, name), columnsNamed(b.columns, name); len(l) > 0 && len(r) > 0 {
			out = l[0]
			out.from = append(uses(l[0]), uses(r[0])...)
			if !l[0].typ.Equal(r[0].typ) {
				out.typ = catalog.Type{}
			}
			out = k.merged(out, l[0], r[0], right.At)
		}
		joined.columns = append(joined.columns, out)
	}
	for _, o := range slices.Concat(a.columns, b.columns) {
		if !slices.Contains(names, o.name) {
			joined.columns = append(joined.columns, o)
		}
	}
	var units []unit
	for _, u := range s.units {
		switch {
		case u.start == j.Left:
			units = append(units, joined)
		case u.start < j.Left || u.start >= j.End:
			units = append(units, u)
		}
	}
	s.units = units
}

func (s *scope) openBetween(from, to int) bool {
	for n := from; n < to && n < len(s.items); n++ {
		if s.items[n].open {
			return true
		}
	}
	return false
}

// natural returns the names that both sides of a NATURAL JOIN have.
func (k *checker) natural(a, b unit, right *query.Item, s *scope) []string {
	if s.openBetween(a.start, b.end) {
		k.unknown(right.At, "which columns NATURAL JOIN joins is not known")
	}
	var names []string
	for _, o := range a.columns {
		if len(columnsNamed(b.columns, o.name)) > 0 && !slices.Contains(names, o.name) {
			names = append(names, o.name)
		}
	}
	k.naturals = append(k.naturals, names)
	return names
}

func (k *checker) item(entry *query.Item, s *scope) *item {
	i := k.source(entry, s)
	i.at = entry.At
	if hole(entry.Alias) {
		i.open, i.hole = true, true
		k.runtime(entry.At)
	} else if entry.Alias != "" {
		i.name, i.schema = entry.Alias, ""
	}
	i.columns = k.renamed(i, entry.ColumnAliases, entry.At)
	i.columns = k.settle(i.columns)
	if i.open {
		k.opened[i.at] = true
	}
	return i
}

func (k *checker) source(entry *query.Item, s *scope) *item {
	switch {
	case entry.Relation != nil:
		if entry.Relation.Schema == "" {
			if cte := s.ctes.find(entry.Relation.Name.Name); cte != nil {
				c := *cte
				return &c
			}
		}
		i := k.relationItem(*entry.Relation)
		if r := i.relation; entry.Sampled && r != nil && r.Kind == catalog.View {
			k.refuse(Error{SQLState: featureNotSupported, At: entry.At, Relation: r.String()}, "TABLESAMPLE clause can only be applied to tables and materialized views")
		}
		return i
	case entry.Subquery != nil:
		outer := s.outer
		if entry.Lateral {
			outer = s
		}
		i := &item{}
		i.columns, i.open = k.query(entry.Subquery, outer, s.ctes, returned)
		return i
	case entry.Function != nil:
		k.expr(entry.Function, s, compared)
		return k.functionItem(entry)
	}
	return &item{open: true}
}

// relation finds the relation that a statement names; nil where there is none,
// which is an error unless it may exist all the same.
func (k *checker) relation(ref ddl.Ref) *catalog.Relation {
	if holed(ref.Name) {
		k.runtime(ref.At)
		return nil
	}
	r := k.c.Relation(ref.Name)
	if r == nil && k.c.MayExist(ref.Name) {
		k.unknown(ref.At, "relation %s is not made by the history", ref.Name)
		return nil
	}
	if r == nil && foreign(ref.Name) {
		k.unknown(ref.At, "relation %s is of another database system", ref.Name)
		return nil
	}
	if r == nil {
		k.noRelation(ref.Name, ref)
		return nil
	}
	k.bound[ref.At] = binding{relation: r.OID, name: r.String()}
	k.reads = append(k.reads, r.OID)
	return r
}

// foreign reports whether a relation is one that another database system has:
// an application that speaks to several asks each in its own way.
func foreign(n ddl.Name) bool {
	return n.Schema == "" && (strings.HasPrefix(n.Name, "sqlite_") || n.Name == "dual")
}

func (k *checker) noRelation(n ddl.Name, ref ddl.Ref) {
	name := n.Name
	if n.Schema != "" {
		name = n.Schema + "." + n.Name
	}
	k.refuse(Error{SQLState: undefinedTable, At: ref.At, Relation: n.String()}, "relation %q does not exist", name)
}

func (k *checker) relationItem(ref ddl.Ref) *item {
	r := k.relation(ref)
	if r == nil {
		return &item{name: ref.Name.Name, schema: ref.Schema, open: true}
	}
	switch r.Kind {
	case catalog.Index, catalog.PartitionedIndex, catalog.CompositeType:
		k.refuse(Error{SQLState: wrongObjectType, At: ref.At, Relation: r.String()}, "cannot open relation %q", r.Name)
	}
	return &item{name: r.Name, schema: r.Schema, open: r.Assumed || r.Kind == catalog.Sequence, relation: r, columns: relationColumns(r)}
}

func relationColumns(r *catalog.Relation) []output {
	columns := make([]output, 0, len(r.Attributes))
	for _, a := range r.Attributes {
		columns = append(columns, output{name: a.Name, typ: a.Type, use: use{relation: r.OID, column: a.Num}})
	}
	return columns
}

// functionItem has the columns of a function in FROM: those of RETURNS TABLE,
// of the row type that it returns, or one of its own name.
func (k *checker) functionItem(entry *query.Item) *item {
	if len(entry.Function.Calls) == 0 || len(entry.Function.Columns) > 0 && entry.Function.Calls[0].At != entry.Function.At {
		return &item{open: true}
	}
	call := entry.Function.Calls[0]
	i := &item{name: call.Name.Name}
	own := output{name: call.Name.Name}
	if entry.Alias != "" {
		own.name = entry.Alias
	}
	f := k.c.FunctionByOID(k.bound[call.At].routine)
	if f == nil {
		if k.types != nil {
			own = k.withType(own, k.types.values[entry.Function])
		}
		// Without an alias, WITH ORDINALITY is no part of what is known.
		i.columns, i.open = []output{own}, !scalarSets[call.Name.Name] || entry.Alias == "" || strings.Contains(strings.ToLower(entry.At.Text()), "ordinality")
		return i
	}
	if columns, ok := k.routineColumns(f); ok {
		i.columns = columns
		return i
	}
	if r := k.c.RowType(f.Returns); r != nil {
		i.columns, i.open = relationColumns(r), true
		return i
	}
	own.typ = f.Returns
	i.columns, i.open = []output{own}, f.Returns.Name.Name == "record" || f.Returns.Assumed
	return i
}

// scalarSets are functions of pg_catalog that yield rows of one column.
var scalarSets = map[string]bool{
	"generate_series": true, "generate_subscripts": true, "regexp_split_to_table": true, "string_to_table": true,
	"jsonb_array_elements": true, "json_array_elements": true, "jsonb_array_elements_text": true, "json_array_elements_text": true,
	"jsonb_object_keys": true, "json_object_keys": true, "regexp_matches": true,
}
