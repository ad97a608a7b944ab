package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// effect is a change in a line: what, of what, and what it went with.
func effect(c catalog.Change) string {
	because := func(s, cascade string) string {
		if cascade != "" {
			return s + " <- " + cascade
		}
		return s
	}
	switch c := c.(type) {
	case *catalog.RelationCreated:
		return "+ " + c.Relation.Kind.String() + " " + c.Relation.String()
	case *catalog.RelationDropped:
		return because("- "+c.Relation.Kind.String()+" "+c.Relation.String(), c.Cascade)
	case *catalog.ColumnDropped:
		return because("- column "+c.Relation.String()+"."+c.Attribute.Name, c.Cascade)
	case *catalog.DefaultChanged:
		return "default " + c.Relation.String() + "." + c.After.Name
	case *catalog.ConstraintDropped:
		return because("- constraint "+c.Constraint.Name+" on "+c.Relation.String(), c.Cascade)
	case *catalog.TypeCreated:
		return "+ type " + c.Type.String()
	case *catalog.TypeDropped:
		return because("- type "+c.Type.String(), c.Cascade)
	case *catalog.TypeRenamed:
		return "type " + c.Before.String() + " -> " + c.After.String()
	case *catalog.EnumValueAdded:
		return "+ value " + c.Value + " of " + strings.Join(c.Type.Labels, ",")
	case *catalog.EnumValueRenamed:
		return "value " + c.Before + " -> " + c.After + " of " + strings.Join(c.Type.Labels, ",")
	case *catalog.DomainChanged:
		if c.Constraint != nil {
			return "domain " + c.After.String() + " " + c.Action + " " + c.Constraint.Name
		}
		return "domain " + c.After.String() + " " + c.Action
	case *catalog.FunctionCreated:
		return "+ " + string(c.Function.Kind) + " " + c.Function.Signature()
	case *catalog.FunctionReplaced:
		return "replaced " + c.After.Signature()
	case *catalog.FunctionDropped:
		return because("- "+string(c.Function.Kind)+" "+c.Function.Signature(), c.Cascade)
	case *catalog.FunctionRenamed:
		return string(c.After.Kind) + " " + c.Before.Signature() + " -> " + c.After.Signature()
	case *catalog.TriggerCreated:
		if c.Before != nil {
			return "replaced trigger " + c.Trigger.Name + " on " + c.Relation.String()
		}
		return "+ trigger " + c.Trigger.Name + " on " + c.Relation.String()
	case *catalog.TriggerDropped:
		return because("- trigger "+c.Trigger.Name+" on "+c.Relation.String(), c.Cascade)
	case *catalog.TriggerChanged:
		return "trigger " + c.Before.Name + " " + c.Before.State + " -> " + c.After.Name + " " + c.After.State
	case *catalog.RuleCreated:
		return "+ rule " + c.Rule.Name + " on " + c.Relation.String()
	case *catalog.RuleDropped:
		return because("- rule "+c.Rule.Name+" on "+c.Relation.String(), c.Cascade)
	case *catalog.PolicyChanged:
		switch {
		case c.Before == nil:
			return "+ policy " + c.After.Name + " on " + c.Relation.String()
		case c.After == nil:
			return because("- policy "+c.Before.Name+" on "+c.Relation.String(), c.Cascade)
		}
		return "policy " + c.Before.Name + " -> " + c.After.Name
	case *catalog.RowSecurityChanged:
		return fmt.Sprintf("row security %v %v", c.After.RowSecurity, c.After.ForceRowSecurity)
	case *catalog.ReplicaIdentityChanged:
		return "replica identity " + c.After.ReplicaIdentity + c.After.ReplicaIndex
	case *catalog.SequenceChanged:
		return "sequence " + c.After.String()
	case *catalog.DataRemoved:
		return because("emptied "+c.Relation.String(), c.Cascade)
	case *catalog.SchemaCreated:
		return "+ schema " + c.Schema.Name
	case *catalog.SchemaDropped:
		return "- schema " + c.Schema.Name
	case *catalog.SchemaRenamed:
		return "schema " + c.Before.Name + " -> " + c.After.Name
	case *catalog.ExtensionCreated:
		return "+ extension " + c.Extension.Name
	case *catalog.ExtensionDropped:
		return "- extension " + c.Extension.Name
	case *catalog.ExtensionUpdated:
		return "extension " + c.After.Name + " " + c.After.Version
	case *catalog.ObjectChanged:
		switch {
		case c.Before == nil:
			return "+ " + string(c.After.Kind) + " " + c.After.Name.String()
		case c.After == nil:
			return because("- "+string(c.Before.Kind)+" "+c.Before.Name.String(), c.Cascade)
		}
		return string(c.After.Kind) + " " + c.Before.Name.String() + " -> " + c.After.Name.String()
	case *catalog.PrivilegeChanged:
		verb := "grant "
		if c.Revoked {
			verb = "revoke "
		}
		s := verb + strings.Join(c.Names, ",")
		if len(c.Columns) > 0 {
			s += "(" + strings.Join(c.Columns, ",") + ")"
		}
		s += " on " + c.Object.Name.String() + " " + c.Grantee
		if c.Had {
			s += " had"
		}
		return s
	case *catalog.OwnerChanged:
		return "owner of " + c.Object.Name.String() + " " + c.Before + " -> " + c.After
	case *catalog.CommentChanged:
		return "comment on " + string(c.Object.Kind) + " " + c.Object.Name.String()
	case *catalog.SettingChanged:
		return fmt.Sprintf("set %s %v -> %v", c.Name, c.Before, c.After)
	}
	return fmt.Sprintf("%T", c)
}

func TestEffects(t *testing.T) {
	for _, test := range []struct {
		name, before, sql string
		want              []string
	}{
		{"enum", "", `CREATE TYPE mood AS ENUM ('sad', 'ok')`, []string{"+ type public.mood"}},
		{"value at the end", `CREATE TYPE mood AS ENUM ('sad', 'ok')`, `ALTER TYPE mood ADD VALUE 'happy'`, []string{"+ value happy of sad,ok,happy"}},
		{"value before", `CREATE TYPE mood AS ENUM ('sad', 'ok')`, `ALTER TYPE mood ADD VALUE 'so' BEFORE 'ok'`, []string{"+ value so of sad,so,ok"}},
		{"value after", `CREATE TYPE mood AS ENUM ('sad', 'ok')`, `ALTER TYPE mood ADD VALUE 'so' AFTER 'sad'`, []string{"+ value so of sad,so,ok"}},
		{"value that is there", `CREATE TYPE mood AS ENUM ('sad')`, `ALTER TYPE mood ADD VALUE IF NOT EXISTS 'sad'`, nil},
		{"value renamed", `CREATE TYPE mood AS ENUM ('sad', 'ok')`, `ALTER TYPE mood RENAME VALUE 'sad' TO 'low'`, []string{"value sad -> low of low,ok"}},
		{
			"type with its columns and functions",
			`CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (id int, m mood); CREATE FUNCTION f(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
			`DROP TYPE mood CASCADE`,
			[]string{"- type public.mood", "- column public.t.m <- public.mood", "- function public.f(mood) <- public.mood"},
		},
		{"multirange with its range", `CREATE TYPE r AS RANGE (SUBTYPE = int4)`, `DROP TYPE r`, []string{"- type public.r", "- type public.r_multirange <- public.r"}},
		{"range", "", `CREATE TYPE r AS RANGE (SUBTYPE = int4)`, []string{"+ type public.r"}},
		{"domain check", `CREATE DOMAIN d AS int CHECK (value > 0)`, `ALTER DOMAIN d ADD CHECK (value < 9)`, []string{"domain public.d add constraint d_check1"}},
		{"domain check dropped", `CREATE DOMAIN d AS int CHECK (value > 0)`, `ALTER DOMAIN d DROP CONSTRAINT d_check`, []string{"domain public.d drop constraint d_check"}},
		{"domain over domain", `CREATE DOMAIN a AS int; CREATE DOMAIN b AS a`, `DROP DOMAIN a CASCADE`, []string{"- type public.a", "- type public.b <- public.a"}},
		{"type renamed", `CREATE TYPE mood AS ENUM ('sad')`, `ALTER TYPE mood RENAME TO feeling`, []string{"type public.mood -> public.feeling"}},
		{"type moved", `CREATE TYPE mood AS ENUM ('sad'); CREATE SCHEMA s`, `ALTER TYPE mood SET SCHEMA s`, []string{"type public.mood -> s.mood"}},
		{"function", "", `CREATE FUNCTION f(a int, OUT b text) LANGUAGE sql AS 'SELECT 1'`, []string{"+ function public.f(integer)"}},
		{"function replaced", `CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'`, `CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 2'`, []string{"replaced public.f(integer)"}},
		{"overload", `CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'`, `CREATE OR REPLACE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 2'`, []string{"+ function public.f(text)"}},
		{"function renamed", `CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'`, `ALTER FUNCTION f RENAME TO g`, []string{"function public.f(integer) -> public.g(integer)"}},
		{"function behind a default", `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a int DEFAULT f())`, `DROP FUNCTION f CASCADE`, []string{"- function public.f()", "default public.t.a"}},
		{"function behind a trigger", trigger, `DROP FUNCTION touch() CASCADE`, []string{"- function public.touch()", "- trigger a on public.t <- public.touch()"}},
		{"trigger replaced", trigger, `CREATE OR REPLACE TRIGGER a AFTER INSERT ON t EXECUTE FUNCTION touch()`, []string{"replaced trigger a on public.t"}},
		{"trigger renamed", trigger, `ALTER TRIGGER a ON t RENAME TO b`, []string{"trigger a enable -> b enable"}},
		{"trigger disabled", trigger, `ALTER TABLE t DISABLE TRIGGER ALL`, []string{"trigger a enable -> a disable"}},
		{"trigger dropped", trigger, `DROP TRIGGER a ON t`, []string{"- trigger a on public.t"}},
		{"trigger of a column", trigger + `; CREATE TRIGGER b BEFORE UPDATE OF x ON t EXECUTE FUNCTION touch()`, `ALTER TABLE t DROP COLUMN x CASCADE`, []string{"- trigger b on public.t <- public.t.x", "- column public.t.x"}},
		{"constraint trigger", trigger + `; CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch()`, `DROP TRIGGER c ON t`, []string{"- trigger c on public.t", "- constraint c on public.t <- c"}},
		{"policy", `CREATE TABLE t (a int)`, `CREATE POLICY p ON t USING (a = 1)`, []string{"+ policy p on public.t"}},
		{"policy changed", `CREATE TABLE t (a int); CREATE POLICY p ON t`, `ALTER POLICY p ON t USING (a = 1)`, []string{"policy p -> p"}},
		{"policy of a column", `CREATE TABLE t (a int, b int); CREATE POLICY p ON t USING (b = 1)`, `ALTER TABLE t DROP b CASCADE`, []string{"- policy p on public.t <- public.t.b", "- column public.t.b"}},
		{"row security", `CREATE TABLE t (a int)`, `ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`, []string{"row security true false", "row security true true"}},
		{"replica identity", `CREATE TABLE t (a int PRIMARY KEY)`, `ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey`, []string{"replica identity indext_pkey"}},
		{"truncate", `CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a)`, `TRUNCATE a CASCADE`, []string{"emptied public.a", "emptied public.b <- a"}},
		{"truncate both", `CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a)`, `TRUNCATE a, b`, []string{"emptied public.a", "emptied public.b"}},
		{"truncate partitions", `CREATE TABLE a (id int) PARTITION BY LIST (id); CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1)`, `TRUNCATE a`, []string{"emptied public.a", "emptied public.a1"}},
		{
			"schema with its members",
			`CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE TYPE s.e AS ENUM ('x'); CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE u (e s.e, a int)`,
			`DROP SCHEMA s CASCADE`,
			[]string{"- table s.t <- s", "- type s.e <- s", "- function s.f() <- s", "- column public.u.e <- s", "- schema s"},
		},
		{"schema renamed", `CREATE SCHEMA s; CREATE TABLE s.t (a int)`, `ALTER SCHEMA s RENAME TO z`, []string{"schema s -> z"}},
		{"schema of a role", "", `CREATE SCHEMA AUTHORIZATION app`, []string{"+ schema app"}},
		{"schema that is there", "", `CREATE SCHEMA IF NOT EXISTS public`, nil},
		{"extension", "", `CREATE EXTENSION IF NOT EXISTS citext`, []string{"+ extension citext"}},
		{"extension updated", `CREATE EXTENSION citext`, `ALTER EXTENSION citext UPDATE TO '1.6'`, []string{"extension citext 1.6"}},
		{"extension dropped", `CREATE EXTENSION citext`, `DROP EXTENSION citext CASCADE`, []string{"- extension citext"}},
		{"publication", `CREATE TABLE t (a int)`, `CREATE PUBLICATION p FOR TABLE t`, []string{"+ publication p"}},
		{"publication renamed", `CREATE PUBLICATION p`, `ALTER PUBLICATION p RENAME TO q`, []string{"publication p -> q"}},
		{"statistics go with their table", `CREATE TABLE t (a int, b int); CREATE STATISTICS st ON a, b FROM t`, `DROP TABLE t`, []string{"- table public.t", "- statistics public.st <- public.t"}},
		{"grant", `CREATE TABLE t (a int)`, `GRANT SELECT, INSERT ON t TO app, PUBLIC`, []string{"grant select,insert on t app", "grant select,insert on t public"}},
		{"grant of columns", `CREATE TABLE t (a int, b int)`, `GRANT SELECT (a), UPDATE (a, b), DELETE ON t TO app`, []string{"grant delete on t app", "grant select(a) on t app", "grant update(a,b) on t app"}},
		{"all", `CREATE SEQUENCE s`, `GRANT ALL ON SEQUENCE s TO app`, []string{"grant select,update,usage on s app"}},
		{"revoke what was granted", `CREATE TABLE t (a int); GRANT SELECT ON t TO app`, `REVOKE ALL ON t FROM app`, []string{"revoke select,insert,update,delete,truncate,references,trigger on t app had"}},
		{"revoke what was not", `CREATE TABLE t (a int); GRANT SELECT ON t TO app`, `REVOKE INSERT ON t FROM app`, []string{"revoke insert on t app"}},
		{"revoke what everybody has", `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'`, `REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC`, []string{"revoke execute on f public had"}},
		{"all tables", `CREATE TABLE a (a int); CREATE SEQUENCE s; CREATE VIEW v AS SELECT a FROM a`, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO app`, []string{"grant select on public.a app", "grant select on public.v app"}},
		{"all functions", `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'`, `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO app`, []string{"grant execute on public.f app"}},
		{"privileges by default", `CREATE TABLE old (a int); ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app; CREATE TABLE t (a int)`, `REVOKE SELECT ON old, t FROM app`, []string{"revoke select on old app", "revoke select on t app had"}},
		{"owner", `CREATE TABLE t (a int)`, `ALTER TABLE t OWNER TO app`, []string{"owner of t  -> app"}},
		{"owner is the current role", `SET ROLE app; CREATE TABLE t (a int)`, `ALTER TABLE t OWNER TO other`, []string{"owner of t app -> other"}},
		{"reassign", `SET ROLE app; CREATE TABLE t (a int); CREATE TYPE e AS ENUM ('x')`, `REASSIGN OWNED BY app TO other`, []string{"owner of public.t app -> other", "owner of public.e app -> other"}},
		{"drop owned", `CREATE TABLE t (a int); GRANT SELECT ON t TO app; SET ROLE app; CREATE TABLE u (a int)`, `DROP OWNED BY app`, []string{"revoke select on public.t app had", "- table public.u"}},
		{"comment", `CREATE TABLE t (a int)`, `COMMENT ON COLUMN t.a IS 'x'`, []string{"comment on column t"}},
		{"setting", "", `SET lock_timeout = '2s'`, []string{"set lock_timeout [] -> [2s]"}},
		{"setting reset", `SET lock_timeout = '2s'; SET search_path = app`, `RESET ALL`, []string{"set lock_timeout [2s] -> []", "set search_path [app] -> []"}},
		{"sequence", "", `CREATE SEQUENCE s`, []string{"+ sequence public.s"}},
		{"sequence of a column", `CREATE TABLE t (a int); CREATE SEQUENCE s OWNED BY t.a`, `DROP TABLE t`, []string{"- table public.t", "- sequence public.s <- public.t"}},
		{"sequence disowned", `CREATE TABLE t (a int); CREATE SEQUENCE s OWNED BY t.a; ALTER SEQUENCE s OWNED BY NONE`, `DROP TABLE t`, []string{"- table public.t"}},
		{"materialized view", `CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA`, `REFRESH MATERIALIZED VIEW m`, []string{"*catalog.RelationOptionChanged"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, changes, refused := perform(history(t, true, test.before), test.sql)
			require.Nil(t, refused)
			var got []string
			for _, c := range changes {
				got = append(got, effect(c))
			}
			assert.ElementsMatch(t, test.want, got)
		})
	}
}

const trigger = `CREATE TABLE t (a int, x int); CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
	CREATE TRIGGER a BEFORE INSERT ON t EXECUTE FUNCTION touch()`

// What is renamed is found under its new name, and what refers to it follows.
func TestRenamesReachWhatRefers(t *testing.T) {
	c := history(t, true, `CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('sad'); CREATE DOMAIN s.d AS s.mood;
		CREATE TABLE s.t (m s.mood, a int); CREATE FUNCTION s.f(s.mood) RETURNS s.mood LANGUAGE sql AS 'SELECT $1';
		CREATE FUNCTION s.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
		CREATE TRIGGER x BEFORE INSERT ON s.t EXECUTE FUNCTION s.touch();
		ALTER SCHEMA s RENAME TO z; ALTER TYPE z.mood RENAME TO feeling; ALTER FUNCTION z.touch() RENAME TO poke`)
	assert.Nil(t, c.Schema("s"))
	assert.Nil(t, c.Relation(named("s", "t")))
	table := c.Relation(named("z", "t"))
	require.NotNil(t, table)
	assert.Equal(t, named("z", "feeling"), table.Attribute("m").Type.Name)
	assert.Equal(t, named("z", "feeling"), c.Type(named("z", "d")).Base.Name)
	require.Len(t, c.Functions(named("z", "f")), 1)
	assert.Equal(t, "z.f(z.feeling)", c.Functions(named("z", "f"))[0].Signature())
	assert.Equal(t, named("z", "feeling"), c.Functions(named("z", "f"))[0].Returns.Name)
	assert.Equal(t, named("z", "poke"), table.Triggers[0].FunctionName)

	_, _, refused := perform(c, `DROP TYPE z.feeling`)
	require.NotNil(t, refused)
	assert.Equal(t, "2BP01", refused.SQLState)
}

// In an incomplete history, what was never there is not known not to exist;
// what was dropped is.
func TestIncompleteHistory(t *testing.T) {
	for _, test := range []struct{ sql, want string }{
		{`ALTER TYPE mood ADD VALUE 'x' AFTER 'y'`, ""},
		{`DROP TYPE mood`, ""},
		{`DROP FUNCTION f(int)`, ""},
		{`DROP FUNCTION f`, ""},
		{`CREATE TRIGGER a BEFORE INSERT ON t EXECUTE FUNCTION touch()`, ""},
		{`DROP TRIGGER a ON t`, ""},
		{`ALTER SEQUENCE s MAXVALUE 7`, ""},
		{`CREATE TABLE app.t (a int)`, ""},
		{`DROP SCHEMA app`, ""},
		{`DROP EXTENSION citext`, ""},
		{`DROP PUBLICATION p`, ""},
		{`COMMENT ON COLUMN t.a IS 'x'`, ""},
		{`GRANT SELECT (a) ON t TO app`, ""},
		{`INSERT INTO t (a, b) VALUES (1, 2)`, ""},
		{`INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING`, ""},
		{`TRUNCATE t`, ""},
		{`CREATE TYPE mood AS ENUM ('x'); DROP TYPE mood; DROP TYPE mood`, "42704"},
		{`CREATE TYPE mood AS ENUM ('x'); ALTER TYPE mood RENAME TO m; ALTER TYPE mood ADD VALUE 'y'`, "42704"},
		{`CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f(int); DROP FUNCTION f(int)`, "42883"},
		{`CREATE SCHEMA app; DROP SCHEMA app; CREATE TABLE app.t (a int)`, "3F000"},
		{`CREATE EXTENSION citext; DROP EXTENSION citext; DROP EXTENSION citext`, "42704"},
		{`CREATE PUBLICATION p; DROP PUBLICATION p; DROP PUBLICATION p`, "42704"},
		{`CREATE SCHEMA app; ALTER TYPE app.mood ADD VALUE 'x'`, "42704"},
		{`ALTER TYPE mood ADD VALUE 'x'; ALTER TYPE mood ADD VALUE 'x'`, "42710"},
		{`ALTER TYPE mood ADD VALUE 'x'; CREATE TYPE mood AS ENUM ('x')`, "42710"},
	} {
		t.Run(test.sql, func(t *testing.T) {
			_, _, refused := perform(catalog.New(false), test.sql)
			got := ""
			if refused != nil {
				got = refused.SQLState
			}
			assert.Equal(t, test.want, got, "%v", refused)
		})
	}
}

// An extension that may bring tables with it ends what a complete history knows.
func TestExtensionsThatMakeRelations(t *testing.T) {
	for _, test := range []struct {
		extension string
		complete  bool
	}{
		{"citext", true}, {`"uuid-ossp"`, true}, {"vector", true}, {"postgis", false}, {"pg_stat_statements", false}, {"homemade", false},
	} {
		c := history(t, true, "CREATE EXTENSION "+test.extension)
		assert.Equal(t, test.complete, c.Complete(), test.extension)
		_, _, refused := perform(c, `SELECT * FROM spatial_ref_sys`)
		assert.Equal(t, test.complete, refused != nil, test.extension)
		_, _, refused = perform(c, `CREATE TABLE t (a exotic)`)
		assert.Nil(t, refused, "the type may be the extension's")
	}
}

func TestSequenceDefaults(t *testing.T) {
	for _, test := range []struct{ sql, start, least, most string }{
		{`CREATE SEQUENCE s`, "1", "1", "9223372036854775807"},
		{`CREATE SEQUENCE s INCREMENT -1`, "-1", "-9223372036854775808", "-1"},
		{`CREATE SEQUENCE s AS smallint`, "1", "1", "32767"},
		{`CREATE SEQUENCE s AS smallint; ALTER SEQUENCE s AS bigint`, "1", "1", "9223372036854775807"},
		{`CREATE SEQUENCE s INCREMENT -1; ALTER SEQUENCE s AS int`, "-1", "-2147483648", "-1"},
		{`CREATE SEQUENCE s MINVALUE 5 MAXVALUE 9`, "5", "5", "9"},
		{`CREATE SEQUENCE s MAXVALUE 9; ALTER SEQUENCE s NO MAXVALUE`, "1", "1", "9223372036854775807"},
	} {
		s := history(t, true, test.sql).Relation(named("", "s")).Sequence
		assert.Equal(t, []string{test.start, test.least, test.most}, []string{s.Start, s.Min, s.Max}, test.sql)
	}
}

func TestMultirangeNames(t *testing.T) {
	for name, want := range map[string]string{
		"r": "r_multirange", "xrange": "xmultirange", "xrange_y": "xmultirange_y", "rangerange": "multirangerange",
	} {
		c := history(t, true, "CREATE TYPE "+name+" AS RANGE (SUBTYPE = int4)")
		multirange := c.Type(named("", want))
		require.NotNil(t, multirange, want)
		assert.Equal(t, catalog.Multirange, multirange.Kind)
		assert.Equal(t, multirange.OID, c.Type(named("", name)).Multirange)
	}
}

func TestComments(t *testing.T) {
	c := history(t, true, `CREATE TABLE t (a int CONSTRAINT k CHECK (a > 0)); COMMENT ON TABLE t IS 'table'; COMMENT ON COLUMN t.a IS 'column';
		COMMENT ON CONSTRAINT k ON t IS 'constraint'; CREATE DOMAIN d AS int CONSTRAINT k CHECK (value > 0);
		COMMENT ON CONSTRAINT k ON DOMAIN d IS 'domain constraint'; COMMENT ON SCHEMA public IS 'schema'; COMMENT ON DOMAIN d IS 'domain'`)
	table := c.Relation(named("", "t"))
	assert.Equal(t, "table", table.Comment)
	assert.Equal(t, "column", table.Attribute("a").Comment)
	assert.Equal(t, "constraint", table.Constraint("k").Comment)
	assert.Equal(t, "domain", c.Type(named("", "d")).Comment)
	assert.Equal(t, "domain constraint", c.Type(named("", "d")).Constraints[0].Comment)
	assert.Equal(t, "schema", c.Schema("public").Comment)
}

func TestFunctionResults(t *testing.T) {
	c := history(t, true, `CREATE FUNCTION a(OUT x int) LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION b(OUT x int, OUT y int) LANGUAGE sql AS 'SELECT 1, 2';
		CREATE FUNCTION c() RETURNS TABLE (x int) LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION d() RETURNS SETOF text LANGUAGE sql AS 'SELECT 1';
		CREATE PROCEDURE e() LANGUAGE sql AS 'SELECT 1'`)
	for name, want := range map[string]string{"a": "integer", "b": "record", "c": "setof integer", "d": "setof text", "e": ""} {
		f := c.Functions(named("", name))[0]
		got := ""
		if !f.Returns.IsZero() {
			got = f.Returns.String()
		}
		if f.ReturnsSet {
			got = "setof " + got
		}
		assert.Equal(t, want, got, name)
	}
	assert.Equal(t, ddl.Procedure, c.Functions(named("", "e"))[0].Kind)
}

// What runs SQL that only the run time knows may make relations.
func TestDynamicSQLEndsCompleteness(t *testing.T) {
	const partitions = `CREATE FUNCTION partitions() RETURNS void LANGUAGE plpgsql AS
		$$ BEGIN EXECUTE format('CREATE TABLE %I ()', 'p' || now()::date); END $$`
	assert.True(t, history(t, true, partitions).Complete(), "creating a routine does not run it")
	assert.False(t, history(t, true, partitions+`; SELECT partitions()`).Complete())
	assert.False(t, history(t, true, `DO $$ BEGIN EXECUTE 'CREATE TABLE ' || current_user || ' ()'; END $$`).Complete())
	assert.True(t, history(t, true, `CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT one()`).Complete())
}

// Roles that statements name as whoever runs them are the role that was set.
func TestCurrentRoleOwns(t *testing.T) {
	c := history(t, true, `SET ROLE app; CREATE TYPE a AS ENUM ('x'); RESET ALL; CREATE TYPE b AS ENUM ('x'); RESET ROLE; CREATE TYPE c AS ENUM ('x')`)
	for name, want := range map[string]string{"a": "app", "b": "app", "c": ""} {
		assert.Equal(t, want, c.Type(named("", name)).Owner, name)
	}
}
