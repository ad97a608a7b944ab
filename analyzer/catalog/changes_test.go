package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

// TestChanges says what one statement changes, after some that set the stage.
func TestChanges(t *testing.T) {
	tests := []struct {
		name, before, sql string
		want              []string
	}{
		{
			"a table brings its sequence and indexes", "", "CREATE TABLE t (id serial PRIMARY KEY, n int CHECK (n > 0))",
			[]string{"created table public.t", "created sequence public.t_id_seq", "created index public.t_pkey"},
		},
		{
			"a column takes along all that mentions it", `CREATE TABLE t (a int, b int, c int UNIQUE, CHECK (a > b));
			CREATE INDEX i ON t (a, b); CREATE INDEX p ON t (b) WHERE a > 0; CREATE UNIQUE INDEX x ON t ((a + 1)); CREATE INDEX stays ON t (c)`,
			"ALTER TABLE t DROP COLUMN a",
			[]string{
				"dropped column a", "dropped index i with public.t.a", "dropped relation public.i with public.t.a",
				"dropped index p with public.t.a", "dropped relation public.p with public.t.a",
				"dropped index x with public.t.a", "dropped relation public.x with public.t.a",
				"dropped constraint t_check with public.t.a",
			},
		},
		{
			"a column of a key takes constraint and index", "CREATE TABLE t (a int, b int, UNIQUE (a, b))", "ALTER TABLE t DROP COLUMN b",
			[]string{"dropped column b", "dropped constraint t_a_b_key with public.t.b", "dropped relation public.t_a_b_key with public.t.b"},
		},
		{
			"cascade reaches views and foreign keys", `CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (t_id int REFERENCES t);
			CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM v`,
			"DROP TABLE t CASCADE",
			[]string{
				"dropped relation public.t", "dropped constraint u_t_id_fkey with public.t", "dropped relation public.v with public.t",
				"dropped relation public.t_pkey with public.t", "dropped relation public.w with public.t",
			},
		},
		{
			"dropping a type drops columns", "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (a int, m mood)", "DROP TYPE mood CASCADE",
			[]string{"dropped type public.mood", "dropped column m with public.mood"},
		},
		{
			"dropping a sequence drops defaults", "CREATE SEQUENCE s; CREATE TABLE t (a int DEFAULT nextval('s'))", "DROP SEQUENCE s CASCADE",
			[]string{"dropped relation public.s", "default of a removed"},
		},
		{
			"a primary key makes columns not null", "CREATE TABLE t (a int)", "ALTER TABLE t ADD PRIMARY KEY (a)",
			[]string{"created index public.t_pkey", "a NOT NULL false -> true by t_pkey", "added constraint t_pkey"},
		},
		{
			"USING INDEX renames the index", "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a)",
			"ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i",
			[]string{"renamed public.i to public.k", "added constraint k from i"},
		},
		{
			"renaming a constraint renames its index", "CREATE TABLE t (a int PRIMARY KEY)", "ALTER TABLE t RENAME CONSTRAINT t_pkey TO k",
			[]string{"renamed public.t_pkey to public.k", "renamed constraint t_pkey to k"},
		},
		{
			"and the other way round", "CREATE TABLE t (a int PRIMARY KEY)", "ALTER INDEX t_pkey RENAME TO k",
			[]string{"renamed public.t_pkey to public.k", "renamed constraint t_pkey to k"},
		},
		{
			"a column comes to all children", "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p DEFAULT",
			"ALTER TABLE p ADD COLUMN b int",
			[]string{"added column b to public.p", "added column b to public.p1"},
		},
		{
			"NOT NULL with a new key is part of adding the column", "CREATE TABLE t (a int)", "ALTER TABLE t ADD COLUMN id int PRIMARY KEY",
			[]string{"added column id to public.t", "created index public.t_pkey", "added constraint t_pkey"},
		},
		{
			"a view takes a table's name", "CREATE TABLE t (a int); ALTER TABLE t RENAME TO t_old", "CREATE VIEW t AS SELECT a FROM t_old",
			[]string{"created view public.t", "replaced table public.t by view"},
		},
		{
			"a serial's sequence keeps its type", "CREATE TABLE t (id serial)", "ALTER TABLE t ALTER id TYPE bigint",
			[]string{"type of id integer -> bigint"},
		},
		{
			"an identity column's does not", "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)", "ALTER TABLE t ALTER id TYPE bigint",
			[]string{"sequence public.t_id_seq 2147483647 -> 9223372036854775807", "type of id integer -> bigint"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := replayed(t, catalog.New(true), tt.before)
			_, changes, err := statement(t, c, tt.sql)
			require.Nil(t, err)
			assert.ElementsMatch(t, tt.want, said(changes))
		})
	}
}

func said(changes []catalog.Change) []string {
	with := func(cascade string) string {
		if cascade == "" {
			return ""
		}
		return " with " + cascade
	}
	var list []string
	for _, c := range changes {
		switch c := c.(type) {
		case *catalog.RelationCreated:
			list = append(list, fmt.Sprintf("created %s %s", c.Relation.Kind, c.Relation))
		case *catalog.RelationDropped:
			list = append(list, fmt.Sprintf("dropped relation %s%s", c.Relation, with(c.Cascade)))
		case *catalog.RelationRenamed:
			list = append(list, fmt.Sprintf("renamed %s to %s", c.Before, c.After))
		case *catalog.RelationReplaced:
			list = append(list, fmt.Sprintf("replaced %s %s by %s", c.Before.Kind, c.Before, c.After.Kind))
		case *catalog.ColumnAdded:
			list = append(list, fmt.Sprintf("added column %s to %s", c.Attribute.Name, c.Relation))
		case *catalog.ColumnDropped:
			list = append(list, fmt.Sprintf("dropped column %s%s", c.Attribute.Name, with(c.Cascade)))
		case *catalog.ColumnTypeChanged:
			list = append(list, fmt.Sprintf("type of %s %s -> %s", c.Before.Name, c.Before.Type, c.After.Type))
		case *catalog.NullabilityChanged:
			list = append(list, fmt.Sprintf("%s NOT NULL %t -> %t by %s", c.After.Name, c.Before.NotNull, c.After.NotNull, c.Implied))
		case *catalog.DefaultChanged:
			list = append(list, fmt.Sprintf("default of %s removed", c.Before.Name))
		case *catalog.ConstraintAdded:
			from := ""
			if c.Promoted != nil {
				from = " from " + c.Promoted.Name
			}
			list = append(list, "added constraint "+c.Constraint.Name+from)
		case *catalog.ConstraintDropped:
			list = append(list, "dropped constraint "+c.Constraint.Name+with(c.Cascade))
		case *catalog.ConstraintRenamed:
			list = append(list, fmt.Sprintf("renamed constraint %s to %s", c.Before.Name, c.After.Name))
		case *catalog.IndexDropped:
			list = append(list, "dropped index "+c.Index.Name+with(c.Cascade))
		case *catalog.TypeDropped:
			list = append(list, "dropped type "+c.Type.String()+with(c.Cascade))
		case *catalog.SequenceChanged:
			list = append(list, fmt.Sprintf("sequence %s %s -> %s", c.Before, c.Before.Sequence.Max, c.After.Sequence.Max))
		default:
			list = append(list, strings.TrimPrefix(fmt.Sprintf("%T", c), "*catalog."))
		}
	}
	return list
}

// An older snapshot is not touched by what happens to newer ones.
func TestSnapshotsAreImmutable(t *testing.T) {
	c := catalog.New(true)
	var snapshots []*catalog.Catalog
	var dumps []string
	for _, sql := range []string{
		"CREATE TABLE p (id int PRIMARY KEY, a int CHECK (a > 0), b text DEFAULT 'x') PARTITION BY LIST (id)",
		"CREATE TABLE p1 PARTITION OF p DEFAULT", "CREATE INDEX i ON p (a, b)", "ALTER TABLE p RENAME COLUMN a TO aa",
		"ALTER TABLE p ALTER b TYPE varchar(3)", "ALTER TABLE p ADD COLUMN c bigserial", "ALTER TABLE p DROP COLUMN aa",
		"ALTER TABLE p RENAME TO q", "ALTER TABLE q DETACH PARTITION p1", "DROP TABLE q CASCADE",
	} {
		snapshots, dumps = append(snapshots, c), append(dumps, strings.Join(dump(c), "\n"))
		c = replayed(t, c, sql)
	}
	for i, s := range snapshots {
		assert.Equal(t, dumps[i], strings.Join(dump(s), "\n"))
	}
}
