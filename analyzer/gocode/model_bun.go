package gocode

import (
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// bun is github.com/uptrace/bun 1.3. Relations add joins and columns that are
// not known here.
func bun() *library {
	return &library{
		path: "/uptrace/bun", reason: queries.Model, style: queries.Bun, roots: "DB Tx Conn IDB",
		chains: true, mutable: true, call: bunCall, condition: bunChain,
	}
}

// goPG is github.com/go-pg/pg 10, whose chains are of package orm.
func goPG() []*library {
	l := library{reason: queries.Model, style: queries.Bun, roots: "DB baseDB Tx Conn", chains: true, mutable: true, call: bunCall, condition: bunChain}
	orm := l
	l.path, orm.path = "/go-pg/pg", "/go-pg/pg/orm"
	orm.roots = "DB"
	return []*library{&l, &orm}
}

// isPG reports whether a library is go-pg.
func (l *library) isPG() bool { return strings.HasPrefix(l.path, "/go-pg") }

// The parts of a chain of bun's besides those of statements.
const (
	keyPart     = "key"     // the row is that of the model's key
	excludePart = "exclude" // columns that are left out
	valuePart   = "value"   // what an INSERT has instead of a field
	deletedPart = "deleted" // rows that are deleted are not left out
	forcePart   = "force"   // a DELETE is one
	openPart    = "open"    // what is in the list is not all
)

// bunCall interprets a call.
func bunCall(c *step, in []value) []value {
	switch name := c.name; name {
	case "NewSelect", "NewInsert", "NewUpdate", "NewDelete":
		return c.begun(in, strings.ToUpper(strings.TrimPrefix(name, "New")))
	case "Model", "ModelContext":
		return c.bunModel(in)
	case "Column":
		return c.with(in, clauses(columnPart, c.list(0, c.texts))...)
	case "ColumnExpr":
		return c.with(in, bunExpressions(columnPart, c.predicate(columnPart, nil))...)
	case "ExcludeColumn":
		return c.with(in, clauses(excludePart, c.list(0, c.texts))...)
	case "Table", "TableExpr", "ModelTableExpr":
		return c.bunTable(in)
	case "Where", "WhereIn":
		return c.with(in, c.predicate(wherePart, parenthesized)...)
	case "WhereOr":
		return c.with(in, c.predicate(orPart, parenthesized)...)
	case "WherePK":
		return c.with(in, []clause{{name: keyPart}})
	case "WhereGroup", "WhereOrGroup", "Apply", "ApplyQueryBuilder", "With", "WithRecursive", "Relation", "WrapWith", "OmitZero", "Bulk", "Union", "UnionAll":
		return c.with(in, []clause{{name: openPart}})
	case "WhereAllWithDeleted", "WhereDeleted", "AllWithDeleted", "Deleted":
		return c.with(in, []clause{{name: deletedPart}})
	case "ForceDelete":
		in = c.with(in, []clause{{name: forcePart}})
		if !c.library.isPG() {
			return in
		}
	case "Join":
		return c.with(in, c.predicate(joinPart, nil)...)
	case "JoinOn", "JoinOnOr":
		return c.with(in, c.predicate(joinPart, func(text string) string { return "ON (" + text + ")" })...)
	case "Order", "OrderExpr", "Group", "GroupExpr", "Having", "Returning", "For", "Distinct", "DistinctOn", "Limit", "Offset":
		return c.bunClause(in)
	case "Set":
		return c.with(in, c.predicate(setPart, nil)...)
	case "SetColumn", "Value":
		return c.bunValue(in)
	case "On", "OnConflict":
		return c.with(in, c.predicate(conflictPart, func(text string) string { return "ON " + strings.TrimPrefix(text, "ON ") })...)
	case "WithContext", "Context", "Conn", "Comment", "Err", "Ignore":
		return c.with(in, nil)
	}
	return c.bunSend(in)
}

func parenthesized(text string) string {
	if text == "" || text == hole {
		return text
	}
	return "(" + text + ")"
}

// bunExpressions marks columns that are SQL, not names.
func bunExpressions(part string, options [][]clause) [][]clause {
	for _, o := range options {
		for i := range o {
			if o[i].name == part {
				o[i].name = itemPart
			}
		}
	}
	return options
}

// bunModel sets the model. A chain of go-pg's begins with it.
func (c *step) bunModel(in []value) []value {
	place := 0
	if c.name == "ModelContext" {
		place = 1
	}
	if place >= len(c.call.Args) {
		return c.with(in, nil)
	}
	return c.with(in, []clause{{name: modelPart, of: c.modelOf(c.call.Args[place])}})
}

// bunTable adds tables by name or as SQL.
func (c *step) bunTable(in []value) []value {
	if c.name == "Table" {
		return c.with(in, clauses(tablePart, c.list(0, func(e ast.Expr) []string {
			texts := c.texts(e)
			for i, text := range texts {
				texts[i] = quoteName(text)
			}
			return texts
		}))...)
	}
	if c.name == "ModelTableExpr" {
		in = c.dropped(in, tablePart)
	}
	return c.with(in, c.predicate(tablePart, nil)...)
}

// bunClause adds clauses that need no model.
func (c *step) bunClause(in []value) []value {
	switch c.name {
	case "Order":
		return c.with(in, clauses(orderPart, c.list(0, func(e ast.Expr) []string {
			texts := c.texts(e)
			for i, text := range texts {
				name, direction, _ := strings.Cut(text, " ")
				texts[i] = strings.TrimSpace(gormIdentifier(name) + " " + direction)
			}
			return texts
		}))...)
	case "OrderExpr":
		return c.with(in, c.predicate(orderPart, nil)...)
	case "Group":
		return c.with(in, clauses(groupPart, c.list(0, func(e ast.Expr) []string {
			texts := c.texts(e)
			for i, text := range texts {
				texts[i] = gormIdentifier(text)
			}
			return texts
		}))...)
	case "GroupExpr":
		return c.with(in, c.predicate(groupPart, nil)...)
	case "Having":
		return c.with(in, c.predicate(havingPart, parenthesized)...)
	case "Returning":
		return c.with(in, c.predicate(returningPart, nil)...)
	case "For":
		return c.with(in, c.predicate(suffixPart, func(text string) string { return "FOR " + text })...)
	case "Distinct":
		return c.with(in, []clause{{name: optionPart, text: "DISTINCT"}})
	case "DistinctOn":
		return c.with(in, c.predicate(optionPart, func(text string) string { return "DISTINCT ON (" + text + ")" })...)
	case "Limit":
		return c.with(in, c.count(limitPart)...)
	}
	return c.with(in, c.count(offsetPart)...)
}

// bunValue sets a column to an expression.
func (c *step) bunValue(in []value) []value {
	if len(c.call.Args) < 2 {
		return c.with(in, nil)
	}
	name := c.texts(c.call.Args[0])[0]
	inner := *c
	call := *c.call
	call.Args = call.Args[1:]
	inner.call = &call
	if c.name == "Value" {
		return c.with(in, []clause{{name: valuePart, text: name}})
	}
	return c.with(in, inner.predicate(setPart, func(text string) string { return quoteName(name) + " = " + text })...)
}

// bunTableOf reads a model of bun's or go-pg's.
func (r *reader) bunTableOf(l *library, t types.Type) *model {
	key := l.path + typeKey(t)
	if m, is := r.tables[key]; is {
		return m
	}
	name := underscore(nameOfType(t))
	if l.isPG() {
		name = strings.TrimPrefix(name, "_")
	}
	m := &model{table: quoteName(pluralize(name)), alias: quoteName(name), relations: map[string]relation{}}
	if name == "" || r.inflects(l) {
		m.table = hole
	}
	if name == "" {
		m.alias = hole
	}
	r.tables[key] = m
	r.bunFields(l, m, t, "", 0)
	if !slices.ContainsFunc(m.columns, func(c column) bool { return c.primary }) {
		for i, c := range m.columns {
			if c.name == "id" || c.name == "uuid" && l.isPG() {
				m.columns[i].primary = true
				m.columns[i].given = true
			}
		}
	}
	return m
}

// inflects reports whether the program names tables in its own way.
func (r *reader) inflects(l *library) bool {
	name := "SetTableNameInflector"
	for obj := range r.calls {
		if obj.Name() == name && obj.Pkg() != nil && r.libraryOf(strings.TrimSuffix(unversioned(obj.Pkg().Path()), "/schema")) == l {
			return true
		}
	}
	return false
}

// bunTag splits a tag: a name, then options with or without a value.
func bunTag(tag string) (name string, options map[string]string) {
	options = map[string]string{}
	for i, part := range strings.Split(tag, ",") {
		key, text, has := strings.Cut(part, ":")
		switch {
		case i == 0 && !has:
			name = strings.Trim(key, "'")
		case key != "":
			options[strings.TrimSpace(key)] = strings.Trim(text, "'")
		}
	}
	return name, options
}

// bunFields adds the fields of a struct.
func (r *reader) bunFields(l *library, m *model, t types.Type, prefix string, depth int) {
	fields, is := t.Underlying().(*types.Struct)
	if !is || depth > maxDepth {
		return
	}
	tagName := "bun"
	if l.isPG() {
		tagName = "pg"
	}
	for i := range fields.NumFields() {
		field := fields.Field(i)
		tag := reflect.StructTag(fields.Tag(i)).Get(tagName)
		name, options := bunTag(tag)
		switch {
		case tag == "-" || name == "-":
		case field.Name() == "BaseModel" && field.Anonymous(), field.Name() == "tableName" && l.isPG():
			m.bunBase(name, options)
		case field.Anonymous():
			inner := modelType(field.Type())
			if inner == nil && field.Type() == types.Typ[types.Invalid] {
				m.columns = append(m.columns, column{name: hole, read: true, created: true, updated: true})
			}
			if inner != nil {
				r.bunFields(l, m, inner, prefix, depth+1)
			}
		case !field.Exported():
		case has(options, "embed"):
			if inner := modelType(field.Type()); inner != nil {
				r.bunFields(l, m, inner, prefix+options["embed"], depth+1)
			}
		case has(options, "rel"), has(options, "m2m"), has(options, "many2many"):
			m.relations[field.Name()] = relation{of: field.Type()}
		default:
			m.bunField(field, name, prefix, options, depth)
		}
	}
}

func has(options map[string]string, name string) bool {
	_, is := options[name]
	return is
}

// bunBase reads the tag of the whole model.
func (m *model) bunBase(name string, options map[string]string) {
	if text := options["table"]; text != "" {
		name = text
	}
	if text := options["name"]; text != "" {
		name = text
	}
	if name != "" {
		m.table = quoteName(name)
		if !strings.ContainsAny(m.alias, `"`) {
			m.alias = m.table
		}
	}
	if text := options["alias"]; text != "" {
		m.alias = quoteName(text)
	}
	if text := options["select"]; text != "" {
		m.selects = quoteName(text)
	}
}

// bunField adds one field.
func (m *model) bunField(field *types.Var, name, prefix string, options map[string]string, depth int) {
	if options["column"] != "" {
		name = options["column"]
	}
	if name == "" {
		name = underscore(field.Name())
	}
	c := column{name: prefix + name, field: field.Name(), created: true, updated: true, read: true, depth: depth, kind: kindOf(field.Type())}
	if has(options, "scanonly") {
		c.created, c.updated, c.read = false, false, false
	}
	c.primary = has(options, "pk")
	c.given = has(options, "autoincrement") || has(options, "nullzero") || has(options, "default") || has(options, "identity")
	c.softDelete = has(options, "soft_delete")
	m.add(c)
}
