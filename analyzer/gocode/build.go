package gocode

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// A made is what calls of a library have made so far: a statement, a condition,
// or one of Go's lists and maps, which libraries take. It never changes, and
// two that are alike are one.
type made struct {
	library *library // nil for lists and maps
	// verb is the statement's, as SELECT, or names what else this is.
	verb    string
	clauses []clause
}

// A clause is one part of what is made, in the order of the calls.
type clause struct {
	// name says which part, as FROM; for an entry of a map, it is its key.
	name string
	// text is SQL with ? for what is bound, and holes as in values.
	text string
	// of is the type of a model.
	of types.Type
}

// What is made and is no statement.
const (
	listVerb   = "list"
	mapVerb    = "map"
	structVerb = "struct"
	exprVerb   = "expression" // a piece of SQL
)

// The parts of statements and of what else is made.
const (
	prefixPart    = "before"
	optionPart    = "option" // between the verb and the rest
	columnPart    = "column"
	tablePart     = "table" // of an INSERT or UPDATE, the first of a SELECT
	joinPart      = "join"
	rowPart       = "row" // of VALUES, without its parentheses
	queryPart     = "query"
	setPart       = "SET"
	fromPart      = "FROM" // of an UPDATE, USING of a DELETE
	wherePart     = "WHERE"
	groupPart     = "GROUP BY"
	havingPart    = "HAVING"
	orderPart     = "ORDER BY"
	limitPart     = "LIMIT"
	offsetPart    = "OFFSET"
	conflictPart  = "ON CONFLICT"
	returningPart = "RETURNING"
	suffixPart    = "after"
	itemPart      = "item"
)

// spread is a row of as many values as there are columns.
const spread = "..."

// Limits: how many texts the arguments of one call may have, and how many
// alternatives of a statement are told apart.
const (
	maxAlternatives = 32
	maxMade         = 8
)

// A library makes SQL from calls.
type library struct {
	// path is how the import path ends, without the major version.
	path string
	// reason is why what cannot be followed is not known.
	reason queries.Reason
	style  queries.Style
	// roots are the types and variables from which every chain begins anew, so
	// that a value of them that is not known is one that nothing was added to.
	roots string
	// lists, maps are the types that are conditions.
	lists, maps string
	// methods are what the library's values are asked for, to know them where
	// types are missing.
	methods string
	// call interprets a call of the package's functions and methods.
	call func(c *step, in []value) []value
	// nested is set where the packages within are part of it, and within says
	// which are, where not all.
	nested bool
	within map[string]*entity
	// chains is set where condition writes statements, too.
	chains bool
	// mutable is set where methods change what they are called on.
	mutable bool
	// condition writes what else is made as SQL: a value of lists or maps, or a
	// chain that has no verb yet.
	condition func(r *reader, m *made) (string, bool)
}

// libraries are those whose calls are followed.
func libraries() []*library {
	return append([]*library{squirrel(), goqu(), dbr(), sqlf(), gorm(), bun()}, goPG()...)
}

// libraryOf returns the library that a package is of, nil if it is none.
func (r *reader) libraryOf(importPath string) *library {
	whole := importPath
	importPath = "/" + unversioned(importPath)
	for _, l := range r.libraries {
		if l.within[whole] != nil || strings.HasSuffix(importPath, l.path) || l.nested && strings.Contains(importPath, l.path+"/") {
			return l
		}
	}
	return nil
}

// A step is one call of a library.
type step struct {
	*reader
	unit  *unit
	call  *ast.CallExpr
	name  string
	scope *scope
	// library is what the call is of, and receiver the type of the method.
	library  *library
	receiver string
}

// build returns a value that holds what is made.
func (r *reader) build(at ast.Node, l *library, verb string, clauses ...clause) value {
	v := unknownValue(at.Pos(), at.End(), queries.Dynamic)
	if l != nil {
		v.reason = l.reason
	}
	v.made = r.intern(l, verb, clauses)
	return v
}

// intern returns the one made of its kind.
func (r *reader) intern(l *library, verb string, clauses []clause) *made {
	var key strings.Builder
	fmt.Fprintf(&key, "%p %s", l, verb)
	for _, c := range clauses {
		fmt.Fprintf(&key, "\x02%s\x02%s\x02%s", c.name, c.text, typeKey(c.of))
	}
	if m := r.mades[key.String()]; m != nil {
		return m
	}
	m := &made{library: l, verb: verb, clauses: slices.Clone(clauses)}
	r.mades[key.String()] = m
	return m
}

// typeKey tells types apart, also those that functions declare.
func typeKey(t types.Type) string {
	if t == nil {
		return ""
	}
	if named, is := types.Unalias(t).(*types.Named); is {
		return fmt.Sprint(types.TypeString(t, nil), named.Obj().Pos())
	}
	return types.TypeString(t, nil)
}

// all returns the texts of the clauses of a name.
func (m *made) all(name string) []string {
	var out []string
	for _, c := range m.clauses {
		if c.name == name {
			out = append(out, c.text)
		}
	}
	return out
}

// last returns the last clause of a name.
func (m *made) last(name string) (clause, bool) {
	for _, c := range slices.Backward(m.clauses) {
		if c.name == name {
			return c, true
		}
	}
	return clause{}, false
}

// built interprets a call of a library or a builtin that makes lists, nil if it
// is none.
func (r *reader) built(u *unit, call *ast.CallExpr, name *ast.Ident, s *scope) []value {
	if _, is := u.info.Uses[name].(*types.Builtin); is {
		return r.builtin(u, call, name.Name, s)
	}
	c := &step{reader: r, unit: u, call: call, name: name.Name, scope: s}
	selector, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	fn, typed := u.info.Uses[name].(*types.Func)
	if typed && fn.Pkg() != nil {
		c.library, c.receiver = r.libraryOf(fn.Pkg().Path()), receiverName(fn)
	}
	switch {
	case selector == nil && c.library == nil:
		return nil
	case !typed && u.info.Uses[name] != nil:
		return nil
	case typed && fn.Signature().Recv() == nil || selector == nil:
	case !typed && r.qualifies(u, selector.X) != nil:
		c.library = r.qualifies(u, selector.X)
	default:
		return r.method(c, selector, fn)
	}
	if c.library == nil {
		return nil
	}
	return c.interpret([]value{r.build(call, c.library, "")})
}

// interpret interprets the call, and tells alternatives of its arguments apart.
func (c *step) interpret(in []value) []value {
	return c.split(c.scope, func(s *scope) []value {
		inner := *c
		inner.scope = s
		return c.library.call(&inner, in)
	})
}

// qualifies returns the library that a qualifier is of.
func (r *reader) qualifies(u *unit, qualifier ast.Expr) *library {
	if name, is := qualifier.(*ast.Ident); is {
		if pkg, is := u.info.Uses[name].(*types.PkgName); is {
			return r.libraryOf(pkg.Imported().Path())
		}
	}
	return nil
}

// method interprets a call of a method: one of a library, or one that it
// promises by way of an interface.
func (r *reader) method(c *step, selector *ast.SelectorExpr, fn *types.Func) []value {
	if c.library == nil && !r.promised(fn, c.name) {
		return nil
	}
	var in []value
	for _, v := range r.eval(c.unit, selector.X, c.scope) {
		switch {
		case v.made != nil && v.made.library != nil:
			c.library = v.made.library
			if len(v.made.clauses) == 0 && v.made.verb == "" {
				v = r.build(selector.X, c.library, "") // nothing begins before
			}
		case c.library != nil && v.made == nil && v.reason != queries.Many && slices.Contains(strings.Fields(c.library.roots), c.receiver):
			v = r.build(selector.X, c.library, "")
		}
		in = union(in, []value{v})
	}
	if c.library == nil {
		return nil
	}
	return c.interpret(in)
}

// promised reports whether a method may be one of a library, though its type
// does not say so.
func (r *reader) promised(fn *types.Func, name string) bool {
	if fn != nil {
		return types.IsInterface(fn.Signature().Recv().Type()) && (name == "ToSql" || name == "MustSql" || name == "ToSQL")
	}
	return slices.ContainsFunc(r.libraries, func(l *library) bool { return slices.Contains(strings.Fields(l.methods), name) })
}

// rootVariable returns what a variable of a library stands for.
func (r *reader) rootVariable(u *unit, e *ast.SelectorExpr) []value {
	if l := r.qualifies(u, e.X); l != nil && slices.Contains(strings.Fields(l.roots), e.Sel.Name) {
		return []value{r.build(e, l, "")}
	}
	return nil
}

// with adds one of several lists of clauses to each of what was made before.
func (c *step) with(in []value, options ...[]clause) []value {
	if len(options) == 0 {
		options = [][]clause{nil}
	}
	return c.changed(in, func(m *made) [][]clause {
		out := make([][]clause, len(options))
		for i, o := range options {
			out[i] = slices.Concat(m.clauses, o)
		}
		return out
	})
}

// changed replaces the clauses of what was made before, and passes on what is
// not known.
func (c *step) changed(in []value, change func(m *made) [][]clause) []value {
	var out []value
	for _, v := range in {
		if v.made == nil || v.made.library == nil {
			out = append(out, c.lost(v))
			continue
		}
		for _, clauses := range change(v.made) {
			w := c.widened(v)
			w.made = c.intern(c.library, v.made.verb, clauses)
			out = union(out, []value{w})
		}
	}
	return limited(out)
}

// begun begins a statement.
func (c *step) begun(in []value, verb string, options ...[]clause) []value {
	in = slices.Clone(in)
	for i, v := range in {
		if v.made != nil {
			in[i].made = c.intern(c.library, verb, v.made.clauses)
			in[i].pos, in[i].end, in[i].from = c.call.Pos(), c.call.End(), token.NoPos
		}
	}
	return c.with(in, options...)
}

// widened moves the place of a value that begins within the call to all of it.
func (c *step) widened(v value) value {
	if c.call.Pos() <= v.pos && v.end <= c.call.End() {
		v.pos, v.end = c.call.Pos(), c.call.End()
	}
	return v
}

// lost is a value of the library that is not known.
func (c *step) lost(v value) value {
	v = c.widened(v)
	v.text, v.made = hole, nil
	if v.reason == "" || v.reason == queries.Dynamic || v.reason == queries.Foreign {
		v.reason = c.library.reason
	}
	return v
}

// allLost is for calls whose effect is not known.
func (c *step) allLost(in []value) []value {
	out := slices.Clone(in)
	for i, v := range out {
		out[i] = c.lost(v)
	}
	return out
}

// rendered returns the texts of statements.
func (c *step) rendered(in []value) []value {
	var out, incomplete []value
	for _, v := range in {
		if v.made == nil {
			out = union(out, []value{c.lost(v)})
			continue
		}
		text, ok := c.sql(v.made)
		if !ok {
			incomplete = union(incomplete, []value{c.lost(v)})
			continue
		}
		out = union(out, []value{c.finished(v, text)})
	}
	if len(out) == 0 {
		return incomplete
	}
	return out // the library refuses to send what is not complete
}

// finished returns a statement as text.
func (c *step) finished(v value, text string) value {
	v = c.widened(v)
	v.text, v.reason, v.made = text, "", nil
	if strings.ContainsAny(text, hole+number) {
		v.reason = c.library.reason
	}
	v.style |= c.library.style
	return v
}

// texts returns what an argument is as SQL.
func (c *step) texts(e ast.Expr) []string {
	var out []string
	for _, v := range c.eval(c.unit, e, c.scope) {
		if text := c.fragment(v); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) > maxAlternatives {
		return []string{hole}
	}
	return out
}

// fragment returns a value as a part of SQL.
func (r *reader) fragment(v value) string {
	if v.made == nil {
		return v.text
	}
	if text, ok := r.sql(v.made); ok {
		return text
	}
	return hole
}

// list returns the arguments from one on, each as item gives it; there are
// alternatives.
func (c *step) list(from int, item func(e ast.Expr) []string) [][]string {
	out := [][]string{nil}
	for i := from; i < len(c.call.Args); i++ {
		arg := c.call.Args[i]
		if c.call.Ellipsis.IsValid() && i == len(c.call.Args)-1 {
			return crossed(out, c.elementsOf(arg))
		}
		var each [][]string
		for _, text := range item(arg) {
			each = append(each, []string{text})
		}
		out = crossed(out, each)
	}
	return out
}

// elementsOf returns the elements of a list, a hole for those that are not known.
func (c *step) elementsOf(e ast.Expr) [][]string {
	var out [][]string
	for _, v := range c.eval(c.unit, e, c.scope) {
		if v.made == nil || v.made.verb != listVerb {
			return [][]string{{hole}}
		}
		out = append(out, v.made.all(itemPart))
	}
	return out
}

// crossed appends each of b to each of a.
func crossed(a, b [][]string) [][]string {
	if len(a)*len(b) > maxAlternatives {
		b = [][]string{{hole}}
	}
	var out [][]string
	for _, x := range a {
		for _, y := range b {
			out = append(out, slices.Concat(x, y))
		}
	}
	return out
}

// clauses makes each text of alternatives a clause of a name.
func clauses(name string, lists [][]string) [][]clause {
	var out [][]clause
	for _, list := range lists {
		var option []clause
		for _, text := range list {
			option = append(option, clause{name: name, text: text})
		}
		out = append(out, option)
	}
	return out
}

// argument returns the alternatives of the first argument as a clause.
func (c *step) argument(name string, change func(text string) string) [][]clause {
	if len(c.call.Args) == 0 || c.call.Ellipsis.IsValid() && len(c.call.Args) == 1 {
		return [][]clause{{{name: name, text: hole}}}
	}
	var out [][]clause
	for _, text := range c.texts(c.call.Args[0]) {
		if change != nil {
			text = change(text)
		}
		out = append(out, []clause{{name: name, text: text}})
	}
	return out
}

// count is how the number of a LIMIT or OFFSET is written.
func (c *step) count(name string) [][]clause {
	if len(c.call.Args) == 0 {
		return nil
	}
	if v := c.unit.info.Types[c.call.Args[0]].Value; v != nil {
		return [][]clause{{{name: name, text: v.ExactString()}}}
	}
	return [][]clause{{{name: name, text: "?"}}}
}

// widest leaves out, of many alternatives, statements all of whose clauses are
// in another one: with them, conditions that do not exclude each other double
// what there is and add nothing that is not seen in the rest.
func widest(values []value) []value {
	begun := map[token.Pos]int{}
	for _, v := range values {
		if v.made != nil {
			begun[v.pos]++
		}
	}
	return slices.DeleteFunc(slices.Clone(values), func(v value) bool {
		return v.made != nil && begun[v.pos] > maxMade && slices.ContainsFunc(values, func(w value) bool {
			return w.made != nil && v.made != w.made && v.pos == w.pos && v.made.verb == w.made.verb && within(v.made.clauses, w.made.clauses)
		})
	})
}

// within reports whether b has all of a, and more.
func within(a, b []clause) bool {
	if len(a) >= len(b) {
		return false
	}
	for _, c := range a {
		i := slices.Index(b, c)
		if i < 0 {
			return false
		}
		b = b[i+1:]
	}
	return true
}

// chained recognises a call that reaches the database by what it is called on,
// where types are missing. What a library makes is known not to, otherwise.
func (r *reader) chained(u *unit, call *ast.CallExpr, name *ast.Ident) (s sink, is, known bool) {
	selector, is := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !is || r.qualifies(u, selector.X) != nil || !r.promised(nil, name.Name) {
		return sink{}, false, false
	}
	r.steps = 0
	for _, v := range r.eval(u, selector.X, nil) {
		if v.made == nil || v.made.library == nil {
			continue
		}
		known = true
		if !slices.ContainsFunc(drivers, func(d driver) bool {
			return d.kind == sinkModel && strings.HasSuffix(v.made.library.path, d.path) && slices.Contains(strings.Fields(d.names), name.Name)
		}) {
			continue
		}
		return sink{callee: strings.TrimPrefix(v.made.library.path, "/") + "." + name.Name, kind: sinkModel}, true, true
	}
	return sink{}, false, known
}

// isModelLibrary reports whether a package is a library that makes queries from
// models.
func (r *reader) isModelLibrary(importPath string) bool {
	l := r.libraryOf(importPath)
	return l != nil && l.reason == queries.Model
}
