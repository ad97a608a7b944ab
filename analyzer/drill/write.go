package drill

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/migracheck/migracheck/analyzer/rollback"
)

// A Write is something that was written after the up, and that the schema
// before it would not take, or has no place for.
type Write struct {
	Kind   rollback.LossKind
	Object string
	SQL    string
	// Refused is set where the new schema does not take it either.
	Refused *Failure
}

// A writer writes what only the new schema allows.
type writer struct {
	*seeder
	before []*table
	writes []Write
}

// all makes the writes, of what is different between the tables before and
// after the up.
func (w *writer) all(ctx context.Context) error {
	for _, after := range w.tables {
		before := w.was(after)
		if before == nil {
			if err := w.newTable(ctx, after); err != nil {
				return err
			}
			continue
		}
		if err := w.changed(ctx, before, after); err != nil {
			return err
		}
	}
	return nil
}

// was returns a table as it was before: the same one, or one of its name.
func (w *writer) was(t *table) *table {
	for _, b := range w.before {
		if b.oid == t.oid || b.name == t.name {
			return b
		}
	}
	return nil
}

func (w *writer) newTable(ctx context.Context, t *table) error {
	failure, err := w.insert(ctx, t, 0, ordinary)
	if err == nil {
		w.writes = append(w.writes, Write{Kind: rollback.NewTable, Object: t.name, SQL: "INSERT INTO " + t.name, Refused: failure})
	}
	return err
}

func (w *writer) changed(ctx context.Context, before, after *table) error {
	for _, c := range after.columns {
		old := before.column(c.Num)
		if before.oid != after.oid {
			old = named(before, c.Name)
		}
		var err error
		switch {
		case c.Computed:
		case old == nil:
			err = w.set(ctx, after, rollback.NewColumn, c, "", w.candidates(after, c)...)
		case old.NotNull && !c.NotNull:
			err = w.set(ctx, after, rollback.NullValue, c, "", "NULL")
		case old.Type != c.Type || len(old.Labels) != len(c.Labels):
			err = w.set(ctx, after, rollback.UnfittingValue, c, "", beyond(old, c)...)
		}
		if err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before.uniques)) {
		columns := before.uniques[name]
		if slices.Contains(columns, 0) || hasUnique(after, columns) {
			continue
		}
		if err := w.duplicate(ctx, after, columns); err != nil {
			return err
		}
	}
	for _, k := range before.foreignKeys {
		if slices.ContainsFunc(after.foreignKeys, func(o *foreignKey) bool { return slices.Equal(o.columns, k.columns) }) || len(k.columns) != 1 {
			continue
		}
		if c := after.column(k.columns[0]); c != nil && !c.Computed {
			w.counter += 100000
			if err := w.set(ctx, after, rollback.Orphan, c, "", c.value(w.counter, ordinary)); err != nil {
				return err
			}
		}
	}
	return w.violate(ctx, before, after)
}

func named(t *table, name string) *column {
	for _, c := range t.columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// hasUnique reports whether a unique index on some of the columns is left.
func hasUnique(t *table, columns []int16) bool {
	for _, other := range t.uniques {
		if !slices.ContainsFunc(other, func(n int16) bool { return !slices.Contains(columns, n) }) {
			return true
		}
	}
	return false
}

// violate writes rows that CHECK constraints would refuse which are gone.
func (w *writer) violate(ctx context.Context, before, after *table) error {
	for _, name := range slices.Sorted(maps.Keys(before.checks)) {
		expr := before.checks[name]
		if after.checks[name] == expr {
			continue
		}
		r := &rowMaker{seeder: w.seeder, table: after, overrides: map[int16]string{}}
		var words []string
		for _, m := range literals.FindAllStringSubmatch(expr, -1) {
			words = append(words, strings.ReplaceAll(m[1]+m[2], "''", "'"))
		}
		for _, c := range after.columns {
			if c.Computed || !regexp.MustCompile(`(^|[^\w"])`+regexp.QuoteMeta(c.Name)+`($|[^\w"])`).MatchString(expr) {
				continue
			}
			candidates := r.rowCandidates(c, words)
			if c.Category == "N" {
				candidates = append(candidates, "-1", "-1000000", "1000000")
			}
			if err := w.set(ctx, after, rollback.CheckViolation, c, "("+expr+") IS FALSE", candidates...); err != nil {
				return err
			}
			if n := len(w.writes); n > 0 && w.writes[n-1].Kind == rollback.CheckViolation && w.writes[n-1].Refused == nil {
				break
			}
		}
	}
	return nil
}

// candidates are values for a new column.
func (w *writer) candidates(t *table, c *column) []string {
	r := &rowMaker{seeder: w.seeder, table: t, overrides: map[int16]string{}}
	var all []string
	if value, ok := r.reference(c); ok {
		all = append(all, value)
	}
	var words []string
	for _, expr := range t.checks {
		for _, m := range literals.FindAllStringSubmatch(expr, -1) {
			words = append(words, strings.ReplaceAll(m[1]+m[2], "''", "'"))
		}
	}
	slices.Sort(words)
	return slices.DeleteFunc(append(all, r.rowCandidates(c, words)...), func(v string) bool { return v == "NULL" })
}

// beyond are values that the new type of a column takes and the old one does
// not.
func beyond(old, c *column) []string {
	var all []string
	add := func(text string) { all = append(all, literal(text)+"::"+c.Type) }
	for _, l := range c.Labels {
		if !slices.Contains(old.Labels, l) {
			add(l)
		}
	}
	switch c.Category {
	case "N":
		add(ofType(c.Type, c.Mod, 1, boundary))
		add("1.23456789")
		add("0.0001")
		add("3000000000")
	case "S":
		if _, modifiers, ok := strings.Cut(old.Type, "("); ok {
			var n int
			if _, err := fmt.Sscanf(modifiers, "%d", &n); err == nil {
				add(strings.Repeat("y", n+1))
			}
		}
		add("no such value")
	case "D":
		add("2101-12-31 23:59:59.123456")
	}
	add(c.literal(7, boundary))
	return all
}

// last addresses the youngest row of a table.
func last(t *table) string {
	return "(SELECT ctid FROM ONLY " + t.name + " ORDER BY ctid DESC LIMIT 1)"
}

// set gives a column of a new row the first of the values that the table takes
// and the condition is true for.
func (w *writer) set(ctx context.Context, t *table, kind rollback.LossKind, c *column, condition string, values ...string) error {
	if _, err := w.insert(ctx, t, 0, ordinary); err != nil {
		return err
	}
	write := Write{Kind: kind, Object: t.name + "." + c.Name}
	for _, v := range values {
		write.SQL = fmt.Sprintf("UPDATE ONLY %s SET %s = %s WHERE ctid = %s", t.name, c.Name, v, last(t))
		done, failure, err := w.try(ctx, write.SQL, condition)
		if err != nil {
			return err
		}
		write.Refused = failure
		if done {
			write.Refused = nil
			break
		}
		if write.Refused == nil {
			write.Refused = &Failure{SQLState: "02000", Message: "no value was found that only the new schema takes"}
		}
	}
	w.writes = append(w.writes, write)
	return nil
}

func (w *writer) duplicate(ctx context.Context, t *table, nums []int16) error {
	var names []string
	for _, n := range nums {
		c := t.column(n)
		if c == nil || c.Computed {
			return nil
		}
		names = append(names, c.Name)
	}
	for range 2 {
		if _, err := w.insert(ctx, t, 0, ordinary); err != nil {
			return err
		}
	}
	list := strings.Join(names, ", ")
	write := Write{Kind: rollback.Duplicate, Object: t.name, SQL: fmt.Sprintf("UPDATE ONLY %s SET (%s) = (SELECT %s FROM ONLY %s ORDER BY ctid LIMIT 1) WHERE ctid = %s", t.name, list, list, t.name, last(t))}
	if len(names) == 1 {
		write.SQL = fmt.Sprintf("UPDATE ONLY %s SET %s = (SELECT %s FROM ONLY %s ORDER BY ctid LIMIT 1) WHERE ctid = %s", t.name, list, list, t.name, last(t))
	}
	_, failure, err := w.try(ctx, write.SQL, "")
	write.Refused = failure
	w.writes = append(w.writes, write)
	return err
}

// try runs an UPDATE of one row, and keeps it if the condition is true then.
func (w *writer) try(ctx context.Context, sql, condition string) (done bool, failure *Failure, err error) {
	tx, err := w.conn.Begin(ctx)
	if err != nil {
		return false, nil, err
	}
	defer func() {
		if end := tx.Rollback(ctx); end != nil && !errors.Is(end, pgx.ErrTxClosed) && err == nil {
			err = end
		}
	}()
	if condition == "" {
		condition = "true"
	}
	var kept bool
	scan := tx.QueryRow(ctx, sql+" RETURNING "+condition).Scan(&kept)
	if pg, ok := errors.AsType[*pgconn.PgError](scan); ok {
		return false, &Failure{SQLState: pg.Code, Message: pg.Message}, nil
	}
	if scan != nil || !kept {
		return false, nil, nil // no row, or one that the old schema takes
	}
	if err := tx.Commit(ctx); err != nil {
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
			return false, &Failure{SQLState: pg.Code, Message: pg.Message}, nil
		}
		return false, nil, err
	}
	return true, nil, nil
}
