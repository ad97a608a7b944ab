package drill

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/migracheck/migracheck/parser/pattern"
)

// rowsPerTable is how many rows a table gets: one ordinary, one at the
// boundaries of the types, one with NULL where that is allowed.
const rowsPerTable = int(variants)

// attempts is how often a row is tried with other values until its constraints
// take it.
const attempts = 80

// A seeder puts rows into tables.
type seeder struct {
	conn   *pgx.Conn
	tables []*table
	by     map[uint32]*table
	// counter makes values differ from each other.
	counter int
	// filling are the tables whose parents are being filled.
	filling map[uint32]bool
	// empty are the tables that no row could be put into, and why.
	empty map[string]string
}

func newSeeder(ctx context.Context, c *pgx.Conn, counter int) (*seeder, error) {
	tables, err := readTables(ctx, c)
	if err != nil {
		return nil, err
	}
	s := &seeder{conn: c, tables: tables, by: map[uint32]*table{}, counter: counter, filling: map[uint32]bool{}, empty: map[string]string{}}
	for _, t := range tables {
		s.by[t.oid] = t
	}
	return s, nil
}

// seed puts rows into the tables that have none; except those that it could
// not fill before and that are as they were then.
func (s *seeder) seed(ctx context.Context, skip func(*table) bool) error {
	for _, t := range s.tables {
		if skip != nil && skip(t) {
			continue
		}
		if err := s.fill(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// fill puts rows into a table that has none, and before that into the tables
// that it refers to.
func (s *seeder) fill(ctx context.Context, t *table) error {
	if s.filling[t.oid] {
		return nil
	}
	var filled bool
	if err := s.conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM ONLY "+t.name+")").Scan(&filled); err != nil {
		if _, ok := errors.AsType[*pgconn.PgError](err); ok {
			s.empty[t.name] = err.Error()
			return nil
		}
		return err
	}
	if filled {
		return nil
	}
	s.filling[t.oid] = true
	defer delete(s.filling, t.oid)
	for _, k := range t.foreignKeys {
		if parent := s.by[k.parent]; parent != nil && parent != t {
			if err := s.fill(ctx, parent); err != nil {
				return err
			}
		}
	}
	for i := range rowsPerTable {
		failure, err := s.insert(ctx, t, i, variant(i))
		if err != nil {
			return err
		}
		if failure != nil && i == 0 {
			s.empty[t.name] = failure.Message
			return nil
		}
	}
	delete(s.empty, t.name) // it may have waited for a parent that refers to it
	return nil
}

// insert puts one row into a table; the failure is that of the last attempt.
func (s *seeder) insert(ctx context.Context, t *table, row int, v variant) (*Failure, error) {
	r := &rowMaker{seeder: s, table: t, row: row, variant: v, overrides: map[int16]string{}}
	var last *Failure
	for attempt := range attempts {
		r.attempt = attempt
		s.counter++
		sql := r.statement()
		_, err := s.conn.Exec(ctx, sql)
		if r.withoutTriggers {
			if _, err := s.conn.Exec(ctx, "RESET session_replication_role"); err != nil {
				return nil, err
			}
		}
		if err == nil {
			return nil, nil
		}
		pg, ok := errors.AsType[*pgconn.PgError](err)
		if !ok {
			return nil, fmt.Errorf("putting a row into %s: %w", t.name, err)
		}
		last = &Failure{SQLState: pg.Code, Message: pg.Message}
		r.mend(pg)
		if r.withoutTriggers {
			if _, err := s.conn.Exec(ctx, "SET session_replication_role = replica"); err != nil {
				return last, nil // not allowed to
			}
		}
	}
	return last, nil
}

// A rowMaker makes up a row that a table takes.
type rowMaker struct {
	*seeder
	table   *table
	row     int
	variant variant
	attempt int
	// overrides are the values of columns that a constraint wants otherwise.
	overrides map[int16]string
	// withoutTriggers: a trigger refuses every row.
	withoutTriggers bool
}

func (r *rowMaker) statement() string {
	var names, values []string
	for _, c := range r.table.columns {
		_, _ = r.reference(c) // which may choose the value of another column
	}
	for _, c := range r.table.columns {
		if c.Computed {
			continue
		}
		value, ok := r.overrides[c.Num], r.overrides[c.Num] != ""
		if !ok {
			value, ok = r.reference(c)
		}
		if !ok && c.Numbered {
			continue
		}
		if !ok {
			value = c.value(r.counter, r.variant)
		}
		names, values = append(names, c.Name), append(values, value)
	}
	if len(names) == 0 {
		return "INSERT INTO " + r.table.name + " DEFAULT VALUES"
	}
	return "INSERT INTO " + r.table.name + " (" + strings.Join(names, ", ") + ") OVERRIDING SYSTEM VALUE VALUES (" + strings.Join(values, ", ") + ")"
}

// reference returns the value of a column that refers to another table: of one
// of its rows, the same for all columns of a key.
func (r *rowMaker) reference(c *column) (string, bool) {
	for _, k := range r.table.foreignKeys {
		i := slices.Index(k.columns, c.Num)
		if i < 0 || i >= len(k.parents) {
			continue
		}
		parent := r.by[k.parent]
		if !c.NotNull && (r.variant == absent || parent == r.table && r.row == 0) {
			return "NULL", true
		}
		if parent == r.table && r.row == 0 && parent.column(k.parents[i]) != nil {
			// The first row can refer to itself only.
			own := parent.column(k.parents[i])
			if r.overrides[own.Num] == "" {
				r.overrides[own.Num] = own.value(r.counter, ordinary)
			}
			return r.overrides[own.Num], true
		}
		if parent == nil {
			return "", false // a partitioned table, or one of an extension
		}
		of := parent.column(k.parents[i])
		if of == nil {
			return "", false
		}
		offset := (r.row + r.attempt) % rowsPerTable
		if r.attempt == 0 {
			offset = r.row
		}
		return fmt.Sprintf("(SELECT %s FROM %s ORDER BY ctid OFFSET %d LIMIT 1)", of.Name, parent.name, offset), true
	}
	return "", false
}

// mend chooses other values after an error.
func (r *rowMaker) mend(e *pgconn.PgError) {
	switch e.Code {
	case "23514", "23502":
		r.satisfy(e)
	case "23505", "23P01":
		r.overrides = map[int16]string{}
		if r.attempt > attempts/4 {
			r.variant = ordinary
			r.shuffle(r.columns(r.uniqueColumns(e.ConstraintName)), nil)
		}
	case "23503":
		// the next attempt takes another row
	default:
		switch {
		case strings.HasPrefix(e.Code, "22"):
			r.variant = ordinary
			for _, c := range r.table.columns {
				if c.Category == "U" || c.Kind == "d" || c.Category == "S" {
					r.overrides[c.Num] = [...]string{"'{}'", "'[1]'", "''", "'1'", "'a@example.com'", "'https://example.com/'", "'0'", "'{\"a\": 1}'", "'en'"}[r.attempt%9] + "::" + c.Type
				}
			}
		case r.attempt > 1:
			r.withoutTriggers = true
		}
	}
}

func (r *rowMaker) uniqueColumns(index string) []int16 {
	for name, u := range r.table.uniques {
		if strings.HasSuffix(name, index) {
			return u.columns
		}
	}
	return nil
}

func (r *rowMaker) columns(nums []int16) []*column {
	var all []*column
	for _, n := range nums {
		if c := r.table.column(n); c != nil && !c.Computed {
			all = append(all, c)
		}
	}
	return all
}

// literals are the texts and numbers in the SQL of a constraint.
var literals = pattern.New(`'((?:[^']|'')*)'|\b([0-9]+(?:\.[0-9]+)?)\b`)

// satisfy tries other values for the columns that a refused condition speaks of.
func (r *rowMaker) satisfy(e *pgconn.PgError) {
	var concerned []*column
	var words []string
	for name, expr := range r.table.checks {
		// Of a domain's it is that of the column behind its name.
		if e.ConstraintName != "" && name != e.ConstraintName && !strings.HasPrefix(name, e.ConstraintName+" of ") || e.ConstraintName == "" && name != "partition bound" && e.Code != "23502" {
			continue
		}
		for _, c := range r.table.columns {
			if !c.Computed && regexp.MustCompile(`(^|[^\w"])`+regexp.QuoteMeta(c.Name)+`($|[^\w"])`).MatchString(expr) {
				concerned = append(concerned, c)
			}
		}
		for _, m := range literals.FindAllStringSubmatch(expr, -1) {
			words = append(words, strings.ReplaceAll(m[1]+m[2], "''", "'"))
		}
	}
	if e.Code == "23502" || len(concerned) == 0 {
		// A domain's constraint, or a column that a trigger or another
		// constraint wants filled.
		r.variant = ordinary
		for _, c := range r.table.columns {
			if c.Kind == "d" && !c.Computed {
				concerned = append(concerned, c)
			}
		}
	}
	r.shuffle(concerned, words)
}

// shuffle gives columns other values, differently in each attempt: those that
// the constraint names, what is near them, what is often wanted, or NULL.
func (r *rowMaker) shuffle(concerned []*column, words []string) {
	slices.SortFunc(concerned, func(a, b *column) int { return int(a.Num) - int(b.Num) })
	for i, c := range slices.Compact(concerned) {
		candidates := r.rowCandidates(c, words)
		if value, ok := r.reference(c); ok && r.attempt%4 != 3 {
			candidates = []string{value}
			if !c.NotNull {
				candidates = append(candidates, "NULL")
			}
		}
		// Another digit of the attempt for each column, in a base that has no
		// divisor in common with the next.
		k := r.attempt
		for range i {
			k = k/2 + 7*i + r.attempt*(i+3)
		}
		r.overrides[c.Num] = candidates[k%len(candidates)]
	}
}

func (r *rowMaker) rowCandidates(c *column, words []string) []string {
	all := []string{c.value(r.counter, ordinary)}
	add := func(text string) { all = append(all, literal(text)+"::"+c.Type) }
	for _, w := range words {
		n, err := strconv.ParseFloat(w, 64)
		switch {
		case err == nil && c.Category == "N":
			add(w)
			add(strconv.FormatInt(int64(n)+1, 10))
			add(strconv.FormatInt(int64(n)-1, 10))
		case err == nil && c.Category == "S" && n > 0 && n < 1000:
			add(strings.Repeat("a", int(n)))
			add(strings.Repeat("1", int(n)))
			add(w)
		case c.Category == "S", c.Category == "E" && slices.Contains(c.Labels, w):
			add(w)
		case c.Category == "D" && regexp.MustCompile(`^\d{4}-`).MatchString(w):
			add(w)
		}
	}
	switch c.Category {
	case "N":
		for _, w := range []string{"0", "1", "5", "100"} {
			add(w)
		}
	case "S":
		for _, w := range []string{"", "a", "abc", "A1", "a@example.com", "https://example.com/", "USD", "0123456789abcdef", "en-US"} {
			add(w)
		}
	case "B":
		add("true")
		add("false")
	case "E":
		for _, l := range c.Labels {
			add(l)
		}
	case "A":
		add("{}")
	}
	if c.TypeName == "json" || c.TypeName == "jsonb" {
		for _, w := range []string{"{}", "[]", `"a"`, "null"} {
			add(w)
		}
	}
	if !c.NotNull {
		all = append(all, "NULL", "NULL")
	}
	return all
}
