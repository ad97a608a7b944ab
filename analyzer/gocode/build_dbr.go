package gocode

import (
	"go/ast"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// dbr is github.com/gocraft/dbr 2.7.
func dbr() *library {
	return &library{
		path: "/dbr", reason: queries.Builder, style: queries.Question,
		roots:   "Session Tx Connection",
		methods: "Select From InsertInto Columns Values Record Pair Update Set SetMap DeleteFrom Where Join LeftJoin GroupBy Having OrderBy Limit Offset Returning Load LoadOne LoadContext LoadOneContext Exec ExecContext",
		call:    dbrCall,
	}
}

// dbrOperators are the functions that compare.
var dbrOperators = map[string]string{"Eq": "=", "Neq": "!=", "Gt": ">", "Gte": ">=", "Lt": "<", "Lte": "<=", "Like": "LIKE", "NotLike": "NOT LIKE"}

// dbrJoins are the methods that join.
var dbrJoins = map[string]string{"Join": "JOIN ", "LeftJoin": "LEFT JOIN ", "RightJoin": "RIGHT JOIN ", "FullJoin": "FULL JOIN "}

// dbrCall interprets a call.
func dbrCall(c *step, in []value) []value {
	if operator, is := dbrOperators[c.name]; is && len(c.call.Args) == 2 {
		return c.dbrCompared(in, operator)
	}
	switch c.name {
	case "NewSession", "Begin", "BeginTx", "Comment", "AddComment":
		return c.with(in, nil)
	case "Select":
		return c.begun(in, "SELECT", clauses(columnPart, c.list(0, c.texts))...)
	case "InsertInto":
		return c.begun(in, "INSERT", c.argument(tablePart, quoteName)...)
	case "Update":
		return c.begun(in, "UPDATE", c.argument(tablePart, quoteName)...)
	case "DeleteFrom":
		return c.begun(in, "DELETE", c.argument(tablePart, quoteName)...)
	case "From":
		return c.with(in, c.argument(tablePart, nil)...)
	case "Columns":
		return c.with(in, clauses(columnPart, c.list(0, func(e ast.Expr) []string { return quotedAll(c.texts(e)) }))...)
	case "Values":
		return c.with(in, c.row(0)...)
	case "Record":
		return c.with(in, []clause{{name: rowPart, text: spread}})
	case "Pair":
		return c.dbrPair(in)
	case "Set":
		return c.dbrSet(in)
	case "SetMap":
		return c.setMap(in)
	case "Where":
		return c.with(in, c.predicate(wherePart, parenthesized)...)
	case "Having":
		return c.with(in, c.predicate(havingPart, parenthesized)...)
	case "GroupBy":
		return c.with(in, clauses(groupPart, c.list(0, c.texts))...)
	case "OrderBy":
		return c.with(in, c.argument(orderPart, nil)...)
	case "OrderAsc", "OrderDesc":
		return c.with(in, c.argument(orderPart, func(text string) string {
			return text + " " + strings.ToUpper(strings.TrimPrefix(c.name, "Order"))
		})...)
	case "Limit":
		return c.with(in, c.count(limitPart)...)
	case "Offset":
		return c.with(in, c.count(offsetPart)...)
	case "Distinct":
		return c.with(in, []clause{{name: optionPart, text: "DISTINCT"}})
	case "Returning":
		return c.with(in, clauses(returningPart, c.list(0, func(e ast.Expr) []string { return quotedAll(c.texts(e)) }))...)
	case "Join", "LeftJoin", "RightJoin", "FullJoin":
		return c.dbrJoin(in)
	case "And", "Or":
		return c.dbrJunction(in)
	case "Expr":
		return c.begun(in, exprVerb, c.predicate(itemPart, nil)...)
	case "I":
		return c.begun(in, exprVerb, c.argument(itemPart, quoteName)...)
	case "As":
		if len(c.call.Args) != 1 {
			return c.allLost(in)
		}
		return c.dbrAlias(in)
	case "Load", "LoadOne", "LoadContext", "LoadOneContext", "Exec", "ExecContext", "ReturnInt64", "ReturnString", "Rows", "Iterate":
		return c.rendered(in)
	}
	return c.allLost(in)
}

func quotedAll(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = quoteName(name)
	}
	return out
}

// dbrCompared makes a condition of a name and a value.
func (c *step) dbrCompared(in []value, operator string) []value {
	to := c.entry(c.unit, c.call.Args[1], c.scope)
	return c.begun(in, exprVerb, c.argument(itemPart, func(name string) string {
		name = quoteName(name)
		switch {
		case to == nilEntry && operator == "=":
			return name + " IS NULL"
		case to == nilEntry && operator == "!=":
			return name + " IS NOT NULL"
		case to == manyEntry && operator == "=":
			return name + " IN (?)"
		case to == manyEntry && operator == "!=":
			return name + " NOT IN (?)"
		}
		return name + " " + operator + " " + to
	})...)
}

// dbrJunction joins conditions.
func (c *step) dbrJunction(in []value) []value {
	options := c.list(0, c.texts)
	for i, o := range options {
		options[i] = []string{"(" + strings.Join(o, ") "+strings.ToUpper(c.name)+" (") + ")"}
	}
	return c.begun(in, exprVerb, clauses(itemPart, options)...)
}

// dbrPair adds a column and its value.
func (c *step) dbrPair(in []value) []value {
	if len(c.call.Args) != 2 {
		return c.allLost(in)
	}
	column := quoteName(c.texts(c.call.Args[0])[0])
	to := oneValue(c.entry(c.unit, c.call.Args[1], c.scope))
	return c.changed(in, func(m *made) [][]clause {
		values := append(m.all(rowPart), to)
		return [][]clause{append(m.without(rowPart), clause{name: columnPart, text: column}, clause{name: rowPart, text: strings.Join(values, ", ")})}
	})
}

// dbrSet sets a column.
func (c *step) dbrSet(in []value) []value {
	options := c.set(" = ")
	for _, o := range options {
		name, to, _ := strings.Cut(o[0].text, " = ")
		o[0].text = quoteName(name) + " = " + to
	}
	return c.with(in, options...)
}

// dbrAlias names a table or query: a name is of a type of its own.
func (c *step) dbrAlias(in []value) []value {
	alias := quoteName(c.texts(c.call.Args[0])[0])
	var out []value
	for _, v := range in {
		text := c.fragment(v)
		switch {
		case v.made == nil:
			text = quoteName(text)
		case v.made.verb == "SELECT":
			text = "(" + text + ")"
		}
		w := c.build(c.call, c.library, exprVerb, clause{name: itemPart, text: text + " AS " + alias})
		w.from, w.trace = v.from, v.trace
		out = append(out, w)
	}
	return out
}

// dbrJoin joins a table on a condition.
func (c *step) dbrJoin(in []value) []value {
	if len(c.call.Args) < 2 {
		return c.allLost(in)
	}
	on := c.conditions(c.call.Args[1])[0]
	return c.with(in, c.argument(joinPart, func(table string) string { return dbrJoins[c.name] + quoteName(table) + " ON " + on })...)
}
