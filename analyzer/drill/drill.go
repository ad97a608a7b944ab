// Package drill undoes migrations for real, on a throw-away PostgreSQL.
//
// It applies a history, puts rows into every table that satisfy its
// constraints, and for each migration: runs the up and the down and compares
// schema and rows with those before; runs the up again, writes what only the
// new schema takes, and runs the down again. What it sees is compared with what
// package rollback concluded from the files; where the two disagree, one of
// them is wrong, and the report says so.
//
// Each of these happens in a copy of the database, so that nothing spoils what
// comes after. The drill works in databases of its own and drops them, with the
// roles that the migrations made; it touches no database that exists.
//
// The rows are made up. That the rows of a drill survive does not prove that
// all rows do; that they do not is proof.
package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
)

// Options say how to drill.
type Options struct {
	// Drilled tells the migrations that are undone; the others are applied
	// only. Nil is all.
	Drilled func(*migration.Migration) bool
	// Judged is what the files say of each migration, to compare with; nil
	// where nothing is known.
	Judged func(*migration.Migration) *rollback.Migration
	// Progress is told before each migration, with how many there are.
	Progress func(done, total int, m *migration.Migration)
}

// A Migration is what happened to one.
type Migration struct {
	*migration.Migration
	// Skipped says why it was not drilled: opaque, or its up failed.
	Skipped string
	// Up is the refusal of a statement of the up. Down is that of one of the
	// down, on the rows that were there before; AfterWrite once something was
	// written that only the new schema takes; Again that of the second up.
	Up, Down, AfterWrite, Again *Failure
	// HasDown: there is a down script with statements.
	HasDown bool
	// Differences are those of the schema after the down from that before the
	// up, Rows the tables whose rows are not the same, and Lost those that
	// lost something of what was written.
	Differences []catalog.Difference
	Rows, Lost  []string
	Writes      []Write
	// Empty are the tables that no row could be put into.
	Empty []string
	// Locks are those that the up, and the down, held at its end.
	UpLocks, DownLocks []Held
	// UpTook and DownTook are how long the scripts ran.
	UpTook, DownTook time.Duration
	// Verdict is what was seen.
	Verdict rollback.Verdict
	// Disagreements are where it is not what the files say.
	Disagreements []string
}

// A Report is what happened in a drill.
type Report struct {
	// Server is its version, as it names itself.
	Server     string
	Migrations []*Migration
	Took       time.Duration
}

// Run applies a history, and undoes its migrations. Errors are what keeps it
// from the work; what the migrations do wrong is in the report.
func Run(ctx context.Context, server Server, history []*migration.Migration, options Options) (report *Report, err error) {
	start := time.Now()
	d := &driller{server: server, options: options, history: history, report: &Report{}}
	defer func() {
		// Also where ctx has ended.
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err = errors.Join(err, d.clean(clean))
	}()
	if err := d.begin(ctx); err != nil {
		return nil, err
	}
	for i, m := range history {
		if options.Progress != nil {
			options.Progress(i, len(history), m)
		}
		if err := d.migration(ctx, m); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fmt.Errorf("drilling %s: %w", m.ID, err)
		}
	}
	d.report.Took = time.Since(start)
	return d.report, nil
}

// A driller is one drill.
type driller struct {
	server  Server
	options Options
	history []*migration.Migration
	report  *Report

	admin *pgx.Conn
	// main is the database that the history is applied to.
	main     string
	settings []setting
	names    []string // the databases that were made
	roles    []string // those that were there
	counter  int      // of the values in rows
	// unfilled are the tables that no row could be put into, by name, with
	// their columns at the time.
	unfilled map[string]int
}

// A setting is one of the session that a script changed, and that those after
// it see.
type setting struct{ Name, Value string }

func (d *driller) begin(ctx context.Context) error {
	var err error
	if d.admin, err = d.server.Connect(ctx, ""); err != nil {
		return err
	}
	if err := d.admin.QueryRow(ctx, "SHOW server_version").Scan(&d.report.Server); err != nil {
		return err
	}
	if d.roles, err = d.allRoles(ctx); err != nil {
		return err
	}
	d.unfilled = map[string]int{}
	d.main, err = d.create(ctx, "")
	return err
}

func (d *driller) allRoles(ctx context.Context) ([]string, error) {
	rows, err := d.admin.Query(ctx, "SELECT rolname::text FROM pg_catalog.pg_roles")
	if err != nil {
		return nil, fmt.Errorf("reading the roles: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// create makes a database, empty or as a copy of another one.
func (d *driller) create(ctx context.Context, from string) (string, error) {
	name := fmt.Sprintf("%s_%d", d.server.Prefix(), len(d.names)+1)
	template := "template0"
	if from != "" {
		template = pgx.Identifier{from}.Sanitize()
	}
	if _, err := d.admin.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" TEMPLATE "+template); err != nil {
		return "", fmt.Errorf("creating a database: %w", err)
	}
	d.names = append(d.names, name) // from here on it is ours to drop
	return name, nil
}

// drop drops a database, and the roles that the migrations made there.
func (d *driller) drop(ctx context.Context, name string, keep []string) error {
	if _, err := d.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("dropping a database of the drill: %w", err)
	}
	d.names[slices.Index(d.names, name)] = ""
	now, err := d.allRoles(ctx)
	if err != nil {
		return err
	}
	for _, role := range now {
		if slices.Contains(keep, role) || !d.makes(role) {
			continue
		}
		quoted := pgx.Identifier{role}.Sanitize()
		for _, sql := range []string{"DROP OWNED BY " + quoted, "DROP ROLE " + quoted} {
			if _, err := d.admin.Exec(ctx, sql); err != nil && !isRefusal(err) {
				return err
			}
		}
	}
	return nil
}

// makes reports whether a migration names the role that it creates: others may
// come to a server meanwhile.
func (d *driller) makes(role string) bool {
	for _, m := range d.history {
		for _, s := range []*migration.Script{m.Up, m.Down} {
			if s != nil && strings.Contains(strings.ToLower(s.Span.Text()), strings.ToLower(role)) {
				return true
			}
		}
	}
	return false
}

func isRefusal(err error) bool {
	_, ok := errors.AsType[*pgconn.PgError](err)
	return ok
}

// clean drops what is left of the drill.
func (d *driller) clean(ctx context.Context) error {
	if d.admin == nil {
		return nil
	}
	if d.admin.IsClosed() {
		// The end of its context closes a connection.
		var err error
		if d.admin, err = d.server.Connect(ctx, ""); err != nil {
			return fmt.Errorf("databases of the drill may be left, with names that begin with %s: %w", d.server.Prefix(), err)
		}
	}
	var all error
	for _, name := range d.names {
		if name != "" {
			all = errors.Join(all, d.drop(ctx, name, d.roles))
		}
	}
	return errors.Join(all, d.admin.Close(ctx))
}

// session runs f with a connection to a database, with the settings that the
// scripts so far have left.
func (d *driller) session(ctx context.Context, database string, f func(*pgx.Conn) error) error {
	c, err := d.server.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	for _, s := range d.settings {
		if _, err := c.Exec(ctx, "SELECT set_config($1, $2, false)", s.Name, s.Value); err != nil && !isRefusal(err) {
			return err
		}
	}
	return f(c)
}

// neutral gives a connection the settings under which rows are read and
// written.
func neutral(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "RESET ROLE; RESET search_path; RESET statement_timeout; RESET lock_timeout; SET row_security = off; SET extra_float_digits = 3; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; SET TimeZone = 'UTC'")
	return err
}

// remember keeps the settings that a session has.
func (d *driller) remember(ctx context.Context, c *pgx.Conn) error {
	rows, err := c.Query(ctx, `SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session' AND context IN ('user', 'superuser') AND name NOT IN ('application_name', 'client_encoding')
		UNION ALL SELECT 'role', current_setting('role') WHERE current_setting('role') <> 'none'`)
	if err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	d.settings, err = pgx.CollectRows(rows, pgx.RowToStructByPos[setting])
	return err
}

// migration drills one migration, and leaves it applied.
func (d *driller) migration(ctx context.Context, m *migration.Migration) error {
	r := &Migration{Migration: m, HasDown: m.Down != nil && hasStatements(m.Down)}
	d.report.Migrations = append(d.report.Migrations, r)
	switch {
	case m.Opaque != "":
		r.Skipped = m.Opaque
		return nil
	case d.options.Drilled == nil || d.options.Drilled(m):
		if err := d.drill(ctx, r); err != nil {
			return err
		}
	}
	return d.session(ctx, d.main, func(c *pgx.Conn) error {
		up, err := execute(ctx, c, m.Up)
		if err != nil {
			return err
		}
		r.UpTook = up.took
		if up.failure != nil {
			r.Up = up.failure
			r.Skipped = "its up fails here"
			if err := salvage(ctx, c, m.Up); err != nil {
				return err
			}
		}
		if err := d.remember(ctx, c); err != nil {
			return err
		}
		if err := neutral(ctx, c); err != nil {
			return err
		}
		return d.seed(ctx, c, r)
	})
}

func hasStatements(s *migration.Script) bool {
	return slices.ContainsFunc(s.Pieces, func(p migration.Piece) bool { return len(p.Statements) > 0 })
}

// salvage runs what of a failed script the server takes, statement by
// statement, so that the migrations after it have more to stand on.
func salvage(ctx context.Context, c *pgx.Conn, s *migration.Script) error {
	for i := range s.Pieces {
		for j := range s.Pieces[i].Statements {
			err := send(ctx, c, s.Pieces[i].Statements[j].Span)
			if _, ok := errors.AsType[*refusal](err); err != nil && !ok {
				return err
			}
			if c.PgConn().TxStatus() != 'I' {
				if _, err := c.Exec(ctx, "ROLLBACK"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// seed puts rows into the tables that have none.
func (d *driller) seed(ctx context.Context, c *pgx.Conn, r *Migration) error {
	s, err := newSeeder(ctx, c, d.counter)
	if err != nil {
		return err
	}
	err = s.seed(ctx, func(t *table) bool {
		n, ok := d.unfilled[t.name]
		return ok && n == len(t.columns)
	})
	d.counter = s.counter
	for _, t := range s.tables {
		if _, ok := s.empty[t.name]; ok {
			d.unfilled[t.name] = len(t.columns)
			r.Empty = append(r.Empty, t.name)
		} else {
			delete(d.unfilled, t.name)
		}
	}
	return err
}

// A state is what is there at one time.
type state struct {
	schema  schema
	tables  []*table
	columns columnsOf
	rows    digests
}

// look reads what is there; of rows, the columns that are in both.
func look(ctx context.Context, c *pgx.Conn, in columnsOf) (*state, error) {
	s := &state{}
	var err error
	if s.schema, err = readSchema(ctx, c); err != nil {
		return nil, err
	}
	if s.tables, err = readTables(ctx, c); err != nil {
		return nil, err
	}
	s.columns = columnNames(s.tables)
	if in == nil {
		in = s.columns
	}
	if s.rows, err = readDigests(ctx, c, in.common(s.columns)); err != nil {
		return nil, err
	}
	return s, readSequences(ctx, c, s.rows)
}

// drill undoes a migration in copies of the database.
func (d *driller) drill(ctx context.Context, r *Migration) error {
	if err := d.copied(ctx, func(name string) error { return d.plain(ctx, r, name) }); err != nil {
		return err
	}
	if r.Up == nil && r.HasDown && r.Down == nil {
		if err := d.copied(ctx, func(name string) error { return d.written(ctx, r, name) }); err != nil {
			return err
		}
	}
	if r.Up != nil {
		r.Skipped = "its up fails here"
		return nil
	}
	r.Verdict = r.seen()
	if d.options.Judged != nil {
		if judged := d.options.Judged(r.Migration); judged != nil {
			r.Disagreements = disagreements(judged, r)
		}
	}
	return nil
}

// copied runs f with a copy of the main database.
func (d *driller) copied(ctx context.Context, f func(name string) error) error {
	keep, err := d.allRoles(ctx)
	if err != nil {
		return err
	}
	name, err := d.create(ctx, d.main)
	if err != nil {
		return err
	}
	if err := f(name); err != nil {
		return err
	}
	return d.drop(ctx, name, keep)
}

// as runs f in a database with the settings of the drill.
func (d *driller) as(ctx context.Context, database string, f func(*pgx.Conn) error) error {
	return d.session(ctx, database, func(c *pgx.Conn) error {
		if err := neutral(ctx, c); err != nil {
			return err
		}
		return f(c)
	})
}

// plain runs the up and the down, with the rows that are there.
func (d *driller) plain(ctx context.Context, r *Migration, name string) error {
	var before, after *state
	err := d.as(ctx, name, func(c *pgx.Conn) (err error) {
		before, err = look(ctx, c, nil)
		return err
	})
	if err != nil {
		return err
	}
	err = d.session(ctx, name, func(c *pgx.Conn) error {
		up, err := execute(ctx, c, r.Migration.Up)
		if err != nil || up.failure != nil {
			if up != nil {
				r.Up = up.failure
			}
			return err
		}
		r.UpLocks = up.locks
		if r.Migration.Down == nil {
			return nil
		}
		down, err := execute(ctx, c, r.Migration.Down)
		if err != nil {
			return err
		}
		r.Down, r.DownLocks, r.DownTook = down.failure, down.locks, down.took
		return nil
	})
	if err != nil || r.Up != nil {
		return err
	}
	err = d.as(ctx, name, func(c *pgx.Conn) (err error) {
		after, err = look(ctx, c, before.columns)
		return err
	})
	if err != nil {
		return err
	}
	r.Differences = differences(before.schema, after.schema)
	r.Rows = before.restricted(after).changed(after.rows)
	if r.Migration.Down == nil || r.Down != nil {
		return nil
	}
	return d.session(ctx, name, func(c *pgx.Conn) error {
		again, err := execute(ctx, c, r.Migration.Up)
		if err == nil {
			r.Again = again.failure
		}
		return err
	})
}

// restricted are the digests of a state, without the tables that have other
// columns later, which are differences of the schema.
func (s *state) restricted(later *state) digests {
	all := digests{}
	for name, d := range s.rows {
		if columns, ok := s.columns[name]; ok && !slices.Equal(sorted(columns), sorted(s.columns.common(later.columns)[name])) {
			continue
		}
		all[name] = d
	}
	return all
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return names
}

// written runs the up, writes what only the new schema takes, and runs the down.
func (d *driller) written(ctx context.Context, r *Migration, name string) error {
	var before, between, after *state
	err := d.as(ctx, name, func(c *pgx.Conn) (err error) {
		before, err = look(ctx, c, columnsOf{})
		return err
	})
	if err != nil {
		return err
	}
	run := func(s *migration.Script) (*Failure, error) {
		var x *execution
		err := d.session(ctx, name, func(c *pgx.Conn) (err error) {
			x, err = execute(ctx, c, s)
			return err
		})
		if err != nil {
			return nil, err
		}
		return x.failure, nil
	}
	if failure, err := run(r.Migration.Up); err != nil || failure != nil {
		return err
	}
	err = d.as(ctx, name, func(c *pgx.Conn) error {
		s, err := newSeeder(ctx, c, d.counter+1000)
		if err != nil {
			return err
		}
		w := &writer{seeder: s, before: before.tables}
		if err := w.all(ctx); err != nil {
			return err
		}
		r.Writes = w.writes
		between, err = look(ctx, c, before.columns)
		return err
	})
	if err != nil {
		return err
	}
	if r.AfterWrite, err = run(r.Migration.Down); err != nil || r.AfterWrite != nil {
		return err
	}
	err = d.as(ctx, name, func(c *pgx.Conn) (err error) {
		after, err = look(ctx, c, before.columns.common(between.columns))
		return err
	})
	if err != nil {
		return err
	}
	r.Lost = lost(r.Writes, between, after)
	return nil
}

// lost lists what of the writes the down did not keep.
func lost(writes []Write, between, after *state) []string {
	rows := digests{}
	for name, d := range between.rows {
		if !strings.HasPrefix(name, "sequence ") {
			rows[name] = d
		}
	}
	all := rows.changed(after.rows)
	for _, w := range writes {
		if w.Refused != nil {
			continue
		}
		switch w.Kind {
		case rollback.NewTable:
			if _, ok := after.columns[w.Object]; !ok {
				all = append(all, "rows of the new table "+w.Object)
			}
		case rollback.NewColumn:
			i := strings.LastIndex(w.Object, ".")
			if table, column := w.Object[:i], w.Object[i+1:]; !slices.Contains(after.columns[table], column) {
				all = append(all, "values of the new column "+w.Object)
			}
		}
	}
	return all
}

// seen is the verdict on what happened.
func (r *Migration) seen() rollback.Verdict {
	different := slices.ContainsFunc(r.Differences, func(d catalog.Difference) bool { return !d.Equivalent })
	switch {
	case r.Migration.Down == nil && (different || len(r.Rows) > 0), r.Down != nil, different:
		return rollback.Irreversible
	case len(r.Rows) > 0:
		return rollback.StructureOnly
	case r.AfterWrite != nil || len(r.Lost) > 0:
		return rollback.LosslessUntilWrite
	}
	return rollback.Lossless
}
