package compat_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
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

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// TestApplicationConforms compares what is said of an application of the
// user's own with what servers say (make compat-conformance): the queries of
// the code in APP, on the schema that the migrations in HISTORY make, on the
// majors of HISTORY_POSTGRES, else on the newest. Then the schema is broken in
// many ways, one at a time, and what becomes of each query is compared; or,
// where NEW_HISTORY names the migrations of a later version, the schema is what
// they make of it.
func TestApplicationConforms(t *testing.T) {
	history, code, later := os.Getenv("HISTORY"), os.Getenv("APP"), os.Getenv("NEW_HISTORY")
	if history == "" || code == "" {
		t.Skip("HISTORY names no directory of migrations, or APP none of code")
	}
	app := readApplication(t, code)
	for _, major := range majorsOf(t, os.Getenv("HISTORY_POSTGRES")) {
		t.Run(fmt.Sprintf("postgres%d", major), func(t *testing.T) {
			s := newSubject(t, postgres.One(t, major), history, later)
			s.check(t, app)
			if later != "" {
				s.release(t, app)
				return
			}
			s.mutate(t, app)
		})
	}
}

func majorsOf(t *testing.T, list string) []int {
	t.Helper()
	var majors []int
	for _, w := range strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(w)
		require.NoError(t, err, "HISTORY_POSTGRES")
		majors = append(majors, n)
	}
	if majors == nil {
		majors = []int{postgres.Newest}
	}
	return majors
}

// An issued is a statement that an application sends.
type issued struct {
	query     queries.Query
	sql       string
	statement *ddl.Statement
}

func (a issued) String() string {
	from := a.query.At.From()
	text := strings.Join(strings.Fields(a.sql), " ")
	if len(text) > 400 {
		text = text[:400] + "…"
	}
	path := ""
	if a.query.At.File != nil {
		path = a.query.At.File.Path
	}
	return fmt.Sprintf("%s:%d: %s: %s", path, from.Line, cmp.Or(a.query.Name, a.query.Func, "-"), text)
}

// readApplication reads the statements of the Go code and of the files of named
// queries in a directory, each text once.
func readApplication(t *testing.T, dir string) []issued {
	t.Helper()
	var all []queries.Query
	counts := map[queries.Source]int{}
	result, err := gocode.Load(t.Context(), dir, nil, gocode.Options{Env: os.Environ(), Syntax: os.Getenv("APP_SYNTAX") != ""})
	if err != nil {
		fmt.Fprintf(t.Output(), "no Go code was read: %v\n", err)
	} else {
		all = result.Queries
		fmt.Fprintf(t.Output(), "%d packages (%s), %d calls, %d texts, %d calls or texts not resolved\n",
			result.Packages, result.Mode, result.Calls, len(all), len(result.Unresolved))
	}
	all = append(all, queryFiles(t, dir)...)
	var statements []issued
	seen := map[string]bool{}
	partial := 0
	for _, q := range all {
		if seen[q.SQL] {
			continue
		}
		seen[q.SQL] = true
		if q.Partial {
			partial++
			continue
		}
		script := parser.Parse(source.NewFile("query.sql", q.SQL).Whole())
		for i := range script.Statements {
			sql := q.SQL
			if len(script.Statements) > 1 {
				sql = script.Statements[i].Span.Text()
			}
			counts[q.Source]++
			statements = append(statements, issued{query: q, sql: sql, statement: &script.Statements[i]})
		}
	}
	fmt.Fprintf(t.Output(), "%d different texts, %d of them partial; %d statements: %v\n", len(seen), partial, len(statements), counts)
	return statements
}

// queryFiles reads the SQL files whose queries have names.
func queryFiles(t *testing.T, dir string) []queries.Query {
	t.Helper()
	var all []queries.Query
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".sql" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found, _, err := queries.Read(source.NewFile(path, string(text)))
		if err != nil {
			return err
		}
		for _, q := range found {
			if q.Name != "" {
				all = append(all, q)
			}
		}
		return nil
	}))
	return all
}

// A subject is a history on a server and in memory.
type subject struct {
	server        *postgres.Server
	before, after *catalog.Catalog
	conn          *pgx.Conn
	// pending are the statements of the later version that are still to run.
	pending []*replay.Statement
}

func newSubject(t *testing.T, server *postgres.Server, history, later string) *subject {
	t.Helper()
	options := replay.Options{Complete: true, PGVersion: server.Major}
	ms := migrations(t, cmp.Or(later, history))
	if later != "" {
		released := map[string]bool{}
		for _, m := range migrations(t, history) {
			released[m.ID] = true
		}
		options.InWindow = func(m *migration.Migration) bool { return !released[m.ID] }
	}
	line := replay.Up(ms, options)
	last := line.Windows[len(line.Windows)-1]
	s := &subject{server: server, before: last.End, after: last.End, conn: connect(t, server.Database(t))}
	if later != "" {
		s.before = last.Base
	}
	simple(t, s.conn, "SET client_min_messages = error")
	refused, opaque := 0, 0
	for _, m := range ms {
		if m.Opaque != "" {
			opaque++
		}
	}
	for _, st := range line.Statements {
		switch {
		case st.Down:
		case later != "" && st.Window == last:
			s.pending = append(s.pending, st)
		default:
			refused += s.migrate(t, st)
		}
	}
	fmt.Fprintf(t.Output(), "%s: %d migrations, %d of them opaque; %d statements refused by one side only; complete: %v\n",
		server, len(ms), opaque, refused, s.before.Complete())
	return s
}

func migrations(t *testing.T, dir string) []*migration.Migration {
	t.Helper()
	sets, err := migration.Load(t.Context(), []string{dir}, migration.Options{})
	require.NoError(t, err)
	require.Len(t, sets, 1)
	return sets[0].Migrations
}

// migrate runs one statement of a history, by itself. It returns 1 where server
// and catalog do not agree whether it is refused.
func (s *subject) migrate(t *testing.T, st *replay.Statement) int {
	t.Helper()
	for _, op := range st.Ops {
		switch op.(type) {
		case *ddl.Transaction, *ddl.LockTable:
			return 0
		}
	}
	code := simple(t, s.conn, st.Span.Text())
	if (code != "") == (st.Refused != nil || st.Err != nil) {
		return 0
	}
	fmt.Fprintf(t.Output(), "%s:%d: server %q, catalog %v\n", st.Span.File.Path, st.Span.From().Line, code, st.Refused)
	return 1
}

// A session asks a server about statements, in a transaction that is never
// committed.
type session struct {
	conn *pgx.Conn
}

func (s *subject) session(t *testing.T) *session {
	t.Helper()
	q := &session{conn: s.conn}
	q.run(t, "RESET ALL; SET plan_cache_mode = force_generic_plan; SET client_min_messages = error; SET lock_timeout = '5s'; SET statement_timeout = '60s'; BEGIN")
	return q
}

func (q *session) run(t *testing.T, sql string) {
	t.Helper()
	require.Empty(t, simple(t, q.conn, sql), sql)
}

// simple runs statements in one simple query, and returns the SQLSTATE of a
// refusal, or "".
func simple(t *testing.T, c *pgx.Conn, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := c.PgConn().Exec(ctx, sql).ReadAll()
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal.Code
	}
	require.NoError(t, err, sql)
	return ""
}

// An answer is what a server says of a statement: the SQLSTATE of a refusal and
// its message, or none. Planned is set where planning was asked for as well.
type answer struct {
	code, message string
	planned       bool
}

// prepare analyses and plans a statement. The savepoint s must be there.
func (q *session) prepare(t *testing.T, a issued, plan bool) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	refusal := func(err error, planned bool) answer {
		e, ok := errors.AsType[*pgconn.PgError](err)
		require.True(t, ok, "%v: %s", err, a)
		q.run(t, "ROLLBACK TO s")
		return answer{e.Code, e.Message, planned}
	}
	description, err := q.conn.PgConn().Prepare(ctx, "asked", a.sql, nil)
	if err != nil {
		return refusal(err, false)
	}
	defer func() { require.NoError(t, q.conn.PgConn().Deallocate(ctx, "asked")) }()
	if _, is := first(a).(*ddl.CreateTableAs); is || !plan {
		return answer{}
	}
	arguments := strings.TrimSuffix(strings.Repeat("NULL, ", len(description.ParamOIDs)), ", ")
	if arguments != "" {
		arguments = "(" + arguments + ")"
	}
	if _, err := q.conn.PgConn().Exec(ctx, "EXPLAIN EXECUTE asked"+arguments).ReadAll(); err != nil {
		return refusal(err, true)
	}
	return answer{planned: true}
}

// first is the first operation of a statement, or nil.
func first(a issued) ddl.Op {
	if len(a.statement.Ops) == 0 {
		return nil
	}
	return a.statement.Ops[0]
}

// execute runs a statement that cannot be prepared.
func (q *session) execute(t *testing.T, a issued) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var err error
	switch op := a.statement.Ops[0].(type) {
	case *ddl.Copy:
		if op.From {
			_, err = q.conn.PgConn().CopyFrom(ctx, strings.NewReader(""), a.sql)
			break
		}
		_, err = q.conn.PgConn().CopyTo(ctx, &strings.Builder{}, a.sql)
	default:
		_, err = q.conn.PgConn().Exec(ctx, a.sql).ReadAll()
	}
	q.run(t, "ROLLBACK TO s")
	if err == nil {
		return answer{}
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	require.True(t, ok, "%v: %s", err, a)
	return answer{code: e.Code, message: e.Message}
}

// preparable tells queries from the statements that are executed to see what
// becomes of them, and from those that are neither.
func (a issued) preparable() (prepare, execute bool) {
	if a.statement.Err != nil || len(a.statement.Ops) == 0 {
		return true, false
	}
	if a.statement.Kind == "DO" || a.statement.Kind == "CALL" {
		return false, false
	}
	switch op := a.statement.Ops[0].(type) {
	case *ddl.SetVariable:
		return false, !strings.HasSuffix(op.Name, "_timeout") // those end the session
	case *ddl.Select, *ddl.Insert, *ddl.Update, *ddl.Delete, *ddl.Merge, *ddl.CreateTableAs:
		return true, false
	case *ddl.CreateObject:
		return false, false // databases and the like
	case *ddl.Transaction, *ddl.Dynamic, *ddl.Unmodelled, *ddl.Vacuum:
		return false, false
	}
	return false, true
}

// check compares what Check says of each statement on the schema with what the
// server says when it is prepared.
func (s *subject) check(t *testing.T, app []issued) {
	q := s.session(t)
	q.run(t, "SAVEPOINT s")
	var n struct{ asked, resolved, both, differ, unknown, unknownRefused, late, executed, aside, text int }
	for _, a := range app {
		prepare, execute := a.preparable()
		var said answer
		switch {
		case prepare:
			said = q.prepare(t, a, true)
		case execute:
			n.executed++
			said = q.execute(t, a)
		default:
			n.aside++
			continue
		}
		n.asked++
		result := compat.Check(a.statement, s.before)
		var found []compat.Error
		for _, e := range result.Errors {
			if e.Certain && !(prepare && late(e.SQLState)) {
				found = append(found, e)
			}
		}
		if len(found) == 0 && slices.ContainsFunc(result.Errors, func(e compat.Error) bool { return e.Certain }) {
			n.late++
		}
		if said.code == "" && len(found) == 0 {
			n.resolved++
			if len(result.Unknown) > 0 {
				n.unknown++
			}
			continue
		}
		states := codes(found)
		switch {
		case a.statement.Err != nil && said.code == "42601":
			n.text++
			fmt.Fprintf(t.Output(), "no SQL of PostgreSQL: %s: %s\n", said.message, a)
		case slices.Contains(states, said.code):
			n.both++
			fmt.Fprintf(t.Output(), "refused: %s %s: %s\n", said.code, said.message, a)
		case len(found) == 0 && s.assumed(said):
			n.unknownRefused++
			fmt.Fprintf(t.Output(), "assumed, and refused: %s %s: %s\n", said.code, said.message, a)
		case len(found) == 0 && len(result.Unknown) > 0:
			n.unknownRefused++
			fmt.Fprintf(t.Output(), "unknown, and refused: %s %s: %s: %s\n", said.code, said.message, result.Unknown[0].Text, a)
		default:
			n.differ++
			message := ""
			if len(found) > 0 {
				message = found[0].Message
			}
			fmt.Fprintf(t.Output(), "DIFFERS: server %s %q, check %v %q: %s\n", said.code, said.message, states, message, a)
		}
	}
	q.run(t, "ROLLBACK")
	fmt.Fprintf(t.Output(), "%s: %d statements (%d executed; %d besides that are neither prepared nor executed): %d (%.1f %%) resolve on both sides, %d of them with something unknown; "+
		"refused by both %d, no SQL %d, unknown and refused %d, differ %d; certain to fail later %d\n",
		s.server, n.asked, n.executed, n.aside, n.resolved, 100*float64(n.resolved)/float64(max(n.asked, 1)), n.unknown,
		n.both, n.text, n.unknownRefused, n.differ, n.late)
	if n.differ > 0 {
		t.Fail()
	}
}

var missingRelation = regexp.MustCompile(`^relation "(?:(\w+)\.)?(\w+)" does not exist$`)

// assumed reports whether what a server misses is a relation that the history
// uses and does not make: an opaque migration does.
func (s *subject) assumed(said answer) bool {
	m := missingRelation.FindStringSubmatch(said.message)
	if m == nil {
		return false
	}
	r := s.before.Relation(ddl.Name{Schema: m[1], Name: m[2]})
	return r != nil && r.Assumed
}

// late reports whether a refusal comes when the statement runs only.
func late(sqlstate string) bool {
	return slices.Contains([]string{"23502", "23503", "23505", "23514", "23P01", "42501"}, sqlstate)
}
