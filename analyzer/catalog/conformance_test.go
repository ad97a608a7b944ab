package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

func TestMain(m *testing.M) { postgres.Main(m) }

// TestConformance runs every file of testdata/conformance on servers and in the
// catalog. Both must refuse the same statements with the same SQLSTATE, and
// hold the same schema afterwards.
//
// A comment "-- pg>=15" or "-- pg<15" before a statement keeps it from other
// majors. Statements run alone, but for those between BEGIN and COMMIT.
func TestConformance(t *testing.T) {
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		files, err := filepath.Glob("testdata/conformance/*.sql")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		if s.Major == postgres.Newest {
			// Those of other tests, which say what the newest does.
			others, err := filepath.Glob("testdata/[to]*/*.sql")
			require.NoError(t, err)
			require.NotEmpty(t, others)
			files = append(files, others...)
		}
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.ToSlash(file), ".sql"), func(t *testing.T) {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				compare(t, s, script(t, file, string(text), s.Major)).fail(t)
			})
		}
	})
}

// TestDemoConforms does the same with the demo project's history, as its tool
// would run it.
func TestDemoConforms(t *testing.T) {
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		compare(t, s, load(t, "../../testdata/demo/migrations")).fail(t)
	})
}

func load(t *testing.T, dir string) []*migration.Migration {
	t.Helper()
	sets, err := migration.Load(context.Background(), []string{dir}, migration.Options{})
	require.NoError(t, err)
	require.Len(t, sets, 1)
	return sets[0].Migrations
}

var onlyOn = regexp.MustCompile(`(?m)^-- pg(>=|<)(\d+)$`)

// script makes a migration of the statements of a file that a major is to run.
func script(t *testing.T, path, text string, major int) []*migration.Migration {
	t.Helper()
	span := source.NewFile(path, text).Whole()
	piece := migration.Piece{Span: span, Transaction: migration.Autocommit}
	last := 0
	for _, st := range parser.Parse(span).Statements {
		before := text[last:st.Span.Start]
		last = st.Span.End
		m := onlyOn.FindStringSubmatch(before)
		if m != nil {
			n, err := strconv.Atoi(m[2])
			require.NoError(t, err)
			if (m[1] == ">=") != (major >= n) {
				continue
			}
		}
		piece.Statements = append(piece.Statements, st)
	}
	require.NotEmpty(t, piece.Statements)
	return []*migration.Migration{{ID: path, Up: &migration.Script{Span: span, Pieces: []migration.Piece{piece}}}}
}

// Differences are where server and catalog disagree.
type differences struct {
	statements, refused, lines int
	refusals, schema           []string
}

func (d *differences) fail(t *testing.T) {
	t.Helper()
	for _, line := range append(d.refusals, d.schema...) {
		t.Error(line)
	}
}

func (d *differences) summary() string {
	return fmt.Sprintf("%d statements, %d refused by both, %d refusals differ; %d lines of schema are equal, %d differ",
		d.statements, d.refused, len(d.refusals), d.lines, len(d.schema))
}

func compare(t *testing.T, s *postgres.Server, ms []*migration.Migration) *differences {
	t.Helper()
	d := s.Database(t)
	server := &runner{t: t, conn: d.Connect(t)}
	server.history(ms)
	timeline := replay.Up(ms, replay.Options{Complete: true, PGVersion: s.Major})
	var diff differences
	i := 0
	for _, st := range timeline.Statements {
		if st.Down {
			continue
		}
		want, message := server.states[i], server.messages[i]
		i++
		diff.statements++
		got, why := "", ""
		if st.Refused != nil {
			got, why = st.Refused.SQLState, st.Refused.Message
		}
		if st.Err != nil {
			got, why = "42601", st.Err.Message
		}
		switch {
		case got != want:
			line := st.Span.From().Line
			diff.refusals = append(diff.refusals, fmt.Sprintf("%s:%d: server %q (%s), catalog %q (%s): %s",
				st.Span.File.Path, line, want, message, got, why, abridged(st.Span.Text())))
		case got != "":
			diff.refused++
		}
	}
	end := timeline.Windows[len(timeline.Windows)-1].End
	replayed := schema(end)
	if s.Major < 14 {
		replayed = slices.DeleteFunc(replayed, func(line string) bool { return strings.Contains(line, "\tmultirange\t") })
	}
	if s.Major < 18 {
		for i, line := range replayed {
			replayed[i] = notNullName.ReplaceAllString(line, "constraint=")
		}
	}
	diff.lines, diff.schema = compareLines(d.Schema(t), replayed)
	return &diff
}

func abridged(sql string) string {
	sql = strings.Join(strings.Fields(sql), " ")
	if len(sql) > 160 {
		sql = sql[:160] + "…"
	}
	return sql
}

// notNullName is the name of a NOT NULL constraint, which those of PostgreSQL
// before 18 do not have.
var notNullName = regexp.MustCompile(`constraint=[^\t]*$`)

// compareLines compares two schemas object by object.
func compareLines(server, replayed []string) (equal int, diff []string) {
	byName := map[string][]string{}
	for _, line := range replayed {
		fields := strings.Split(line, "\t")
		if _, twice := byName[fields[0]]; twice {
			diff = append(diff, "twice in the catalog: "+fields[0])
		}
		byName[fields[0]] = fields
	}
	for _, line := range server {
		want := strings.Split(line, "\t")
		got, ok := byName[want[0]]
		delete(byName, want[0])
		if !ok {
			diff = append(diff, "on the server only:   "+strings.ReplaceAll(line, "\t", " "))
			continue
		}
		same := true
		for i := range want {
			if g := got[min(i, len(got)-1)]; g != want[i] && !strings.Contains(g, unknown) {
				diff = append(diff, fmt.Sprintf("different: %s: server %q, catalog %q", want[0], want[i], g))
				same = false
			}
		}
		if same {
			equal++
		}
	}
	for name := range byName {
		diff = append(diff, "in the catalog only:  "+name)
	}
	slices.Sort(diff)
	return equal, diff
}

// A runner runs migrations on a server. Where a statement fails in a
// transaction, the transaction is begun anew and goes on without it, as replay
// does. (Savepoints would be simpler, but some things differ in them.)
type runner struct {
	t    *testing.T
	conn *pgx.Conn
	// states and messages are the errors of the statements, "" for none.
	states, messages []string
	// explicit: the open transaction was begun by a statement of a script.
	explicit bool
	// done are the statements of the open transaction, BEGIN among them.
	done []string
}

func (r *runner) history(ms []*migration.Migration) {
	for _, m := range ms {
		for i := range m.Up.Pieces {
			p := &m.Up.Pieces[i]
			for j := range p.Statements {
				if r.idle() && (p.Transaction == migration.Wrapped && j == 0 || p.Transaction == migration.Implicit && p.Shared()) {
					require.NoError(r.t, r.run("BEGIN"))
					r.explicit = false
				}
				r.statement(&p.Statements[j])
			}
			if p.Transaction != migration.Wrapped && !r.explicit {
				r.commit()
			}
		}
		r.commit()
	}
}

func (r *runner) idle() bool { return r.conn.PgConn().TxStatus() == 'I' }

func (r *runner) commit() {
	if !r.idle() {
		if err := r.run("COMMIT"); err != nil {
			r.t.Errorf("COMMIT: %v", err)
		}
	}
	r.explicit = false
}

func (r *runner) statement(st *ddl.Statement) {
	wasIdle := r.idle()
	err := r.run(st.Span.Text())
	r.explicit = !r.idle() && (r.explicit || wasIdle || slices.ContainsFunc(st.Ops, func(op ddl.Op) bool {
		c, ok := op.(*ddl.Transaction)
		return ok && (c.Action == "begin" || c.Chain)
	}))
	state, message := "", ""
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		state, message = e.Code, e.Message
	} else if err != nil {
		r.t.Fatalf("%v", err)
	}
	r.states, r.messages = append(r.states, state), append(r.messages, message)
}

// run runs a statement and keeps account of the transaction.
func (r *runner) run(sql string) error {
	err := r.exec(sql)
	switch r.conn.PgConn().TxStatus() {
	case 'I':
		r.done = nil
	case 'E':
		require.NoError(r.t, r.exec("ROLLBACK"))
		for _, sql := range r.done {
			require.NoError(r.t, r.exec(sql))
		}
	default:
		if strings.Contains(strings.ToUpper(sql), "AND CHAIN") {
			r.done = []string{"BEGIN"}
		} else {
			r.done = append(r.done, sql)
		}
	}
	return err
}

func (r *runner) exec(sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := r.conn.PgConn().Exec(ctx, sql).ReadAll()
	return err
}
