package parser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
)

// effects parses one DO block or routine and returns the operations of its
// body as "type: text at its place".
func effects(t *testing.T, text string) []string {
	t.Helper()
	got := parseText(text)
	require.Len(t, got, 1, text)
	require.Nil(t, got[0].Err, text)
	ops := got[0].Ops
	if len(ops) == 1 {
		if f, ok := ops[0].(*ddl.CreateFunction); ok {
			ops = f.Effects
		}
	}
	var all []string
	for _, op := range ops {
		s := strings.TrimPrefix(fmt.Sprintf("%T", op), "*ddl.") + ": " + op.Span().Text()
		if d, ok := op.(*ddl.Dynamic); ok {
			s += " (" + d.Reason + ")"
		}
		assert.True(t, op.Facts().Conditional, s)
		all = append(all, s)
	}
	return all
}

func TestPLpgSQL(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       []string
	}{
		{"empty", "BEGIN END", nil},
		{"no semicolon at the end", "BEGIN NULL; END", nil},
		{"label and options", "#variable_conflict use_column\n<<l>> BEGIN DROP TABLE t; END l;", []string{"DropRelation: DROP TABLE t"}},
		{"if", "BEGIN IF NOT EXISTS (SELECT 1 FROM u) THEN DROP TABLE t; ELSIF f(1) THEN DROP TABLE u; ELSE DROP TABLE v; END IF; END;",
			[]string{"Select: NOT EXISTS (SELECT 1 FROM u)", "DropRelation: DROP TABLE t", "Select: f(1)", "DropRelation: DROP TABLE u", "DropRelation: DROP TABLE v"}},
		{"case expression in a condition", "BEGIN IF CASE WHEN f(1) THEN true ELSE false END THEN DROP TABLE t; END IF; END",
			[]string{"Select: CASE WHEN f(1) THEN true ELSE false END", "DropRelation: DROP TABLE t"}},
		{"case statement", "BEGIN CASE x WHEN 1, 2 THEN DROP TABLE t; WHEN f(3) THEN NULL; ELSE DROP TABLE u; END CASE; END",
			[]string{"DropRelation: DROP TABLE t", "Select: f(3)", "DropRelation: DROP TABLE u"}},
		{"handlers", "BEGIN DROP TABLE t; EXCEPTION WHEN undefined_table OR SQLSTATE '42P01' THEN DROP TABLE u; WHEN others THEN NULL; END",
			[]string{"DropRelation: DROP TABLE t", "DropRelation: DROP TABLE u"}},
		{"case in a handler", "BEGIN EXCEPTION WHEN others THEN CASE WHEN a() THEN NULL; END CASE; DROP TABLE u; END; ",
			[]string{"Select: a()", "DropRelation: DROP TABLE u"}},
		{"loops", "BEGIN LOOP EXIT l WHEN f(1); END LOOP; WHILE g(1) LOOP CONTINUE; END LOOP; FOR i IN REVERSE h(10)..1 BY 2 LOOP DROP TABLE t; END LOOP; FOR i IN 1..2 LOOP NULL; END LOOP; END",
			[]string{"Select: f(1)", "Select: g(1)", "Select: h(10)", "DropRelation: DROP TABLE t"}},
		{"query loops", "BEGIN FOR r, s IN SELECT a FROM t WHERE b IN (1, 2) LOOP NULL; END LOOP; FOR r IN (SELECT 1) LOOP NULL; END LOOP; FOR r IN c(1) LOOP NULL; END LOOP; FOREACH x SLICE 1 IN ARRAY f(1) LOOP NULL; END LOOP; END",
			[]string{"Select: SELECT a FROM t WHERE b IN (1, 2)", "Select: (SELECT 1)", "Select: f(1)"}},
		{"declarations", "DECLARE a int; b CONSTANT text NOT NULL := f(1); c CURSOR (x int) FOR SELECT 1 FROM t; d NO SCROLL CURSOR FOR SELECT 2; e t.a%TYPE DEFAULT (SELECT 3); BEGIN END",
			[]string{"Select: f(1)", "Select: SELECT 1 FROM t", "Select: SELECT 2", "Select: (SELECT 3)"}},
		{"nested blocks", "BEGIN DECLARE x int; BEGIN DROP TABLE t; END; DROP TABLE u; END",
			[]string{"DropRelation: DROP TABLE t", "DropRelation: DROP TABLE u"}},
		{"assignments", "BEGIN a := 1; b = f(1); NEW.c := g(2); d[h(1)].e := (SELECT 1); \"F\" := 2; $1 := 3; END",
			[]string{"Select: f(1)", "Select: g(2)", "Select: (SELECT 1)"}},
		{"into", "BEGIN SELECT a, b INTO STRICT x, r.y[1] FROM t; INSERT INTO t VALUES (1) RETURNING a INTO x; WITH w AS (INSERT INTO t DEFAULT VALUES RETURNING 1) SELECT * FROM w INTO x; END",
			[]string{"Select: SELECT a, b INTO STRICT x, r.y[1] FROM t", "Insert: INSERT INTO t VALUES (1) RETURNING a", "Select: WITH w AS (INSERT INTO t DEFAULT VALUES RETURNING 1) SELECT * FROM w"}},
		{"returns", "BEGIN RETURN; RETURN 1; RETURN f(1); RETURN NEXT g(1); RETURN QUERY SELECT 1; RETURN QUERY EXECUTE 'SELECT 2' USING 1; END",
			[]string{"Select: f(1)", "Select: g(1)", "Select: SELECT 1", "Select: SELECT 2"}},
		{"perform", "BEGIN PERFORM set_config('a', 'b', false); PERFORM 1 FROM t; END",
			[]string{"SetVariable: PERFORM set_config('a', 'b', false)", "Select: PERFORM 1 FROM t"}},
		{"others", "BEGIN RAISE NOTICE 'x %', f(1); ASSERT g(1), 'y'; GET DIAGNOSTICS n = ROW_COUNT; OPEN c FOR SELECT 1; OPEN d; FETCH c INTO x; MOVE c; CLOSE c; COMMIT; CALL p(1); NULL; END",
			[]string{"Select: g(1), 'y'", "Select: SELECT 1", "Transaction: COMMIT", "Select: CALL p(1)"}},
		{"execute", "BEGIN EXECUTE 'DROP TABLE t'; EXECUTE 'DROP TABLE ' || 'u; DROP TABLE v'; EXECUTE ('DROP TABLE w'); EXECUTE format('DROP TABLE x') INTO r USING f(1); END",
			[]string{"DropRelation: DROP TABLE t", "DropRelation: DROP TABLE ' || 'u", "DropRelation: DROP TABLE v", "DropRelation: DROP TABLE w", "Select: f(1)", "DropRelation: DROP TABLE x"}},
		{"computed", "BEGIN EXECUTE 'DROP TABLE ' || t; EXECUTE format('DROP TABLE %I', t) USING 1; EXECUTE s; END",
			[]string{"Dynamic: EXECUTE 'DROP TABLE ' || t (EXECUTE of a computed string)", "Dynamic: EXECUTE format('DROP TABLE %I', t) USING 1 (EXECUTE of a computed string)", "Dynamic: EXECUTE s (EXECUTE of a computed string)"}},
		{"bad SQL", "BEGIN DROP TABEL t; DROP TABLE u; END",
			[]string{"Dynamic: DROP TABEL t (statement that cannot be parsed in a PL/pgSQL body: syntax error)", "DropRelation: DROP TABLE u"}},
		{"structure lost", "BEGIN DROP TABLE t; IF a; DROP TABLE u; END",
			[]string{"DropRelation: DROP TABLE t", "Dynamic: IF a; (PL/pgSQL that cannot be read)"}},
		{"too many ends", "BEGIN END; END; DROP TABLE t;", []string{"Dynamic: END; (PL/pgSQL that cannot be read)"}},
		{"no block", "DROP TABLE t", []string{"DropRelation: DROP TABLE t", "Dynamic: DROP TABLE t (PL/pgSQL that cannot be read)"}},
		{"nothing", "", []string{"Dynamic:  (PL/pgSQL that cannot be read)"}},
		{"constraint trigger words", "BEGIN ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; CREATE INDEX i ON t (a); END",
			[]string{"AddConstraint: ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "CreateIndex: CREATE INDEX i ON t (a)"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, effects(t, "DO $x$"+test.body+"$x$"))
			// The same in a string with doubled quotes: the places are those
			// of the source.
			var doubled []string
			for _, w := range test.want {
				place, _, found := strings.Cut(w, " (EXECUTE")
				if !found {
					place, _, _ = strings.Cut(w, " (PL/pgSQL")
				}
				doubled = append(doubled, strings.ReplaceAll(place, "'", "''")+w[len(place):])
			}
			assert.Equal(t, doubled, effects(t, "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS '"+strings.ReplaceAll(test.body, "'", "''")+"'"))
		})
	}
}

func TestBodies(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; DROP TABLE t $$", []string{"Select: SELECT 1", "DropRelation: DROP TABLE t"}},
		{"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 1 $$", []string{"Dynamic: SELECT 1 1 (SQL in a string that cannot be parsed: syntax error)"}},
		{"CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ x $$", nil},
		{"CREATE FUNCTION f() RETURNS int AS 'lib', 'symbol' LANGUAGE c", nil},
		{"DO LANGUAGE plpython3u $$ x $$", []string{"Dynamic: $$ x $$ (DO block in language plpython3u)"}},
		{"DO $$ BEGIN DO $x$ BEGIN EXECUTE 'DO ''BEGIN EXECUTE ''''DROP TABLE t''''; END'''; END $x$; END $$", []string{"DropRelation: DROP TABLE t"}},
	} {
		assert.Equal(t, test.want, effects(t, test.text), test.text)
	}
}

func TestBodyText(t *testing.T) {
	text := "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN ''é''; END'"
	f, ok := parseText(text)[0].Ops[0].(*ddl.CreateFunction)
	require.True(t, ok)
	assert.Equal(t, "BEGIN RETURN 'é'; END", f.Body)
	assert.Equal(t, "'BEGIN RETURN ''é''; END'", f.BodyAt.Text())
}

func TestQueriesOfBodies(t *testing.T) {
	text := "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN SELECT a INTO x FROM t; INSERT INTO u SELECT b FROM v; RETURN x; END $$"
	f, ok := parseText(text)[0].Ops[0].(*ddl.CreateFunction)
	require.True(t, ok)
	var from []string
	for _, q := range f.Queries {
		for _, item := range q.From {
			from = append(from, item.Relation.At.Text())
		}
		assert.Nil(t, q.Into, "INTO names a variable")
	}
	assert.Equal(t, []string{"t", "v"}, from)
}

func TestDepthOfBodies(t *testing.T) {
	text := "DROP TABLE t"
	for i := range 40 {
		text = fmt.Sprintf("DO $a%d$ BEGIN %s; END $a%d$", i, text, i)
	}
	got := effects(t, text)
	require.Len(t, got, 1)
	assert.Contains(t, got[0], "nested too deeply")
}
