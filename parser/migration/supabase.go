package migration

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// supabase reads the NNN_name.sql files of the Supabase CLI. It splits them
// itself and sends the statements in one pipeline, which is an implicit
// transaction. Statements that cannot be in one it sends alone, between two such
// transactions (since v2.109; before, they failed). A file that begins or ends
// transactions itself is sent statement by statement, and so is one whose first
// line says that it wants none. There are no down migrations.
// https://github.com/supabase/cli/blob/main/apps/cli-go/pkg/migration/file.go (v2.104, and the changes up to #6276)
type supabase struct{}

func (supabase) Name() string { return "supabase" }

var (
	supabaseName = pattern.New(`^([0-9]+)_(.*)\.sql$`)
	// supabaseInit matches what older versions of the tool wrote as the first
	// file, and the tool passes over since.
	supabaseInit  = pattern.New(`([0-9]{14})_init\.sql`)
	supabaseStamp = pattern.New(`^[0-9]{14}_`)
	supabaseDown  = pattern.New(`(?i)[._-](down|rollback|revert|undo)\.sql$`)
)

// place says where the directory lies, if that is where the tool's is.
func (supabase) place(dir *Dir) string {
	above := dir.outer()
	if dir.name() != "migrations" || above == nil {
		return ""
	}
	if in := above.File("config.toml"); in != nil && strings.Contains(in.Text(), "project_id") {
		return "beside Supabase's config.toml"
	}
	if above.name() == "supabase" {
		return "in supabase/migrations"
	}
	return ""
}

// holds reports whether the tool's directory lies in dir.
func (l supabase) holds(dir *Dir) bool {
	if dir.name() != "supabase" && dir.File("config.toml") == nil {
		return false
	}
	sub := dir.Sub("migrations")
	return sub != nil && len(l.Detect(sub).Files) > 0
}

// Detect implements [Layout]. The names are anybody's, so that the place counts.
func (l supabase) Detect(dir *Dir) Evidence {
	place := l.place(dir)
	if place == "" {
		return Evidence{}
	}
	journal := drizzle{}.journal(dir) != nil
	var files []*Input
	for _, in := range dir.SQL() {
		if supabaseName.MatchString(in.Name) && (!journal || supabaseStamp.MatchString(in.Name)) && foreign(in, l) == "" {
			files = append(files, in)
		}
	}
	return Evidence{Reason: count(len(files), "file") + " named NNN_name.sql " + place, Files: files}
}

// Load implements [Layout].
func (l supabase) Load(dir *Dir) *Set {
	const inits = "20211209000000"
	set := &Set{Layout: l.Name()}
	versions := map[string]*Input{}
	for i, in := range dir.Files() { // in order of name, as the tool runs them
		if m := supabaseInit.FindStringSubmatch(in.Name); i == 0 && m != nil && m[1] < inits {
			set.Ignored = append(set.Ignored, in.Path())
			continue
		}
		m := supabaseName.FindStringSubmatch(in.Name)
		if m == nil {
			set.pass(l, in, "NNN_name.sql")
			continue
		}
		mig := &Migration{ID: m[1], Name: m[2]}
		var problems []Problem
		mig.Up, mig.Opaque, problems = l.readFile(in)
		set.Problems = append(set.Problems, problems...)
		if supabaseDown.MatchString(in.Name) {
			mig.Up.Pieces, mig.Opaque = nil, "down migration that supabase runs on the way up"
			set.Problems = append(set.Problems, Problem{
				Kind:    MixedLayouts,
				At:      in.Start(),
				Message: fmt.Sprintf("%s is named like a down migration, but supabase has none and runs it on the way up", in.Path()),
			})
		}
		set.Migrations = append(set.Migrations, mig)
		if first := versions[m[1]]; first != nil {
			set.Problems = append(set.Problems, duplicate(l.Name(), m[1], []*Input{first, in}))
			continue
		}
		versions[m[1]] = in
	}
	return set
}

// refusesPipeline matches what the tool sends alone; its list is shorter than
// PostgreSQL's. A word is a run of letters here, so that VACUUM(FULL) counts.
var refusesPipeline = pattern.New(`(?i)^(` +
	`CREATE( UNIQUE)? INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY` +
	`|REINDEX .*\bCONCURRENTLY|VACUUM|ALTER SYSTEM|CLUSTER)( |$)`)

// ownTransaction matches what begins or ends a transaction, which makes the tool
// leave that to the file.
var ownTransaction = pattern.New(`(?i)^(BEGIN|START TRANSACTION|COMMIT|END|ABORT|PREPARE TRANSACTION|ROLLBACK)( |$)`)

var toSavepoint = pattern.New(`(?i)^ROLLBACK( WORK| TRANSACTION)? TO( |$)`)

func (l supabase) readFile(in *Input) (*Script, string, []Problem) {
	s, opaque, problems := whole(in, l, Implicit)
	if opaque != "" || len(s.Pieces) == 0 {
		return s, opaque, problems
	}
	text := s.Span.Text()
	parts := clauses(text)
	first, _, _ := strings.Cut(text, "\n")
	sequential := strings.TrimSuffix(first, "\r") == "-- pg-delta: transaction=false"
	for _, c := range parts {
		sequential = sequential || ownTransaction.MatchString(c.head) && !toSavepoint.MatchString(c.head)
	}
	if sequential {
		s.Pieces[0].Transaction = Autocommit
		return s, opaque, problems
	}
	s.Pieces = nil
	at := s.Span.Start
	cut := func(end int, t Transaction) {
		if piece, ok := s.part(at, end, t); ok {
			s.Pieces = append(s.Pieces, piece)
		}
		at = end
	}
	for _, c := range parts {
		if refusesPipeline.MatchString(c.head) {
			cut(s.Span.Start+c.start, Implicit)
			cut(s.Span.Start+c.end, Autocommit)
		}
	}
	cut(s.Span.End, Implicit)
	return s, opaque, problems
}
