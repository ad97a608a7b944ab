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
		case old == nil && c.Always:
			// An UPDATE may not set it; the row that is put in has a number.
			var failure *Failure
			if failure, err = w.insert(ctx, after, 0, ordinary); err == nil {
				w.writes = append(w.writes, Write{Kind: rollback.NewColumn, Object: after.name + "." + c.Name, SQL: "INSERT INTO " + after.name, Refused: failure})
			}
		case old == nil:
			err = w.set(ctx, after, rollback.NewColumn, c, "", w.candidates(after, c)...)
		case old.Computed:
			err = w.set(ctx, after, rollback.OverwrittenValues, c, "", w.candidates(after, c)...)
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
		if u := before.uniques[name]; !hasUnique(after, u) {
			if err := w.duplicate(ctx, after, u); err != nil {
				return err
			}
		}
	}
	for _, k := range before.foreignKeys {
		if slices.ContainsFunc(after.foreignKeys, func(o *foreignKey) bool { return slices.Equal(o.columns, k.columns) }) {
			continue
		}
		if err := w.orphan(ctx, after, k); err != nil {
			return err
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

// hasUnique reports whether an index is left under which rows that are alike
// under u are alike, too.
func hasUnique(t *table, u *unique) bool {
	for _, other := range t.uniques {
		if other.excludes == u.excludes && (other.where == "" || other.where == u.where) && other.computes == u.computes &&
			!slices.ContainsFunc(other.columns, func(n int16) bool { return !slices.Contains(u.columns, n) }) {
			return true
		}
	}
	return false
}

// orphan writes a key that no row of the table has that it referred to.
func (w *writer) orphan(ctx context.Context, t *table, k *foreignKey) error {
	w.counter += 100000
	var names, values []string
	for _, n := range k.columns {
		c := t.column(n)
		if c == nil || c.Computed || c.Always {
			return nil
		}
		names, values = append(names, c.Name), append(values, c.value(w.counter, ordinary))
	}
	if len(names) == 1 {
		return w.set(ctx, t, rollback.Orphan, t.column(k.columns[0]), "", values...)
	}
	if _, err := w.insert(ctx, t, 0, ordinary); err != nil {
		return err
	}
	write := Write{Kind: rollback.Orphan, Object: t.name + "." + names[0]}
	write.SQL = fmt.Sprintf("UPDATE ONLY %s SET (%s) = ROW(%s) WHERE ctid = %s", t.name, strings.Join(names, ", "), strings.Join(values, ", "), last(t))
	_, failure, err := w.try(ctx, write.SQL, "")
	write.Refused = failure
	w.writes = append(w.writes, write)
	return err
}

// violate writes rows that CHECK constraints would refuse which are gone.
func (w *writer) violate(ctx context.Context, before, after *table) error {
	for _, name := range slices.Sorted(maps.Keys(before.checks)) {
		expr := before.checks[name]
		left := slices.Sorted(maps.Values(after.checks))
		if slices.Contains(left, expr) {
			continue // also where it has another name
		}
		r := &rowMaker{seeder: w.seeder, table: after, overrides: map[int16]string{}}
		var words []string
		for _, text := range append([]string{expr}, left...) {
			for _, m := range literals.FindAllStringSubmatch(text, -1) {
				words = append(words, strings.ReplaceAll(m[1]+m[2], "''", "'"))
			}
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

// duplicate makes a row like another one under an index that is gone.
func (w *writer) duplicate(ctx context.Context, t *table, u *unique) error {
	var names []string
	for _, n := range u.columns {
		c := t.column(n)
		switch {
		case c == nil, c.Always:
			return nil
		case !c.Computed:
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	for range 2 {
		if _, err := w.insert(ctx, t, 0, ordinary); err != nil {
			return err
		}
	}
	list, conditions := strings.Join(names, ", "), []string{"ctid <> " + last(t)}
	for _, n := range names {
		conditions = append(conditions, n+" IS NOT NULL") // rows with NULL are not alike
	}
	if u.where != "" {
		conditions = []string{conditions[0], u.where}
	}
	write := Write{Kind: rollback.Duplicate, Object: t.name}
	if u.excludes {
		write.Kind = rollback.Overlap
	}
	target := list
	if len(names) > 1 {
		target = "(" + list + ")"
	}
	write.SQL = fmt.Sprintf("UPDATE ONLY %s SET %s = (SELECT %s FROM ONLY %s WHERE %s ORDER BY ctid LIMIT 1) WHERE ctid = %s", t.name, target, list, t.name, strings.Join(conditions, " AND "), last(t))
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
