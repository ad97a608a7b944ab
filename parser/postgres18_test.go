package parser

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
)

func TestModernForms(t *testing.T) {
	type marked struct {
		kind markKind
		at   string // what stands at the mark
	}
	for _, test := range []struct {
		text, want string
		marks      []marked
	}{
		{
			"CREATE TABLE t (a int, NOT NULL a, CONSTRAINT n NOT NULL b NO INHERIT, c int CONSTRAINT m NOT NULL)",
			"CREATE TABLE t (a int, UNIQUE ( a), CONSTRAINT n UNIQUE ( b), c int CONSTRAINT m NOT NULL)",
			[]marked{{markNotNull, "UNIQUE ( a)"}, {markNotNull, "UNIQUE ( b)"}, {markNoInherit, "), c int"}},
		},
		{
			`ALTER TABLE t ADD CONSTRAINT n NOT NULL "b c" NOT VALID, ADD NOT NULL d`,
			`ALTER TABLE t ADD CONSTRAINT n UNIQUE ( "b c"), ADD UNIQUE ( d)`,
			[]marked{{markNotNull, `UNIQUE ( "b`}, {markNotValid, "), ADD"}, {markNotNull, "UNIQUE ( d"}},
		},
		{
			"CREATE TABLE t (a int NOT NULL NO INHERIT, b int GENERATED ALWAYS AS (a + (1)) VIRTUAL, c int GENERATED ALWAYS AS (a), d int GENERATED ALWAYS AS (a) STORED)",
			"CREATE TABLE t (a int NOT NULL, b int GENERATED ALWAYS AS (a + (1)) STORED, c int GENERATED ALWAYS AS (a) STORED, d int GENERATED ALWAYS AS (a) STORED)",
			[]marked{{markNotNullNoInherit, "NULL, b"}, {markVirtual, "GENERATED ALWAYS AS (a +"}, {markVirtual, "GENERATED ALWAYS AS (a) STORED, d"}},
		},
		{
			"CREATE TABLE t (enforced bool, a int CHECK (a > 0) NOT ENFORCED NOT NULL, b int REFERENCES u ENFORCED, CHECK (a > 0) ENFORCED, UNIQUE (a, enforced))",
			"CREATE TABLE t (enforced bool, a int CHECK (a > 0) NOT NULL, b int REFERENCES u , CHECK (a > 0), UNIQUE (a, enforced))",
			[]marked{{markNotEnforced, ") NOT NULL"}, {markEnforced, ", CHECK"}, {markEnforced, "), UNIQUE"}},
		},
		{
			"CREATE TABLE t (period tstzrange, id int, p tstzrange, PRIMARY KEY (id, p WITHOUT OVERLAPS), FOREIGN KEY (id, PERIOD p) REFERENCES s.u (id, PERIOD q))",
			"CREATE TABLE t (period tstzrange, id int, p tstzrange, PRIMARY KEY (id, p ), FOREIGN KEY (id,  p) REFERENCES s.u (id,  q))",
			[]marked{{markWithoutOverlaps, "), FOREIGN"}, {markPeriod, " p)"}, {markPeriod, " q)"}},
		},
		{
			"ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED, ALTER CONSTRAINT d NO INHERIT, ALTER CONSTRAINT e INHERIT, ALTER CONSTRAINT f DEFERRABLE ENFORCED",
			"ALTER TABLE t ALTER CONSTRAINT c , ALTER CONSTRAINT d , ALTER CONSTRAINT e , ALTER CONSTRAINT f DEFERRABLE ",
			[]marked{{markNotEnforced, ", ALTER CONSTRAINT d"}, {markNoInherit, ", ALTER CONSTRAINT e"}, {markInherit, ", ALTER CONSTRAINT f"}, {markEnforced, ""}},
		},
		{
			"UPDATE t SET a = 1 RETURNING WITH (OLD AS o, NEW AS n) o.a, n.a",
			"UPDATE t SET a = 1 RETURNING  o.a, n.a",
			[]marked{{markReturning, " o.a"}},
		},
		{
			"VACUUM (ANALYZE) ONLY t, ONLY u",
			"VACUUM (ANALYZE)  t,  u",
			[]marked{{markOnly, " t,"}, {markOnly, " u"}},
		},
		{
			"ALTER DEFAULT PRIVILEGES FOR ROLE r GRANT SELECT ON LARGE OBJECTS TO u",
			"ALTER DEFAULT PRIVILEGES FOR ROLE r GRANT SELECT ON TABLES TO u",
			[]marked{{markLargeObjects, "TABLES TO"}},
		},
	} {
		l := &layer{text: test.text, file: source.NewFile("x.sql", test.text)}
		c := chunk{end: len(test.text), tokens: scan(test.text)}
		_, refused := l.statement(c, nil).tree()
		require.NotNil(t, refused, "17 takes it as it is: %s", test.text)

		s := l.statement(c, modernForms(test.text, c.tokens))
		assert.Equal(t, test.want, s.text)
		_, refused = s.tree()
		assert.Nil(t, refused, "still refused: %s", s.text)
		require.Len(t, s.marks, len(test.marks), test.text)
		for i, m := range test.marks {
			assert.Equal(t, m.kind, s.marks[i].kind, test.text)
			assert.Equal(t, m.at, s.text[s.marks[i].offset:min(len(s.text), s.marks[i].offset+len(m.at))])
		}
	}
}

func TestModernFormsLeaveTheRest(t *testing.T) {
	for _, text := range []string{
		"CREATE TABLE t (a int NOT NULL, period tstzrange, enforced bool)",
		"SELECT a IS NOT NULL, enforced FROM only",
		"ALTER TABLE t INHERIT u, NO INHERIT v",
		"CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
		"",
	} {
		assert.Empty(t, modernForms(text, scan(text)), text)
	}
}
