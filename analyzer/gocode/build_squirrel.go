package gocode

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// squirrel is github.com/Masterminds/squirrel 1.5.
func squirrel() *library {
	return &library{
		path:      "/squirrel",
		reason:    queries.Builder,
		style:     queries.Question,
		roots:     "StatementBuilder StatementBuilderType",
		lists:     "And Or",
		maps:      "Eq NotEq Lt LtOrEq Gt GtOrEq Like NotLike ILike NotILike",
		methods:   squirrelMethods,
		call:      squirrelCall,
		condition: squirrelCondition,
	}
}

const squirrelMethods = "Select Insert Replace Update Delete PlaceholderFormat RunWith Prefix PrefixExpr Options Distinct Columns Column RemoveColumns From FromSelect JoinClause Join LeftJoin RightJoin InnerJoin CrossJoin " +
	"Where GroupBy Having OrderBy OrderByClause Limit RemoveLimit Offset RemoveOffset Suffix SuffixExpr Into Values SetMap Table Set When Else " +
	"ToSql MustSql Exec ExecContext Query QueryContext QueryRow QueryRowContext Scan ScanContext"

// squirrelOperators are what the maps put between a key and its value.
var squirrelOperators = map[string]string{
	"Eq": "=", "NotEq": "<>", "Lt": "<", "LtOrEq": "<=", "Gt": ">", "GtOrEq": ">=",
	"Like": "LIKE", "NotLike": "NOT LIKE", "ILike": "ILIKE", "NotILike": "NOT ILIKE",
}

// squirrelJoins are the words of the methods that join.
var squirrelJoins = map[string]string{
	"Join": "JOIN ", "LeftJoin": "LEFT JOIN ", "RightJoin": "RIGHT JOIN ", "InnerJoin": "INNER JOIN ", "CrossJoin": "CROSS JOIN ",
}

// caseVerb is a CASE that grows.
const caseVerb = "CASE"

// squirrelCondition writes the maps, And, Or and Case.
func squirrelCondition(_ *reader, m *made) (string, bool) {
	operator, is := squirrelOperators[m.verb]
	switch {
	case m.verb == caseVerb:
		return "CASE " + strings.Join(m.all(itemPart), " ") + " END", true
	case m.verb == "":
		return "", false
	case !is:
		return squirrelJunction(m), true
	}
	var terms []string
	for _, c := range m.clauses {
		term := c.name + " " + operator + " ?"
		switch {
		case c.text == nilEntry && m.verb == "Eq":
			term = c.name + " IS NULL"
		case c.text == nilEntry && m.verb == "NotEq":
			term = c.name + " IS NOT NULL"
		case c.text == manyEntry && m.verb == "Eq":
			term = c.name + " IN (?)"
		case c.text == manyEntry && m.verb == "NotEq":
			term = c.name + " NOT IN (?)"
		}
		terms = append(terms, term)
	}
	if len(terms) == 0 && (m.verb == "Eq" || m.verb == "NotEq") {
		return "(1=1)", true
	}
	return strings.Join(terms, " AND "), true
}

// squirrelJunction writes And, Or.
func squirrelJunction(m *made) string {
	terms := slices.DeleteFunc(m.all(itemPart), func(text string) bool { return text == "" })
	switch {
	case len(terms) > 0:
		return "(" + strings.Join(terms, " "+strings.ToUpper(m.verb)+" ") + ")"
	case len(m.clauses) > 0:
		return ""
	case m.verb == "Or":
		return "(1=0)"
	}
	return "(1=1)"
}

// squirrelCall interprets a call.
func squirrelCall(c *step, in []value) []value {
	if out, is := squirrelBegin(c, in); is {
		return out
	}
	switch c.name {
	case "ToSql", "MustSql", "Exec", "ExecContext", "Query", "QueryContext", "QueryRow", "QueryRowContext", "Scan", "ScanContext":
		return c.rendered(in)
	case "ExecWith", "QueryWith", "QueryRowWith":
		return c.sentWith(1)
	case "ExecContextWith", "QueryContextWith", "QueryRowContextWith":
		return c.sentWith(2)
	case "PlaceholderFormat", "RunWith":
		return c.with(in, nil)
	case "Columns":
		return c.with(in, clauses(columnPart, c.list(0, c.texts))...)
	case "Column":
		return c.with(in, c.predicate(columnPart, nil)...)
	case "RemoveColumns":
		return c.dropped(in, columnPart)
	case "RemoveLimit":
		return c.dropped(in, limitPart)
	case "RemoveOffset":
		return c.dropped(in, offsetPart)
	case "Limit":
		return c.with(in, c.count(limitPart)...)
	case "Offset":
		return c.with(in, c.count(offsetPart)...)
	case "GroupBy":
		return c.with(in, clauses(groupPart, c.list(0, c.texts))...)
	case "OrderBy":
		return c.with(in, clauses(orderPart, c.list(0, c.texts))...)
	case "Options":
		return c.with(in, clauses(optionPart, c.list(0, c.texts))...)
	case "Distinct":
		return c.with(in, []clause{{name: optionPart, text: "DISTINCT"}})
	case "Prefix", "PrefixExpr":
		return c.with(in, c.predicate(prefixPart, nil)...)
	case "Suffix", "SuffixExpr":
		return c.with(in, c.predicate(suffixPart, nil)...)
	case "Where":
		return c.with(in, c.predicate(wherePart, nil)...)
	case "Having":
		return c.with(in, c.predicate(havingPart, nil)...)
	case "OrderByClause":
		return c.with(in, c.predicate(orderPart, nil)...)
	case "JoinClause":
		return c.with(in, c.predicate(joinPart, nil)...)
	case "Join", "LeftJoin", "RightJoin", "InnerJoin", "CrossJoin":
		return c.with(in, c.predicate(joinPart, func(text string) string { return squirrelJoins[c.name] + text })...)
	case "From":
		return c.from(in, c.argument(tablePart, nil))
	case "FromSelect":
		return c.from(in, c.aliased(tablePart))
	case "Into", "Table":
		return c.with(in, c.argument(tablePart, nil)...)
	case "Values":
		return c.with(in, c.row(0)...)
	case "Set":
		return c.with(in, c.set(" = ")...)
	case "SetMap":
		return c.setMap(in)
	case "When", "Else":
		return c.with(in, squirrelWhen(c)...)
	}
	return c.allLost(in)
}

// squirrelBegin interprets calls that begin something.
func squirrelBegin(c *step, in []value) ([]value, bool) {
	switch c.name {
	case "Select":
		if len(in) > 0 && in[0].made != nil && in[0].made.verb == "INSERT" {
			return c.with(in, c.argument(queryPart, nil)...), true
		}
		return c.begun(in, "SELECT", clauses(columnPart, c.list(0, c.texts))...), true
	case "Insert":
		return c.begun(in, "INSERT", c.argument(tablePart, nil)...), true
	case "Replace":
		return c.begun(in, "REPLACE", c.argument(tablePart, nil)...), true
	case "Update":
		return c.begun(in, "UPDATE", c.argument(tablePart, nil)...), true
	case "Delete":
		return c.begun(in, "DELETE", c.argument(tablePart, nil)...), true
	case "Expr":
		return c.begun(in, exprVerb, c.predicate(itemPart, nil)...), true
	case "ConcatExpr":
		return c.begun(in, exprVerb, clauses(itemPart, c.list(0, c.texts))...), true
	case "Alias":
		return c.begun(in, exprVerb, c.aliased(itemPart)...), true
	case "Case":
		return c.begun(in, caseVerb, clauses(itemPart, c.list(0, c.texts))...), true
	case "Placeholders":
		return []value{{text: "?", pos: c.call.Pos(), end: c.call.End(), style: queries.Question}}, true
	}
	return nil, false
}

// squirrelWhen interprets the methods of Case.
func squirrelWhen(c *step) [][]clause {
	lists := c.list(0, c.conditions)
	for i, texts := range lists {
		text := "ELSE " + strings.Join(texts, " ")
		if c.name == "When" && len(texts) == 2 {
			text = "WHEN " + texts[0] + " THEN " + texts[1]
		}
		lists[i] = []string{text}
	}
	return clauses(itemPart, lists)
}

// sentWith renders the statement that is an argument.
func (c *step) sentWith(place int) []value {
	if place >= len(c.call.Args) {
		return []value{unknownValue(c.call.Pos(), c.call.End(), c.library.reason)}
	}
	return c.rendered(c.eval(c.unit, c.call.Args[place], c.scope))
}
