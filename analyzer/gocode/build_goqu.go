package gocode

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// goqu is github.com/doug-martin/goqu 9. What structs it scans into or stores
// is not known.
func goqu() *library {
	return &library{
		path: "/goqu", nested: true, reason: queries.Builder, style: queries.Question,
		roots: "Database TxDatabase DialectWrapper SQLDatabase",
		maps:  "Ex ExOr Record Op",
		methods: "Select From Where Insert Update Delete Rows Cols Vals Set Join InnerJoin LeftJoin RightJoin FullJoin LeftOuterJoin CrossJoin GroupBy Having Order Limit Offset Prepared Returning " +
			"ToSQL Executor As Eq Neq Gt Gte Lt Lte In NotIn Is IsNot IsNull IsNotNull Like ILike NotLike Asc Desc Col Table",
		call: goquCall, condition: goquCondition,
	}
}

// goquOperators are the methods that compare.
var goquOperators = map[string]string{
	"Eq": "=", "Neq": "!=", "Gt": ">", "Gte": ">=", "Lt": "<", "Lte": "<=", "In": "IN", "NotIn": "NOT IN",
	"Is": "IS", "IsNot": "IS NOT", "Like": "LIKE", "NotLike": "NOT LIKE", "ILike": "ILIKE", "NotILike": "NOT ILIKE",
}

// goquJoins are the methods that join.
var goquJoins = map[string]string{
	"Join": "INNER JOIN ", "InnerJoin": "INNER JOIN ", "LeftJoin": "LEFT JOIN ", "RightJoin": "RIGHT JOIN ", "FullJoin": "FULL JOIN ",
	"LeftOuterJoin": "LEFT OUTER JOIN ", "RightOuterJoin": "RIGHT OUTER JOIN ", "FullOuterJoin": "FULL OUTER JOIN ",
	"CrossJoin": "CROSS JOIN ", "NaturalJoin": "NATURAL JOIN ",
}

// goquFunctions are functions of the package that make one of SQL.
var goquFunctions = []string{"COUNT", "SUM", "MAX", "MIN", "AVG", "COALESCE", "DISTINCT", "FIRST", "LAST"}

// goquCondition writes Ex, ExOr.
func goquCondition(_ *reader, m *made) (string, bool) {
	var terms []string
	for _, e := range m.clauses {
		name := quoteName(e.name)
		switch {
		case e.text == nilEntry:
			terms = append(terms, "("+name+" IS NULL)")
		case e.text == manyEntry:
			terms = append(terms, "("+name+" IN (?))")
		default:
			terms = append(terms, "("+name+" = "+e.text+")")
		}
	}
	switch m.verb {
	case "Ex":
		return together(terms, " AND "), true
	case "ExOr":
		return together(terms, " OR "), true
	}
	return "", false
}

// nameTexts returns an argument where a text is a name.
func (c *step) nameTexts(e ast.Expr) []string {
	var out []string
	for _, v := range c.eval(c.unit, e, c.scope) {
		text := c.fragment(v)
		switch {
		case v.made == nil:
			text = quoteName(text)
		case v.made.verb == "SELECT":
			text = "(" + text + ")"
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// goquCall interprets a call.
func goquCall(c *step, in []value) []value {
	if operator, is := goquOperators[c.name]; is && len(c.call.Args) >= 1 && c.receiver != "" {
		return c.compared(in, operator)
	}
	switch name := c.name; name {
	case "I", "C", "T", "S", "Col", "Table", "Schema", "L", "Literal", "V", "Func", "And", "Or", "On", "Star", "Using", "Asc", "Desc", "IsNull", "IsNotNull", "As":
		return goquExpression(c, in)
	case "From":
		options := c.list(0, c.nameTexts)
		if len(in) > 0 && in[0].made != nil && in[0].made.verb == "" {
			in = c.begun(in, "SELECT", []clause{{name: columnPart, text: "*"}})
		}
		for i, o := range options {
			options[i] = []string{strings.Join(o, ", ")}
		}
		return c.from(in, clauses(tablePart, options))
	case "Select", "SelectDistinct":
		if len(in) > 0 && in[0].made != nil && in[0].made.verb == "" {
			in = c.begun(in, "SELECT")
		}
		in = c.with(c.dropped(in, columnPart), clauses(columnPart, c.list(0, c.nameTexts))...)
		if name == "SelectDistinct" {
			in = c.with(in, []clause{{name: optionPart, text: "DISTINCT"}})
		}
		return in
	case "SelectAppend":
		return c.with(in, clauses(columnPart, c.list(0, c.nameTexts))...)
	case "Distinct":
		return c.with(in, []clause{{name: optionPart, text: "DISTINCT"}})
	case "Insert", "Update", "Delete":
		if len(c.call.Args) == 0 {
			return c.allLost(in)
		}
		return c.begun(in, strings.ToUpper(name), clauses(tablePart, c.list(0, c.nameTexts))...)
	case "Into":
		return c.with(in, clauses(tablePart, c.list(0, c.nameTexts))...)
	case "Where":
		return c.with(in, clauses(wherePart, c.list(0, c.texts))...)
	case "Having":
		return c.with(in, clauses(havingPart, c.list(0, c.texts))...)
	case "GroupBy":
		return c.with(in, clauses(groupPart, c.list(0, c.nameTexts))...)
	case "Order":
		return c.with(c.dropped(in, orderPart), clauses(orderPart, c.list(0, c.texts))...)
	case "OrderAppend":
		return c.with(in, clauses(orderPart, c.list(0, c.texts))...)
	case "Limit":
		return c.with(in, c.count(limitPart)...)
	case "Offset":
		return c.with(in, c.count(offsetPart)...)
	case "Returning":
		return c.with(in, clauses(returningPart, c.list(0, c.nameTexts))...)
	case "ForUpdate":
		return c.with(in, []clause{{name: suffixPart, text: "FOR UPDATE"}})
	case "Cols":
		return c.with(in, clauses(columnPart, c.list(0, c.nameTexts))...)
	case "Vals":
		return c.with(in, []clause{{name: rowPart, text: spread}})
	case "Rows", "Set":
		return c.goquRecord(in)
	case "FromQuery":
		return c.with(in, c.argument(queryPart, nil)...)
	case "Dialect", "New", "Prepared", "WithDialect", "Executor", "SetError", "Clone", "AsSelect":
		return c.with(in, nil)
	case "ToSQL", "Exec", "ExecContext", "Query", "QueryContext", "ScanVals", "ScanValsContext", "ScanVal", "ScanValContext", "Scanner", "ScannerContext":
		return c.rendered(c.oneCondition(in))
	case "ScanStructs", "ScanStructsContext", "ScanStruct", "ScanStructContext":
		return c.rendered(c.oneCondition(c.scanned(in)))
	case "Count", "CountContext":
		return c.rendered(c.with(c.dropped(in, columnPart), []clause{{name: columnPart, text: "COUNT(*)"}}))
	}
	if join, is := goquJoins[c.name]; is {
		options := c.list(0, c.nameTexts)
		for i, o := range options {
			options[i] = []string{join + strings.Join(o, " ON ")}
		}
		return c.with(in, clauses(joinPart, options)...)
	}
	if slices.Contains(goquFunctions, c.name) {
		options := c.list(0, c.nameTexts)
		for i, o := range options {
			options[i] = []string{c.name + "(" + strings.Join(o, ", ") + ")"}
		}
		return c.begun(in, exprVerb, clauses(itemPart, options)...)
	}
	return c.allLost(in)
}

// oneCondition puts several conditions into parentheses.
func (c *step) oneCondition(in []value) []value {
	return c.changed(in, func(m *made) [][]clause {
		terms := m.all(wherePart)
		if len(terms) < 2 {
			return [][]clause{m.clauses}
		}
		return [][]clause{append(m.without(wherePart), clause{name: wherePart, text: together(terms, " AND ")})}
	})
}

// scanned has a list of columns that is made of the struct, where there is none
// but *.
func (c *step) scanned(in []value) []value {
	return c.changed(in, func(m *made) [][]clause {
		if columns := m.all(columnPart); len(columns) != 1 || columns[0] != "*" || m.verb != "SELECT" {
			return [][]clause{m.clauses}
		}
		return [][]clause{append(m.without(columnPart), clause{name: columnPart, text: hole})}
	})
}

// goquRecord adds what an UPDATE sets, or the rows of an INSERT.
func (c *step) goquRecord(in []value) []value {
	if len(c.call.Args) == 0 {
		return c.allLost(in)
	}
	entries := c.intern(nil, mapVerb, []clause{{name: hole, text: boundEntry}})
	if values := c.eval(c.unit, c.call.Args[0], c.scope); len(values) == 1 && values[0].made != nil && (values[0].made.verb == "Record" || values[0].made.verb == mapVerb) {
		var quoted []clause
		for _, e := range values[0].made.clauses {
			quoted = append(quoted, clause{name: quoteName(e.name), text: e.text})
		}
		entries = c.intern(nil, mapVerb, quoted)
	}
	return c.changed(in, func(m *made) [][]clause { return [][]clause{m.assigned(entries)} })
}

// compared compares an expression with what is bound, or another one.
func (c *step) compared(in []value, operator string) []value {
	to := c.entry(c.unit, c.call.Args[0], c.scope)
	switch {
	case to == nilEntry && operator == "=":
		operator = "IS"
	case to == nilEntry && operator == "!=":
		operator = "IS NOT"
	case operator == "IN" || operator == "NOT IN" || to == manyEntry:
		if operator == "=" {
			operator = "IN"
		}
		to = "(" + strings.Trim(to, "()") + ")"
	}
	return c.changedText(in, func(text string) string { return "(" + text + " " + operator + " " + to + ")" })
}

// changedText changes the text of expressions.
func (c *step) changedText(in []value, change func(text string) string) []value {
	return c.changed(in, func(m *made) [][]clause {
		text, _ := c.sql(m)
		return [][]clause{{{name: itemPart, text: change(text)}}}
	})
}

// goquExpression interprets calls that make expressions of names and others.
func goquExpression(c *step, in []value) []value {
	switch c.name {
	case "I", "C", "T", "S":
		return c.begun(in, exprVerb, clauses(itemPart, c.list(0, c.nameTexts))...)
	case "Col", "Table", "Schema":
		name := hole
		if len(c.call.Args) == 1 {
			name = c.nameTexts(c.call.Args[0])[0]
		}
		return c.changedText(in, func(text string) string { return text + "." + name })
	case "L", "Literal":
		return c.begun(in, exprVerb, c.predicate(itemPart, nil)...)
	case "V":
		return c.begun(in, exprVerb, []clause{{name: itemPart, text: "?"}})
	case "Star":
		return c.begun(in, exprVerb, []clause{{name: itemPart, text: "*"}})
	case "And", "On", "Or":
		by := " AND "
		if c.name == "Or" {
			by = " OR "
		}
		options := c.list(0, c.texts)
		for i, o := range options {
			options[i] = []string{together(o, by)}
		}
		return c.begun(in, exprVerb, clauses(itemPart, options)...)
	case "Asc", "Desc":
		return c.changedText(in, func(text string) string { return text + " " + strings.ToUpper(c.name) })
	case "IsNull":
		return c.changedText(in, func(text string) string { return "(" + text + " IS NULL)" })
	case "IsNotNull":
		return c.changedText(in, func(text string) string { return "(" + text + " IS NOT NULL)" })
	case "As":
		if len(c.call.Args) != 1 {
			break
		}
		name := c.nameTexts(c.call.Args[0])[0]
		var out []value
		for _, v := range in {
			if v.made == nil {
				out = append(out, c.lost(v))
				continue
			}
			text := c.fragment(v)
			if v.made.verb == "SELECT" {
				text = "(" + text + ")"
			}
			w := c.widened(v)
			w.made = c.intern(c.library, exprVerb, []clause{{name: itemPart, text: text + " AS " + name}})
			out = append(out, w)
		}
		return out
	}
	return c.allLost(in)
}
