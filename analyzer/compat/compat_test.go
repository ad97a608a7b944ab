package compat_test

import (
	"context"
	"errors"
	"flag"
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
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

func TestMain(m *testing.M) { postgres.Main(m) }

var update = flag.Bool("update", false, "write the golden files")

// A world is one file of testdata: a schema, changes to it, and the queries of
// the application that knew it before.
type world struct {
	path             string
	archive          *txtar.Archive
	schema, role     string
	changes, queries []entry
	before           *catalog.Catalog
}

// An entry is a piece of SQL under a name; since is the first major that knows
// it.
type entry struct {
	name, sql string
	since     int
	statement ddl.Statement
	after     *catalog.Catalog
}

// worlds reads testdata. Entries begin with a line "-- name:", and "(15)" after
// a name is the oldest major for it.
func worlds(t *testing.T) []*world {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var all []*world
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		w := &world{path: path, archive: archive}
		for _, f := range archive.Files {
			switch f.Name {
			case "schema.sql":
				w.schema = string(f.Data)
			case "role":
				w.role = strings.TrimSpace(string(f.Data))
			case "changes.sql":
				w.changes = entries(t, f)
			case "queries.sql":
				w.queries = entries(t, f)
			case "want":
			default:
				t.Fatalf("%s: %q is no file of a world", path, f.Name)
			}
		}
		w.replay(t)
		all = append(all, w)
	}
	return all
}

func entries(t *testing.T, f txtar.File) []entry {
	t.Helper()
	var all []entry
	for _, piece := range strings.Split("\n"+string(f.Data), "\n-- name:")[1:] {
		name, sql, _ := strings.Cut(piece, "\n")
		e := entry{name: strings.TrimSpace(name), sql: strings.TrimSuffix(strings.TrimSpace(sql), ";")}
		if plain, version, ok := strings.Cut(e.name, " ("); ok {
			if n, err := strconv.Atoi(strings.TrimSuffix(version, ")")); err == nil {
				e.name, e.since = plain, n
			}
		}
		require.False(t, slices.ContainsFunc(all, func(o entry) bool { return o.name == e.name }), e.name)
		statements := parser.Parse(source.NewFile(e.name, e.sql).Whole()).Statements
		require.NotEmpty(t, statements, e.name)
		e.statement = statements[0]
		all = append(all, e)
	}
	return all
}

// replay makes the catalogs before and after each change.
func (w *world) replay(t *testing.T) {
	t.Helper()
	history := func(sqls ...string) *catalog.Catalog {
		var ms []*migration.Migration
		for _, sql := range sqls {
			span := source.NewFile("test.sql", sql).Whole()
			piece := migration.Piece{Span: span, Transaction: migration.Autocommit, Statements: parser.Parse(span).Statements}
			ms = append(ms, &migration.Migration{ID: sql, Up: &migration.Script{Span: span, Pieces: []migration.Piece{piece}}})
		}
		line := replay.Up(ms, replay.Options{Complete: true})
		for _, st := range line.Statements {
			require.Nil(t, st.Refused, st.Span.Text())
		}
		return line.Windows[len(line.Windows)-1].End
	}
	w.before = history(w.schema)
	for i, c := range w.changes {
		// One history, so that objects keep their OIDs.
		w.changes[i].after = apply(t, w.before, c.sql)
	}
}

// apply performs the statements of a change.
func apply(t *testing.T, c *catalog.Catalog, sql string) *catalog.Catalog {
	t.Helper()
	for _, st := range parser.Parse(source.NewFile("change.sql", sql).Whole()).Statements {
		require.Nil(t, st.Err, st.Span.Text())
		for _, op := range st.Ops {
			next, _, err := c.Apply(op)
			require.Nil(t, err, st.Span.Text())
			c = next
		}
	}
	return c
}

func codes(errors []compat.Error) []string {
	var list []string
	for _, e := range errors {
		list = append(list, e.SQLState)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// line is a verdict in the golden file.
func line(name string, v compat.Verdict) string {
	b := name + ": " + string(v.Kind)
	for _, code := range codes(v.Errors) {
		b += " " + code
	}
	if len(v.Errors) > 0 && v.Errors[0].Cause != "" {
		b += " (" + v.Errors[0].Cause + ")"
	}
	if len(v.Errors) == 0 && len(v.Unknown) > 0 {
		b += " (" + v.Unknown[0].Text + ")"
	}
	switch {
	case v.Prepared == nil:
	case v.Prepared.Certain:
		b += " | prepared 0A000 (" + v.Prepared.Cause + ")"
	default:
		b += " | prepared may be 0A000 (" + v.Prepared.Cause + ")"
	}
	return b
}

// TestVerdicts holds the verdicts of all queries after all changes to the
// golden sections; those that are plainly ok are not listed.
func TestVerdicts(t *testing.T) {
	for _, w := range worlds(t) {
		t.Run(filepath.Base(w.path), func(t *testing.T) {
			var b strings.Builder
			for _, c := range w.changes {
				fmt.Fprintf(&b, "%s\n", c.name)
				for _, q := range w.queries {
					v := compat.Compare(&q.statement, w.before, c.after)
					if v.Kind != compat.OK || v.Prepared != nil {
						fmt.Fprintf(&b, "\t%s\n", line(q.name, v))
					}
				}
			}
			n := slices.IndexFunc(w.archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			if *update {
				if n < 0 {
					w.archive.Files = append(w.archive.Files, txtar.File{Name: "want"})
					n = len(w.archive.Files) - 1
				}
				w.archive.Files[n].Data = []byte(b.String())
				require.NoError(t, os.WriteFile(w.path, txtar.Format(w.archive), 0o600))
				return
			}
			require.GreaterOrEqual(t, n, 0, "no section want: run with -update")
			assert.Equal(t, string(w.archive.Files[n].Data), b.String())
		})
	}
}

// TestVerdictsConform compares every verdict with what servers do: the query
// runs before the change, then after it, in a session that prepared it and in
// one that did not.
func TestVerdictsConform(t *testing.T) {
	postgres.Each(t, func(t *testing.T, s *postgres.Server) {
		count := map[compat.Kind]int{}
		for _, w := range worlds(t) {
			t.Run(filepath.Base(w.path), func(t *testing.T) { conform(t, s, w, count) })
		}
		t.Logf("%s: %v", s, count)
		for _, kind := range []compat.Kind{compat.OK, compat.Breaks, compat.MayBreak, compat.BrokenBefore} {
			assert.NotZero(t, count[kind], kind)
		}
		assert.Greater(t, count[compat.Breaks], 2*count[compat.Unknown], "unknown is the exception")
	})
}

func conform(t *testing.T, s *postgres.Server, w *world, count map[compat.Kind]int) {
	if w.role != "" {
		s.Execute(t, fmt.Sprintf("DO $$ BEGIN CREATE ROLE %s; EXCEPTION WHEN duplicate_object THEN NULL; END $$", w.role))
	}
	c := connect(t, s.Database(t))
	require.Empty(t, run(t, c, w.schema))
	as := func(role string) {
		if w.role != "" {
			require.Empty(t, run(t, c, "SET ROLE "+role))
		}
	}
	before := map[string]string{}
	prepared := map[string]bool{}
	for _, q := range w.queries {
		if q.since > s.Major {
			continue
		}
		require.Empty(t, run(t, c, "BEGIN"))
		as(w.role)
		before[q.name] = run(t, c, q.sql)
		require.Empty(t, run(t, c, "ROLLBACK"))
		prepared[q.name] = run(t, c, "PREPARE "+statementName(q)+" AS "+q.sql) == ""
	}
	for _, change := range w.changes {
		if change.since > s.Major {
			continue
		}
		require.Empty(t, run(t, c, "BEGIN"))
		require.Empty(t, run(t, c, change.sql), change.name)
		as(w.role)
		for _, q := range w.queries {
			if q.since > s.Major || !change.concerns(q) {
				continue
			}
			require.Empty(t, run(t, c, "SAVEPOINT s"))
			after := run(t, c, q.sql)
			require.Empty(t, run(t, c, "ROLLBACK TO s"))
			again := ""
			if prepared[q.name] {
				again = run(t, c, "EXECUTE "+statementName(q)+nulls(q.sql))
				require.Empty(t, run(t, c, "ROLLBACK TO s"))
			}
			v := compat.Compare(&q.statement, w.before, change.after)
			count[v.Kind]++
			message := fmt.Sprintf("%s\n%s\n%s\nbefore %q, after %q, prepared %q", change.name, q.sql, line(q.name, v), before[q.name], after, again)
			judge(t, v, before[q.name], newer(s.Major, after, v), again, message)
		}
		require.Empty(t, run(t, c, "ROLLBACK"))
	}
}

// newer is the code that newer majors have for what an older one answers:
// writes to generated columns are 42601 up to 13, and a relation in a string
// whose schema is missing is 3F000 up to 15.
func newer(major int, code string, v compat.Verdict) string {
	switch {
	case major <= 13 && code == "42601" && slices.Contains(codes(v.Errors), "428C9"):
		return "428C9"
	case major <= 15 && code == "3F000" && slices.Contains(codes(v.Errors), "42P01"):
		return "42P01"
	}
	return code
}

func statementName(q entry) string { return `"` + q.name + `"` }

// judge compares a verdict with a server's answers.
func judge(t *testing.T, v compat.Verdict, before, after, again, message string) {
	t.Helper()
	switch v.Kind {
	case compat.OK:
		assert.Equal(t, before, after, message)
	case compat.Breaks:
		assert.NotEqual(t, before, after, message)
		assert.Contains(t, codes(v.Errors), after, message)
	case compat.MayBreak:
		if after != "" && after != before {
			assert.Contains(t, codes(v.Errors), after, message)
		}
	case compat.BrokenBefore:
		assert.Contains(t, codes(v.Errors), before, message)
	case compat.Unknown:
	}
	if v.Kind != compat.BrokenBefore && v.Kind != compat.Unknown && before != "" {
		// It fails for its data: the change is judged all the same.
		return
	}
	switch {
	case v.Prepared != nil && v.Prepared.Certain && again != after:
		assert.Equal(t, v.Prepared.SQLState, again, message)
	case v.Prepared != nil && v.Prepared.Certain:
		assert.NotEmpty(t, again, message)
	case v.Prepared == nil && v.Kind != compat.Unknown && v.Kind != compat.BrokenBefore && after == "":
		assert.NotEqual(t, "0A000", again, message)
	}
}

func connect(t *testing.T, d *postgres.Database) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(d.DSN())
	require.NoError(t, err)
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	c, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

// retyping is a change that is nothing but another type of a column.
var retyping = regexp.MustCompile(`^ALTER TABLE t ALTER (\w+) TYPE [^;]*$`)

// concerns reports whether a query may meet the change: it names the column
// that has another type.
func (e entry) concerns(q entry) bool {
	m := retyping.FindStringSubmatch(e.sql)
	return m == nil || strings.Contains(q.sql, "*") || regexp.MustCompile(`\b`+m[1]+`\b`).MatchString(q.sql)
}

// parameter is $1.
var parameter = regexp.MustCompile(`\$\d+`)

// parameters is how many a statement has.
func parameters(sql string) int {
	n := 0
	for _, p := range parameter.FindAllString(sql, -1) {
		i, _ := strconv.Atoi(p[1:])
		n = max(n, i)
	}
	return n
}

// nulls are the arguments of EXECUTE.
func nulls(sql string) string {
	if n := parameters(sql); n > 0 {
		return "(" + strings.TrimSuffix(strings.Repeat("NULL, ", n), ", ") + ")"
	}
	return ""
}

// run returns the SQLSTATE of a refusal, or "". COPY reads and writes nothing.
func run(t *testing.T, c *pgx.Conn, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var err error
	switch {
	case strings.HasSuffix(sql, "FROM STDIN"):
		_, err = c.PgConn().CopyFrom(ctx, strings.NewReader(""), sql)
	case strings.HasSuffix(sql, "TO STDOUT"):
		var out strings.Builder
		_, err = c.PgConn().CopyTo(ctx, &out, sql)
	case parameters(sql) > 0 && !strings.HasPrefix(sql, "PREPARE"):
		err = c.PgConn().ExecParams(ctx, sql, make([][]byte, parameters(sql)), nil, nil, nil).Read().Err
	default:
		_, err = c.Exec(ctx, sql)
	}
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refusal.Code
	}
	require.NoError(t, err, sql)
	return ""
}
