package gocode

import (
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// An entSchema is what the code that ent generated says of the tables: the
// constants of the packages of the entities. Bodies need not be there.
type entSchema struct {
	library *library
	// path is that of the package with the client.
	path     string
	entities map[string]*entity
	// packages are the entities by the paths of their packages.
	packages map[string]*entity
}

// An entity is a type that ent stores in a table.
type entity struct {
	name, table string
	// fields are the columns of fields, in order, and columns are those by the
	// names of the fields in Go.
	fields  []string
	columns map[string]string
	edges   map[string]entEdge
	// defaults and updated are the fields that an INSERT and an UPDATE write
	// though nothing sets them.
	defaults, updated []string
}

// An entEdge leads from an entity to another one.
type entEdge struct {
	// to is the entity at the other end, "" if it is not known.
	to string
	// table has the column that holds the key of the other side; a table of
	// both keys has no column here.
	table, column string
}

// ents finds the packages that ent generated among the own ones and those that
// they import.
func (r *reader) ents() []*entSchema {
	seen := map[*types.Package]bool{}
	var out []*entSchema
	add := func(pkg *types.Package) {
		if pkg == nil || seen[pkg] {
			return
		}
		seen[pkg] = true
		if e := readEnt(pkg); e != nil {
			out = append(out, e)
		}
	}
	for _, u := range r.own {
		if u.types == nil {
			continue
		}
		add(u.types)
		for _, imported := range u.types.Imports() {
			add(imported)
			// Code that has a query may not name the package that it is of.
			for _, further := range imported.Imports() {
				add(further)
			}
		}
	}
	return out
}

// readEnt reads the schema of a package with a client, nil if it is none.
func readEnt(pkg *types.Package) *entSchema {
	scope := pkg.Scope()
	if scope.Lookup("Client") == nil || !slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool { return unversioned(p.Path()) == "entgo.io/ent" }) {
		return nil
	}
	e := &entSchema{path: pkg.Path(), entities: map[string]*entity{}, packages: map[string]*entity{}}
	for _, imported := range pkg.Imports() {
		rest, is := strings.CutPrefix(imported.Path(), pkg.Path()+"/")
		table, isEntity := constantText(imported.Scope(), "Table")
		if !is || !isEntity {
			continue
		}
		for _, name := range scope.Names() {
			client, is := strings.CutSuffix(name, "Client")
			if is && strings.ToLower(client) == rest && scope.Lookup(client+"Query") != nil {
				of := readEntity(imported.Scope(), client, table)
				of.lead(scope)
				e.entities[client], e.packages[imported.Path()] = of, of
			}
		}
	}
	if len(e.entities) == 0 {
		return nil
	}
	e.library = &library{
		path: "/" + unversioned(pkg.Path()), within: e.packages, reason: queries.Model, style: queries.Question,
		roots: strings.Join(e.receivers(), " "), chains: true, mutable: true, call: e.call, condition: e.condition,
	}
	return e
}

// constantText returns the text of a constant.
func constantText(scope *types.Scope, name string) (string, bool) {
	c, is := scope.Lookup(name).(*types.Const)
	if !is || c.Val().Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Val()), true
}

// readEntity reads the constants of an entity's package.
func readEntity(scope *types.Scope, name, table string) *entity {
	of := &entity{name: name, table: table, columns: map[string]string{}, edges: map[string]entEdge{}}
	var fields []types.Object
	for _, name := range scope.Names() {
		field, is := strings.CutPrefix(name, "Field")
		column, isText := constantText(scope, name)
		if is && isText {
			of.columns[field] = column
			fields = append(fields, scope.Lookup(name))
		}
		edge, is := strings.CutPrefix(name, "Edge")
		if is && isText {
			table, _ := constantText(scope, edge+"Table")
			column, _ := constantText(scope, edge+"Column")
			of.edges[edge] = entEdge{table: table, column: column}
		}
	}
	slices.SortStableFunc(fields, func(a, b types.Object) int { return int(a.Pos()) - int(b.Pos()) })
	for _, field := range fields {
		name := strings.TrimPrefix(field.Name(), "Field")
		of.fields = append(of.fields, of.columns[name])
		if scope.Lookup("Default"+name) != nil {
			of.defaults = append(of.defaults, of.columns[name])
		}
		if scope.Lookup("UpdateDefault"+name) != nil {
			of.updated = append(of.updated, of.columns[name])
		}
	}
	return of
}

// lead finds what the edges lead to: the results of the methods that follow
// them.
func (of *entity) lead(scope *types.Scope) {
	query, is := scope.Lookup(of.name + "Query").(*types.TypeName)
	if !is {
		return
	}
	for name, edge := range of.edges {
		method, _, _ := types.LookupFieldOrMethod(types.NewPointer(query.Type()), true, scope.Lookup(of.name+"Query").Pkg(), "Query"+name)
		fn, is := method.(*types.Func)
		if is && fn.Signature().Results().Len() == 1 {
			edge.to = strings.TrimSuffix(nameOfType(pointedTo(fn.Signature().Results().At(0).Type())), "Query")
			of.edges[name] = edge
		}
	}
}

func pointedTo(t types.Type) types.Type {
	if pointer, is := t.(*types.Pointer); is {
		return pointer.Elem()
	}
	return t
}

// entReceivers are how the names of the types end that the client and each
// entity have.
var entReceivers = []string{"", "Client", "Query", "Select", "GroupBy", "Create", "CreateBulk", "Update", "UpdateOne", "Delete", "DeleteOne", "UpsertOne", "UpsertBulk", "Upsert"}

// receivers are the types that have methods which make statements.
func (e *entSchema) receivers() []string {
	out := []string{"Client", "Tx", "selector"}
	for name := range e.entities {
		for _, suffix := range entReceivers {
			out = append(out, name+suffix)
		}
	}
	slices.Sort(out)
	return out
}

// of returns the entity that a receiver is of, and how its name ends. The
// longest name is meant: of UserGroup and User, UserGroupBy may be either, and
// only one has a method GroupBy.
func (e *entSchema) of(receiver string) (*entity, string) {
	var found *entity
	for name, of := range e.entities {
		suffix, is := strings.CutPrefix(receiver, name)
		if is && slices.Contains(entReceivers, suffix) && (found == nil || len(name) > len(found.name)) {
			found = of
		}
	}
	if found == nil {
		return nil, ""
	}
	return found, strings.TrimPrefix(receiver, found.name)
}

// set returns the column that a method of a builder sets: that of the field or,
// of an edge, that of its key, and the edge if that is in another table.
func (of *entity) set(method string) (column string, far *entEdge, is bool) {
	for _, prefix := range []string{"SetNillable", "Set", "Clear", "Add", "Append", "Remove", "Update"} {
		name, is := strings.CutPrefix(method, prefix)
		if !is || name == "" {
			continue
		}
		if column, is := of.columns[name]; is {
			return column, nil, true
		}
		if prefix == "Update" {
			continue
		}
		for _, edge := range slices.Sorted(maps.Keys(of.edges)) {
			leads := of.edges[edge]
			if !entEdgeNamed(edge, name) {
				continue
			}
			if leads.table == of.table && leads.column != "" {
				return leads.column, nil, true
			}
			return "", &leads, true
		}
	}
	return "", nil, false
}

// entEdgeNamed reports whether what a method is named after is an edge, or the
// keys at its other end.
func entEdgeNamed(edge, name string) bool {
	if edge == name || edge+"ID" == name {
		return true
	}
	one, is := strings.CutSuffix(name, "IDs")
	return is && (edge == one || edge == one+"s" || edge == one+"es" || edge == strings.TrimSuffix(one, "y")+"ies" || pluralize(one) == edge || pluralize(strings.ToLower(one)) == strings.ToLower(edge))
}

// entOperators are how the names of predicates end, and what they compare with;
// those that end another come after it.
var entOperators = []struct{ suffix, text string }{
	{"ContainsFold", " ILIKE ?"}, {"EqualFold", " ILIKE ?"}, {"HasPrefix", " LIKE ?"}, {"HasSuffix", " LIKE ?"}, {"Contains", " LIKE ?"},
	{"NotNil", " IS NOT NULL"}, {"IsNil", " IS NULL"}, {"NotIn", " NOT IN (?)"}, {"In", " IN (?)"},
	{"NEQ", " <> ?"}, {"GTE", " >= ?"}, {"LTE", " <= ?"}, {"EQ", " = ?"}, {"GT", " > ?"}, {"LT", " < ?"}, {"", " = ?"},
}

// predicate returns the column of a predicate and what stands after it. The
// longest name of a field is meant.
func (of *entity) predicate(name string) (column, rest string, is bool) {
	length := -1
	for _, operator := range entOperators {
		field, ends := strings.CutSuffix(name, operator.suffix)
		if found, known := of.columns[field]; ends && known && len(field) > length {
			column, rest, is, length = found, operator.text, true, len(field)
		}
	}
	return column, rest, is
}

// column writes a column of the entity's table.
func (of *entity) column(name string) string { return quoteName(of.table) + "." + quoteName(name) }

// key is the column that is the key.
func (of *entity) key() string {
	if column, is := of.columns["ID"]; is {
		return column
	}
	return hole
}

// entGenerated reports whether a file is one of those that ent writes.
func entGenerated(file *ast.File) bool {
	if !ast.IsGenerated(file) {
		return false
	}
	return slices.ContainsFunc(file.Comments, func(group *ast.CommentGroup) bool {
		return group.Pos() < file.Package && slices.ContainsFunc(group.List, func(c *ast.Comment) bool {
			return strings.HasPrefix(c.Text, "// Code generated by ent,")
		})
	})
}
