package gocode

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/pattern"
)

// A sink is how a call reaches the database.
type sink struct {
	callee string
	// text is the argument that holds the query, from 0, without the receiver.
	text  int
	kind  sinkKind
	style queries.Style
}

type sinkKind uint8

const (
	sinkText  sinkKind = iota
	sinkCopy           // pgx's CopyFrom: the table is an argument, its columns the next
	sinkModel          // no text: the query is made from a model or by a builder
)

// A driver lists functions and methods of a package that send queries.
type driver struct {
	// path is how the import path ends, without the major version, so that
	// forks are known too.
	path string
	// types are the receivers, "" for functions.
	types, names string
	text         int
	kind         sinkKind
	style        queries.Style
}

const (
	plain       = "Exec Query QueryRow Prepare"
	withContext = "ExecContext QueryContext QueryRowContext PrepareContext"
)

// drivers are from the packages' sources: database/sql of Go 1.26, pgx 4.18 and
// 5.12, sqlx 1.4, scany 2.1, gorm 1.31, bun 1.3, go-pg 10.11, squirrel 1.5, ent
// 0.14, pop 6, dbr 2.7, xorm 1.3.
var drivers = []driver{
	{"database/sql", "DB Tx Conn", plain, 0, sinkText, 0},
	{"database/sql", "DB Tx Conn", withContext, 1, sinkText, 0},

	{"/pgx", "Conn Tx dbTx", "Exec Query QueryRow QueryFunc", 1, sinkText, 0},
	{"/pgx", "Conn Tx dbTx", "Prepare", 2, sinkText, 0},
	{"/pgx", "Conn Tx dbTx", "CopyFrom", 1, sinkCopy, 0},
	{"/pgx", "Batch", "Queue", 0, sinkText, 0},
	{"/pgx/pgxpool", "Pool Conn Tx", "Exec Query QueryRow QueryFunc", 1, sinkText, 0},
	{"/pgx/pgxpool", "Pool Conn Tx", "Prepare", 2, sinkText, 0},
	{"/pgx/pgxpool", "Pool Conn Tx", "CopyFrom", 1, sinkCopy, 0},
	{"/pgx/pgconn", "PgConn", "Exec ExecParams", 1, sinkText, 0},
	{"/pgx/pgconn", "PgConn", "Prepare CopyFrom CopyTo", 2, sinkText, 0},
	{"/pgx/pgconn", "Batch Pipeline", "ExecParams SendQueryParams", 0, sinkText, 0},
	{"/pgx/pgconn", "Pipeline", "SendPrepare", 1, sinkText, 0},

	{"/sqlx", "DB Tx Conn", "Select Get", 1, sinkText, 0},
	{"/sqlx", "DB Tx Conn", "SelectContext GetContext", 2, sinkText, 0},
	{"/sqlx", "DB Tx Conn Ext Queryer Execer Preparer", plain + " Queryx QueryRowx MustExec Preparex", 0, sinkText, 0},
	{"/sqlx", "DB Tx Conn ExtContext QueryerContext ExecerContext PreparerContext", withContext + " QueryxContext QueryRowxContext MustExecContext PreparexContext", 1, sinkText, 0},
	{"/sqlx", "DB Tx Conn", "NamedExec NamedQuery PrepareNamed", 0, sinkText, queries.Colon},
	{"/sqlx", "DB Tx Conn", "NamedExecContext NamedQueryContext PrepareNamedContext", 1, sinkText, queries.Colon},
	{"/sqlx", "", "Select Get", 2, sinkText, 0},
	{"/sqlx", "", "SelectContext GetContext", 3, sinkText, 0},
	{"/sqlx", "", "MustExec Preparex", 1, sinkText, 0},
	{"/sqlx", "", "MustExecContext PreparexContext", 2, sinkText, 0},
	{"/sqlx", "", "NamedExec NamedQuery", 1, sinkText, queries.Colon},
	{"/sqlx", "", "NamedExecContext NamedQueryContext", 2, sinkText, queries.Colon},

	{"/scany/pgxscan", "", "Select Get", 3, sinkText, 0},
	{"/scany/pgxscan", "API", "Select Get", 3, sinkText, 0},
	{"/scany/sqlscan", "", "Select Get", 3, sinkText, 0},
	{"/scany/sqlscan", "API", "Select Get", 3, sinkText, 0},

	{"gorm.io/gorm", "DB", "Raw Exec", 0, sinkText, queries.Question | queries.At},
	{"gorm.io/gorm", "DB", "Create CreateInBatches Save First Take Last Find FindInBatches FirstOrInit FirstOrCreate Update Updates UpdateColumn UpdateColumns Delete Count Pluck Scan Row Rows", 0, sinkModel, 0},

	{"uptrace/bun", "DB Tx Conn IDB", plain, 0, sinkText, queries.Bun},
	{"uptrace/bun", "DB Tx Conn IDB IConn", withContext, 1, sinkText, queries.Bun},
	{"uptrace/bun", "DB Tx Conn IDB", "NewRaw", 0, sinkText, queries.Bun},
	{"uptrace/bun", "SelectQuery InsertQuery UpdateQuery DeleteQuery MergeQuery", "Scan Exec Count Exists ScanAndCount Rows", 0, sinkModel, 0},

	{"go-pg/pg", "baseDB DB Tx Conn", "Exec ExecOne", 0, sinkText, queries.Bun},
	{"go-pg/pg", "baseDB DB Tx Conn", "Query QueryOne ExecContext ExecOneContext", 1, sinkText, queries.Bun},
	{"go-pg/pg", "baseDB DB Tx Conn", "QueryContext QueryOneContext", 2, sinkText, queries.Bun},
	{"go-pg/pg/orm", "DB", "Exec ExecOne", 0, sinkText, queries.Bun},
	{"go-pg/pg/orm", "DB", "Query QueryOne ExecContext ExecOneContext", 1, sinkText, queries.Bun},
	{"go-pg/pg/orm", "DB", "QueryContext QueryOneContext", 2, sinkText, queries.Bun},
	{"go-pg/pg/orm", "Query", "Select SelectAndCount SelectOrInsert Insert Update UpdateNotZero Delete ForceDelete Count Exists First Last ForEach", 0, sinkModel, 0},

	{"squirrel", "", "ExecWith QueryWith QueryRowWith ExecContextWith QueryContextWith QueryRowContextWith", 0, sinkModel, 0},
	{"squirrel", "SelectBuilder InsertBuilder UpdateBuilder DeleteBuilder", "Exec ExecContext Query QueryContext QueryRow QueryRowContext Scan ScanContext", 0, sinkModel, 0},

	{"/goqu", "SelectDataset", "ScanStructs ScanStructsContext ScanStruct ScanStructContext ScanVals ScanValsContext ScanVal ScanValContext Count CountContext Pluck PluckContext", 0, sinkModel, 0},
	{"/goqu/exec", "QueryExecutor", "Exec ExecContext Query QueryContext Scanner ScannerContext ScanStructs ScanStructsContext ScanStruct ScanStructContext ScanVals ScanValsContext ScanVal ScanValContext", 0, sinkModel, 0},

	{"ent/dialect/sql/sqlgraph", "", "QueryNodes CountNodes QueryEdges CreateNode BatchCreate UpdateNode UpdateNodes DeleteNodes", 0, sinkModel, 0},

	{"/pop", "Connection Query", "RawQuery", 0, sinkText, queries.Question},
	{"/pop", "Connection Query", "All First Last Find Count Exists Create Save Update UpdateColumns Destroy Delete", 0, sinkModel, 0},

	{"/dbr", "Session Tx", "SelectBySql InsertBySql UpdateBySql DeleteBySql", 0, sinkText, queries.Question},
	{"/dbr", "SelectStmt SelectBuilder", "Load LoadOne LoadContext LoadOneContext", 0, sinkModel, 0},
	{"/dbr", "InsertStmt UpdateStmt DeleteStmt", "Exec ExecContext Load LoadContext", 0, sinkModel, 0},

	{"xorm.io/xorm", "Engine Session", "SQL Exec Query QueryString QueryInterface", 0, sinkText, queries.Question},
	{"xorm.io/xorm", "Engine Session", "Get Find FindAndCount Count Insert InsertOne Update Delete Exist Iterate Rows Sum", 0, sinkModel, 0},
}

// others are packages whose methods look the same and that talk to something
// else, as they end.
var others = []string{
	"ClickHouse/clickhouse-go", "gocql/gocql", "go-mysql-org/go-mysql", "cloud.google.com/go/bigquery", "cloud.google.com/go/spanner",
	"neo4j/neo4j-go-driver", "influxdata/influxdb-client-go", "elastic/go-elasticsearch", "database/sql/driver", "mongodb/mongo-go-driver",
}

// other reports whether a package is, or is part of, one of others.
func other(importPath string) bool {
	importPath = unversioned(importPath)
	return slices.ContainsFunc(others, func(name string) bool {
		return strings.Contains("/"+importPath+"/", "/"+name+"/")
	})
}

// builders are packages that make SQL from calls.
var builders = []string{"squirrel", "goqu", "bob", "jet", "ent", "sqlbuilder", "dbr", "bun", "sqlf", "sqlgraph", "dialect", "psql"}

// sink reports how a call reaches the database, if it does.
func (r *reader) sink(u *unit, call *ast.CallExpr) (sink, bool) {
	name := CalleeName(call.Fun)
	if name == nil {
		return sink{}, false
	}
	if fn, is := u.info.Uses[name].(*types.Func); is {
		return r.known(fn, call)
	}
	if u.info.Uses[name] != nil || !u.incomplete {
		return sink{}, false
	}
	if s, is, known := r.chained(u, call, name); known {
		return s, is
	}
	return unknown(u, call, name)
}

// CalleeName returns the name of the function that is called, without the
// package, receiver and type arguments.
func CalleeName(fun ast.Expr) *ast.Ident {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return fun
	case *ast.SelectorExpr:
		return fun.Sel
	case *ast.IndexExpr:
		return CalleeName(fun.X)
	case *ast.IndexListExpr:
		return CalleeName(fun.X)
	}
	return nil
}

// known looks a function up in drivers, and asks what it looks like.
func (r *reader) known(fn *types.Func, call *ast.CallExpr) (sink, bool) {
	if fn.Pkg() == nil {
		return sink{}, false
	}
	path, receiver := unversioned(fn.Pkg().Path()), receiverName(fn)
	for _, d := range drivers {
		if !strings.HasSuffix("/"+path, d.path) || !slices.Contains(strings.Fields(d.names), fn.Name()) {
			continue
		}
		if receiver != d.types && !slices.Contains(strings.Fields(d.types), receiver) {
			continue
		}
		if d.kind == sinkText && d.text >= len(call.Args) {
			continue
		}
		return sink{callee: fn.FullName(), text: d.text, kind: d.kind, style: d.style}, true
	}
	if s, is := r.wrapper(fn, call); is {
		return s, true
	}
	if e := r.schemaOf(fn.Pkg().Path()); e != nil {
		return e.sink(fn)
	}
	if _, own := r.bodies[fn.Origin()]; own {
		return sink{}, false // what it calls itself is seen
	}
	return shaped(fn)
}

// receiverName returns the name of the type that a method belongs to, "" for
// functions.
func receiverName(fn *types.Func) string {
	receiver := fn.Signature().Recv()
	if receiver == nil {
		return ""
	}
	of := receiver.Type()
	if pointer, is := of.(*types.Pointer); is {
		of = pointer.Elem()
	}
	if named, is := types.Unalias(of).(*types.Named); is {
		return named.Obj().Name()
	}
	return "interface"
}

// shapes are the methods that many declare an interface with, to take a
// connection as well as a transaction: how many arguments stand before the text.
var shapes = map[string]int{
	"Exec": 0, "Query": 0, "QueryRow": 0, "Queryx": 0, "QueryRowx": 0, "MustExec": 0, "Prepare": 0, "Preparex": 0, "Queue": 0,
	"ExecContext": 0, "QueryContext": 0, "QueryRowContext": 0, "QueryxContext": 0, "QueryRowxContext": 0, "MustExecContext": 0, "PrepareContext": 0, "PreparexContext": 0,
	"Get": 1, "Select": 1, "GetContext": 1, "SelectContext": 1,
	"NamedExec": 0, "NamedQuery": 0, "PrepareNamed": 0, "NamedExecContext": 0, "NamedQueryContext": 0, "PrepareNamedContext": 0,
	"CopyFrom": 0,
}

// shaped recognises methods of interfaces by their names and parameters, and
// methods of types in other modules, which wrap a driver.
func shaped(fn *types.Func) (sink, bool) {
	before, is := shapes[fn.Name()]
	signature := fn.Signature()
	if !is || signature.Recv() == nil || other(fn.Pkg().Path()) || foreignTypes(signature) {
		return sink{}, false
	}
	params := signature.Params()
	if params.Len() > 0 && isContext(params.At(0).Type()) {
		before++
	}
	s := sink{callee: fn.FullName(), text: before}
	switch {
	case fn.Name() == "CopyFrom":
		s.kind = sinkCopy
		return s, params.Len() == before+3 && isStrings(params.At(before).Type()) && isStrings(params.At(before+1).Type())
	case strings.Contains(fn.Name(), "Named"):
		s.style = queries.Colon
		return s, params.Len() > before && isString(params.At(before).Type())
	case strings.HasPrefix(fn.Name(), "Prepare") && params.Len() == before+2 && isString(params.At(before+1).Type()):
		s.text++ // the first is the name of the statement
		return s, isString(params.At(before).Type())
	case strings.HasPrefix(fn.Name(), "Prepare"):
		return s, params.Len() == before+1 && isString(params.At(before).Type()) && signature.Results().Len() == 2
	}
	return s, signature.Variadic() && params.Len() == before+2 && isString(params.At(before).Type())
}

// foreignTypes reports whether a signature names types of packages that talk to
// something else.
func foreignTypes(signature *types.Signature) bool {
	for _, tuple := range []*types.Tuple{signature.Params(), signature.Results()} {
		for v := range tuple.Variables() {
			of := v.Type()
			if pointer, is := of.(*types.Pointer); is {
				of = pointer.Elem()
			}
			if named, is := types.Unalias(of).(*types.Named); is && named.Obj().Pkg() != nil && other(named.Obj().Pkg().Path()) {
				return true
			}
		}
	}
	return false
}

func isString(t types.Type) bool {
	basic, is := t.Underlying().(*types.Basic)
	return is && basic.Info()&types.IsString != 0
}

func isStrings(t types.Type) bool {
	slice, is := t.Underlying().(*types.Slice)
	return is && isString(slice.Elem())
}

// isContext reports whether a type is context.Context. Where that package is
// not here, no type is known.
func isContext(t types.Type) bool {
	named, is := types.Unalias(t).(*types.Named)
	return t == types.Typ[types.Invalid] || is && named.Obj().Name() == "Context" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
}

// unknown recognises calls of methods whose receivers have no known type, by
// name and arguments.
func unknown(u *unit, call *ast.CallExpr, name *ast.Ident) (sink, bool) {
	selector, is := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !is {
		return sink{}, false
	}
	callee := types.ExprString(selector.X) + "." + name.Name
	if qualifier, is := selector.X.(*ast.Ident); is {
		if pkg, is := u.info.Uses[qualifier].(*types.PkgName); is {
			return packaged(pkg.Imported().Path(), name.Name, call)
		}
	}
	before, is := shapes[name.Name]
	if name.Name == "Raw" {
		is = true
	}
	if !is {
		return sink{}, false
	}
	if len(call.Args) > 0 && contextual(u, call.Args[0]) {
		before++
	}
	s := sink{callee: callee, text: before}
	switch {
	case name.Name == "CopyFrom":
		s.kind = sinkCopy
		return s, len(call.Args) == before+3
	case name.Name == "Raw":
		s.style = queries.Question | queries.At
	case strings.Contains(name.Name, "Named"):
		s.style = queries.Colon
	case name.Name == "Prepare" && before == 1 && len(call.Args) == 3:
		s.text++
	}
	if s.text >= len(call.Args) {
		return sink{}, false
	}
	return s, u.likely(name, call.Args[s.text])
}

// likely reports whether a call of a method that is known by name only probably
// reaches the database. Web frameworks and caches have such methods, too.
func (u *unit) likely(name *ast.Ident, text ast.Expr) bool {
	tv := u.info.Types[text]
	if ident, is := ast.Unparen(text).(*ast.Ident); is && tv.Type == nil && u.info.Uses[ident] != nil {
		tv.Type = u.info.Uses[ident].Type()
	}
	_, file := u.enclosing(name.Pos())
	switch {
	case tv.Type != nil && tv.Type != types.Typ[types.Invalid] && !isString(tv.Type):
		return false
	case file == nil:
		return true
	case elsewhere(file) && !imports(file, ""):
		return false
	case tv.Value != nil && tv.Value.Kind() == constant.String && beginning.MatchString(constant.StringVal(tv.Value)):
		return true
	case slices.Contains([]string{"Get", "Select", "Queue", "Raw"}, name.Name):
		return imports(file, name.Name)
	}
	return tv.Value == nil || imports(file, "")
}

// beginning matches texts that begin as SQL does.
var beginning = pattern.New(`(?i)^(\s|--[^\n]*\n|/\*[\s\S]*?\*/)*\(*\s*(select|insert|update|delete|merge|with|values|create|alter|drop|truncate|copy|set|show|call|do|begin|commit|rollback|lock|listen|notify|grant|revoke|vacuum|analyze|explain|refresh|comment)\b`)

// imports reports whether a file imports one of drivers that has a method of a
// name, of any name if that is "".
func imports(file *ast.File, name string) bool {
	return slices.ContainsFunc(file.Imports, func(spec *ast.ImportSpec) bool {
		path, err := strconv.Unquote(spec.Path.Value)
		path = "/" + unversioned(path)
		return err == nil && slices.ContainsFunc(drivers, func(d driver) bool {
			return strings.HasSuffix(path, d.path) && (name == "" || slices.Contains(strings.Fields(d.names), name))
		})
	})
}

// elsewhere reports whether a file imports one of others.
func elsewhere(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(spec *ast.ImportSpec) bool {
		path, err := strconv.Unquote(spec.Path.Value)
		return err == nil && other(path)
	})
}

// packaged looks a function of a package that is not here up in drivers.
func packaged(path, name string, call *ast.CallExpr) (sink, bool) {
	for _, d := range drivers {
		if d.types == "" && strings.HasSuffix("/"+unversioned(path), d.path) && slices.Contains(strings.Fields(d.names), name) && d.text < len(call.Args) {
			return sink{callee: path + "." + name, text: d.text, kind: d.kind, style: d.style}, true
		}
	}
	return sink{}, false
}

// contextual reports whether an argument of unknown type is a context, as far
// as its text shows.
func contextual(u *unit, arg ast.Expr) bool {
	if t := u.info.Types[arg].Type; t != nil && t != types.Typ[types.Invalid] {
		return isContext(t)
	}
	switch arg := ast.Unparen(arg).(type) {
	case *ast.BasicLit, *ast.BinaryExpr, *ast.UnaryExpr, *ast.CompositeLit:
		return false
	case *ast.CallExpr:
		text := strings.ToLower(types.ExprString(arg.Fun))
		return strings.Contains(text, "context") || strings.Contains(text, "ctx")
	default:
		text := strings.ToLower(types.ExprString(arg))
		return strings.Contains(text, "ctx") || strings.Contains(text, "context")
	}
}

// modelled reports whether a package's queries are made from models, by calls
// that are recognised only with types.
func modelled(importPath string) bool {
	path := "/" + unversioned(importPath)
	return slices.ContainsFunc(drivers, func(d driver) bool { return d.kind == sinkModel && strings.HasSuffix(path, d.path) })
}
