package compat

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// operandTypes are those of operands in these tests; "" is a constant without a
// type.
var operandTypes = []string{
	"", "bool", "int2", "int4", "int8", "numeric", "float4", "float8", "text", "varchar", "bpchar", "name", "uuid", "json", "jsonb", "bytea",
	"date", "time", "timestamp", "timestamptz", "interval", "inet", "cidr", "oid", "money", "bit", "point", "tsvector", "int4range", "tstzrange",
	"int4[]", "int8[]", "text[]", "varchar[]", "mood", "mood[]", "amount", "label",
}

const operandSchema = "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN amount AS int; CREATE DOMAIN label AS varchar(9);"

// An attempt is an expression whose type servers are asked for.
type attempt struct {
	sql  string
	mine resolution
}

// operandChecker knows the types of operandSchema.
func operandChecker(t *testing.T) *checker {
	t.Helper()
	c := catalog.New(true)
	for _, st := range parser.Parse(source.NewFile("schema.sql", operandSchema).Whole()).Statements {
		next, _, err := c.Apply(st.Ops[0])
		require.Nil(t, err)
		c = next
	}
	return newChecker(c, nil)
}

func (k *checker) operand(name string) (dataType, string) {
	if name == "" {
		return dataType{}, "NULL"
	}
	plain, array := strings.CutSuffix(name, "[]")
	typ := ddl.TypeName{Name: ddl.Name{Name: plain}}
	if array {
		typ.Dims = 1
	}
	return typeOf(k.c.ResolveType(typ)), "NULL::" + name
}

// TestOperatorsConform looks up every operator of pg_catalog for every pair of
// those types, and compares with what servers say.
func TestOperatorsConform(t *testing.T) {
	k := operandChecker(t)
	var attempts []attempt
	for name, list := range builtin().operators {
		arity := map[int]bool{}
		for _, s := range list {
			arity[len(s.args)] = true
		}
		for _, left := range operandTypes {
			l, lsql := k.operand(left)
			if arity[1] {
				attempts = append(attempts, attempt{fmt.Sprintf("%s (%s)", name, lsql), k.operator(ddl.Name{Name: name}, []dataType{l})})
			}
			for _, right := range operandTypes {
				r, rsql := k.operand(right)
				attempts = append(attempts, attempt{fmt.Sprintf("(%s) %s (%s)", lsql, name, rsql), k.operator(ddl.Name{Name: name}, []dataType{l, r})})
			}
		}
	}
	conformTo(t, k, attempts)
}

// TestFunctionsConform does so for functions of one and two arguments.
func TestFunctionsConform(t *testing.T) {
	k := operandChecker(t)
	var attempts []attempt
	for name, list := range builtin().functions {
		if builtin().types[name] != nil || name == "extract" || slices.Contains(list, nil) {
			continue
		}
		for n := 1; n <= 2; n++ {
			if !slices.ContainsFunc(list, func(s *signature) bool { _, ok := s.expanded(n); return ok && !s.out }) {
				continue
			}
			for i, first := range operandTypes {
				types, args := make([]dataType, n), make([]string, n)
				types[0], args[0] = k.operand(first)
				for second := 1; second < n; second++ {
					types[second], args[second] = k.operand(operandTypes[(i*7+len(name))%len(operandTypes)])
				}
				sql := fmt.Sprintf("pg_catalog.%s(%s)", ddl.Name{Name: name}, strings.Join(args, ", "))
				attempts = append(attempts, attempt{sql, k.function(ddl.Name{Name: name}, types)})
			}
		}
	}
	conformTo(t, k, attempts)
}

// TestCastsConform casts all those types to each other.
func TestCastsConform(t *testing.T) {
	k := operandChecker(t)
	var attempts []attempt
	for _, from := range operandTypes[1:] {
		f, sql := k.operand(from)
		for _, to := range operandTypes[1:] {
			target, _ := k.operand(to)
			r := resolution{result: target}
			code, sure := k.convert(value{typ: f}, target, explicitly, cannotCoerce)
			r.code, r.doubt = code, !sure
			attempts = append(attempts, attempt{fmt.Sprintf("(%s)::%s", sql, to), r})
		}
	}
	conformTo(t, k, attempts)
}

// TestCommonTypesConform finds the types that those types have in common.
func TestCommonTypesConform(t *testing.T) {
	k := operandChecker(t)
	var attempts []attempt
	for i, a := range operandTypes {
		for _, b := range operandTypes {
			c := operandTypes[(i*5+len(b))%len(operandTypes)]
			types, args := make([]dataType, 3), make([]string, 3)
			for n, name := range []string{a, b, c} {
				types[n], args[n] = k.operand(name)
			}
			common, ok := k.commonType(types)
			r := resolution{result: orType(common, typeNamed("text"))}
			if !ok {
				r.code = datatypeMismatch
			}
			for _, from := range types {
				if ok && !from.isZero() && !k.castable(from, r.result, implicitly) {
					r.code = cannotCoerce
				}
			}
			attempts = append(attempts, attempt{"coalesce(" + strings.Join(args, ", ") + ")", r})
		}
	}
	conformTo(t, k, attempts)
}

// sample is how many times as many expressions there are as a server is asked
// for; majors get different ones.
const sample = 24

// conformTo asks all servers for the types of expressions, which they do not
// evaluate.
func conformTo(t *testing.T, k *checker, attempts []attempt) {
	t.Helper()
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		c := s.Database(t).Connect(t)
		_, err := c.Exec(t.Context(), operandSchema+`
			CREATE FUNCTION typed(list text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
			DECLARE e text; r text;
			BEGIN
				FOREACH e IN ARRAY list LOOP
					BEGIN
						EXECUTE 'SELECT format_type(pg_typeof(x), -1) FROM (SELECT 1) one LEFT JOIN (SELECT ' || e || ' AS x LIMIT 0) s ON true' INTO r;
						RETURN NEXT r;
					EXCEPTION WHEN OTHERS THEN RETURN NEXT SQLSTATE;
					END;
				END LOOP;
			END $$`)
		require.NoError(t, err)
		doubts, wrong := 0, 0
		var mine []attempt
		for i, a := range attempts {
			if i%sample == s.Major%sample {
				mine = append(mine, a)
			}
		}
		for chunk := range slices.Chunk(mine, 5000) {
			var list []string
			for _, a := range chunk {
				list = append(list, a.sql)
			}
			rows, err := c.Query(t.Context(), "SELECT * FROM typed($1)", list)
			require.NoError(t, err)
			for i := 0; rows.Next(); i++ {
				var theirs string
				require.NoError(t, rows.Scan(&theirs))
				theirs = strings.ReplaceAll(theirs, `"bit"`, "bit")
				r := chunk[i].mine
				answer := r.code
				switch {
				case r.doubt:
					doubts++
					continue
				case answer != "" || r.result.isZero():
				case polymorphic(r.result):
					continue
				default:
					answer = k.catalogType(r.result, nil).String()
				}
				if theirs == wrongObjectType || strings.HasPrefix(theirs, "22") && !isCode(answer) {
					continue // a window function, or one that is evaluated all the same
				}
				if answer == "" && !isCode(theirs) || answer == theirs {
					continue
				}
				if wrong++; wrong <= 20 {
					assert.Equal(t, theirs, answer, chunk[i].sql)
				}
			}
			require.NoError(t, rows.Err())
		}
		assert.Zero(t, wrong)
		assert.Less(t, doubts*10, len(mine))
		t.Logf("%s: %d expressions, %d doubts, %d wrong", s, len(mine), doubts, wrong)
	})
}

// isCode tells an SQLSTATE from the name of a type.
func isCode(s string) bool { return len(s) == len(undefinedFunction) && s[0] >= '0' && s[0] <= '9' }
