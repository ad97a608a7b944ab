package gocode

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// A rowReading is how rows are read; zero where that is not seen.
type rowReading struct {
	reading queries.Reading
	targets queries.Values
}

// some returns what two uses of the same rows say together: nothing where they
// differ.
func some(a, b rowReading) rowReading {
	switch {
	case a == rowReading{} || a == b:
		return b
	case b == rowReading{}:
		return a
	}
	return rowReading{reading: differing}
}

// differing marks rows that are read in several ways.
const differing queries.Reading = "differing"

// scanned reads into targets by position. A list of them that is built
// elsewhere is not known.
func scanned(u *unit, args []ast.Expr, ellipsis bool) rowReading {
	if ellipsis {
		return rowReading{reading: differing}
	}
	var all []queries.Value
	for _, arg := range args {
		all = append(all, target(u, arg))
	}
	return rowReading{reading: queries.Scan, targets: queries.ListOf(all)}
}

// callReading says how the rows of a call are read.
func (l *client) callReading(u *unit, call *ast.CallExpr, s sink, from token.Pos) rowReading {
	name := CalleeName(call.Fun).Name
	switch {
	case strings.HasPrefix(name, "Exec") || strings.HasPrefix(name, "MustExec") || name == "NamedExec" || name == "NamedExecContext":
		return rowReading{reading: queries.Nothing}
	case (strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "Select")) && s.text > 0 && (l.library == queries.SQLX || l.library == queries.Scany):
		return l.settled(l.destination(u, call, call.Args[s.text-1], from))
	case l.library == queries.GoPG && s.text > 0:
		return l.settled(l.destination(u, call, call.Args[s.text-1], from))
	}
	if l.library == "" && !strings.HasPrefix(name, "Query") {
		return rowReading{}
	}
	how := l.used(u, call)
	if how.reading == queries.Nothing && !strings.HasPrefix(name, "Query") && !strings.HasPrefix(name, "NamedQuery") {
		return rowReading{} // what is prepared or queued is read elsewhere
	}
	if how.reading == "" && l.returned(u, call) {
		// A function that returns the rows: what its caller does with them.
		if v, caller := l.callAt(from); caller != nil && rowsAlike(u, call, v, caller) {
			how = l.used(v, caller)
		}
	}
	return l.settled(how)
}

// settled is nothing where rows are read in several ways.
func (l *client) settled(how rowReading) rowReading {
	if how.reading == differing {
		return rowReading{}
	}
	return how
}

// returned reports whether the function around a call returns what it yields.
func (l *client) returned(u *unit, call *ast.CallExpr) bool {
	path := u.ancestors(call)
	_, is := first(path).(*ast.ReturnStmt)
	return is
}

func first(path []ast.Node) ast.Node {
	if len(path) == 0 {
		return nil
	}
	return path[0]
}

// rowsAlike reports whether two calls yield values of the same type first.
func rowsAlike(u *unit, a *ast.CallExpr, v *unit, b *ast.CallExpr) bool {
	x, y := typeOf(u, a), typeOf(v, b)
	return x != nil && y != nil && types.Identical(x, y)
}

// used follows what a call yields: rows, a row, or a prepared statement.
func (l *client) used(u *unit, call *ast.CallExpr) rowReading {
	if l.depth > maxDepth {
		return rowReading{}
	}
	path := u.ancestors(call)
	switch parent := first(path).(type) {
	case *ast.SelectorExpr:
		if len(path) > 1 {
			if outer, is := path[1].(*ast.CallExpr); is && ast.Unparen(outer.Fun) == parent {
				return l.method(u, outer, parent.Sel.Name)
			}
		}
	case *ast.AssignStmt:
		if len(parent.Rhs) == 1 {
			return l.variable(u, parent.Lhs[0], call)
		}
		for i, right := range parent.Rhs {
			if right == call && i < len(parent.Lhs) {
				return l.variable(u, parent.Lhs[i], call)
			}
		}
	case *ast.ValueSpec:
		if len(parent.Values) == 1 && len(parent.Names) > 0 {
			return l.variable(u, parent.Names[0], call)
		}
	case *ast.CallExpr:
		return l.argument(u, parent, call)
	case *ast.ExprStmt:
		if l.library != "" {
			return rowReading{reading: queries.Nothing}
		}
	}
	return rowReading{}
}

// variable follows the variable that holds rows.
func (l *client) variable(u *unit, left ast.Expr, call *ast.CallExpr) rowReading {
	name, is := left.(*ast.Ident)
	if !is {
		return rowReading{}
	}
	if name.Name == "_" {
		return rowReading{reading: queries.Nothing}
	}
	obj := u.info.Defs[name]
	if obj == nil {
		obj = u.info.Uses[name]
	}
	body := u.body(call.Pos())
	if obj == nil || body == nil {
		return rowReading{}
	}
	return l.uses(u, obj, body, call.End())
}

// uses follows a variable from a place to where it is set again.
func (l *client) uses(u *unit, obj types.Object, body ast.Node, from token.Pos) rowReading {
	until := body.End()
	ast.Inspect(body, func(n ast.Node) bool {
		if s, is := n.(*ast.AssignStmt); is && s.Pos() > from {
			for _, left := range s.Lhs {
				if name, is := left.(*ast.Ident); is && (u.info.Uses[name] == obj || u.info.Defs[name] == obj) {
					until = min(until, s.Pos())
				}
			}
		}
		return true
	})
	var how rowReading
	ast.Inspect(body, func(n ast.Node) bool {
		name, is := n.(*ast.Ident)
		if !is || u.info.Uses[name] != obj || name.Pos() < from || name.Pos() > until {
			return true
		}
		how = some(how, l.use(u, name))
		return true
	})
	return how
}

// use is one use of a variable that holds rows.
func (l *client) use(u *unit, name *ast.Ident) rowReading {
	path := u.ancestors(name)
	switch parent := first(path).(type) {
	case *ast.SelectorExpr:
		if len(path) > 1 {
			if outer, is := path[1].(*ast.CallExpr); is && ast.Unparen(outer.Fun) == parent {
				return l.method(u, outer, parent.Sel.Name)
			}
		}
	case *ast.CallExpr:
		return l.argument(u, parent, name)
	}
	return rowReading{}
}

// method is a call of a method of rows, a row or a statement.
func (l *client) method(u *unit, call *ast.CallExpr, name string) rowReading {
	args := call.Args
	switch name {
	case "Scan", "Find", "First", "Take", "Last", "ScanRows":
		switch l.library {
		case queries.GORM:
			if rowType(u, call) {
				break
			}
			return rowReading{reading: queries.Matching}
		case queries.BunDB:
			if name == "Scan" && len(args) == 2 && contextual(u, args[0]) {
				return l.destination(u, call, args[1], token.NoPos)
			}
		}
		if name != "Scan" || l.library == "" && len(args) > 0 && contextual(u, args[0]) {
			return rowReading{}
		}
		if len(args) == 1 && l.library == queries.PGX {
			if of, _, _ := strings.Cut(writtenType(u, args[0]), "["); of == "pgx.mapRowScanner" {
				return rowReading{reading: queries.Map}
			}
		}
		return scanned(u, args, call.Ellipsis.IsValid())
	case "Row", "Rows":
		if l.library == queries.GORM {
			inner := *l
			inner.library = queries.SQL
			return inner.used(u, call)
		}
	case "StructScan":
		if len(args) == 1 {
			return l.destination(u, call, args[0], token.NoPos)
		}
	case "MapScan", "SliceScan", "Values":
		return rowReading{reading: queries.Map}
	case "Query", "QueryRow", "QueryContext", "QueryRowContext", "Queryx", "QueryRowx", "QueryxContext", "QueryRowxContext":
		if len(args) == 1 {
			if lit, is := ast.Unparen(args[0]).(*ast.FuncLit); is { // of a batch
				return l.literal(u, lit)
			}
		}
		l.depth++
		defer func() { l.depth-- }()
		return l.used(u, call)
	case "Exec", "ExecContext", "MustExec":
		return rowReading{reading: queries.Nothing}
	case "Get", "Select":
		if l.library == queries.SQLX && len(args) > 0 {
			return l.destination(u, call, args[0], token.NoPos)
		}
	case "GetContext", "SelectContext":
		if l.library == queries.SQLX && len(args) > 1 {
			return l.destination(u, call, args[1], token.NoPos)
		}
	}
	return rowReading{}
}

// rowType reports whether a method is of database/sql.
func rowType(u *unit, call *ast.CallExpr) bool {
	fn, is := u.info.Uses[CalleeName(call.Fun)].(*types.Func)
	return is && fn.Pkg() != nil && fn.Pkg().Path() == "database/sql"
}

func writtenType(u *unit, e ast.Expr) string {
	t := typeOf(u, e)
	if t == nil {
		return ""
	}
	return types.TypeString(t, (*types.Package).Name)
}

// literal follows the first parameter of a function literal.
func (l *client) literal(u *unit, lit *ast.FuncLit) rowReading {
	if len(lit.Type.Params.List) == 0 || len(lit.Type.Params.List[0].Names) == 0 {
		return rowReading{}
	}
	obj := u.info.Defs[lit.Type.Params.List[0].Names[0]]
	if obj == nil {
		return rowReading{}
	}
	return l.uses(u, obj, lit.Body, lit.Body.Pos())
}

// argument follows rows that are passed to a function.
func (l *client) argument(u *unit, call *ast.CallExpr, rows ast.Expr) rowReading {
	name := CalleeName(call.Fun)
	if name == nil {
		return rowReading{}
	}
	fn, _ := u.info.Uses[name].(*types.Func)
	args := call.Args
	switch of := family(l.packageOf(u, call.Fun, fn)); {
	case of == queries.PGX && slices.Contains([]string{"CollectRows", "CollectOneRow", "CollectExactlyOneRow"}, name.Name) && len(args) == 2:
		return l.collector(u, args[1])
	case of == queries.PGX && name.Name == "AppendRows" && len(args) == 3:
		return l.collector(u, args[2])
	case of == queries.PGX && name.Name == "ForEachRow" && len(args) == 3:
		if lit, in := l.reader.literal(u, args[1]); lit != nil {
			return scanned(in, lit.Elts, false)
		}
		return rowReading{}
	case of == queries.PGX && strings.HasPrefix(name.Name, "RowTo"):
		return l.collector(u, call.Fun)
	case of == queries.Scany && strings.HasPrefix(name.Name, "Scan") && len(args) == 2:
		inner := *l
		inner.library = queries.Scany
		return inner.destination(u, call, args[0], token.NoPos)
	case of == queries.SQLX && name.Name == "StructScan" && len(args) == 2:
		inner := *l
		inner.library = queries.SQLX
		return inner.destination(u, call, args[1], token.NoPos)
	case of == queries.GORM && name.Name == "ScanRows":
		return rowReading{reading: queries.Matching}
	case fn == nil:
		return rowReading{}
	}
	body, own := l.bodies[fn.Origin()]
	place := slices.Index(args, rows)
	if !own || body.body == nil || place < 0 || l.depth > maxDepth {
		return rowReading{}
	}
	l.depth++
	defer func() { l.depth-- }()
	for obj, p := range l.params {
		if p.of == fn.Origin() && p.place == place {
			return l.uses(body.unit, obj, body.body, body.body.Pos())
		}
	}
	return rowReading{}
}

// collector is one of pgx's functions that make a value of a row, or one of
// its kind.
func (l *client) collector(u *unit, e ast.Expr) rowReading {
	e = ast.Unparen(e)
	if lit, is := e.(*ast.FuncLit); is {
		return l.literal(u, lit)
	}
	name := CalleeName(e)
	if name == nil {
		return rowReading{}
	}
	fn, _ := u.info.Uses[name].(*types.Func)
	if family(l.packageOf(u, e, fn)) != queries.PGX {
		if body, own := l.bodies[originOf(fn)]; own && body.body != nil && l.depth <= maxDepth {
			for obj, p := range l.params {
				if p.of == fn.Origin() && p.place == 0 {
					l.depth++
					defer func() { l.depth-- }()
					return l.uses(body.unit, obj, body.body, body.body.Pos())
				}
			}
		}
		return rowReading{}
	}
	if name.Name == "RowToMap" {
		return rowReading{reading: queries.Map}
	}
	index, is := e.(*ast.IndexExpr)
	if !is {
		return rowReading{}
	}
	of := typeOf(u, index.Index)
	switch kind := strings.Replace(name.Name, "AddrOf", "", 1); kind {
	case "RowTo":
		return rowReading{reading: queries.Scan, targets: queries.ListOf([]queries.Value{{Type: readType(of)}})}
	case "RowToStructByPos":
		if of != nil {
			if all, known := positions(of); known {
				return rowReading{reading: queries.Scan, targets: queries.ListOf(all)}
			}
		}
	case "RowToStructByName", "RowToStructByNameLax":
		how := rowReading{reading: queries.ByName}
		if kind == "RowToStructByNameLax" {
			how.reading = queries.ByNameLax
		}
		if of != nil {
			if all, known := fields(of, namings[queries.PGX]); known {
				how.targets = queries.ListOf(all)
			}
		}
		return how
	}
	return rowReading{}
}

func originOf(fn *types.Func) types.Object {
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// destination is what a library reads rows into: a struct, a list of them, or
// the like of one column. A destination that is passed to a function is that
// of the call that passes the text.
func (l *client) destination(u *unit, call *ast.CallExpr, dest ast.Expr, from token.Pos) rowReading {
	t := typeOf(u, dest)
	if name, is := ast.Unparen(dest).(*ast.Ident); is && t != nil && types.IsInterface(t) {
		p, isParam := l.params[u.info.Uses[name]]
		v, caller := l.callAt(from)
		if !isParam || caller == nil || p.place >= len(caller.Args) || p.variadic {
			return rowReading{}
		}
		u, t = v, typeOf(v, caller.Args[p.place])
	}
	if t == nil || l.tolerant(call) {
		return rowReading{}
	}
	for range 3 {
		switch of := t.Underlying().(type) {
		case *types.Pointer:
			t = of.Elem()
			continue
		case *types.Slice:
			if readType(t) == "" {
				t = of.Elem()
			}
			continue
		}
		break
	}
	n, known := namings[l.library]
	switch {
	case types.IsInterface(t):
		return rowReading{}
	case strings.HasPrefix(types.TypeString(t.Underlying(), nil), "map["):
		return rowReading{reading: queries.Map}
	case !isStructType(t) || scans(t):
		return rowReading{reading: queries.Scan, targets: queries.ListOf([]queries.Value{{Type: readType(t)}})}
	case !known:
		return rowReading{}
	}
	how := rowReading{reading: queries.ByNameLax}
	if all, known := fields(t, n); known && !l.renames() {
		how.targets = queries.ListOf(all)
	}
	return how
}

// tolerant reports whether the code may have told the library to leave out what
// has no field.
func (l *client) tolerant(call *ast.CallExpr) bool {
	return l.calling("Unsafe", queries.SQLX) || l.calling("WithAllowUnknownColumns", queries.Scany) ||
		l.calling("WithDiscardUnknownColumns", queries.BunDB) || strings.Contains(types.ExprString(call.Fun), "Unsafe()")
}

// renames reports whether the code tells the library to name columns in another
// way.
func (l *client) renames() bool {
	return l.calling("MapperFunc", queries.SQLX) || l.calling("NewMapper", queries.SQLX) || l.calling("NewMapperFunc", queries.SQLX) ||
		l.calling("WithFieldNameMapper", queries.Scany) || l.calling("WithStructTagKey", queries.Scany) || l.calling("WithColumnSeparator", queries.Scany)
}

// calling reports whether own code calls a function of a library.
func (l *client) calling(name string, library queries.Library) bool {
	if l.callSet == nil {
		l.callSet = map[string]bool{}
		for obj := range l.calls {
			if obj.Pkg() != nil {
				l.callSet[obj.Name()+" "+string(family(obj.Pkg().Path()))] = true
			}
		}
	}
	return l.callSet[name+" "+string(library)]
}
