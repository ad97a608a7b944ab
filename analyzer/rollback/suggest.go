package rollback

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// A Suggestion is a down script for a migration that has none, or one that does
// not restore what was there before.
type Suggestion struct {
	// SQL is the script; what it does not restore is said in its comments.
	SQL string
	// Restores: the replay of the script leaves no difference of consequence.
	// Remaining are all that are left.
	Restores  bool
	Remaining []catalog.Difference
	// Lost is what the script does not bring back, or what stands in its way.
	Lost []Loss
	// Judged is the judgement of the migration with the script as its down.
	Judged *Migration
}

// tries bounds how often the script is made anew, each time without a statement
// that fails on tables with rows, and rounds how often one looks for what is
// left to do.
const (
	tries  = 50
	rounds = 10
)

// Suggest returns a down script for a migration that was judged, of statements
// for what is different between the catalog after its up and the one before it.
// Every statement is replayed where it stands, so that those after it see the
// result, and the whole is judged as a down script is.
//
// It never drops a table to make it anew, and never uses CASCADE: what was not
// there before goes by name.
func Suggest(m *Migration, before *catalog.Catalog, options replay.Options) *Suggestion {
	s := &suggester{of: m, before: before, options: options, failing: map[string]string{}}
	for range tries {
		s.generate()
		if s.verify(); s.judged.Failure == nil {
			break
		}
		at := slices.Index(s.judged.Down.Statements, s.judged.Failure.Statement)
		if at < 0 || at >= len(s.statements) {
			break
		}
		s.failing[s.statements[at].sql] = fmt.Sprintf("%s %s", s.judged.Failure.SQLState, s.judged.Failure.Message)
	}
	return &Suggestion{
		SQL: s.text(), Restores: s.restores(), Remaining: s.remaining(), Lost: s.judged.Losses,
		Judged: s.judged,
	}
}

// NeedsDown reports whether a migration needs another down than it has: it has
// none and changes something, or one that fails or leaves another structure.
func (m *Migration) NeedsDown() bool {
	switch {
	case m.Migration.Opaque != "" || m.Up == nil || len(m.Up.Statements) == 0:
		return false
	case m.Down == nil:
		return m.Verdict != Lossless
	}
	return m.Failure != nil || !m.RestoresSchema
}

// A suggester makes one suggestion.
type suggester struct {
	of          *Migration
	before, now *catalog.Catalog
	options     replay.Options
	statements  []suggested
	// notes say what cannot be done, in comments at the head of the script.
	notes []string
	// failing are the statements that a table with rows refuses, and how.
	failing map[string]string
	// owners are the differences that the catalog does not know of.
	owners []catalog.Difference
	judged *Migration
}

// A suggested statement is one of the script.
type suggested struct {
	sql string
	// comments stand above it.
	comments []string
	// concurrently is the form that blocks no writes, and runs in no
	// transaction; "" where there is none.
	concurrently string
}

func (s *suggester) generate() {
	s.now, s.statements, s.notes, s.owners = s.of.Up.End, nil, nil, nil
	for range rounds {
		before := len(s.statements)
		for n := -1; n < len(s.statements); {
			n = len(s.statements)
			s.renames() // some of it once a name is free
			s.drops()
		}
		s.creates(createColumn)
		s.properties()
		s.creates(createPart)
		if len(s.statements) == before {
			break
		}
	}
	s.dropRoles()
	s.unseen()
	s.alone()
}

// do adds a statement if PostgreSQL would take it where the script stands.
func (s *suggester) do(sql string, comments ...string) bool {
	sql = strings.TrimRight(strings.TrimSpace(sql), "; \t\r\n")
	if sql == "" || s.failing[sql] != "" {
		return false
	}
	script := s.script("down.sql", sql, migration.Wrapped)
	run := replay.Script(s.now, s.of.Migration, script, s.options)
	if len(run.Statements) == 0 || run.Refused() != nil {
		return false
	}
	s.now = run.End
	s.statements = append(s.statements, suggested{sql: sql, comments: comments})
	return true
}

// all adds statements if PostgreSQL would take each of them, else none.
func (s *suggester) all(statements ...string) bool {
	undo := s.mark()
	for _, sql := range statements {
		if !s.do(sql) {
			undo()
			return false
		}
	}
	return true
}

// mark returns what takes back the statements that are added from here on.
func (s *suggester) mark() func() {
	now, n := s.now, len(s.statements)
	return func() { s.now, s.statements = now, s.statements[:n] }
}

// comment puts comments above the statement that was added last.
func (s *suggester) comment(lines ...string) {
	last := &s.statements[len(s.statements)-1]
	last.comments = append(last.comments, lines...)
}

// note says once, at the head of the script, what it does not do.
func (s *suggester) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

// how is how the tool runs the script: as it ran the up.
func (s *suggester) how() migration.Transaction {
	if up := s.of.Migration.Up; len(up.Pieces) > 0 {
		return up.Pieces[0].Transaction
	}
	return migration.Wrapped
}

func (s *suggester) script(name, text string, how migration.Transaction) *migration.Script {
	span := source.NewFile(name, text).Whole()
	piece := migration.Piece{Span: span, Transaction: how, Statements: parser.Parse(span).Statements}
	return &migration.Script{Span: span, Pieces: []migration.Piece{piece}, Session: s.of.Migration.Up.Session}
}

// alone builds and drops indexes without blocking writes, where the script runs
// in no transaction.
func (s *suggester) alone() {
	free := s.how() == migration.Autocommit || len(s.statements) == 1 && s.how() != migration.Wrapped
	for i := range s.statements {
		st := &s.statements[i]
		switch {
		case st.concurrently == "":
		case free && s.failing[st.concurrently] == "":
			st.sql = st.concurrently
		case strings.HasPrefix(st.sql, "CREATE"):
			st.comments = append(st.comments, "Writes to the table wait until the index is built: where the script can run without a transaction, use CONCURRENTLY.")
		}
	}
}

// verify judges the migration with the script as its down.
func (s *suggester) verify() {
	m := *s.of.Migration
	m.Down = s.script("down.sql", s.body(), s.how())
	s.judged = Judge(&m, s.before, s.options)
}

// body is the script without its head.
func (s *suggester) body() string {
	var b strings.Builder
	for _, st := range s.statements {
		for _, c := range st.comments {
			b.WriteString(commented(c))
		}
		b.WriteString(st.sql + ";\n")
	}
	return b.String()
}

func commented(text string) string { return "-- " + strings.Join(strings.Fields(text), " ") + "\n" }

// restores reports whether the schema is certainly as it was.
func (s *suggester) restores() bool {
	opaque := slices.ContainsFunc(s.of.Up.Statements, func(st *replay.Statement) bool { _, unknown := st.Unanalysable(); return unknown })
	return !opaque && s.of.Opaque == "" && s.judged.Failure == nil && restores(s.remaining())
}

func (s *suggester) remaining() []catalog.Difference {
	all := slices.Clone(s.judged.Differences)
	for _, d := range s.owners {
		if !slices.ContainsFunc(all, func(o catalog.Difference) bool { return o.Kind == d.Kind && o.Object == d.Object }) {
			all = append(all, d)
		}
	}
	return all
}

// line says where in the migration a statement changes rows.
func (s *suggester) line(l Loss) string {
	if l.Stage != ByUp || l.At.IsZero() || l.Step == nil || dataOf(l.Step) == nil {
		return ""
	}
	return fmt.Sprintf(" (line %d)", l.At.From().Line)
}

// text is the script with comments at its head that say what it restores and
// what it does not.
func (s *suggester) text() string {
	var b strings.Builder
	list := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		b.WriteString(commented(title))
		for _, l := range lines {
			b.WriteString("--   " + strings.TrimPrefix(commented(l), "-- "))
		}
	}
	var left, same []string
	for _, d := range s.remaining() {
		if d.Equivalent {
			same = append(same, d.String())
		} else {
			left = append(left, d.String())
		}
	}
	if s.restores() {
		b.WriteString(commented("Restores the schema as it was before the migration."))
	}
	list("Does not restore:", left)
	list("Different, but of no consequence for SQL that names its columns:", same)
	notes := slices.Clone(s.notes)
	for sql, why := range s.failing {
		notes = append(notes, fmt.Sprintf("%s (on a table with rows it fails: %s)", sql, why))
	}
	slices.Sort(notes[len(s.notes):])
	list("Not done:", notes)
	var gone, written, unknown []string
	for _, l := range s.judged.Losses {
		switch l.Stage {
		case ByUp, ByDown:
			gone = append(gone, l.Detail+s.line(l))
		case ByWrite:
			written = append(written, l.Detail)
		}
	}
	for _, r := range s.judged.Reasons {
		unknown = append(unknown, r.Text)
	}
	list("Rows are not as they were:", gone)
	list("Once something was written after the migration:", written)
	list("Not known:", unknown)
	if len(s.statements) == 0 {
		b.WriteString(commented("There is nothing to be done."))
	} else {
		b.WriteString("\n" + s.body())
	}
	return b.String()
}
