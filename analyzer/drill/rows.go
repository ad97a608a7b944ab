package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A digest stands for the rows of a table, in columns that are there before and
// after.
type digest struct {
	Rows int64
	Sum  string
}

// digests are those of tables and sequences, by name.
type digests map[string]digest

// columnsOf are the names of the columns that rows are compared in, by table.
type columnsOf map[string][]string

func columnNames(tables []*table) columnsOf {
	all := columnsOf{}
	for _, t := range tables {
		for _, c := range t.columns {
			all[t.name] = append(all[t.name], c.Name)
		}
	}
	return all
}

// common are the columns that tables have in both.
func (c columnsOf) common(other columnsOf) columnsOf {
	all := columnsOf{}
	for name, columns := range c {
		there, ok := other[name]
		if !ok {
			continue
		}
		all[name] = slices.DeleteFunc(slices.Clone(columns), func(n string) bool { return !slices.Contains(there, n) })
	}
	return all
}

// readDigests reads the rows of tables, as text, in any order.
func readDigests(ctx context.Context, c *pgx.Conn, of columnsOf) (digests, error) {
	all := digests{}
	for name, columns := range of {
		row := "''"
		if len(columns) > 0 {
			var parts []string
			for _, n := range columns {
				// A time in UTC is the same with and without its zone.
				parts = append(parts, "COALESCE(quote_literal(regexp_replace("+n+`::text, '^(\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?)\+00$', '\1')), 'NULL')`)
			}
			slices.Sort(parts)
			row = "array_to_string(ARRAY[" + strings.Join(parts, ", ") + "], ',')"
		}
		var d digest
		err := c.QueryRow(ctx, fmt.Sprintf("SELECT count(*), COALESCE(md5(string_agg(r, E'\\n' ORDER BY r COLLATE \"C\")), '') FROM (SELECT %s AS r FROM ONLY %s t) s", row, name)).Scan(&d.Rows, &d.Sum)
		if _, ok := errors.AsType[*pgconn.PgError](err); ok {
			d.Sum = err.Error() // a row that cannot be read is like itself
		} else if err != nil {
			return nil, fmt.Errorf("reading the rows of %s: %w", name, err)
		}
		all[name] = d
	}
	return all, nil
}

// readSequences adds where sequences stand, as rows in the direction that each
// goes.
func readSequences(ctx context.Context, c *pgx.Conn, into digests) error {
	rows, err := c.Query(ctx, `SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), COALESCE(last_value::text, 'unused'), COALESCE(last_value * sign(increment_by)::bigint, 0) FROM pg_sequences`)
	if err != nil {
		return fmt.Errorf("reading the sequences: %w", err)
	}
	var name, value string
	var position int64
	_, err = pgx.ForEachRow(rows, []any{&name, &value, &position}, func() error {
		into["sequence "+name] = digest{Rows: position, Sum: value}
		return nil
	})
	return err
}

// changed lists the tables and sequences whose rows are not the same, of those
// that are in both.
func (d digests) changed(after digests) []string {
	var all []string
	for name, a := range d {
		b, ok := after[name]
		switch {
		case !ok || a == b:
		case strings.HasPrefix(name, "sequence "):
			// One that went on loses nothing: transactions that are rolled
			// back leave gaps, too.
			if a.Sum == "unused" || b.Sum != "unused" && b.Rows > a.Rows {
				continue
			}
			all = append(all, fmt.Sprintf("%s stands at %s, was %s", name, b.Sum, a.Sum))
		case a.Rows != b.Rows:
			all = append(all, fmt.Sprintf("%s has %d rows, had %d", name, b.Rows, a.Rows))
		default:
			all = append(all, fmt.Sprintf("%s has other values", name))
		}
	}
	slices.Sort(all)
	return all
}
