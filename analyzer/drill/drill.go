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
	// Empty are the tables that no row could be put into. Emptied are those
	// whose rows were removed because the up fails on them, and OnRows how.
	Empty, Emptied []string
	OnRows         *Failure
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
	var texts strings.Builder
	for _, m := range history {
		for _, s := range []*migration.Script{m.Up, m.Down} {
			if s != nil {
				texts.WriteString(strings.ToLower(s.Span.Text()) + "\n")
			}
		}
	}
	d.text = texts.String()
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
	// strategy is how databases are copied, as a clause of CREATE DATABASE.
	strategy string
	// conn is the connection to the database that was used last.
	conn *pgx.Conn
	// main is the database that the history is applied to.
	main     string
	settings []setting
	names    []string // the databases that were made
	shared   shared   // what was there
	text     string   // of all scripts, in lower case
	counter  int      // of the values in rows
	// unfilled are the tables that no row could be put into, by name, with
	// their columns at the time.
	unfilled map[string]int
	// widths are how many columns tables had when rows were put in.
	widths map[string]int
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
	// Copying files asks for a checkpoint, which costs a server nothing that
	// promises no durability, and disturbs any other one.
	var files bool
	if err := d.admin.QueryRow(ctx, "SELECT current_setting('fsync') = 'off' AND current_setting('server_version_num')::int >= 150000").Scan(&files); err != nil {
		return err
	}
	if files {
		d.strategy = " STRATEGY file_copy"
	}
	if d.shared, err = d.readShared(ctx); err != nil {
		return err
	}
	d.unfilled, d.widths = map[string]int{}, map[string]int{}
	d.main, err = d.create(ctx, "")
	return err
}

// create makes a database, empty or as a copy of another one.
func (d *driller) create(ctx context.Context, from string) (string, error) {
	name := fmt.Sprintf("%s_%d", d.server.Prefix(), len(d.names)+1)
	template := "template0"
	if from != "" {
		d.disconnect(ctx, from)
		template = quoted(from)
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	// Its end is waited for: a server may finish what nobody waits for any more,
	// and then the database would be left.
	if _, err := d.admin.Exec(context.WithoutCancel(ctx), "CREATE DATABASE "+quoted(name)+" TEMPLATE "+template+d.strategy); err != nil {
		return "", fmt.Errorf("creating a database: %w", err)
	}
	d.names = append(d.names, name) // from here on it is ours to drop
	return name, nil
}

// drop drops a database, and makes what it shared with others what that was.
func (d *driller) drop(ctx context.Context, name string, before shared) error {
	d.disconnect(ctx, name)
	if _, err := d.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted(name)+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("dropping a database of the drill: %w", err)
	}
	d.names[slices.Index(d.names, name)] = ""
	return d.restore(ctx, before)
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
	if d.conn != nil {
		d.disconnect(ctx, d.conn.Config().Database)
	}
	for _, name := range d.names {
		if name != "" {
			all = errors.Join(all, d.drop(ctx, name, d.shared))
		}
	}
	return errors.Join(all, d.admin.Close(ctx))
}

// session runs f with a connection to a database that is as a new one, with
// the settings that the scripts so far have left.
func (d *driller) session(ctx context.Context, database string, f func(*pgx.Conn) error) error {
	c, err := d.connect(ctx, database)
	if err != nil {
		return err
	}
	for _, s := range d.settings {
		if _, err := c.Exec(ctx, "SELECT set_config($1, $2, false)", s.Name, s.Value); err != nil && !isRefusal(err) {
			return err
		}
	}
	return f(c)
}

// connect returns a connection to a database: the one that was used last, if it
// is to that database, without anything that its session had.
func (d *driller) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	if c := d.conn; c != nil && !c.IsClosed() && c.Config().Database == database && c.PgConn().TxStatus() == 'I' {
		if _, err := c.Exec(ctx, "DISCARD ALL"); err != nil {
			return nil, fmt.Errorf("beginning a session anew: %w", err)
		}
		return c, c.DeallocateAll(ctx)
	}
	if d.conn != nil {
		d.disconnect(ctx, d.conn.Config().Database)
	}
	var err error
	d.conn, err = d.server.Connect(ctx, database)
	return d.conn, err
}

// disconnect closes the connection if it is to a database.
func (d *driller) disconnect(ctx context.Context, database string) {
	if d.conn != nil && d.conn.Config().Database == database {
		_ = d.conn.Close(context.WithoutCancel(ctx))
		d.conn = nil
	}
}

// neutral gives a connection the settings under which rows are read and
// written.
func neutral(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "SET search_path = public; SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET default_transaction_read_only = off; SET row_security = off; SET extra_float_digits = 3; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; SET TimeZone = 'UTC'")
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
	err := d.withoutRows(ctx, r, func() (failure *Failure, err error) {
		err = d.session(ctx, d.main, func(c *pgx.Conn) error {
			up, err := execute(ctx, c, m.Up)
			if err != nil || up.failure != nil {
				if up != nil {
					failure = up.failure
				}
				return err
			}
			r.UpTook = up.took
			return d.remember(ctx, c)
		})
		return failure, err
	})
	if err != nil {
		return err
	}
	if r.Up != nil {
		r.Skipped = "its up fails here"
		err := d.session(ctx, d.main, func(c *pgx.Conn) error {
			if err := salvage(ctx, c, m.Up); err != nil {
				return err
			}
			return d.remember(ctx, c)
		})
		if err != nil {
			return err
		}
	}
	return d.as(ctx, d.main, func(c *pgx.Conn) error { return d.seed(ctx, c, r) })
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
	if err == nil {
		err = d.more(ctx, s)
	}
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

// more puts another row into tables that have got columns, so that these have
// values too.
func (d *driller) more(ctx context.Context, s *seeder) error {
	for _, t := range s.tables {
		before, ok := d.widths[t.name]
		d.widths[t.name] = len(t.columns)
		if !ok || before >= len(t.columns) || s.empty[t.name] != "" {
			continue
		}
		if _, err := s.insert(ctx, t, 0, ordinary); err != nil {
			return err
		}
	}
	return nil
}

// A state is what is there at one time.
type state struct {
	schema  schema
	tables  []*table
	columns columnsOf
	rows    digests
}

// look reads what is there; of rows, the columns that are in both.
func (d *driller) look(ctx context.Context, c *pgx.Conn, in columnsOf) (*state, error) {
	s, err := lookAtRows(ctx, c, in)
	if err != nil {
		return nil, err
	}
	s.schema, err = readSchema(ctx, c, d.makes)
	return s, err
}

// lookAtRows is look without the schema.
func lookAtRows(ctx context.Context, c *pgx.Conn, in columnsOf) (*state, error) {
	s := &state{}
	var err error
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

// withoutRows runs an up. Where it fails because of rows that are there, it is
// run again without them: it may be meant for tables that have none, and what
// comes after it needs what it makes.
func (d *driller) withoutRows(ctx context.Context, r *Migration, run func() (*Failure, error)) error {
	const tables = 4 // before all of them are emptied
	for attempt := 0; ; attempt++ {
		failure, err := run()
		if err != nil {
			return err
		}
		if r.Up = failure; failure == nil || !failure.onRows() || attempt > tables {
			return nil
		}
		if r.OnRows == nil {
			r.OnRows = failure
		}
		names := []string{failure.Table}
		if failure.Table == "" || attempt == tables || slices.Contains(r.Emptied, failure.Table) {
			names, attempt = nil, tables
		}
		if err := d.empty(ctx, r, names); err != nil {
			return err
		}
	}
}

// empty removes the rows of tables of the main database, and of those that
// refer to them; for nil those of all tables.
func (d *driller) empty(ctx context.Context, r *Migration, names []string) error {
	return d.as(ctx, d.main, func(c *pgx.Conn) error {
		if names == nil {
			all, err := readTables(ctx, c)
			if err != nil {
				return err
			}
			for _, t := range all {
				names = append(names, t.name)
			}
		}
		r.Emptied = append(r.Emptied, names...)
		for _, name := range names {
			if _, err := c.Exec(ctx, "TRUNCATE "+name+" CASCADE"); err != nil && !isRefusal(err) {
				return err
			}
		}
		return nil
	})
}

// drill undoes a migration in copies of the database: in one, if the down
// leaves all as it was.
func (d *driller) drill(ctx context.Context, r *Migration) error {
	var restored *state
	err := d.withoutRows(ctx, r, func() (*Failure, error) {
		r.Up, restored = nil, nil
		err := d.copied(ctx, func(name string) (err error) {
			if restored, err = d.plain(ctx, r, name); err != nil || restored == nil {
				return err
			}
			return d.written(ctx, r, name, restored)
		})
		return r.Up, err
	})
	if err != nil {
		return err
	}
	if r.Up != nil {
		r.Skipped = "its up fails here"
		return nil
	}
	if restored == nil && r.HasDown && r.Down == nil {
		if err := d.copied(ctx, func(name string) error { return d.written(ctx, r, name, nil) }); err != nil {
			return err
		}
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
	before, err := d.readShared(ctx)
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
	return d.drop(ctx, name, before)
}

// as runs f in a database with the settings of the drill, and none that a
// script has left.
func (d *driller) as(ctx context.Context, database string, f func(*pgx.Conn) error) error {
	c, err := d.connect(ctx, database)
	if err != nil {
		return err
	}
	if err := neutral(ctx, c); err != nil {
		return err
	}
	return f(c)
}

// plain runs the up and the down, with the rows that are there. The state is
// that after the down, if nothing is different from before; otherwise, and where
// the down has no statements, nil, and the up was run again.
func (d *driller) plain(ctx context.Context, r *Migration, name string) (*state, error) {
	var before, after *state
	err := d.as(ctx, name, func(c *pgx.Conn) (err error) {
		before, err = d.look(ctx, c, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	up, err := d.execute(ctx, name, r.Migration.Up)
	if err != nil || up.failure != nil {
		if up != nil {
			r.Up = up.failure
		}
		return nil, err
	}
	r.UpLocks = up.locks
	if r.Migration.Down != nil {
		down, err := d.execute(ctx, name, r.Migration.Down)
		if err != nil {
			return nil, err
		}
		r.Down, r.DownLocks, r.DownTook = down.failure, down.locks, down.took
	}
	err = d.as(ctx, name, func(c *pgx.Conn) (err error) {
		after, err = d.look(ctx, c, before.columns)
		return err
	})
	if err != nil {
		return nil, err
	}
	r.Differences = differences(before.schema, after.schema)
	r.Rows = before.restricted(after).changed(after.rows)
	switch {
	case r.Migration.Down == nil || r.Down != nil:
		return nil, nil
	case r.HasDown && len(r.Differences)+len(r.Rows) == 0:
		return after, nil
	}
	again, err := d.execute(ctx, name, r.Migration.Up)
	if err == nil {
		r.Again = again.failure
	}
	return nil, err
}

// execute runs a script in a session of its own.
func (d *driller) execute(ctx context.Context, name string, s *migration.Script) (x *execution, err error) {
	err = d.session(ctx, name, func(c *pgx.Conn) (err error) {
		x, err = execute(ctx, c, s)
		return err
	})
	return x, err
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
// Before is what is there, or nil where that is still to be read.
func (d *driller) written(ctx context.Context, r *Migration, name string, before *state) error {
	if before == nil {
		err := d.as(ctx, name, func(c *pgx.Conn) (err error) {
			before = &state{}
			before.tables, err = readTables(ctx, c)
			before.columns = columnNames(before.tables)
			return err
		})
		if err != nil {
			return err
		}
	}
	up, err := d.execute(ctx, name, r.Migration.Up)
	if err != nil || up.failure != nil {
		if up != nil {
			r.Again = up.failure
		}
		return err
	}
	var between, after *state
	var read columnsOf
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
		read = kept(before.tables, s.tables)
		between, err = lookAtRows(ctx, c, read)
		return err
	})
	if err != nil {
		return err
	}
	down, err := d.execute(ctx, name, r.Migration.Down)
	if err != nil || down.failure != nil {
		if down != nil {
			r.AfterWrite = down.failure
		}
		return err
	}
	err = d.as(ctx, name, func(c *pgx.Conn) (err error) {
		after, err = lookAtRows(ctx, c, read)
		return err
	})
	if err != nil {
		return err
	}
	r.Lost = lost(r.Writes, between, after)
	return nil
}

// kept are the columns of tables before and after an up whose values as text
// must come through its down: not those that are computed, and no labels that
// the up has renamed.
func kept(before, after []*table) columnsOf {
	all := columnsOf{}
	for _, t := range after {
		i := slices.IndexFunc(before, func(b *table) bool { return b.name == t.name })
		if i < 0 {
			continue
		}
		all[t.name] = []string{}
		for _, c := range t.columns {
			was := named(before[i], c.Name)
			if was == nil || was.Computed && c.Computed || slices.Equal(was.LabelOIDs, c.LabelOIDs) && !slices.Equal(was.Labels, c.Labels) {
				continue
			}
			all[t.name] = append(all[t.name], c.Name)
		}
	}
	return all
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
