package parser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// stepText writes the steps of an expression as calls, and those whose value
// nothing takes before them.
func stepText(x *ddl.Expr) string {
	texts, taken := make([]string, len(x.Steps)), map[int]bool{len(x.Steps) - 1: true}
	for i, s := range x.Steps {
		var args []string
		for _, a := range s.Args {
			args, taken[a] = append(args, texts[a]), true
		}
		inside := "(" + strings.Join(args, ", ") + ")"
		switch s.Kind {
		case query.StepOpaque:
			texts[i] = "opaque" + inside
		case query.StepColumn:
			texts[i] = x.Columns[s.Index].Column
		case query.StepString:
			texts[i] = "'" + s.Value + "'"
		case query.StepNull:
			texts[i] = "null"
		case query.StepConstant:
			texts[i] = s.Value + ":" + s.Name.Name
		case query.StepParameter:
			texts[i] = fmt.Sprintf("$%d", s.Index)
		case query.StepCast:
			texts[i] = "cast " + s.Type.String() + inside
		case query.StepOperator:
			texts[i] = s.Name.Name + inside
		case query.StepNullIf:
			texts[i] = "nullif " + s.Name.Name + inside
		case query.StepFunction, query.StepCommon:
			texts[i] = s.Name.Name + inside
		case query.StepIn:
			texts[i] = "in " + s.Name.Name + inside
		case query.StepAny:
			texts[i] = "any " + s.Name.Name + inside
		case query.StepBoolean:
			texts[i] = "bool" + inside
		case query.StepTest:
			texts[i] = "test" + inside
		case query.StepSubscript:
			texts[i] = "element" + inside
		case query.StepSlice:
			texts[i] = "slice" + inside
		case query.StepSubquery:
			texts[i] = fmt.Sprintf("query %s %d%s", s.Name.Name, s.Index, inside)
		case query.StepSort:
			texts[i] = "sort" + inside
		case query.StepGroup:
			texts[i] = "group" + inside
		case query.StepCollate:
			texts[i] = "collate" + inside
		}
	}
	var all []string
	for i, text := range texts {
		if taken[i] && i < len(texts)-1 {
			continue
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

func TestSteps(t *testing.T) {
	for sql, want := range map[string]string{
		"a":                             "",
		"1":                             "",
		"a = 1":                         "=(a, 1:int4)",
		"a + 3000000000 > 1.5":          ">(+(a, 3000000000:int8), 1.5:numeric)",
		"t.a ->> 'x' = $2":              "=(->>(a, 'x'), $2)",
		"a::int + b":                    "+(cast int4(a), b)",
		"-a":                            "-(a)",
		"a LIKE 'x%' AND NOT b":         "bool(~~(a, 'x%'), bool(b))",
		"a BETWEEN 1 AND b":             "bool(>=(a, 1:int4), <=(a, b))",
		"a IN (1, $1)":                  "in =(a, 1:int4, $1)",
		"a NOT IN ('x')":                "in <>(a, 'x')",
		"a = ANY ($1)":                  "any =(a, $1)",
		"(a, b) = (1, 'x')":             "bool(=(a, 1:int4), =(b, 'x'))",
		"(a, b) IN ((1, 2))":            "bool(bool(=(a, 1:int4), =(b, 2:int4)))",
		"(a, b) < (1, 2)":               "opaque(a, b, 1:int4, 2:int4)",
		"a IS DISTINCT FROM NULL":       "=(a, null)",
		"nullif(a, '')":                 "nullif =(a, '')",
		"a IS NULL":                     "test(a)",
		"a IS TRUE":                     "bool(a)",
		"coalesce(a, 'x', 0)":           "coalesce(a, 'x', 0:int4)",
		"greatest(a, b)":                "greatest(a, b)",
		"CASE a WHEN 1 THEN b END":      "bool(=(a, 1:int4)); case(null, b)",
		"CASE WHEN a THEN 1 ELSE 2 END": "bool(a); case(2:int4, 1:int4)",
		"ARRAY[a, 1]":                   "array(a, 1:int4)",
		"ARRAY['1', a]::int[]":          "cast int4[]('1', a)",
		"a[1]":                          "element(a, 1:int4)",
		"a[1:2]":                        "slice(a, 1:int4, 2:int4)",
		"f(a, g(1))":                    "f(a, g(1:int4))",
		"f(x => a)":                     "opaque(opaque(a))",
		"count(*) FILTER (WHERE a)":     "bool(a); count()",
		"array_agg(a ORDER BY b)":       "sort(b); array_agg(a)",
		"count(DISTINCT a)":             "sort(a); count(a)",
		"sum(a) OVER (PARTITION BY b ORDER BY c)":          "group(b); sort(c); sum(a)",
		"percentile_cont(0.5) WITHIN GROUP (ORDER BY a)":   "percentile_cont(0.5:numeric, sort(a))",
		"a < current_date AND b < now()":                   "bool(<(a, :date), <(b, now()))",
		"a AT TIME ZONE 'UTC'":                             "timezone('UTC', a)",
		"extract(year FROM a)":                             "extract('year', a)",
		"a COLLATE \"C\"":                                  "collate(a)",
		"EXISTS (SELECT 1)":                                "query exists 0()",
		"a IN (SELECT b FROM t) OR c = (SELECT 1)":         "bool(query = 0(a), =(c, query  1()))",
		"a > ALL (SELECT (SELECT 1))":                      "query > 0(a)",
		"ARRAY(SELECT a FROM t)":                           "query array 0()",
		"row(a, 1)":                                        "opaque(a, 1:int4)",
		"(a).b":                                            "opaque(a)",
		"true":                                             "",
		"NOT true":                                         "bool(true:bool)",
		"json_object('k': a + 1)":                          "opaque('k', +(a, 1:int4))",
		"b'10' || a":                                       "||(b10:bit, a)",
		"a OPERATOR(pg_catalog.=) 0":                       "=(a, 0:int4)",
		"interval '1 day' * a":                             "*(cast interval('1 day'), a)",
		"substring(a FROM 1 FOR 2) = position('x' IN a)":   "=(substring(a, 1:int4, 2:int4), position(a, 'x'))",
		"a SIMILAR TO 'x' OR b ILIKE 'y' OR c NOT LIKE $1": "bool(~(a, similar_to_escape('x')), ~~*(b, 'y'), !~~(c, $1))",
	} {
		statements := Parse(source.NewFile("x.sql", "SELECT "+sql+" FROM t").Whole()).Statements
		require.Len(t, statements, 1, sql)
		require.Nil(t, statements[0].Err, sql)
		op, ok := statements[0].Ops[0].(*ddl.Select)
		require.True(t, ok, sql)
		assert.Equal(t, want, stepText(op.Query.Targets[0].Expr), sql)
	}
}

// TestClausesOfExpressions: which clause an expression stands in decides what
// type it has to be of.
func TestClausesOfExpressions(t *testing.T) {
	sql := "SELECT 1 FROM t JOIN u ON t.a = u.a WHERE b GROUP BY c HAVING d WINDOW w AS (PARTITION BY e ORDER BY f) ORDER BY g LIMIT h OFFSET 2"
	statements := Parse(source.NewFile("x.sql", sql).Whole()).Statements
	require.Len(t, statements, 1)
	op, ok := statements[0].Ops[0].(*ddl.Select)
	require.True(t, ok)
	texts := func(list []*ddl.Expr) (all []string) {
		for _, x := range list {
			assert.Contains(t, op.Query.Exprs, x)
			all = append(all, x.Text)
		}
		return all
	}
	assert.Equal(t, []string{"t.a = u.a", "b", "d"}, texts(op.Query.Conditions))
	assert.Equal(t, []string{"e", "f"}, texts(op.Query.Sorted))
	assert.Equal(t, []string{"h", "2"}, texts(op.Query.Limits))
}
