package gocode

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/pattern"
)

// gorm is gorm.io/gorm 1.31. What it does with the rows of other tables that a
// model holds, and with keys that a model has at run time, is not known; scopes,
// hooks and plug-ins are not looked into.
func gorm() *library {
	return &library{
		path:      "/" + gormPath,
		reason:    queries.Model,
		style:     queries.Question | queries.At,
		roots:     "DB",
		chains:    true,
		call:      gormCall,
		condition: gormChain,
	}
}

// The parts of a chain of GORM's besides those of statements.
const (
	modelPart    = "model"
	orPart       = "OR"
	omitPart     = "omit"
	preloadPart  = "preload"
	unscopedPart = "unscoped"
	rawPart      = "raw"
)

// What stands in a condition for what is known once the model is.
const (
	currentTable = "\x02"
	currentKey   = "\x03"
)

// gormPassing are methods that change nothing of the statement.
var gormPassing = strings.Fields("WithContext Debug Begin Set InstanceSet AddError MapColumns Attrs Assign SavePoint RollbackTo Commit Rollback")

// gormCall interprets a call.
func gormCall(c *step, in []value) []value {
	switch name := c.name; {
	case slices.Contains(gormPassing, name):
		return c.with(in, nil)
	case name == "Expr":
		return c.begun(in, exprVerb, c.predicate(itemPart, nil)...)
	case name == "Session":
		return c.session(in)
	case name == "Unscoped":
		return c.with(in, []clause{{name: unscopedPart}})
	case name == "Raw" || name == "Exec":
		return c.with(in, []clause{{name: rawPart}})
	case name == "Model" && len(c.call.Args) == 1:
		return c.with(in, []clause{{name: modelPart, of: c.modelOf(c.call.Args[0])}})
	case name == "Table":
		return c.with(in, c.argument(tablePart, gormTable)...)
	case name == "Select":
		return c.with(c.dropped(in, columnPart), c.columns(columnPart)...)
	case name == "Omit":
		return c.with(in, c.columns(omitPart)...)
	case name == "Distinct":
		in = c.with(in, []clause{{name: optionPart, text: "DISTINCT"}})
		if len(c.call.Args) == 0 {
			return in
		}
		return c.with(c.dropped(in, columnPart), c.columns(columnPart)...)
	case name == "Where", name == "Or", name == "Not", name == "Having":
		return c.gormWhere(in)
	case name == "Joins" || name == "InnerJoins":
		return c.with(in, c.predicate(joinPart, nil)...)
	case name == "Group":
		return c.with(in, c.argument(groupPart, gormIdentifier)...)
	case name == "Order":
		return c.with(in, c.argument(orderPart, nil)...)
	case name == "Limit":
		return c.with(in, c.count(limitPart)...)
	case name == "Offset":
		return c.with(in, c.count(offsetPart)...)
	case name == "Preload":
		return c.with(in, c.argument(preloadPart, nil)...)
	case name == "Clauses":
		return c.gormClauses(in)
	case name == "Scopes":
		return c.with(in, []clause{{name: wherePart, text: hole}})
	}
	return c.gormSend(in)
}

// session begins anew if the argument says so.
func (c *step) session(in []value) []value {
	if len(c.call.Args) == 1 && strings.Contains(types.ExprString(c.call.Args[0]), "NewDB: true") {
		return []value{c.build(c.call, c.library, "")}
	}
	if len(c.call.Args) == 1 {
		if unary, is := c.call.Args[0].(*ast.UnaryExpr); is {
			if lit, is := unary.X.(*ast.CompositeLit); is && slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
				pair, is := e.(*ast.KeyValueExpr)
				return is && types.ExprString(pair.Key) == "NewDB"
			}) {
				return []value{c.build(c.call, c.library, "")}
			}
		}
	}
	return c.with(in, nil)
}

// gormTable quotes the name of a table, unless more is said than that.
func gormTable(text string) string {
	if strings.ContainsAny(text, " ()`\",?") || text == hole {
		return text
	}
	return quoteName(text)
}

// gormIdentifier quotes what is a name, and leaves other text as it is.
func gormIdentifier(text string) string {
	if !plainName.MatchString(text) {
		return text
	}
	return quoteName(text)
}

// plainName matches names that need no care.
var plainName = pattern.New(`^[A-Za-z_][A-Za-z0-9_]*(\.([A-Za-z_][A-Za-z0-9_]*|\*))*$`)

// columns are the names of Select, Omit and Distinct. Text with ? is one
// expression.
func (c *step) columns(part string) [][]clause {
	if len(c.call.Args) == 0 {
		return [][]clause{nil}
	}
	if first := c.call.Args[0]; isStringExpr(c.unit, first) && len(c.call.Args) > 1 {
		if texts := c.texts(first); strings.ContainsAny(texts[0], "?@") {
			return c.predicate(part, nil)
		}
	}
	out := [][]string{nil}
	for i, arg := range c.call.Args {
		t := c.unit.info.Types[arg].Type
		if t != nil && isSlice(t) || c.call.Ellipsis.IsValid() && i == len(c.call.Args)-1 {
			out = crossed(out, c.elementsOf(arg))
			continue
		}
		var each [][]string
		for _, text := range c.texts(arg) {
			each = append(each, []string{text})
		}
		out = crossed(out, each)
	}
	return clauses(part, out)
}

func isStringExpr(u *unit, e ast.Expr) bool {
	t := u.info.Types[e].Type
	return t != nil && isString(t)
}

// gormWhere adds a condition.
func (c *step) gormWhere(in []value) []value {
	part := map[string]string{"Where": wherePart, "Not": wherePart, "Or": orPart, "Having": havingPart}[c.name]
	var options [][]clause
	for _, text := range c.gormConditions(0) {
		if text != "" && c.name == "Not" {
			text = "NOT " + text
		}
		options = append(options, []clause{{name: part, text: text}})
	}
	return c.with(in, options...)
}

// gormConditions returns what the arguments from one on are as a condition.
func (c *step) gormConditions(from int) []string {
	if from >= len(c.call.Args) {
		return []string{""}
	}
	first := c.call.Args[from]
	spreads := c.call.Ellipsis.IsValid() && from == len(c.call.Args)-1
	t := c.unit.info.Types[first].Type
	switch {
	case spreads || t == nil:
		return []string{hole}
	case isString(t):
		return c.gormTexts(first, c.call.Args[from+1:])
	case isNumber(t):
		return []string{currentKey + " = ?"}
	case isSlice(t) && modelType(t) == nil && !hasMethod(t, "Value"):
		return []string{currentKey + " IN (?)"}
	}
	var out []string
	for _, v := range c.eval(c.unit, first, c.scope) {
		text := hole
		switch {
		case v.made == nil:
		case v.made.verb == mapVerb:
			text = gormEntries(v.made)
		case v.made.verb == structVerb:
			text = c.gormFieldsGiven(t, v.made)
		case v.made.library == c.library:
			text = gormGroup(v.made)
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// gormTexts returns conditions that are text.
func (c *step) gormTexts(first ast.Expr, args []ast.Expr) []string {
	var out []string
	for _, text := range c.texts(first) {
		switch {
		case isNumeral(text):
			text = currentKey + " = ?"
		case len(args) == 1 && plainName.MatchString(text):
			text = quoteName(text) + " = ?"
			if t := c.unit.info.Types[args[0]].Type; t != nil && isList(t) {
				text = strings.TrimSuffix(text, "= ?") + "IN (?)"
			}
		case c.call.Ellipsis.IsValid():
		default:
			text = c.filled(text, args)
		}
		text = listed.ReplaceAllString(text, "$1 (?)")
		if junction.MatchString(text) {
			text = "(" + text + ")"
		}
		out = append(out, text)
	}
	return out
}

// listed matches a list that GORM puts into parentheses, and junction what it
// does so with in company.
var (
	listed   = pattern.New(`(?i)\b(IN)\s+\?`)
	junction = pattern.New(`(?i)\s(or|and)\s`)
)

func isNumeral(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// gormEntries writes a map as a condition.
func gormEntries(m *made) string {
	var terms []string
	for _, e := range m.clauses {
		name := quoteName(e.name)
		if !strings.Contains(e.name, ".") && e.name != hole {
			name = currentTable + "." + name
		}
		switch e.text {
		case nilEntry:
			terms = append(terms, name+" IS NULL")
		case manyEntry:
			terms = append(terms, name+" IN (?)")
		default:
			terms = append(terms, name+" = "+e.text)
		}
	}
	return together(terms, " AND ")
}

// gormFieldsGiven writes a struct as a condition: its fields that are not zero.
func (c *step) gormFieldsGiven(t types.Type, m *made) string {
	of := modelType(t)
	if of == nil {
		return hole
	}
	model := c.gormModel(of)
	var terms []string
	for _, f := range m.clauses {
		column, is := model.find(f.name)
		if !is {
			return hole
		}
		term := currentTable + "." + quoteName(column.name) + " = ?"
		if f.text == hole {
			terms = append(terms, hole) // it may be zero, and left out
			continue
		}
		terms = append(terms, term)
	}
	return together(terms, " AND ")
}

// gormGroup writes the conditions of a chain as one: Where(db.Where(…).Or(…)).
func gormGroup(m *made) string {
	text := gormWhereText(m)
	if strings.Contains(text, " AND ") || strings.Contains(text, " OR ") {
		return "(" + text + ")"
	}
	return text
}

// together joins terms, in parentheses if there are several.
func together(terms []string, by string) string {
	if len(terms) < 2 {
		return strings.Join(terms, by)
	}
	return "(" + strings.Join(terms, by) + ")"
}

// gormWhereText joins the conditions of a chain.
func gormWhereText(m *made) string {
	var out strings.Builder
	for _, c := range m.clauses {
		if c.name != wherePart && c.name != orPart || c.text == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteString(map[string]string{wherePart: " AND ", orPart: " OR "}[c.name])
		}
		out.WriteString(c.text)
	}
	return out.String()
}

// gormClauses adds what package clause says: locks, conflicts and returned
// columns; others are not known.
func (c *step) gormClauses(in []value) []value {
	for _, arg := range c.call.Args {
		lit, is := ast.Unparen(arg).(*ast.CompositeLit)
		name := ""
		if is {
			name = nameOfType(c.unit.info.Types[lit].Type)
		}
		switch name {
		case "Locking":
			in = c.with(in, []clause{{name: suffixPart, text: "FOR " + c.literalField(lit, "Strength", "UPDATE")}})
		case "OnConflict":
			in = c.with(in, []clause{{name: conflictPart, text: c.gormConflict(lit)}})
		case "Returning":
			in = c.with(in, []clause{{name: returningPart, text: c.gormReturning(lit)}})
		default:
			in = c.with(in, []clause{{name: wherePart, text: hole}})
		}
	}
	return in
}

// fieldOf returns what a literal sets a field to, nil if it does not.
func fieldOf(lit *ast.CompositeLit, name string) ast.Expr {
	for _, elt := range lit.Elts {
		if pair, is := elt.(*ast.KeyValueExpr); is && types.ExprString(pair.Key) == name {
			return pair.Value
		}
	}
	return nil
}

// literalField returns the text that a literal sets a field to.
func (c *step) literalField(lit *ast.CompositeLit, name, otherwise string) string {
	if e := fieldOf(lit, name); e != nil {
		if v := c.unit.info.Types[e].Value; v != nil && v.Kind() == constant.String {
			return constant.StringVal(v)
		}
	}
	return otherwise
}

// updateAll stands for the columns that ON CONFLICT updates if all are.
const updateAll = "\x02all"

// gormConflict writes a clause.OnConflict.
func (c *step) gormConflict(lit *ast.CompositeLit) string {
	target := ""
	if e := fieldOf(lit, "Columns"); e != nil {
		target = "(" + strings.Join(c.columnNames(e), ", ") + ")"
	}
	for _, odd := range []string{"Where", "TargetWhere", "OnConstraint"} {
		if fieldOf(lit, odd) != nil {
			return hole
		}
	}
	set := ""
	if e := fieldOf(lit, "DoUpdates"); e != nil {
		set = c.assignments(e)
	}
	switch {
	case fieldOf(lit, "DoNothing") != nil:
		return strings.Join(strings.Fields("ON CONFLICT "+target+" DO NOTHING"), " ")
	case fieldOf(lit, "UpdateAll") != nil:
		if target == "" {
			target = "(" + currentKey + ")"
		}
		return "ON CONFLICT " + target + " DO UPDATE SET " + updateAll
	case set == "" || target == "":
		return hole
	}
	return "ON CONFLICT " + target + " DO UPDATE SET " + set
}

// assignments writes clause.AssignmentColumns and clause.Assignments.
func (c *step) assignments(e ast.Expr) string {
	call, is := ast.Unparen(e).(*ast.CallExpr)
	if !is || len(call.Args) != 1 {
		return hole + " = ?"
	}
	inner := *c
	inner.call = call
	switch CalleeName(call.Fun).Name {
	case "AssignmentColumns":
		var out []string
		for _, name := range inner.elementsOf(call.Args[0])[0] {
			out = append(out, quoteName(name)+` = "excluded".`+quoteName(name))
		}
		return strings.Join(out, ", ")
	case "Assignments":
		values := c.eval(c.unit, call.Args[0], c.scope)
		if len(values) != 1 || values[0].made == nil || values[0].made.verb != mapVerb {
			break
		}
		var out []string
		for _, entry := range values[0].made.clauses {
			out = append(out, quoteName(entry.name)+" = "+oneValue(entry.text))
		}
		return strings.Join(out, ", ")
	}
	return hole + " = ?"
}

// columnNames returns the quoted names of a []clause.Column.
func (c *step) columnNames(e ast.Expr) []string {
	lit, is := ast.Unparen(e).(*ast.CompositeLit)
	if !is {
		return []string{hole}
	}
	var out []string
	for _, elt := range lit.Elts {
		column, is := elt.(*ast.CompositeLit)
		if !is || fieldOf(column, "Name") == nil || fieldOf(column, "Raw") != nil {
			out = append(out, hole)
			continue
		}
		out = append(out, quoteName(c.reader.name(c.unit, fieldOf(column, "Name"), c.scope)))
	}
	return out
}

// gormReturning writes a clause.Returning.
func (c *step) gormReturning(lit *ast.CompositeLit) string {
	if e := fieldOf(lit, "Columns"); e != nil {
		return strings.Join(c.columnNames(e), ", ")
	}
	return "*"
}
