package compat

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// expr resolves the names in an expression and in its subqueries.
func (k *checker) expr(x *ddl.Expr, s *scope, how usage) {
	if x == nil {
		return
	}
	if !x.Bare && how < computed {
		how = usageIn(x)
	}
	for _, ref := range x.Columns {
		if ref.Star {
			k.wholeRow(ref, s)
			continue
		}
		o := k.column(ref, s)
		for _, u := range uses(o) {
			k.note(u, how)
		}
	}
	for _, call := range x.Calls {
		if k.types == nil || !typedCall(x, call) {
			k.call(call)
		}
	}
	for _, t := range x.Casts {
		k.typeName(t)
	}
	for _, a := range x.Adopted {
		k.adopted(a, s)
	}
	var subqueries [][]output
	for _, q := range x.Subqueries {
		columns, open := k.query(q, s, s.ctes, computed)
		if open {
			columns = nil
		}
		subqueries = append(subqueries, columns)
	}
	k.typeExpr(x, s, subqueries)
}

// usageIn says how an expression uses its columns: where all it does to them
// is done to every type of a family alike, they are compared.
func usageIn(x *ddl.Expr) usage {
	alike := func(n ddl.Name) bool {
		return n.Schema == "" && slices.Contains([]string{"=", "<>", "<", ">", "<=", ">=", "*", "/", "%"}, n.Name)
	}
	if slices.ContainsFunc(x.Operators, func(n ddl.Name) bool { return !alike(n) }) || len(x.Casts) > 0 || len(x.Subqueries) > 0 {
		return computed
	}
	if slices.ContainsFunc(x.Calls, func(c query.Call) bool {
		return c.Schema != "" || !slices.Contains([]string{"count", "min", "max", "sum", "avg"}, c.Name.Name)
	}) {
		return computed
	}
	return compared
}

// wholeRow is count(t.*) or row_to_json(t.*).
func (k *checker) wholeRow(ref query.ColumnRef, s *scope) {
	if ref.Qualifier.Name != "" && s.find(ref.Qualifier) == nil && !s.has(ref.Qualifier.Name) {
		k.noEntry(ref, s)
	}
}

// usesOf returns the columns that an expression names, subqueries apart.
func (k *checker) usesOf(x *ddl.Expr, s *scope) []use {
	if x == nil {
		return nil
	}
	quiet := &checker{c: k.c, analysis: scratch()}
	var all []use
	for _, ref := range x.Columns {
		if !ref.Star {
			all = append(all, uses(quiet.column(ref, s))...)
		}
	}
	return all
}

// column binds one column reference.
func (k *checker) column(ref query.ColumnRef, s *scope) output {
	if hole(ref.Column) {
		k.runtime(ref.At)
		return output{}
	}
	if ref.Qualifier.Name != "" {
		return k.qualified(ref, s)
	}
	var open opening
	depth := 0
	for level := s; level != nil; level, depth = level.outer, depth+1 {
		found := level.named(ref.Column)
		system := isSystemColumn(ref.Column) && slices.ContainsFunc(level.items, (*item).system)
		switch {
		case len(found) > 1:
			k.refuse(Error{SQLState: ambiguousColumn, At: ref.At, Object: ref.Column}, "column reference %q is ambiguous", ref.Column)
			return output{name: ref.Column}
		case len(found) == 1 && len(open.items) == 0:
			return k.bind(ref, found[0], depth)
		case system:
			return output{name: ref.Column}
		}
		if items := level.openItems(); len(items) > 0 {
			open.mixed = open.mixed || len(open.items) > 0
			open.items, open.level = append(open.items, items...), depth
		}
	}
	if s.find(query.Name{Name: ref.Column}) != nil {
		return output{name: ref.Column} // a whole row
	}
	if len(open.items) > 0 {
		if k.droppedColumn(ref, s) {
			return output{name: ref.Column}
		}
		open.name = ref.Column
		k.open[ref.At] = open
		k.unknown(ref.At, "whether there is a column %s is not known", ref.Column)
		return output{name: ref.Column}
	}
	k.refuse(Error{SQLState: undefinedColumn, At: ref.At, Relation: only(s), Object: ref.Column}, "column %q does not exist", ref.Column)
	return output{name: ref.Column}
}

// only returns the relation that a scope is about, where it is but one.
func only(s *scope) string {
	if s != nil && len(s.items) == 1 && s.items[0].relation != nil {
		return s.items[0].relation.String()
	}
	return ""
}

// droppedColumn refuses a column that the history dropped from the only item
// there is, an assumed relation.
func (k *checker) droppedColumn(ref query.ColumnRef, s *scope) bool {
	if s.outer != nil || len(s.items) != 1 || s.items[0].relation == nil {
		return false
	}
	r := s.items[0].relation
	if !r.Assumed || !slices.Contains(r.DroppedColumns, ref.Column) {
		return false
	}
	k.refuse(Error{SQLState: undefinedColumn, At: ref.At, Relation: r.String(), Object: ref.Column}, "column %q does not exist", ref.Column)
	return true
}

func (k *checker) bind(ref query.ColumnRef, o output, level int) output {
	if o.use != (use{}) {
		k.bound[ref.At] = binding{relation: o.use.relation, column: o.use.column, name: o.name, level: level}
	}
	return o
}

func (k *checker) qualified(ref query.ColumnRef, s *scope) output {
	none := output{name: ref.Column}
	i := s.find(ref.Qualifier)
	if i == nil {
		if !s.has(ref.Qualifier.Name) { // else a field of a composite column
			k.noEntry(ref, s)
		}
		return none
	}
	found := columnsNamed(i.columns, ref.Column)
	switch {
	case len(found) > 1:
		k.refuse(Error{SQLState: ambiguousColumn, At: ref.At, Object: ref.Column}, "column reference %q is ambiguous", ref.Column)
		return none
	case len(found) == 1:
		return k.bind(ref, found[0], 0)
	case isSystemColumn(ref.Column) && (i.system() || i.open):
		return none
	case i.open && i.relation != nil && slices.Contains(i.relation.DroppedColumns, ref.Column):
	case i.open:
		k.open[ref.At] = opening{name: ref.Column, items: []source.Span{i.at}}
		k.unknown(ref.At, "whether there is a column %s.%s is not known", ref.Qualifier.Name, ref.Column)
		return none
	}
	if slices.ContainsFunc(k.c.Functions(ddl.Name{Name: ref.Column}), func(f *catalog.Function) bool { return f.Accepts(1) }) {
		return none // f(row), written row.f
	}
	e := Error{SQLState: undefinedColumn, At: ref.At, Object: ref.Column}
	if i.relation != nil {
		e.Relation = i.relation.String()
	}
	k.refuse(e, "column %s.%s does not exist", ref.Qualifier.Name, ref.Column)
	return none
}

// call binds a routine of the history by its name and number of arguments, and
// the sequence that a function of sequences names.
func (k *checker) call(c query.Call) {
	if holed(c.Name) || hole(c.Literal) {
		k.runtime(c.At)
		return
	}
	if slices.Contains([]string{"nextval", "currval", "setval"}, c.Name.Name) && c.Literal != "" && (c.Schema == "" || c.Schema == "pg_catalog") {
		k.sequence(c)
		return
	}
	overloads := k.c.Functions(c.Name)
	switch {
	case c.Schema == "" && isBuiltin(c.Name.Name) || c.Schema == "pg_catalog" || c.Schema == "information_schema":
		return
	case len(overloads) == 0:
		k.noRoutine(c)
		return
	}
	var fit []*catalog.Function
	for _, f := range overloads {
		if f.Accepts(c.Args) || f.Kind == ddl.Procedure || f.Kind == ddl.Aggregate {
			fit = append(fit, f)
		}
	}
	switch {
	case len(fit) == 1:
		k.bound[c.At] = binding{routine: fit[0].OID, name: fit[0].Signature()}
	case len(fit) > 1:
		k.overloaded = true
		k.unknown(c.At, "%d functions %s take %d arguments", len(fit), c.Name, c.Args)
	case c.Schema == "" && len(k.c.SearchPath()) > 1:
		// Those of other schemas in the path count as well.
		k.unknown(c.At, "which function %s is meant is not known", c.Name)
	default:
		k.refuse(Error{SQLState: undefinedFunction, At: c.At, Object: c.Name.String()}, "function %s does not exist with %d arguments", c.Name, c.Args)
	}
}

// noRoutine is a call of what the history does not make: it may be an
// extension's, which may be there without the history creating it.
func (k *checker) noRoutine(c query.Call) {
	if k.lacksSchema(c.Name) {
		k.noSchema(c.Name, c.At)
		return
	}
	k.unknown(c.At, "function %s is not made by the history", c.Name)
}

// lacksSchema reports whether the schema of a name certainly does not exist.
func (k *checker) lacksSchema(n ddl.Name) bool {
	return n.Schema != "" && k.c.Schema(n.Schema) == nil && !k.c.MayExist(n)
}

func (k *checker) noSchema(n ddl.Name, at source.Span) {
	k.refuse(Error{SQLState: undefinedSchema, At: at, Object: n.String()}, "schema %q does not exist", n.Schema)
}

// sequence binds the argument of nextval and the like.
func (k *checker) sequence(c query.Call) {
	n, ok := nameIn(c.Literal)
	if !ok {
		return
	}
	r := k.c.Relation(n)
	switch {
	case r != nil && (r.Kind == catalog.Sequence || r.Assumed):
		k.bound[c.At] = binding{relation: r.OID, name: r.String()}
		k.reads = append(k.reads, r.OID)
	case r != nil:
		k.refuse(Error{SQLState: wrongObjectType, At: c.At, Relation: r.String()}, "%q is not a sequence", r.Name)
	case k.c.MayExist(n):
		k.unknown(c.At, "relation %s is not made by the history", n)
	default:
		k.noRelation(n, ddl.Ref{Name: n, At: c.At})
	}
}

// nameIn reads a name in a string constant, as regclass does.
func nameIn(s string) (ddl.Name, bool) {
	var parts []string
	for s = strings.TrimSpace(s); ; {
		var part string
		if quoted, ok := strings.CutPrefix(s, `"`); ok {
			end := strings.IndexByte(quoted, '"')
			if end < 0 || strings.HasPrefix(quoted[end+1:], `"`) {
				return ddl.Name{}, false
			}
			part, s = quoted[:end], quoted[end+1:]
		} else {
			end := strings.IndexByte(s, '.')
			if end < 0 {
				end = len(s)
			}
			part, s = strings.ToLower(s[:end]), s[end:]
		}
		parts = append(parts, part)
		rest, more := strings.CutPrefix(s, ".")
		if !more {
			break
		}
		s = rest
	}
	switch {
	case s != "" || slices.Contains(parts, ""):
	case len(parts) == 1:
		return ddl.Name{Name: parts[0]}, true
	case len(parts) == 2:
		return ddl.Name{Schema: parts[0], Name: parts[1]}, true
	}
	return ddl.Name{}, false
}

// typeName binds a type that is cast to.
func (k *checker) typeName(t ddl.TypeName) {
	if holed(t.Name) {
		k.runtime(t.At)
		return
	}
	typ := k.c.ResolveType(t)
	switch {
	case typ.Def != 0:
		name := typ.String()
		if d := k.c.TypeByOID(typ.Def); d != nil {
			name = d.String()
		}
		k.bound[t.At] = binding{typ: typ.Def, name: name}
	case t.Column != "" || !typ.Assumed:
	case k.lacksSchema(t.Name):
		k.noSchema(t.Name, t.At)
	default:
		k.unknown(t.At, "type %s is not made by the history", t)
	}
}

// adopted checks a string constant against the type that its surroundings give
// it.
func (k *checker) adopted(a query.Adopted, s *scope) {
	if hole(a.Value) || a.Type != nil && holed(a.Type.Name) {
		return
	}
	if a.Type == nil {
		quiet := &checker{c: k.c, analysis: scratch()}
		k.label(quiet.column(a.Column, s).typ, a.Value, a.At)
		return
	}
	t := k.c.ResolveType(*a.Type)
	if t.Name.Name == "regclass" && t.Name.Schema == "pg_catalog" {
		n, ok := nameIn(a.Value)
		if !ok || n.Name[0] <= '9' { // an OID
			return
		}
		switch r := k.c.Relation(n); {
		case r != nil:
			k.bound[a.At] = binding{relation: r.OID, name: r.String()}
		case !k.c.MayExist(n):
			k.noRelation(n, ddl.Ref{Name: n, At: a.At})
		}
		return
	}
	k.label(t, a.Value, a.At)
}

// label refuses a string that is no label of the enum type that it has.
func (k *checker) label(t catalog.Type, value string, at source.Span) {
	if !t.IsZero() {
		k.typed[at] = true
	}
	d := k.c.TypeByOID(t.Def)
	for range 8 { // domains over domains
		if d == nil || d.Kind != catalog.Domain {
			break
		}
		t = d.Base
		d = k.c.TypeByOID(t.Def)
	}
	if d == nil || d.Kind != catalog.Enum || t.Dims > 0 || d.Assumed || slices.Contains(d.Labels, value) {
		return
	}
	k.refuse(Error{SQLState: invalidText, At: at, Object: d.String()}, "invalid input value for enum %s: %q", d.Name, value)
}
