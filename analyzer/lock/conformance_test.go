package lock_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/parser/ddl"
)

// TestConformance runs every statement of cases.sql on real servers and compares
// what it does there with what is foretold.
func TestConformance(t *testing.T) {
	schema := perform(t, catalog.New(true), readSchema(t))
	cases := readCases(t)
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		t.Parallel()
		l := newLaboratory(t, s)
		for _, c := range cases {
			if s.Major < c.since || s.Major > c.until {
				continue
			}
			t.Run(c.line, func(t *testing.T) {
				expected, actual := foretell(t, schema, c, s.Major), l.observe(t, c)
				if c.aloneMode != "" {
					expected = seen(expected, actual)
				}
				assert.Equal(t, expected, actual)
			})
		}
	})
}

// seen returns the lines on relations that others speak of as well: a statement
// that runs in several transactions does not show all of its locks at a time.
func seen(expected, actual []string) []string {
	about := map[string]bool{}
	for _, l := range actual {
		relation, _, _ := strings.Cut(l, " ")
		about[relation] = true
	}
	return slices.DeleteFunc(expected, func(l string) bool {
		relation, _, _ := strings.Cut(l, " ")
		return !about[relation]
	})
}

// A laboratory is a server with a database that statements are run in and rolled
// back, and one that databases are copied from for those that cannot be.
type laboratory struct {
	server   *postgres.Server
	template string
	admin    *pgx.Conn
	session  *session
	copies   int
}

func newLaboratory(t *testing.T, s *postgres.Server) *laboratory {
	t.Helper()
	d := s.Database(t)
	l := &laboratory{server: s, template: d.Name, admin: s.Database(t).Connect(t)}
	c, err := pgx.Connect(t.Context(), d.DSN())
	require.NoError(t, err)
	execute(t, c, readSchema(t))
	execute(t, c, "ANALYZE")
	require.NoError(t, c.Close(t.Context()))
	l.session = l.copy(t)
	return l
}

// copy opens a session in a new copy of the database.
func (l *laboratory) copy(t *testing.T) *session {
	t.Helper()
	l.copies++
	d := &postgres.Database{Server: l.server, Name: fmt.Sprintf("%s_%d", l.template, l.copies)}
	execute(t, l.admin, "CREATE DATABASE "+d.Name+" TEMPLATE "+l.template)
	t.Cleanup(func() {
		_, err := l.admin.Exec(context.Background(), "DROP DATABASE "+d.Name+" WITH (FORCE)")
		assert.NoError(t, err)
	})
	return newSession(t, d)
}

// observe runs a case and returns what it did, in the form of foretell.
func (l *laboratory) observe(t *testing.T, c testCase) []string {
	t.Helper()
	switch {
	case c.aloneMode != "":
		return l.copy(t).observeAlone(t, c)
	case c.given == "" || strings.HasPrefix(c.given, "SET ") || strings.HasPrefix(c.given, "CREATE ROLE "):
		return l.session.observe(t, c)
	}
	s := l.copy(t)
	execute(t, s.Conn, c.given)
	c.given = ""
	return s.observe(t, c)
}

// A session is a connection that keeps the notices it gets.
type session struct {
	*pgx.Conn
	database *postgres.Database
	mu       sync.Mutex
	notices  []string
}

func newSession(t *testing.T, d *postgres.Database) *session {
	t.Helper()
	s := &session{database: d}
	config, err := pgx.ParseConfig(d.DSN())
	require.NoError(t, err)
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.notices = append(s.notices, n.Message)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	s.Conn, err = pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	execute(t, s.Conn, "SET search_path = s")
	return s
}

func execute(t *testing.T, c *pgx.Conn, sql string) {
	t.Helper()
	_, err := c.Exec(t.Context(), sql)
	require.NoError(t, err, sql)
}

// relations are those of the schema, with their files.
func (s *session) relations(t *testing.T) []string {
	t.Helper()
	return postgres.Lines(t, s.Conn, `SELECT oid || ' ' || relname || ' ' || COALESCE(pg_relation_filenode(oid), 0) || ' ' || relkind::text
		FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$') ORDER BY oid`)
}

// A relation is what is known of one.
type relation struct {
	name, kind           string
	filenode             string
	mode                 string
	scans, index, copies int
}

func snapshot(lines []string) map[string]*relation {
	all := map[string]*relation{}
	for _, l := range lines {
		f := strings.Fields(l)
		all[f[0]] = &relation{name: f[1], filenode: f[2], kind: f[3]}
	}
	return all
}

func (s *session) observe(t *testing.T, c testCase) []string {
	t.Helper()
	before := snapshot(s.relations(t))
	execute(t, s.Conn, "BEGIN")
	defer execute(t, s.Conn, "ROLLBACK")
	if c.given != "" {
		execute(t, s.Conn, c.given)
	}
	execute(t, s.Conn, "SET LOCAL client_min_messages = debug1")
	earlier := s.scans(t, before)
	s.notices = nil
	if code := s.run(t, c.sql); code != "" {
		return []string{"refused " + code}
	}
	notices := s.notices
	execute(t, s.Conn, "SET LOCAL client_min_messages = warning")
	locks := postgres.Lines(t, s.Conn, `SELECT relation || ' ' || mode FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid()`)
	for oid, n := range s.scans(t, before) {
		before[oid].scans = n - earlier[oid]
	}
	return summary(t, c, before, s.relations(t), locks, notices)
}

// scans are the numbers of sequential scans that the session's transactions have
// not reported yet, by OID.
func (s *session) scans(t *testing.T, of map[string]*relation) map[string]int {
	t.Helper()
	oids := slices.Sorted(maps.Keys(of))
	lines := postgres.Lines(t, s.Conn, fmt.Sprintf("SELECT pg_stat_get_xact_numscans(o)::text FROM unnest('{%s}'::oid[]) WITH ORDINALITY u (o, i) ORDER BY i", strings.Join(oids, ",")))
	numbers := map[string]int{}
	for i, oid := range oids {
		n, err := strconv.Atoi(lines[i])
		require.NoError(t, err)
		numbers[oid] = n
	}
	return numbers
}

// run runs a statement, and returns the SQLSTATE of its refusal.
func (s *session) run(t *testing.T, sql string) string {
	t.Helper()
	_, err := s.Exec(t.Context(), sql)
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		t.Log(refusal.Message)
		return refusal.Code
	}
	require.NoError(t, err, sql)
	return ""
}

// observeAlone looks at a statement from another session, which keeps it
// waiting with a lock of its own.
func (s *session) observeAlone(t *testing.T, c testCase) []string {
	t.Helper()
	blocker := newSession(t, s.database)
	before := snapshot(s.relations(t))
	execute(t, s.Conn, "SET client_min_messages = debug1")
	pid := s.PgConn().PID()
	execute(t, blocker.Conn, "BEGIN")
	execute(t, blocker.Conn, fmt.Sprintf("LOCK TABLE %s IN %s MODE; SELECT txid_current()", c.aloneTable, c.aloneMode))
	done := make(chan error, 1)
	s.notices = nil
	go func() {
		_, err := s.Exec(context.Background(), c.sql)
		done <- err
	}()
	require.Eventually(t, func() bool {
		waits := postgres.Lines(t, blocker.Conn, fmt.Sprintf("SELECT pid::text FROM pg_locks WHERE NOT granted AND pid = %d", pid))
		return len(waits) > 0
	}, 10*time.Second, 5*time.Millisecond, "it does not wait")
	locks := postgres.Lines(t, blocker.Conn, fmt.Sprintf("SELECT relation || ' ' || mode FROM pg_locks WHERE locktype = 'relation' AND pid = %d", pid))
	execute(t, blocker.Conn, "ROLLBACK")
	require.NoError(t, <-done)
	return summary(t, c, before, s.relations(t), locks, s.notices)
}

var (
	rewriting = regexp.MustCompile(`^rewriting table "(.*)"`)
	building  = regexp.MustCompile(`^building index "(.*)" on table "(.*?)"`)
)

// summary puts together what was seen.
func summary(t *testing.T, c testCase, before map[string]*relation, after, locks, notices []string) []string {
	t.Helper()
	strength := map[string]int{}
	for i, m := range []string{
		"AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
		"ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
	} {
		strength[m] = i + 1
	}
	byName := map[string]*relation{}
	for _, r := range before {
		byName[r.name] = r
	}
	for _, l := range locks {
		oid, mode, _ := strings.Cut(l, " ")
		if r := before[oid]; r != nil && strength[mode] > strength[r.mode] {
			r.mode = mode
		}
	}
	for _, n := range notices {
		if m := rewriting.FindStringSubmatch(n); m != nil && byName[m[1]] != nil {
			byName[m[1]].copies++
		}
		if m := building.FindStringSubmatch(n); m != nil && byName[m[2]] != nil {
			byName[m[2]].index++
		}
	}
	rewritten := map[string]bool{}
	for _, l := range after {
		f := strings.Fields(l)
		// An index that is made anew has another OID and the same name.
		r := before[f[0]]
		if r == nil && (f[3] == "i" || f[3] == "I") {
			r = byName[f[1]]
		}
		if r != nil && r.filenode != f[2] && r.kind != "S" {
			rewritten[r.name] = true
		}
	}
	var lines []string
	for _, r := range before {
		if r.mode == "" {
			continue
		}
		scan := readsToVerify(t, c) && r.scans > r.index+r.copies && (r.kind == "r" || r.kind == "m")
		lines = append(lines, line(r.name, r.mode, scan, rewritten[r.name], r.index > 0))
	}
	slices.Sort(lines)
	return lines
}

// readsToVerify reports whether a statement that reads a table does so to verify
// something, and not for the rows.
func readsToVerify(t *testing.T, c testCase) bool {
	t.Helper()
	for _, st := range parse(t, c.sql) {
		for _, op := range st.Ops {
			switch op.(type) {
			case *ddl.CreateTableAs, *ddl.RefreshMaterializedView, *ddl.Cluster, *ddl.Vacuum,
				*ddl.Insert, *ddl.Update, *ddl.Delete, *ddl.Merge, *ddl.Select, *ddl.Copy:
				return false
			}
		}
	}
	return true
}
