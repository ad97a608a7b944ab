package rules

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// What CONCURRENTLY stands behind.
var (
	createIndexHead = pattern.New(`(?i)^CREATE\s+(?:UNIQUE\s+)?INDEX\b`)
	dropIndexHead   = pattern.New(`(?i)^DROP\s+INDEX\b`)
	reindexHead     = pattern.New(`(?i)^REINDEX\s+(?:\([^)]*\)\s*)?(?:TABLE|INDEX|SCHEMA|DATABASE)\b`)
	refreshHead     = pattern.New(`(?i)^REFRESH\s+MATERIALIZED\s+VIEW\b`)
)

// insertConcurrently returns the fix that writes CONCURRENTLY behind what a
// statement begins with; none where a comment is in the way.
func insertConcurrently(at source.Span, head *pattern.Pattern, title string) []Fix {
	m := head.FindStringIndex(at.Text())
	if m == nil {
		return nil
	}
	after := at.Start + m[1]
	return []Fix{{Title: title, Safe: true, Edits: []Edit{{
		At:      source.Span{File: at.File, Start: after, End: after},
		NewText: " CONCURRENTLY",
	}}}}
}

// A marker is what makes a tool run a script without a transaction of its own:
// a word behind the line that the script begins with, or a line before it.
type marker struct {
	// line is what the script begins with; nil is anything.
	line *pattern.Pattern
	// behind goes to the end of that line, before goes in front of it.
	behind, before string
	// top: it counts at the very beginning of the file only.
	top bool
	// both: it is about the other direction of the migration, too.
	both bool
}

// markers are those of the layouts that have one within the file.
var markers = map[string]marker{
	"atlas":               {before: "-- atlas:txmode none\n\n", top: true},
	"dbmate":              {line: pattern.New(`^-- migrate:(?:up|down)\s*$`), behind: " transaction:false"},
	"goose":               {line: pattern.New(`(?i)^--[ \t]*\+goose[ \t]+up\s*$`), before: "-- +goose NO TRANSACTION\n", both: true},
	"liquibase":           {line: pattern.New(`(?i)^--\s*changeset\s+[^\s:]+:\S+\s*$`), behind: " runInTransaction:false", both: true},
	"morph":               {before: "-- morph:nontransactional\n", top: true},
	"postgres-migrations": {before: "-- postgres-migrations disable-transaction\n", top: true},
	"sql-migrate":         {line: pattern.New(`^-- \+migrate (?:Up|Down)\s*$`), behind: " notransaction"},
	"sqlx":                {before: "-- no-transaction\n", top: true},
	"tern":                {before: "---- tern: disable-tx ----\n", top: true},
}

// toolMarker matches comments that say something to the tool, which may have to
// stay the first of the file.
var toolMarker = pattern.New(`(?m)^--[-!]?[ \t]*(?:atlas|morph|tern|postgres-migrations):?`)

// edit returns the edit that makes the tool run a script without transaction;
// ok is false where that cannot be said in the file, or would take the
// transaction from statements that need it.
func (m marker) edit(step *replay.Step) (e Edit, ok bool) {
	at, script := step.Script.Span, step.Script
	if len(script.Pieces) != 1 || len(script.Pieces[0].Statements) != 1 {
		return e, false
	}
	if other := other(step); m.both && other != nil && (other.Opaque != "" || statementsOf(other) > 1) {
		return e, false
	}
	line, _, _ := strings.Cut(at.Text(), "\n")
	if m.line != nil && !m.line.MatchString(line) {
		return e, false
	}
	if m.top && (at.Start != 0 || toolMarker.MatchString(at.File.Text)) {
		return e, false
	}
	if m.before != "" && at.Start > 0 && at.File.Text[at.Start-1] != '\n' {
		return e, false // behind a byte order mark, or another marker
	}
	e = Edit{At: source.Span{File: at.File, Start: at.Start, End: at.Start}, NewText: m.before}
	if m.behind != "" {
		e.At.Start += len(strings.TrimRight(line, " \t\r"))
		e.At.End, e.NewText = e.At.Start, m.behind
	}
	return e, true
}

// other is the script of the other direction, or nil.
func other(step *replay.Step) *migration.Script {
	if step.Script == step.Migration.Down {
		return step.Migration.Up
	}
	return step.Migration.Down
}

func statementsOf(s *migration.Script) int {
	n := 0
	for i := range s.Pieces {
		n += len(s.Pieces[i].Statements)
	}
	return n
}

// concurrently is insertConcurrently for what PostgreSQL refuses in a
// transaction: there is a fix where none is around the statement, or where the
// tool's file holds nothing else and can say that it needs none.
func (p *Pass) concurrently(step *replay.Step, at source.Span, head *pattern.Pattern, title string) []Fix {
	if step.Op.Facts().Conditional || !step.Call.IsZero() {
		return nil // a function body is in a transaction
	}
	fixes := insertConcurrently(at, head, title)
	if fixes == nil || step.Transaction == 0 {
		return fixes
	}
	piece := pieceOf(step.Script, at)
	if piece == nil {
		return nil
	}
	if piece.Transaction == migration.Unstated {
		fixes[0].Safe = false
		if slices.ContainsFunc(piece.Statements, controls) {
			return nil
		}
		return fixes
	}
	if piece.Transaction != migration.Wrapped || p.set == nil {
		return nil
	}
	m, known := markers[p.set.Layout]
	if !known {
		return nil
	}
	edit, ok := m.edit(step)
	if !ok {
		return nil
	}
	fixes[0].Title += ", outside of a transaction"
	fixes[0].Edits = append([]Edit{edit}, fixes[0].Edits...)
	return fixes
}

// controls reports whether a statement begins or ends a transaction.
func controls(s ddl.Statement) bool {
	return slices.ContainsFunc(s.Ops, func(op ddl.Op) bool {
		_, ok := op.(*ddl.Transaction)
		return ok
	})
}

// pieceOf returns the piece of a script that a statement is in.
func pieceOf(s *migration.Script, at source.Span) *migration.Piece {
	for i := range s.Pieces {
		if s.Pieces[i].Span.Contains(at) {
			return &s.Pieces[i]
		}
	}
	return nil
}

// notValid returns the fix that adds a constraint without checking the rows that
// are there, and checks them in a statement of its own where that runs in a
// transaction of its own.
func (p *Pass) notValid(e effort, op *ddl.AddConstraint) []Fix {
	c := op.Constraint
	if c.Kind != ddl.Check && c.Kind != ddl.ForeignKey || op.Conditional || !e.Call.IsZero() {
		return nil
	}
	if c.Kind == ddl.ForeignKey && e.tables[0].Kind == catalog.PartitionedTable && p.PGVersion < 18 {
		return nil // refused
	}
	at := op.Span()
	fix := Fix{
		Title: "Add it NOT VALID, and VALIDATE it in a later migration",
		Edits: []Edit{{At: source.Span{File: at.File, Start: at.End, End: at.End}, NewText: " NOT VALID"}},
	}
	name := e.constraintName(op)
	if piece := pieceOf(e.Script, at); piece == nil || piece.Transaction == migration.Implicit || piece.Transaction == migration.Unstated {
		return []Fix{fix} // two statements would share a transaction, and its locks
	}
	if e.Transaction == 0 && len(e.Steps) == 1 && name != "" {
		end := e.Statement.Span.End
		fix.Title, fix.Safe = "Add it NOT VALID, and VALIDATE it in a statement of its own", true
		validate := ";\n\nALTER TABLE " + op.Relation.Name.String() + " VALIDATE CONSTRAINT " + ddlName(name)
		if end == at.End {
			fix.Edits[0].NewText += validate
		} else {
			fix.Edits = append(fix.Edits, Edit{At: source.Span{File: at.File, Start: end, End: end}, NewText: validate})
		}
	}
	return []Fix{fix}
}
