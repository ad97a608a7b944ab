package drill

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed tables.sql
var tablesQuery string

// A table is one that rows are stored in: no partitioned one.
type table struct {
	oid     uint32
	name    string // quoted, with its schema
	columns []*column
	// foreignKeys are the foreign keys, checks the conditions that rows must
	// meet, as SQL, by name: CHECK constraints, and the bound of a partition.
	foreignKeys []*foreignKey
	checks      map[string]string
	// uniques are the unique indexes and exclusion constraints, by the name of
	// the index.
	uniques map[string]*unique
}

// A unique is an index, or an exclusion constraint, that two rows may not be
// alike under.
type unique struct {
	// columns are those that it is on, also in expressions and its predicate.
	columns []int16
	where   string
	// computes: it is on expressions.
	computes, excludes bool
}

// A column is one of a table.
type column struct {
	Num            int16
	Name, Type     string
	TypeName       string
	Kind, Category string // pg_type's typtype and typcategory
	Mod            int32
	NotNull        bool
	// Computed: an expression gives its value, and no INSERT may name it.
	// Numbered: a sequence gives it; Always: no UPDATE may.
	Computed, Always, Numbered, HasDefault bool
	Labels                                 []string
	// LabelOIDs stay the same when labels are renamed.
	LabelOIDs     []uint32
	Element, Base string
	Attributes    int // of a composite type
}

// A foreignKey is one of a table: its columns, and those it refers to.
type foreignKey struct {
	name             string
	parent           uint32
	columns, parents []int16
}

func (t *table) column(num int16) *column {
	for _, c := range t.columns {
		if c.Num == num {
			return c
		}
	}
	return nil
}

// readTables reads what is to be known of the tables of a database.
func readTables(ctx context.Context, c *pgx.Conn) ([]*table, error) {
	var all []*table
	by := map[uint32]*table{}
	rows, err := c.Query(ctx, tablesQuery)
	if err != nil {
		return nil, fmt.Errorf("reading the tables: %w", err)
	}
	var oid uint32
	var name string
	var col column
	_, err = pgx.ForEachRow(rows, []any{&oid, &name, &col.Num, &col.Name, &col.Type, &col.TypeName, &col.Kind, &col.Category, &col.Mod, &col.NotNull,
		&col.Computed, &col.Always, &col.Numbered, &col.HasDefault, &col.Labels, &col.LabelOIDs, &col.Element, &col.Base, &col.Attributes}, func() error {
		if by[oid] == nil {
			by[oid] = &table{oid: oid, name: name, checks: map[string]string{}, uniques: map[string]*unique{}}
			all = append(all, by[oid])
		}
		one := col
		by[oid].columns = append(by[oid].columns, &one)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the tables: %w", err)
	}
	return all, readConstraints(ctx, c, by)
}

func readConstraints(ctx context.Context, c *pgx.Conn, by map[uint32]*table) error {
	rows, err := c.Query(ctx, `
		SELECT conrelid, conname::text, contype::text, confrelid, conkey, COALESCE(confkey, '{}'), COALESCE(pg_get_expr(conbin, conrelid), ''), false FROM pg_constraint WHERE contype IN ('f', 'c') AND conrelid <> 0
		UNION ALL
		SELECT indrelid, indexrelid::regclass::text, CASE WHEN indisexclusion THEN 'x' ELSE 'u' END, 0,
			ARRAY(SELECT DISTINCT n FROM (SELECT unnest(indkey::int2[]) UNION ALL SELECT refobjsubid::int2 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = indexrelid AND refclassid = 'pg_class'::regclass AND refobjid = indrelid) k (n) WHERE n > 0 ORDER BY n),
			'{}', COALESCE(pg_get_expr(indpred, indrelid), ''), indexprs IS NOT NULL FROM pg_index WHERE indisunique OR indisexclusion
		UNION ALL
		SELECT a.attrelid, k.conname || ' of ' || a.attname, 'c', 0, ARRAY[a.attnum], '{}',
			regexp_replace(regexp_replace(pg_get_constraintdef(k.oid), '^CHECK | NOT VALID$', '', 'g'), '\mVALUE\M', quote_ident(a.attname), 'g'), false
			FROM pg_constraint k JOIN pg_attribute a ON a.atttypid = k.contypid AND a.attnum > 0 AND NOT a.attisdropped WHERE k.contype = 'c' AND k.contypid <> 0
		UNION ALL
		SELECT oid, 'partition bound', 'c', 0, '{}', '{}', COALESCE(pg_get_partition_constraintdef(oid), ''), false FROM pg_class WHERE relispartition AND relkind = 'r'`)
	if err != nil {
		return fmt.Errorf("reading the constraints: %w", err)
	}
	var oid, parent uint32
	var name, kind, expr string
	var columns, parents []int16
	var computes bool
	_, err = pgx.ForEachRow(rows, []any{&oid, &name, &kind, &parent, &columns, &parents, &expr, &computes}, func() error {
		t := by[oid]
		switch {
		case t == nil:
		case kind == "f":
			t.foreignKeys = append(t.foreignKeys, &foreignKey{name: name, parent: parent, columns: columns, parents: parents})
		case kind == "u", kind == "x":
			t.uniques[name] = &unique{columns: columns, where: expr, computes: computes, excludes: kind == "x"}
		case expr != "":
			t.checks[name] = expr
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the constraints: %w", err)
	}
	return nil
}
