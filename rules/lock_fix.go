package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// What CONCURRENTLY stands behind.
var (
	createIndexHead = regexp.MustCompile(`(?i)^CREATE\s+(?:UNIQUE\s+)?INDEX\b`)
	dropIndexHead   = regexp.MustCompile(`(?i)^DROP\s+INDEX\b`)
	reindexHead     = regexp.MustCompile(`(?i)^REINDEX\s+(?:\([^)]*\)\s*)?(?:TABLE|INDEX|SCHEMA|DATABASE)\b`)
	refreshHead     = regexp.MustCompile(`(?i)^REFRESH\s+MATERIALIZED\s+VIEW\b`)
)

// insertConcurrently returns the fix that writes CONCURRENTLY behind what a
// statement begins with; none where a comment is in the way.
func insertConcurrently(at source.Span, head *regexp.Regexp, title string) []Fix {
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

// markers are the comments with which a tool's file begins, and what they have
// to be for it to run without a transaction.
var markers = []struct{ wrapped, alone string }{
	{"-- +goose Up", "-- +goose NO TRANSACTION\n-- +goose Up"},
	{"-- +migrate Up", "-- +migrate Up notransaction"},
	{"-- migrate:up", "-- migrate:up transaction:false"},
}

// concurrently is insertConcurrently for what PostgreSQL refuses in a
// transaction: there is a fix where none is around the statement, or where the
// tool's file holds nothing else and can say that it needs none.
func (p *Pass) concurrently(step *replay.Step, at source.Span, head *regexp.Regexp, title string) []Fix {
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
	if piece.Transaction != migration.Wrapped || len(step.Script.Pieces) != 1 || len(piece.Statements) != 1 {
		return nil
	}
	marker := step.Script.Span.Text()
	for _, m := range markers {
		line, _, _ := strings.Cut(marker, "\n")
		i := strings.Index(marker, m.wrapped)
		if i < 0 || strings.TrimSpace(line) != m.wrapped && !strings.Contains(marker, "\n"+m.wrapped+"\n") {
			continue
		}
		from := step.Script.Span.Start + i
		fixes[0].Title += ", outside of a transaction"
		fixes[0].Edits = append([]Edit{{
			At:      source.Span{File: at.File, Start: from, End: from + len(m.wrapped)},
			NewText: m.alone,
		}}, fixes[0].Edits...)
		return fixes
	}
	return nil
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
