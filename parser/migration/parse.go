package migration

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// parse parses all pieces of the sets in parallel, binds the directives, and
// adds the problems that show only then.
func parse(ctx context.Context, sets []*Set) error { return begin(ctx, sets)() }

// begin begins to parse all pieces of the sets, and returns a function that
// waits for the end and does what can only be done then. Until it is called, the
// statements are those of [Piece.All].
func begin(ctx context.Context, sets []*Set) (wait func() error) {
	type job struct {
		piece  *Piece
		values parser.Placeholders
		parsed parser.Script
	}
	var jobs []job
	for _, set := range sets {
		for s := range scriptsOf([]*Set{set}) {
			for i := range s.Pieces {
				s.Pieces[i].reading = newReading()
				jobs = append(jobs, job{piece: &s.Pieces[i], values: set.placeholders})
			}
		}
	}
	var working sync.WaitGroup
	working.Go(func() {
		each(len(jobs), func(i int) {
			j := &jobs[i]
			if ctx.Err() == nil {
				j.parsed = parser.ParseFilled(j.piece.Span, j.values, j.piece.reading.add)
			}
			j.piece.reading.finish()
		})
	})
	return func() error {
		working.Wait()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		next := 0
		for s := range scriptsOf(sets) {
			var comments []source.Span
			var statements []ddl.Statement
			for i := range s.Pieces {
				parsed := jobs[next].parsed
				s.Pieces[i].Statements, s.Pieces[i].reading = parsed.Statements, nil
				comments = append(comments, parsed.Comments...)
				statements = append(statements, parsed.Statements...)
				next++
			}
			s.Directives, s.Flags = directives(comments, statements)
		}
		for _, set := range sets {
			set.settle()
			set.Problems = append(set.Problems, empty(set)...)
		}
		return nil
	}
}

// unsettled reports whether what a tool sends at once is known only when
// everything is parsed, see [Set.settle].
func (s *Set) unsettled() bool {
	return s.Layout == (goose{}).Name() || s.Layout == (sqlMigrate{}).Name()
}

// settle corrects what tools that split scripts themselves send alone: a
// StatementBegin block turns out to hold several statements or one only when it
// is parsed.
func (s *Set) settle() {
	if !s.unsettled() {
		return
	}
	for script := range scriptsOf([]*Set{s}) {
		for i := range script.Pieces {
			p := &script.Pieces[i]
			if p.Transaction == Implicit && len(p.Statements) < 2 {
				p.Transaction = Autocommit
			}
		}
	}
}

// scriptsOf yields all scripts in order.
func scriptsOf(sets []*Set) func(yield func(*Script) bool) {
	return func(yield func(*Script) bool) {
		for _, set := range sets {
			for _, m := range set.Migrations {
				if m.Up != nil && !yield(m.Up) || m.Down != nil && !yield(m.Down) {
					return
				}
			}
		}
	}
}

// empty reports migrations that do nothing on the way up.
func empty(set *Set) []Problem {
	if set.emptyIsMeant {
		return nil
	}
	var problems []Problem
	for _, m := range set.Migrations {
		if m.Opaque != "" || slices.ContainsFunc(m.Up.Pieces, func(p Piece) bool { return len(p.Statements) > 0 }) {
			continue
		}
		if reported(set, m) {
			continue
		}
		at := m.Up.Span
		at.End = at.Start
		problems = append(problems, Problem{
			Kind:    EmptyMigration,
			At:      at,
			Message: fmt.Sprintf("the up migration in %s has no SQL statement", at.File.Path),
		})
	}
	return problems
}

// reported says whether a problem explains already why nothing is there.
func reported(set *Set, m *Migration) bool {
	return slices.ContainsFunc(set.Problems, func(p Problem) bool {
		return p.At.File == m.Up.Span.File && (p.Kind == EmptyMigration || p.Kind == BadMarker || p.Kind == NotText)
	})
}
