package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

var update = flag.Bool("update", false, "write golden files")

// golden compares output with a file under testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

func write(t testing.TB, format Format, run *Run) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, format(&b, run))
	return b.Bytes()
}

// A history is a run in the making.
type history struct {
	t   testing.TB
	run *Run
	win *replay.Window
}

func newHistory(t testing.TB) *history {
	w := &replay.Window{Reported: true}
	return &history{t, &Run{
		Version:  "1.2.3",
		Rules:    []*rules.Rule{dropColumn, addIndex, setDefault, neverFound},
		Timeline: &replay.Timeline{Windows: []*replay.Window{w}},
	}, w}
}

func (h *history) migration(path, text string) *migration.Migration {
	file := source.NewFile(path, text)
	id, _, _ := strings.Cut(filepath.Base(path), "_")
	m := &migration.Migration{ID: id, Up: &migration.Script{Span: file.Whole()}}
	h.win.Migrations = append(h.win.Migrations, m)
	return m
}

// at is the span of the first occurrence of some text in a migration.
func (h *history) at(m *migration.Migration, text string) source.Span {
	file := m.Up.Span.File
	start := strings.Index(file.Text, text)
	require.GreaterOrEqual(h.t, start, 0, "%q is not in %s", text, file.Path)
	return source.Span{File: file, Start: start, End: start + len(text)}
}

func (h *history) statement(m *migration.Migration, kind, text string) *replay.Statement {
	s := &replay.Statement{
		Statement: &ddl.Statement{Span: h.at(m, text), Kind: kind},
		Migration: m, Script: m.Up, Window: h.win, Transaction: len(h.win.Migrations),
	}
	h.run.Timeline.Statements = append(h.run.Timeline.Statements, s)
	return s
}

func (h *history) found(s *replay.Statement, f rules.Finding) {
	f.Statement, f.Migration, f.Down = s, s.Migration.ID, s.Down
	if f.Severity == 0 {
		f.Severity = f.Rule.Severity
	}
	h.run.Findings = append(h.run.Findings, f)
}

var (
	dropColumn = &rules.Rule{
		Name: "drop-column", Category: rules.Compat, Severity: rules.Error, Since: "1.0", Aliases: []string{"remove-column"},
		Title: "The previous version still reads the column",
	}
	addIndex = &rules.Rule{
		Name: "create-index", Category: rules.Lock, Severity: rules.Warning, Since: "1.0",
		Title: "CREATE INDEX without CONCURRENTLY blocks writes while it reads the table",
	}
	setDefault = &rules.Rule{
		Name: "set-default", Category: rules.Practice, Severity: rules.Note, Since: "1.0",
		Title: "A default applies to new rows only",
	}
	neverFound = &rules.Rule{
		Name: "add-column", Category: rules.Gate, Severity: rules.Warning, Since: "1.0",
		Title: "New columns are used behind a flag",
	}
)

// samples are the runs that the golden files show.
func samples(t testing.TB) map[string]*Run {
	return map[string]*Run{
		"release": release(t),
		"odd":     odd(t),
		"clean":   clean(t),
		"empty":   empty(t),
		"queries": asked(t),
	}
}

func release(t testing.TB) *Run {
	h := newHistory(t)
	create := h.migration("../db/migrations/0001_users.up.sql", "CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  email text\n);\n")
	h.statement(create, "CREATE TABLE", "CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  email text\n)")
	drop := h.migration("../db/migrations/0002_drop email.up.sql", "-- contact says it all\nALTER TABLE users\n  DROP COLUMN email,\n  ALTER COLUMN id SET DEFAULT 1;\n"+
		"CREATE INDEX users_id ON users (id);\n-- migracheck:allow drop-column: never used, see #12 until 2027-01-31\nALTER TABLE users DROP id;\nDO $$ BEGIN EXECUTE x; END $$;\nDROP TABLE nobody;\nSELEC 1;\n")
	alter := h.statement(drop, "ALTER TABLE", "ALTER TABLE users\n  DROP COLUMN email,\n  ALTER COLUMN id SET DEFAULT 1")
	index := h.statement(drop, "CREATE INDEX", "CREATE INDEX users_id ON users (id)")
	index.Transaction = 0
	again := h.statement(drop, "ALTER TABLE", "ALTER TABLE users DROP id")
	do := h.statement(drop, "DO", "DO $$ BEGIN EXECUTE x; END $$")
	do.Ops = []ddl.Op{&ddl.Dynamic{Base: ddl.Base{At: do.Span}, Reason: "EXECUTE of an expression"}}
	h.statement(drop, "DROP TABLE", "DROP TABLE nobody").Refused = &catalog.Error{SQLState: "42P01", Message: `table "nobody" does not exist`}
	h.statement(drop, "", "SELEC 1").Err = &ddl.SyntaxError{At: h.at(drop, "SELEC"), Message: `syntax error at or near "SELEC"`}

	h.found(alter, rules.Finding{
		Rule: dropColumn, At: h.at(drop, "DROP COLUMN email"), Relation: "public.users", Object: "email",
		Message: `column "email" of table "users" is dropped while the previous version may still read it`,
		Related: []rules.Related{
			{At: h.at(create, "email text"), Message: `column "email text[]" was created here`},
			{At: h.at(create, "CREATE TABLE"), Message: `table "users" was created here`},
		},
	})
	h.found(alter, rules.Finding{
		Rule: setDefault, At: h.at(drop, "SET DEFAULT 1"), Relation: "public.users", Object: "id",
		Message: `the default of column "id" applies to rows that are inserted from now on`,
	})
	h.found(index, rules.Finding{
		Rule: addIndex, At: h.at(drop, "CREATE INDEX users_id ON users (id)"), Relation: "public.users", Object: "users_id",
		Message: `writes to table "users" wait until index "users_id" is built`,
		Fixes: []rules.Fix{
			{Title: "build the index concurrently", Safe: true, Edits: []rules.Edit{{At: empties(h.at(drop, " users_id ON")), NewText: " CONCURRENTLY"}}},
			{Title: "think about it"},
		},
	})
	h.found(again, rules.Finding{
		Rule: dropColumn, At: h.at(drop, "DROP id"), Relation: "public.users", Object: "id",
		Message:    `column "id" of table "users" is dropped while the previous version may still read it`,
		Suppressed: &rules.Suppression{At: h.at(drop, "-- migracheck:allow drop-column: never used, see #12 until 2027-01-31"), Reason: "never used, see #12", Until: "2027-01-31"},
	})
	h.win.Migrations = append(h.win.Migrations, &migration.Migration{
		ID: "0003", Opaque: "Go migration", Up: &migration.Script{Span: source.NewFile("../db/migrations/0003_fill.go", "package migrations\n").Whole()},
	})
	h.run.Sets = []*migration.Set{{
		Path: "../db/migrations", Layout: "golang-migrate", Reason: "files end in .up.sql", Migrations: h.win.Migrations, Ignored: []string{"../db/migrations/README.md"},
	}}
	h.run.Prefix = "services/api"
	h.run.Remedy = func(rule string) string {
		if rule == "drop-column" {
			return "stop reading the column first, and drop it in the release after. A NOT NULL column must lose its NOT NULL first."
		}
		return ""
	}
	h.run.Page = func(rule string) (string, string) {
		if rule == "create-index" {
			return "create-index\n\nBuild it concurrently.\n", "# create-index\n\nBuild it `CONCURRENTLY`, a < b & c > d.\n"
		}
		return "", ""
	}
	return h.run
}

// empties is the empty span before another.
func empties(s source.Span) source.Span {
	return source.Span{File: s.File, Start: s.Start, End: s.Start}
}

// odd is what a report must survive.
func odd(t testing.TB) *Run {
	h := newHistory(t)
	h.run.Rules = nil
	finding := func(m *migration.Migration, mark, message string) {
		h.found(h.statement(m, "ALTER TABLE", mark), rules.Finding{Rule: dropColumn, At: h.at(m, mark), Message: message})
	}
	bom := h.migration("0001_bom.sql", "\ufeffALTER TABLE café DROP b;\r\n\tALTER TABLE t\tDROP\tc;\r\n")
	finding(bom, "ALTER TABLE café DROP b", "after a byte order mark")
	finding(bom, "DROP\tc", "after tabs, before CRLF")
	wide := h.migration("0002_é ü%20:x.sql", "/* 🐘 表 e\u0301 👩‍🔬 */ DROP a; -- 🐘\nDROP \"表🐘\";\n")
	finding(wide, "DROP a", "after wide characters")
	finding(wide, `"表🐘"`, "wide characters")
	lines := h.migration("0003_lines.sql", "\n\nALTER TABLE t -- all of them  \n  DROP a,\n  DROP b,\n  DROP c;\n\nTWO\r\nLINES;")
	finding(lines, "ALTER TABLE t -- all of them  \n  DROP a,\n  DROP b,\n  DROP c", "four lines")
	finding(lines, "TWO\r\nLINES", "two lines")
	hostile := h.migration("::error::.sql", "::set-output name=a::b\nDROP \x1b[31mred\x07\u202e\u2066;\nDROP ##[add-mask]x ##vso[task.x]y, \xff\xfe\u200b;\n")
	finding(hostile, "::set-output name=a::b", "a name with 100% of\r\n::warning::it, a\x1b[31m comma [x](1) and ##[error]")
	finding(hostile, "DROP \x1b[31mred\x07\u202e\u2066", "control characters")
	finding(hostile, "DROP ##[add-mask]x ##vso[task.x]y, \xff\xfe\u200b", "commands within a line")
	long := h.migration("0005_long.sql", "SELECT "+strings.Repeat("a, ", 200)+"DROP x, "+strings.Repeat("b, ", 200)+"c;\n"+strings.Repeat("d", 300)+";\n")
	finding(long, "DROP x", "in the middle of a long line")
	finding(long, strings.Repeat("d", 300), "longer than the window")
	end := h.migration("0006_end.sql", "SELECT 1")
	h.found(h.statement(end, "SELECT", "SELECT 1"), rules.Finding{
		Rule: addIndex, At: source.Span{File: end.Up.Span.File, Start: 8, End: 8}, Message: "at the very end",
	})
	nothing := h.migration("/tmp/0007_nothing.sql", "")
	h.found(&replay.Statement{Migration: nothing}, rules.Finding{Rule: addIndex, At: nothing.Up.Span, Message: "an empty file"})
	stdin := h.migration("<stdin>", "DROP x;\n")
	finding(stdin, "DROP x", "no file")
	return h.run
}

func clean(t testing.TB) *Run {
	h := newHistory(t)
	m := h.migration("migrations/0001_users.sql", "CREATE TABLE users ();\n")
	h.statement(m, "CREATE TABLE", "CREATE TABLE users ()")
	return h.run
}

func empty(t testing.TB) *Run {
	h := newHistory(t)
	h.migration("migrations/0001_a.sql", "-- later\n")
	h.migration("migrations/0002_b.sql", "")
	return h.run
}

func TestGolden(t *testing.T) {
	for name, run := range samples(t) {
		for _, format := range Formats() {
			t.Run(name+"/"+format.Name, func(t *testing.T) {
				got := write(t, format.Write, run)
				golden(t, name+"."+format.Name, got)
				assert.Equal(t, string(got), string(write(t, format.Write, run)), "the same twice")
			})
		}
	}
}

func TestGoldenTextModes(t *testing.T) {
	for name, change := range map[string]func(*Run){
		"quiet":   func(r *Run) { r.Quiet = true },
		"verbose": func(r *Run) { r.Verbose = true },
		"color":   func(r *Run) { r.Color = true },
		"locks":   func(r *Run) { r.Locks = true },
	} {
		t.Run(name, func(t *testing.T) {
			run := release(t)
			change(run)
			golden(t, "release-"+name+".text", write(t, Text, run))
		})
	}
}

func TestGoldenSuppressed(t *testing.T) {
	run := release(t)
	run.IncludeSuppressed = true
	golden(t, "release-suppressed.sarif", write(t, SARIF, run))
}

func TestFormats(t *testing.T) {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
		assert.NotEmpty(t, f.About)
		assert.NotNil(t, ByName(f.Name))
	}
	assert.True(t, slices.IsSorted(names))
	assert.Nil(t, ByName("xml"))
}

// Nothing that the user did not ask about is counted.
func TestContextIsNotCounted(t *testing.T) {
	run := release(t)
	run.Timeline.Windows = append(run.Timeline.Windows, &replay.Window{Migrations: []*migration.Migration{{ID: "0", Up: &migration.Script{}}}})
	run.Selected = func(f *source.File) bool { return strings.Contains(f.Path, "0001") }
	s := run.summary()
	assert.Equal(t, 1, s.Migrations)
	assert.Equal(t, 1, s.Statements)
	assert.Zero(t, s.Unanalysable)
}

func TestRepositoryPath(t *testing.T) {
	for _, test := range []struct{ root, prefix, path, want string }{
		{"", "", "migrations/a.sql", "migrations/a.sql"},
		{"", "", "./migrations//a.sql", "migrations/a.sql"},
		{"", "services/api", "a.sql", "services/api/a.sql"},
		{"", "services/api/", "../db/a.sql", "services/db/a.sql"},
		{"", "api", "../../a.sql", "../a.sql"},
		{"", "api", "/tmp/a.sql", "/tmp/a.sql"},
		{"", "api", "C:/a.sql", "C:/a.sql"},
		{"/src/repo", "api", "/src/repo/db//a.sql", "db/a.sql"},
		{"/src/repo/", "api", "/src/repo/db/../a.sql", "a.sql"},
		{"/src/repo", "api", "/src/repository/a.sql", "/src/repository/a.sql"},
		{"C:/repo", "", "C:/repo/a.sql", "a.sql"},
		{"/", "", "/a.sql", "a.sql"},
		{"/repo", "api", "<stdin>", "<stdin>"},
		{"/repo", "api", "-", "-"},
	} {
		run := Run{Root: test.root, Prefix: test.prefix}
		assert.Equal(t, test.want, run.repositoryPath(test.path), "%+v", test)
	}
}
