package catalog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// A Use is a relation that a query reads, or one column of it.
type Use struct {
	Relation OID
	// Column is the attribute number; 0 is the relation.
	Column int
	At     source.Span
}

// An Output is one column that a query yields. Its type is zero where only
// evaluating the expression would tell.
type Output struct {
	Name string
	Type Type
	// From is the column where the output is nothing but one; otherwise zero.
	From Use
	// literal: a string or NULL, whose type others decide.
	literal bool
}

// A Resolution is what a query means in a snapshot: names bound to columns.
type Resolution struct {
	Columns []Output
	// Open is set where there may be more columns than those listed: a star
	// on a relation whose columns are not all known.
	Open bool
	// Uses are the relations and columns read, in order of appearance and
	// without duplicates.
	Uses []Use
}

// Resolve binds the names of a query. It returns the error that PostgreSQL
// would for a relation or column that does not exist or is ambiguous; what may
// exist outside the history is not an error.
func (c *Catalog) Resolve(q *ddl.Query) (*Resolution, *Error) {
	return (&resolver{c: c, seen: map[useKey]bool{}}).resolve(q)
}

// resolve is [Catalog.Resolve] for an operation: it assumes the relations and
// columns that must have been there before the history.
func (e *editor) resolve(q *ddl.Query) (*Resolution, *Error) {
	return (&resolver{c: &e.Catalog, e: e, seen: map[useKey]bool{}}).resolve(q)
}

type useKey struct {
	relation OID
	column   int
}

// A resolver binds the names of one query, subqueries included.
type resolver struct {
	c    *Catalog
	e    *editor // nil where nothing may be assumed
	uses []Use
	seen map[useKey]bool
}

// scopeItem is one entry of a FROM clause as name resolution sees it.
type scopeItem struct {
	name    string
	schema  string
	columns []Output
	// open: it may have other columns.
	open bool
	// relation is set for a relation, to assume columns of.
	relation OID
	// merged are the columns that USING or NATURAL made one with those of an
	// item before.
	merged []string
}

func (i *scopeItem) column(name string) (Output, bool) {
	for _, o := range i.columns {
		if o.Name == name {
			return o, true
		}
	}
	return Output{}, false
}

// scope is the FROM clause of one query level, inside another.
type scope struct {
	items []*scopeItem
	// qualified are found by their names only.
	qualified []*scopeItem
	outer     *scope
	ctes      *cteList
	aliases   []string // of the target list, for ORDER BY and GROUP BY
}

// ofResult reports whether an expression is nothing but the name of a column of
// the result. ORDER BY means that one, even where tables have it, too.
func (s *scope) ofResult(x *ddl.Expr) bool {
	return x.Bare && len(x.Columns) == 1 && x.Columns[0].Qualifier.Name == "" && slices.Contains(s.aliases, x.Columns[0].Column)
}

type cteList struct {
	name  string
	item  *scopeItem
	outer *cteList
}

func (l *cteList) find(name string) *scopeItem {
	for ; l != nil; l = l.outer {
		if l.name == name {
			return l.item
		}
	}
	return nil
}

func (r *resolver) resolve(q *ddl.Query) (*Resolution, *Error) {
	columns, open, err := r.query(q, nil, nil)
	if err != nil {
		return nil, err
	}
	return &Resolution{Columns: columns, Open: open, Uses: r.uses}, nil
}

func (r *resolver) use(relation OID, column int, at source.Span) {
	key := useKey{relation, column}
	if relation == 0 || r.seen[key] {
		return
	}
	r.seen[key] = true
	r.uses = append(r.uses, Use{Relation: relation, Column: column, At: at})
}

func (r *resolver) query(q *ddl.Query, outer *scope, ctes *cteList) (columns []Output, open bool, err *Error) {
	if q == nil {
		return nil, true, nil
	}
	for _, cte := range q.With {
		if ctes, err = r.cte(cte, outer, ctes); err != nil {
			return nil, false, err
		}
	}
	if q.SetOp != "" {
		left, lopen, err := r.query(q.Left, outer, ctes)
		if err != nil {
			return nil, false, err
		}
		right, ropen, err := r.query(q.Right, outer, ctes)
		if err != nil {
			return nil, false, err
		}
		if !lopen && !ropen && len(left) != len(right) {
			return nil, false, refuse(syntaxError, "each %s query must have the same number of columns", strings.ToUpper(q.SetOp))
		}
		left = slices.Clone(left)
		for i := range left {
			left[i].From = Use{}
			switch {
			case i >= len(right):
				left[i].Type = Type{}
			case left[i].literal:
				left[i].Type, left[i].literal = right[i].Type, right[i].literal
			case !right[i].literal && !left[i].Type.Equal(right[i].Type):
				left[i].Type = Type{}
			}
		}
		return left, lopen || ropen, nil
	}
	if q.Values > 0 {
		s := &scope{outer: outer, ctes: ctes}
		for _, x := range ownExprs(q) {
			if err := r.expr(x, s); err != nil {
				return nil, false, err
			}
		}
		for i := range q.Values {
			columns = append(columns, Output{Name: "column" + strconv.Itoa(i+1)})
		}
		return columns, false, nil
	}
	s := &scope{outer: outer, ctes: ctes}
	for _, item := range q.From {
		i, err := r.item(item, s)
		if err != nil {
			return nil, false, err
		}
		if item.Qualified {
			s.qualified = append(s.qualified, i)
			continue
		}
		r.merge(item, i, s)
		s.items = append(s.items, i)
	}
	for _, t := range q.Targets {
		out, o, err := r.target(t, s)
		if err != nil {
			return nil, false, err
		}
		columns = append(columns, out...)
		open = open || o
	}
	for _, o := range columns {
		s.aliases = append(s.aliases, o.Name)
	}
	for _, x := range q.Exprs {
		if s.ofResult(x) && slices.Contains(q.Order, x) {
			continue
		}
		if err := r.expr(x, s); err != nil {
			return nil, false, err
		}
	}
	return columns, open, nil
}

func (r *resolver) cte(c *query.CTE, outer *scope, ctes *cteList) (*cteList, *Error) {
	inner := ctes
	if c.Recursive {
		seed := &scopeItem{name: c.Name.Name, open: true}
		if c.Query != nil && c.Query.SetOp != "" {
			// The non-recursive arm gives the columns.
			for _, w := range c.Query.With {
				var err *Error
				if inner, err = r.cte(w, outer, inner); err != nil {
					return nil, err
				}
			}
			columns, open, err := r.query(c.Query.Left, outer, inner)
			if err != nil {
				return nil, err
			}
			seed.columns, seed.open = rename(columns, c.Columns), open
		}
		inner = &cteList{name: c.Name.Name, item: seed, outer: inner}
	}
	columns, open, err := r.query(c.Query, outer, inner)
	if err != nil && c.Modifies {
		// The scope of RETURNING is not that of a SELECT's targets.
		columns, err = returned(c.Query), nil
	}
	if err != nil {
		return nil, err
	}
	open = open || c.Modifies
	item := &scopeItem{name: c.Name.Name, columns: rename(columns, c.Columns), open: open}
	return &cteList{name: c.Name.Name, item: item, outer: ctes}, nil
}

// returned returns the columns of RETURNING, as far as their names go.
func returned(q *ddl.Query) []Output {
	var columns []Output
	for _, t := range q.Targets {
		if _, star := t.Star(); !star {
			columns = append(columns, Output{Name: t.Alias})
		}
	}
	return columns
}

// rename gives the first columns other names.
func rename(columns []Output, names []string) []Output {
	if len(names) == 0 {
		return columns
	}
	columns = slices.Clone(columns)
	for i, n := range names {
		if i < len(columns) {
			columns[i].Name = n
			continue
		}
		columns = append(columns, Output{Name: n})
	}
	return columns
}

func (r *resolver) item(item *query.Item, s *scope) (*scopeItem, *Error) {
	i, err := r.itemSource(item, s)
	if err != nil {
		return nil, err
	}
	i.columns = rename(i.columns, item.ColumnAliases)
	if item.Alias != "" {
		i.name, i.schema = item.Alias, ""
	}
	return i, nil
}

func (r *resolver) itemSource(item *query.Item, s *scope) (*scopeItem, *Error) {
	switch {
	case item.Relation != nil:
		if item.Relation.Schema == "" {
			if cte := s.ctes.find(item.Relation.Name.Name); cte != nil {
				c := *cte
				return &c, nil
			}
		}
		return r.relation(*item.Relation)
	case item.Subquery != nil:
		outer := s.outer
		if item.Lateral {
			outer = s
		}
		columns, open, err := r.query(item.Subquery, outer, s.ctes)
		if err != nil {
			return nil, err
		}
		return &scopeItem{columns: columns, open: open}, nil
	case item.Function != nil:
		if err := r.expr(item.Function, s); err != nil {
			return nil, err
		}
		return r.function(item), nil
	}
	return &scopeItem{open: true}, nil
}

func (r *resolver) relation(ref ddl.Ref) (*scopeItem, *Error) {
	rel := r.c.Relation(ref.Name)
	if rel == nil && r.e != nil {
		found, err := r.e.relation(ref.Name, Table)
		if err != nil {
			return nil, refuse(undefinedTable, "relation %q does not exist", unquoted(ref.Name))
		}
		rel = found
	}
	if rel == nil {
		if !r.c.mayExistNamed(ref.Name) {
			return nil, refuse(undefinedTable, "relation %q does not exist", unquoted(ref.Name))
		}
		return &scopeItem{name: ref.Name.Name, schema: ref.Schema, open: true}, nil
	}
	r.use(rel.OID, 0, ref.At)
	i := &scopeItem{name: rel.Name, schema: rel.Schema, open: rel.Assumed || rel.Kind == Sequence, relation: rel.OID}
	for _, a := range rel.Attributes {
		i.columns = append(i.columns, Output{Name: a.Name, Type: a.Type, From: Use{Relation: rel.OID, Column: a.Num}})
	}
	return i, nil
}

// mayExistNamed reports whether a relation that a name does not find may have
// been there before the history.
func (c *Catalog) mayExistNamed(n ddl.Name) bool {
	e := editor{Catalog: *c}
	if n.Schema != "" {
		return e.mayExist(n)
	}
	if strings.HasPrefix(n.Name, "pg_") {
		return true
	}
	return slices.ContainsFunc(c.SearchPath(), func(s string) bool { return e.mayExist(ddl.Name{Schema: s, Name: n.Name}) })
}

// function returns the columns of a function in FROM: those of RETURNS TABLE,
// of the row type it returns, or one of its own name.
func (r *resolver) function(item *query.Item) *scopeItem {
	if len(item.Function.Calls) == 0 {
		return &scopeItem{open: true}
	}
	call := item.Function.Calls[0]
	i := &scopeItem{name: call.Name.Name}
	overloads := r.c.Functions(call.Name)
	if len(overloads) != 1 {
		name := call.Name.Name
		if item.Alias != "" {
			name = item.Alias
		}
		i.columns, i.open = []Output{{Name: name}}, true
		return i
	}
	f := overloads[0]
	for _, a := range f.Args {
		if a.Mode == 't' || a.Mode == 'o' || a.Mode == 'b' {
			i.columns = append(i.columns, Output{Name: a.Name, Type: a.Type})
		}
	}
	if len(i.columns) > 0 {
		return i
	}
	if rel := r.c.rowOf(f.Returns); rel != nil {
		for _, a := range rel.Attributes {
			i.columns = append(i.columns, Output{Name: a.Name, Type: a.Type})
		}
		i.open = rel.Assumed
		return i
	}
	name := call.Name.Name
	if item.Alias != "" {
		name = item.Alias
	}
	i.columns = []Output{{Name: name, Type: f.Returns}}
	i.open = f.Returns.Name.Name == "record" || f.Returns.Assumed
	return i
}

// rowOf returns the relation whose row type t is, or that of a composite type.
func (c *Catalog) rowOf(t Type) *Relation {
	if t.Def == 0 || t.Dims > 0 {
		return nil
	}
	if d := c.TypeByOID(t.Def); d != nil {
		return c.RelationByOID(d.Relation)
	}
	return c.RelationByOID(t.Def)
}

// merge notes which columns of an item USING or NATURAL joins with those of the
// items before.
func (r *resolver) merge(item *query.Item, i *scopeItem, s *scope) {
	names := item.Using
	if item.Natural {
		names = nil
		for _, o := range i.columns {
			for _, before := range s.items {
				if _, ok := before.column(o.Name); ok && !slices.Contains(names, o.Name) {
					names = append(names, o.Name)
				}
			}
		}
	}
	i.merged = names
	for _, n := range names {
		for _, before := range append(slices.Clip(s.items), i) {
			if o, ok := before.column(n); ok {
				r.use(o.From.Relation, o.From.Column, item.At)
			}
		}
	}
}

func (r *resolver) target(t *query.Target, s *scope) ([]Output, bool, *Error) {
	if star, ok := t.Star(); ok {
		return r.star(star, s)
	}
	if t.Expr == nil {
		return []Output{{Name: t.Alias}}, false, nil
	}
	out := Output{Name: t.Alias}
	if ref, ok := t.Column(); ok {
		found, err := r.column(ref, s)
		if err != nil {
			return nil, false, err
		}
		out.Type, out.From = found.Type, found.From
		return []Output{out}, false, nil
	}
	if err := r.expr(t.Expr, s); err != nil {
		return nil, false, err
	}
	if t.Type != nil {
		out.Type = r.c.ResolveType(*t.Type)
		return []Output{out}, false, nil
	}
	out.Type = constantType(t.Expr)
	out.literal = !out.Type.IsZero() && out.Type.Name.Name == "text"
	if out.Type.IsZero() {
		out.Type = r.callType(t.Expr, s)
	}
	return []Output{out}, false, nil
}

func (r *resolver) star(ref query.ColumnRef, s *scope) ([]Output, bool, *Error) {
	var columns []Output
	open := false
	if ref.Qualifier.Name != "" {
		i := s.find(ref.Qualifier)
		if i == nil {
			if outer, ok := s.any(ref.Qualifier.Name); ok && outer.From.Relation != 0 {
				return nil, true, nil // (composite).*
			}
			return nil, false, refuse(undefinedTable, "missing FROM-clause entry for table %q", ref.Qualifier.Name)
		}
		columns, open = i.columns, i.open
	} else {
		columns, open = s.all()
	}
	for _, o := range columns {
		r.use(o.From.Relation, o.From.Column, ref.At)
	}
	return columns, open, nil
}

// all returns the columns of *: merged ones first and once.
func (s *scope) all() ([]Output, bool) {
	var columns []Output
	open := false
	var merged []string
	for _, i := range s.items {
		merged = append(merged, i.merged...)
		open = open || i.open
	}
	seen := map[string]bool{}
	for _, m := range merged {
		for _, i := range s.items {
			if o, ok := i.column(m); ok && !seen[m] {
				columns, seen[m] = append(columns, o), true
			}
		}
	}
	for _, i := range s.items {
		for _, o := range i.columns {
			if !slices.Contains(merged, o.Name) {
				columns = append(columns, o)
			}
		}
	}
	return columns, open
}

// find returns the item that a qualifier names, in this scope or one outside.
func (s *scope) find(q query.Name) *scopeItem {
	for ; s != nil; s = s.outer {
		for _, i := range slices.Concat(s.items, s.qualified) {
			if i.name == q.Name && (q.Schema == "" || q.Schema == i.schema) {
				return i
			}
		}
	}
	return nil
}

// any returns a column of that name in any scope.
func (s *scope) any(name string) (Output, bool) {
	for ; s != nil; s = s.outer {
		for _, i := range s.items {
			if o, ok := i.column(name); ok {
				return o, true
			}
		}
	}
	return Output{}, false
}

func (s *scope) isOpen() bool {
	for ; s != nil; s = s.outer {
		if slices.ContainsFunc(s.items, func(i *scopeItem) bool { return i.open }) {
			return true
		}
	}
	return false
}

// column binds one column reference.
func (r *resolver) column(ref query.ColumnRef, s *scope) (Output, *Error) {
	if ref.Qualifier.Name != "" {
		return r.qualified(ref, s)
	}
	for level := s; level != nil; level = level.outer {
		var found *Output
		for _, i := range level.items {
			o, ok := i.column(ref.Column)
			if !ok {
				continue
			}
			if found != nil && !slices.Contains(i.merged, ref.Column) {
				return Output{}, refuse(ambiguousColumn, "column reference %q is ambiguous", ref.Column)
			}
			if found == nil {
				found = &o
			}
			r.use(o.From.Relation, o.From.Column, ref.At)
		}
		if found != nil {
			return *found, nil
		}
		// A column of the only item there is, if that is an assumed relation.
		if len(level.items) == 1 && level.outer == nil && level.items[0].open {
			return r.assume(level.items[0], ref)
		}
	}
	if s.isOpen() || systemColumns[ref.Column] {
		return Output{Name: ref.Column}, nil
	}
	if s.find(query.Name{Name: ref.Column}) != nil {
		return Output{Name: ref.Column}, nil // a whole row
	}
	return Output{}, refuse(undefinedColumn, "column %q does not exist", ref.Column)
}

func (r *resolver) qualified(ref query.ColumnRef, s *scope) (Output, *Error) {
	i := s.find(ref.Qualifier)
	if i == nil {
		if o, ok := s.any(ref.Qualifier.Name); ok {
			r.use(o.From.Relation, o.From.Column, ref.At)
			return Output{Name: ref.Column}, nil // a field of a composite column
		}
		if s.isOpen() && ref.Qualifier.Schema == "" {
			return Output{Name: ref.Column}, nil
		}
		return Output{}, refuse(undefinedTable, "missing FROM-clause entry for table %q", ref.Qualifier.Name)
	}
	if o, ok := i.column(ref.Column); ok {
		r.use(o.From.Relation, o.From.Column, ref.At)
		return o, nil
	}
	if systemColumns[ref.Column] {
		return Output{Name: ref.Column}, nil
	}
	if i.open {
		return r.assume(i, ref)
	}
	for _, f := range r.c.Functions(ddl.Name{Name: ref.Column}) {
		if f.Accepts(1) {
			return Output{Name: ref.Column}, nil // f(row), written row.f
		}
	}
	return Output{}, refuse(undefinedColumn, "column %s.%s does not exist", ref.Qualifier.Name, ref.Column)
}

// assume is a column that an assumed relation must have.
func (r *resolver) assume(i *scopeItem, ref query.ColumnRef) (Output, *Error) {
	out := Output{Name: ref.Column}
	rel := r.c.RelationByOID(i.relation)
	if rel == nil || !rel.Assumed || systemColumns[ref.Column] {
		return out, nil
	}
	if slices.Contains(rel.DroppedColumns, ref.Column) {
		return out, refuse(undefinedColumn, "column %q does not exist", ref.Column)
	}
	if r.e == nil {
		return out, nil
	}
	rel, a, err := r.e.attribute(rel, ref.Column)
	if err != nil {
		return out, err
	}
	out.From = Use{Relation: rel.OID, Column: a.Num}
	i.columns = append(slices.Clip(i.columns), out)
	r.use(rel.OID, a.Num, ref.At)
	return out, nil
}

// expr binds the columns of an expression and of its subqueries.
func (r *resolver) expr(x *ddl.Expr, s *scope) *Error {
	if x == nil {
		return nil
	}
	for _, ref := range x.Columns {
		if ref.Star {
			// count(t.*), row_to_json(t.*): every column is read.
			if i := s.find(ref.Qualifier); i != nil && ref.Qualifier.Name != "" {
				for _, o := range i.columns {
					r.use(o.From.Relation, o.From.Column, ref.At)
				}
			}
			continue
		}
		if _, err := r.column(ref, s); err != nil {
			// ORDER BY and GROUP BY may name a column of the result, alone.
			if x.Bare && err.SQLState == undefinedColumn && slices.Contains(s.aliases, ref.Column) {
				continue
			}
			return err
		}
	}
	for _, q := range x.Subqueries {
		if _, _, err := r.query(q, s, s.ctes); err != nil {
			return err
		}
	}
	return nil
}

// constantType returns the type of a literal, or the zero type.
func constantType(x *ddl.Expr) Type {
	text := strings.ToLower(strings.TrimSpace(x.Text))
	switch {
	case !x.Constant || text == "":
		return Type{}
	case text == "true" || text == "false":
		return builtin("bool")
	case x.Null || strings.HasSuffix(text, "'") && (text[0] == '\'' || strings.HasPrefix(text, "e'")):
		return builtin("text")
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n == int64(int32(n)) {
			return builtin("int4")
		}
		return builtin("int8")
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return builtin("numeric")
	}
	return Type{}
}

// callTypes are the types of common functions that do not depend on their
// arguments.
var callTypes = map[string]string{
	"count": "int8", "row_number": "int8", "rank": "int8", "dense_rank": "int8", "nextval": "int8",
	"lower": "text", "upper": "text", "concat": "text", "concat_ws": "text", "string_agg": "text", "to_char": "text",
	"btrim": "text", "md5": "text", "replace": "text", "left": "text", "right": "text", "format": "text",
	"now": "timestamptz", "current_timestamp": "timestamptz", "clock_timestamp": "timestamptz", "statement_timestamp": "timestamptz",
	"to_timestamp": "timestamptz", "current_date": "date", "gen_random_uuid": "uuid",
	"bool_and": "bool", "bool_or": "bool", "every": "bool", "length": "int4", "char_length": "int4", "octet_length": "int4",
	"json_build_object": "json", "json_agg": "json", "row_to_json": "json", "to_json": "json", "json_object_agg": "json",
	"jsonb_build_object": "jsonb", "jsonb_agg": "jsonb", "to_jsonb": "jsonb", "jsonb_object_agg": "jsonb",
	"to_tsvector": "tsvector", "to_tsquery": "tsquery", "plainto_tsquery": "tsquery", "exists": "bool",
}

// callType returns the type of an expression that is nothing but one call: of
// a function of the history, min or max of a column, or of one of callTypes.
func (r *resolver) callType(x *ddl.Expr, s *scope) Type {
	name, weak := expressionName(x.Text)
	if weak || len(x.Calls) == 0 || x.Calls[0].Name.Name != name {
		return Type{}
	}
	call := x.Calls[0]
	if t, ok := callTypes[name]; ok && (call.Schema == "" || call.Schema == pgCatalog) {
		return builtin(t)
	}
	if (name == "min" || name == "max") && len(x.Calls) == 1 && len(x.Columns) == 1 && call.Args == 1 {
		_, rest := leadingName(strings.TrimSpace(x.Text))
		inner := strings.Trim(strings.TrimSpace(rest), "()")
		if _, after := leadingName(strings.TrimSpace(inner)); strings.TrimSpace(after) == "" {
			if o, err := r.column(x.Columns[0], s); err == nil {
				return o.Type
			}
		}
		return Type{}
	}
	if overloads := r.c.Functions(call.Name); len(overloads) == 1 && !overloads[0].ReturnsSet {
		return overloads[0].Returns
	}
	return Type{}
}
