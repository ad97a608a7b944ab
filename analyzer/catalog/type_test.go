package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// columnType is the type that a column gets in a catalog.
func columnType(t *testing.T, c *catalog.Catalog, typ string) catalog.Type {
	t.Helper()
	c = replayed(t, c, "CREATE TABLE column_type (a "+typ+")")
	return c.Relation(ddl.Name{Name: "column_type"}).Attribute("a").Type
}

// The names are those of format_type on PostgreSQL 18.
func TestTypeNames(t *testing.T) {
	c := replayed(t, catalog.New(false), "CREATE TYPE mood AS ENUM ('ok'); CREATE SCHEMA s; CREATE TYPE s.kind AS ENUM ('a');")
	for typ, want := range map[string]string{
		"int": "integer", "int8": "bigint", "smallint": "smallint", "varchar(10)": "character varying(10)", "varchar": "character varying",
		"char": "character(1)", "bpchar": "bpchar", `"char"`: `"char"`, "text[][]": "text[]", "_int4": "integer[]",
		"numeric(10)": "numeric(10,0)", "decimal(4,2)[]": "numeric(4,2)[]", "float(3)": "real", "double precision": "double precision",
		"timestamp(3)": "timestamp(3) without time zone", "timestamptz": "timestamp with time zone", "timetz(2)": "time(2) with time zone",
		"bit": "bit(1)", "bit varying(3)": "bit varying(3)", "mood": "mood", "mood[]": "mood[]", "s.kind": "s.kind",
		"citext": "citext", "public.geometry(Point,4326)": "geometry(point,4326)", "jsonb": "jsonb", "bigserial": "bigint",
	} {
		assert.Equal(t, want, columnType(t, c, typ).String(), typ)
	}
}

func TestConvert(t *testing.T) {
	c := replayed(t, catalog.New(false), `CREATE TYPE mood AS ENUM ('ok'); CREATE TYPE mood2 AS ENUM ('ok');
		CREATE DOMAIN positive AS int CHECK (value > 0); CREATE DOMAIN present AS int NOT NULL; CREATE DOMAIN name20 AS varchar(20);
		CREATE DOMAIN small_positive AS positive; CREATE DOMAIN ints AS int[]`)
	tests := []struct {
		from, to string
		want     catalog.Conversion
	}{
		{"int", "int4", catalog.SameType},
		{"int", "bigint", catalog.Widening},
		{"bigint", "int", catalog.Narrowing},
		{"int[]", "bigint[]", catalog.Widening},
		{"int", "int[]", catalog.OtherType},
		{"int", "text", catalog.OtherType},
		{"int", "numeric", catalog.Widening},
		{"bigint", "numeric(19)", catalog.Widening},
		{"bigint", "numeric(18)", catalog.Narrowing},
		{"smallint", "numeric(7,2)", catalog.Widening},
		{"smallint", "real", catalog.Widening},
		{"int", "real", catalog.Altering},
		{"int", "float8", catalog.Widening},
		{"bigint", "float8", catalog.Altering},
		{"numeric(5,2)", "float8", catalog.Altering},
		{"real", "float8", catalog.Widening},
		{"float8", "real", catalog.Narrowing},
		{"float8", "numeric", catalog.Altering},
		{"float8", "numeric(10,2)", catalog.Narrowing},
		{"real", "int", catalog.Narrowing},
		{"varchar(10)", "varchar(20)", catalog.Widening},
		{"varchar(20)", "varchar(10)", catalog.Narrowing},
		{"varchar(20)", "varchar", catalog.Widening},
		{"varchar(20)", "text", catalog.Widening},
		{"varchar", "varchar(20)", catalog.Narrowing},
		{"text", "varchar", catalog.Widening},
		{"text", "varchar(20)", catalog.Narrowing},
		{"char(3)", "char(5)", catalog.Widening},
		{"char(3)", "text", catalog.Altering},
		{"text", "char(3)", catalog.Narrowing},
		{"text", "name", catalog.Altering},
		{"varchar(20)", "name", catalog.Widening},
		{"name", "text", catalog.Widening},
		{"name", "varchar(20)", catalog.Narrowing},
		{"numeric(10,2)", "numeric(12,2)", catalog.Widening},
		{"numeric(10,2)", "numeric(12,4)", catalog.Widening},
		{"numeric(10,2)", "numeric(10,4)", catalog.Narrowing},
		{"numeric(10,2)", "numeric(10,1)", catalog.Altering},
		{"numeric(10,2)", "numeric", catalog.Widening},
		{"numeric", "numeric(10,2)", catalog.Narrowing},
		{"numeric", "bigint", catalog.Narrowing},
		{"timestamp", "timestamptz", catalog.Altering},
		{"timestamptz", "date", catalog.Altering},
		{"timestamp(3)", "timestamp(6)", catalog.Widening},
		{"timestamp", "timestamp(6)", catalog.Widening},
		{"timestamp(6)", "timestamp(3)", catalog.Altering},
		{"timestamp(3)", "timestamp", catalog.Widening},
		{"interval", "interval day to second", catalog.Altering},
		{"interval day to second", "interval", catalog.Widening},
		{"bit(3)", "varbit(3)", catalog.Widening},
		{"varbit(5)", "varbit(3)", catalog.Narrowing},
		{"varbit(3)", "bit(3)", catalog.Narrowing},
		{"bit(3)", "bit(5)", catalog.Narrowing},
		{"cidr", "inet", catalog.Widening},
		{"inet", "cidr", catalog.Narrowing},
		{"json", "jsonb", catalog.Altering},
		{"jsonb", "json", catalog.OtherType},
		{"text", "uuid", catalog.OtherType},
		{"text", "citext", catalog.UnknownConversion},
		{"mood", "text", catalog.OtherType},
		{"mood", "mood2", catalog.OtherType},
		{"mood", "mood[]", catalog.OtherType},
		{"positive", "int", catalog.Widening},
		{"positive", "bigint", catalog.Widening},
		{"int", "positive", catalog.Narrowing},
		{"int", "present", catalog.Narrowing},
		{"bigint", "positive", catalog.Narrowing},
		{"text", "positive", catalog.OtherType},
		{"int", "small_positive", catalog.Narrowing},
		{"small_positive", "smallint", catalog.Narrowing},
		{"int[]", "positive[]", catalog.Narrowing},
		{"int[]", "ints", catalog.Widening},
		{"int", "ints", catalog.OtherType},
		{"varchar(20)", "name20", catalog.Widening},
		{"name20", "varchar(20)", catalog.Widening},
		{"name20", "varchar(10)", catalog.Narrowing},
		{"geometry(point)", "geometry(line)", catalog.Altering},
	}
	for _, tt := range tests {
		got := catalog.Convert(columnType(t, c, tt.from), c, columnType(t, c, tt.to), c)
		assert.Equal(t, tt.want.String(), got.String(), "%s to %s", tt.from, tt.to)
	}
	assert.Equal(t, catalog.UnknownConversion, catalog.Convert(catalog.Type{}, c, columnType(t, c, "int"), c))
}

// An enum that is made anew is compared by its values.
func TestConvertEnum(t *testing.T) {
	convert := func(from, to string) string {
		before := replayed(t, catalog.New(false), "CREATE TYPE mood AS ENUM ("+from+")")
		after := replayed(t, before, "ALTER TYPE mood RENAME TO former; CREATE TYPE mood AS ENUM ("+to+")")
		return catalog.Convert(columnType(t, before, "mood"), before, columnType(t, after, "mood"), after).String()
	}
	assert.Equal(t, "widening", convert("'a', 'b'", "'b', 'c', 'a'"))
	assert.Equal(t, "narrowing", convert("'a', 'b'", "'a', 'c'"))
}

func TestUnknownTypes(t *testing.T) {
	_, _, err := statement(t, catalog.New(true), "CREATE TABLE t (a nosuch)")
	require.NotNil(t, err)
	assert.Equal(t, "42704", err.SQLState)

	c := replayed(t, catalog.New(true), "CREATE EXTENSION citext", "CREATE TABLE t (a citext)")
	assert.True(t, c.Relation(ddl.Name{Name: "t"}).Attribute("a").Type.Assumed)

	c = replayed(t, catalog.New(true), "CREATE TABLE t (a citext)") // installed by who runs the server
	assert.True(t, c.Relation(ddl.Name{Name: "t"}).Attribute("a").Type.Assumed)
}

func TestPassOrder(t *testing.T) {
	script := parser.Parse(source.NewFile("x.sql", `ALTER TABLE t
		SET (fillfactor = 50),
		ADD FOREIGN KEY (b) REFERENCES u,
		ALTER c SET DEFAULT 1,
		ADD UNIQUE (b),
		ALTER b SET NOT NULL,
		ADD COLUMN b int,
		ALTER c TYPE bigint,
		ALTER c DROP DEFAULT,
		DROP COLUMN a`).Whole())
	var got []string
	for _, op := range catalog.PassOrder(script.Statements[0].Ops) {
		got = append(got, op.Span().Text())
	}
	assert.Equal(t, []string{
		"ALTER c DROP DEFAULT", "DROP COLUMN a", "ALTER c TYPE bigint", "ADD COLUMN b int", "ALTER b SET NOT NULL", "ADD UNIQUE (b)",
		"ADD FOREIGN KEY (b) REFERENCES u", "ALTER c SET DEFAULT 1", "SET (fillfactor = 50)",
	}, got)
}

// The types of a view's columns are known where a column, a cast, a constant
// or a common function says so.
func TestQueryColumns(t *testing.T) {
	c := replayed(t, catalog.New(true), `CREATE TABLE t (id bigint, name varchar(20), at timestamptz);
		CREATE VIEW v AS SELECT t.*, count(*), 'x' AS lit, 1 AS one, id::text AS cast, max(at) AS latest, id + 1 AS sum,
			(SELECT 1) AS sub FROM t GROUP BY id, name, at`)
	want := []string{
		"id bigint", "name character varying(20)", "at timestamp with time zone", "count bigint", "lit text", "one integer", "cast text",
		"latest timestamp with time zone", "sum ?", "sub ?",
	}
	var got []string
	for _, a := range c.Relation(ddl.Name{Name: "v"}).Attributes {
		typ := "?"
		if !a.Type.IsZero() {
			typ = a.Type.String()
		}
		got = append(got, a.Name+" "+typ)
	}
	assert.Equal(t, want, got)
}
