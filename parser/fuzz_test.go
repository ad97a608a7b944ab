package parser

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// seeds are texts that hold each thing the parser knows once, some broken.
var seeds = []string{
	"",
	"\ufeffCREATE TABLE t (é text, \"🐘\" int);\r\n\t-- migracheck:allow x: y\r\nDROP TABLE t;",
	"ALTER TABLE ONLY s.t ADD COLUMN IF NOT EXISTS a int DEFAULT 1 NOT NULL, DROP b CASCADE, ALTER c TYPE text USING c::text;",
	"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE x int := g(1); BEGIN IF TG_OP = 'x' THEN DROP TABLE t; END IF; RETURN NEW; EXCEPTION WHEN others THEN EXECUTE 'DROP TABLE u'; END $$;",
	"DO 'BEGIN EXECUTE ''DROP TABLE '' || ''t''; FOR r IN SELECT 1 LOOP NULL; END LOOP; END';",
	"DO $$ BEGIN DO $x$ BEGIN EXECUTE E'DO \\'BEGIN END\\''; END $x$; CASE a WHEN 1 THEN x[1] := (SELECT 1); END CASE; END $$",
	"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; SELECT 1",
	"CREATE RULE r AS ON INSERT TO t DO (INSERT INTO a VALUES (1);\nDELETE FROM b);\nCREATE TABLE t (a int;\nCREATE TABLE u ()",
	"COPY t (a) FROM stdin;\n1\t\\N\n;'\n\\.\n\\copy t from stdin\n2\n\\.\n\\set x 1\nSELECT :x, :'y', :\"z\" \\gexec",
	"\\if :x\nSELECT 1;\n\\endif\n{{ if .y }} SELECT ${a}, {{ .b }}; {{ end }} {% x %} CREATE TABLE ${p}_t (${c} int DEFAULT ${d:-1});",
	"CREATE TABLE t (a int, CONSTRAINT n NOT NULL a NOT VALID NO INHERIT, b int GENERATED ALWAYS AS (a), CHECK (a > 0) NOT ENFORCED, PRIMARY KEY (a, p WITHOUT OVERLAPS), FOREIGN KEY (a, PERIOD p) REFERENCES u (a, PERIOD p))",
	"ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED, ALTER CONSTRAINT d NO INHERIT; UPDATE t SET a = 1 RETURNING WITH (OLD AS o) o.a; VACUUM ONLY t",
	"SELECT 'x; /* /* */ $a$ \" E'\\'",
	"SELECT $$ \x00 $$; \xff 'é\xc3'; SELECT U&'\\0041' || U&\"x\" || B'0' || 1.5e-3 || .5 || 0x1F || 1..2 || a[1:2] || $1",
	"GRANT SELECT (a), UPDATE ON t TO PUBLIC; COMMENT ON COLUMN t.a IS 'x'; ALTER TYPE e ADD VALUE 'b' AFTER 'a'; MERGE INTO t USING u ON a = b WHEN MATCHED THEN DELETE;",
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, 0, len(s))
		f.Add("SELECT 1;\n"+s, 10, 10+len(s))
	}
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		start = min(max(start, 0), len(text))
		end = min(max(end, start), len(text))
		span := source.Span{File: source.NewFile("x.sql", text), Start: start, End: end}
		script := Parse(span)
		last := start
		for _, st := range script.Statements {
			require.True(t, span.Contains(st.Span), "statement outside of what is parsed")
			require.LessOrEqual(t, last, st.Span.Start, "statements overlap")
			require.Less(t, st.Span.Start, st.Span.End, "empty statement")
			require.Equal(t, strings.TrimLeft(st.Span.Text(), " \t\r\n\f\v"), st.Span.Text(), "white space before a statement")
			require.NotEmpty(t, st.Kind)
			last = st.Span.End
			if st.Err != nil {
				require.Empty(t, st.Ops)
				require.True(t, st.Span.Contains(st.Err.At), "error outside of its statement")
				require.NotEmpty(t, st.Err.Message)
			}
			for _, op := range st.Ops {
				within(t, st.Span, op)
			}
		}
		for _, c := range script.Comments {
			require.True(t, span.Contains(c))
			require.True(t, strings.HasPrefix(c.Text(), "--"))
		}
	})
}

// within requires that an operation and those in its body stand in at.
func within(t *testing.T, at source.Span, op ddl.Op) {
	span := op.Span()
	require.True(t, at.Contains(span), "%T outside of its statement", op)
	require.LessOrEqual(t, span.Start, span.End)
	if f, ok := op.(*ddl.CreateFunction); ok {
		require.True(t, f.BodyAt.IsZero() || at.Contains(f.BodyAt))
		for _, effect := range f.Effects {
			within(t, at, effect)
		}
	}
}

// FuzzScan holds the scanner to its promises: tokens are in order, and what is
// between them is white space and comments.
func FuzzScan(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, tok := range scan(text) {
			require.LessOrEqual(t, last, tok.start)
			require.Less(t, tok.start, tok.end)
			require.LessOrEqual(t, tok.end, len(text))
			gap := text[last:tok.start]
			if !strings.Contains(gap, "--") && !strings.Contains(gap, "/*") {
				require.Empty(t, strings.Trim(gap, " \t\r\n\f\v"))
			}
			if utf8.ValidString(text) {
				require.True(t, tok.kind == tokenBad || utf8.ValidString(text[tok.start:tok.end]), "a token cuts a character")
			}
			last = tok.end
		}
	})
}

// BenchmarkParse is the number that matters at a pre-commit hook: how fast a
// history becomes operations.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	for i := 0; text.Len() < 100_000; i++ {
		text.WriteString(strings.ReplaceAll(`-- Orders of one customer.
CREATE TABLE IF NOT EXISTS sales.orders_N (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES sales.customers (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid', 'sent')),
    total numeric(12, 2) NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX CONCURRENTLY orders_N_customer ON sales.orders_N (customer_id, created_at DESC) WHERE state <> 'sent';
ALTER TABLE sales.orders_N ADD COLUMN note text, ALTER COLUMN total TYPE numeric(14, 2), ADD CONSTRAINT total_check CHECK (total >= 0) NOT VALID;
UPDATE sales.orders_N SET note = '' WHERE note IS NULL;
CREATE OR REPLACE FUNCTION sales.touch_N() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.total IS DISTINCT FROM OLD.total THEN
        INSERT INTO sales.audit (order_id, total) VALUES (NEW.id, NEW.total);
    END IF;
    RETURN NEW;
END $$;
COMMENT ON TABLE sales.orders_N IS 'It''s an order';
`, "_N", "_"+strings.Repeat("x", i%7+1)))
	}
	file := source.NewFile("x.sql", text.String())
	b.SetBytes(int64(len(file.Text)))
	b.ReportAllocs()
	for b.Loop() {
		for _, st := range Parse(file.Whole()).Statements {
			if st.Err != nil {
				b.Fatal(st.Err)
			}
		}
	}
}

func BenchmarkScan(b *testing.B) {
	text := strings.Repeat("ALTER TABLE sales.orders ADD COLUMN note text DEFAULT 'x', -- why\n ALTER total TYPE numeric(14, 2);\n", 1000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		scan(text)
	}
}
