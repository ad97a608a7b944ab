package gocode

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// The parts of a statement of ent's besides those of others. The entity is its
// model.
const (
	onePart = "one row" // an UPDATE of one, which reads it afterwards
	farPart = "far"     // another statement, which sets the far ends of an edge
	newPart = "new"     // what a conflict sets, all that is inserted
)

// schemaOf returns the schema of a package with a client, nil if it is none.
func (r *reader) schemaOf(path string) *entSchema {
	for _, e := range r.schemas {
		if e.path == path {
			return e
		}
	}
	return nil
}

// generated reports whether ent generated a file: calls in it are part of what
// its callers call.
func (r *reader) generated(u *unit, file *ast.File) bool {
	if r.ways == nil || !entGenerated(file) {
		return false
	}
	return slices.ContainsFunc(r.schemas, func(e *entSchema) bool {
		return u.path == e.path || strings.HasPrefix(u.path, e.path+"/")
	})
}

// entSenders are the methods that send statements, by how the names of their
// types end; those that panic instead of returning an error have an X after
// their name.
var entSenders = map[string]string{
	"Client": "Get", "Query": "All First FirstID Only OnlyID IDs Count Exist", "Select": "Scan", "GroupBy": "Scan",
	"Create": "Save Exec", "CreateBulk": "Save Exec", "Update": "Save Exec", "UpdateOne": "Save Exec",
	"Delete": "Exec", "DeleteOne": "Exec", "UpsertOne": "Exec ID", "UpsertBulk": "Exec",
}

// entScanners are the methods of what Select and GroupBy return.
const entScanners = "Scan Strings String Ints Int Float64s Float64 Bools Bool"

// sink tells whether a function that ent generated sends a statement.
func (e *entSchema) sink(fn *types.Func) (sink, bool) {
	receiver := receiverName(fn)
	of, kind := e.of(receiver)
	names := entSenders[kind]
	switch {
	case of == nil && receiver == "selector":
		names = entScanners
	case of == nil && (fn.Name() == "ExecContext" || fn.Name() == "QueryContext") && fn.Signature().Recv() != nil:
		return sink{callee: fn.FullName(), text: 1}, true // feature sql/execquery
	case of == nil:
		return sink{}, false
	}
	if !slices.Contains(strings.Fields(names), entSender(fn.Name(), names)) {
		return sink{}, false
	}
	return sink{callee: fn.FullName(), kind: sinkModel}, true
}

// entSender returns the name of a method without the X of those that panic.
func entSender(name, names string) string {
	if short, is := strings.CutSuffix(name, "X"); is && slices.Contains(strings.Fields(names), short) {
		return short
	}
	return name
}

// call interprets a call of the code that ent generated.
func (e *entSchema) call(c *step, in []value) []value {
	if fn, is := c.unit.info.Uses[CalleeName(c.call.Fun)].(*types.Func); is && fn.Pkg() != nil {
		if of := e.packages[fn.Pkg().Path()]; of != nil {
			return e.expression(c, of, in)
		}
	}
	of, kind := e.of(c.receiver)
	switch {
	case c.receiver == "":
		return e.function(c, in)
	case c.receiver == "Client" || c.receiver == "Tx":
		return c.with(in, nil)
	case of == nil && c.receiver == "selector":
		return e.sent(c, in, entSender(c.name, entScanners))
	case of == nil:
		return c.allLost(in)
	}
	switch kind {
	case "", "Client":
		return e.client(c, of, kind, in)
	case "Query", "Select", "GroupBy":
		return e.query(c, of, kind, e.begun(c, of, "SELECT", in))
	case "Create", "CreateBulk", "UpsertOne", "UpsertBulk":
		return e.create(c, of, kind, e.begun(c, of, "INSERT", in))
	case "Update", "UpdateOne":
		in = e.begun(c, of, "UPDATE", in)
		return e.update(c, of, kind, in)
	case "Delete", "DeleteOne":
		return e.remove(c, kind, e.begun(c, of, "DELETE", in))
	}
	return c.allLost(in)
}

// begun begins a statement where it is not known how it was.
func (e *entSchema) begun(c *step, of *entity, verb string, in []value) []value {
	var out []value
	for _, v := range in {
		if v.made != nil && v.made.library == c.library && v.made.verb == "" {
			out = union(out, c.begun([]value{v}, verb, []clause{{name: modelPart, text: of.name}, {name: openPart}}))
			continue
		}
		out = union(out, []value{v})
	}
	return out
}

// function interprets the functions of the package with the client: what makes
// orders, aggregates and clients.
func (e *entSchema) function(c *step, in []value) []value {
	name := map[string]string{"Max": "MAX", "Mean": "AVG", "Min": "MIN", "Sum": "SUM"}[c.name]
	switch {
	case name != "" && len(c.call.Args) == 1:
		return c.begun(in, exprVerb, c.argument(itemPart, func(text string) string { return name + "(" + currentTable + "." + quoteName(text) + ")" })...)
	case c.name == "Count":
		return c.begun(in, exprVerb, []clause{{name: itemPart, text: "COUNT(*)"}})
	case c.name == "As" && len(c.call.Args) == 2:
		alias := quoteName(c.texts(c.call.Args[1])[0])
		return c.begun(in, exprVerb, c.argument(itemPart, func(text string) string { return text + " AS " + alias })...)
	case c.name == "Asc" || c.name == "Desc":
		direction := map[string]string{"Desc": " DESC"}[c.name]
		options := c.list(0, func(arg ast.Expr) []string { return quotedAll(c.texts(arg)) })
		for i, o := range options {
			for j := range o {
				o[j] = currentTable + "." + o[j] + direction
			}
			options[i] = []string{strings.Join(o, ", ")}
		}
		return c.begun(in, exprVerb, clauses(itemPart, options)...)
	case strings.HasPrefix(c.name, "New") && strings.HasSuffix(c.name, "Client") || c.name == "FromContext" || c.name == "TxFromContext" || c.name == "Open":
		return c.with(in, nil)
	}
	return c.allLost(in)
}

// expression interprets the functions of an entity's package: predicates, and
// what rows are ordered by.
func (e *entSchema) expression(c *step, of *entity, in []value) []value {
	switch c.name {
	case "And", "Or":
		options := c.list(0, c.texts)
		for i, o := range options {
			options[i] = []string{together(o, " "+strings.ToUpper(c.name)+" ")}
		}
		return c.begun(in, exprVerb, clauses(itemPart, options)...)
	case "Not":
		return c.begun(in, exprVerb, c.argument(itemPart, func(text string) string { return "NOT (" + text + ")" })...)
	}
	if text, is := e.predicate(c, of); is {
		var options [][]clause
		for _, t := range text {
			options = append(options, []clause{{name: itemPart, text: t}})
		}
		return c.begun(in, exprVerb, options...)
	}
	if name, is := strings.CutPrefix(c.name, "By"); is {
		text := hole
		if column, is := of.columns[name]; is {
			text = of.column(column)
		}
		return c.begun(in, exprVerb, []clause{{name: itemPart, text: text}})
	}
	return c.allLost(in)
}

// predicate writes a predicate of a field or an edge.
func (e *entSchema) predicate(c *step, of *entity) ([]string, bool) {
	if column, rest, is := of.predicate(c.name); is {
		return []string{of.column(column) + rest}, true
	}
	name, is := strings.CutPrefix(c.name, "Has")
	if edge, known := of.edges[name]; is && known {
		return []string{e.has(of, edge, "")}, true
	}
	if edge, known := of.edges[strings.TrimSuffix(name, "With")]; is && known {
		var out []string
		for _, o := range c.list(0, c.texts) {
			out = append(out, e.has(of, edge, strings.Join(o, " AND ")))
		}
		return out, true
	}
	return nil, false
}

// client interprets methods of the client of an entity, and of the entity.
func (e *entSchema) client(c *step, of *entity, kind string, in []value) []value {
	model := clause{name: modelPart, text: of.name}
	row := clause{name: wherePart, text: of.column(of.key()) + " = ?"}
	one := clause{name: wherePart, text: quoteName(of.key()) + " = ?"}
	if edge, is := of.edges[strings.TrimPrefix(c.name, "Query")]; is && strings.HasPrefix(c.name, "Query") {
		return c.begun(e.anew(c, in), "SELECT", e.followed(of, edge, nil))
	}
	switch c.name {
	case "Query":
		return c.begun(e.anew(c, in), "SELECT", []clause{model})
	case "Get", "GetX":
		return e.sent(c, c.begun(e.anew(c, in), "SELECT", []clause{model, row}), "Only")
	case "Create", "CreateBulk":
		in = c.begun(e.anew(c, in), "INSERT", []clause{model})
		if c.name == "Create" {
			return in
		}
		return c.with(in, clauses(queryPart, c.list(0, c.texts))...)
	case "MapCreateBulk":
		return c.begun(e.anew(c, in), "INSERT", []clause{model, {name: openPart}})
	case "Update":
		if kind == "" {
			return c.begun(e.anew(c, in), "UPDATE", []clause{model, one, {name: onePart}})
		}
		return c.begun(e.anew(c, in), "UPDATE", []clause{model})
	case "UpdateOne", "UpdateOneID":
		return c.begun(e.anew(c, in), "UPDATE", []clause{model, one, {name: onePart}})
	case "Delete":
		return c.begun(e.anew(c, in), "DELETE", []clause{model})
	case "DeleteOne", "DeleteOneID":
		return c.begun(e.anew(c, in), "DELETE", []clause{model, row})
	}
	return c.allLost(in)
}

// anew is what a statement begins from.
func (e *entSchema) anew(c *step, in []value) []value {
	var out []value
	for _, v := range in {
		w := c.build(c.call, c.library, "")
		w.trace = v.trace
		out = union(out, []value{w})
	}
	return out
}

// query interprets methods of queries.
func (e *entSchema) query(c *step, of *entity, kind string, in []value) []value {
	if edge, is := of.edges[strings.TrimPrefix(c.name, "Query")]; is && strings.HasPrefix(c.name, "Query") {
		return c.changed(in, func(m *made) [][]clause { return [][]clause{e.followed(of, edge, m)} })
	}
	if edge := strings.TrimPrefix(strings.TrimPrefix(c.name, "WithNamed"), "With"); edge != c.name {
		if _, is := of.edges[edge]; is {
			return c.with(in, []clause{{name: preloadPart, text: edge}})
		}
	}
	switch c.name {
	case "Where":
		return c.with(in, clauses(wherePart, c.list(0, c.texts))...)
	case "Order":
		return c.with(in, clauses(orderPart, c.list(0, c.texts))...)
	case "Limit":
		return c.with(in, c.count(limitPart)...)
	case "Offset":
		return c.with(in, c.count(offsetPart)...)
	case "Unique":
		return c.with(in, []clause{{name: optionPart, text: "DISTINCT"}})
	case "ForUpdate", "ForShare":
		return c.with(in, []clause{{name: suffixPart, text: "FOR " + strings.ToUpper(strings.TrimPrefix(c.name, "For"))}})
	case "Clone":
		return c.with(in, nil)
	case "Modify":
		return c.with(in, []clause{{name: openPart}})
	case "Select":
		return c.with(in, clauses(columnPart, c.list(0, c.texts))...)
	case "GroupBy":
		options := clauses(columnPart, c.list(0, c.texts))
		for i, o := range options {
			for _, column := range o {
				options[i] = append(options[i], clause{name: groupPart, text: column.text})
			}
		}
		return c.with(in, options...)
	case "Aggregate":
		return c.with(in, clauses(itemPart, c.list(0, c.texts))...)
	}
	names := entSenders[kind]
	if kind != "Query" {
		names = entScanners
	}
	return e.sent(c, in, entSender(c.name, names))
}

// create interprets methods of builders of rows.
func (e *entSchema) create(c *step, of *entity, kind string, in []value) []value {
	switch c.name {
	case "OnConflict":
		return c.with(in, e.conflict(c)...)
	case "OnConflictColumns":
		return c.with(in, clauses(conflictPart, c.list(0, c.texts))...)
	case "UpdateNewValues":
		return c.with(in, []clause{{name: newPart}})
	case "DoNothing":
		return c.with(in, []clause{{name: suffixPart, text: "DO NOTHING"}})
	case "Ignore":
		key := quoteName(of.key())
		return c.with(in, []clause{{name: setPart, text: key + " = " + quoteName(of.table) + "." + key}})
	}
	if names := entSenders[kind]; slices.Contains(strings.Fields(names), entSender(c.name, names)) {
		return e.sent(c, in, entSender(c.name, names))
	}
	if c.name == "Update" && strings.HasPrefix(kind, "Upsert") {
		return c.with(in, []clause{{name: setPart, text: hole + " = ?"}})
	}
	column, far, is := of.set(c.name)
	switch {
	case !is:
		return c.allLost(in)
	case far != nil:
		return c.with(in, []clause{{name: farPart, text: e.linked(*far)}})
	case !strings.HasPrefix(kind, "Upsert"):
		return c.with(in, []clause{{name: columnPart, text: column}})
	}
	name := quoteName(column)
	switch {
	case strings.HasPrefix(c.name, "Update"):
		return c.with(in, []clause{{name: setPart, text: name + ` = "excluded".` + name}})
	case strings.HasPrefix(c.name, "Clear"):
		return c.with(in, []clause{{name: setPart, text: name + " = NULL"}})
	case strings.HasPrefix(c.name, "Add"):
		return c.with(in, []clause{{name: setPart, text: name + " = " + of.column(column) + " + ?"}})
	}
	return c.with(in, []clause{{name: setPart, text: name + " = ?"}})
}

// conflict reads the options of OnConflict that are written there.
func (e *entSchema) conflict(c *step) [][]clause {
	out := [][]clause{nil}
	for _, arg := range c.call.Args {
		call, is := ast.Unparen(arg).(*ast.CallExpr)
		name := hole
		if is && CalleeName(call.Fun) != nil {
			name = CalleeName(call.Fun).Name
		}
		inner := *c
		inner.call = call
		each := [][]clause{{{name: setPart, text: hole + " = ?"}}}
		switch name {
		case "ConflictColumns":
			each = clauses(conflictPart, inner.list(0, inner.texts))
		case "ResolveWithNewValues":
			each = [][]clause{{{name: newPart}}}
		case "DoNothing":
			each = [][]clause{{{name: suffixPart, text: "DO NOTHING"}}}
		case "ResolveWithIgnore":
			each = [][]clause{nil}
		}
		var next [][]clause
		for _, o := range out {
			for _, more := range each {
				next = append(next, slices.Concat(o, more))
			}
		}
		out = next
	}
	return out
}

// update interprets methods of builders of changes.
func (e *entSchema) update(c *step, of *entity, kind string, in []value) []value {
	switch c.name {
	case "Where":
		return c.with(in, clauses(wherePart, c.list(0, c.texts))...)
	case "Select":
		return c.with(in, clauses(columnPart, c.list(0, c.texts))...)
	case "Modify":
		return c.with(in, []clause{{name: setPart, text: hole + " = ?"}})
	}
	if names := entSenders[kind]; slices.Contains(strings.Fields(names), entSender(c.name, names)) {
		return e.sent(c, in, entSender(c.name, names))
	}
	column, far, is := of.set(c.name)
	name := quoteName(column)
	switch {
	case !is:
		return c.allLost(in)
	case far != nil:
		return c.with(in, []clause{{name: farPart, text: e.linked(*far)}})
	case strings.HasPrefix(c.name, "Clear"):
		return c.with(in, []clause{{name: setPart, text: name + " = NULL"}})
	case strings.HasPrefix(c.name, "Add"):
		return c.with(in, []clause{{name: setPart, text: name + " = COALESCE(" + of.column(column) + ", 0) + ?"}})
	case strings.HasPrefix(c.name, "Append"):
		return c.with(in, []clause{{name: setPart, text: name + " = CASE WHEN " + of.column(column) + " IS NULL THEN ? ELSE " + of.column(column) + " || ? END"}})
	}
	return c.with(in, []clause{{name: setPart, text: name + " = ?"}})
}

// remove interprets methods of builders that delete.
func (e *entSchema) remove(c *step, kind string, in []value) []value {
	if c.name == "Where" {
		return c.with(in, clauses(wherePart, c.list(0, c.texts))...)
	}
	names := entSenders[kind]
	return e.sent(c, in, entSender(c.name, names))
}
