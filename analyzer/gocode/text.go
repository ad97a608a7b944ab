package gocode

import (
	"cmp"
	"go/token"
	"slices"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// A Text is a query with its way through the code, for who judges paths.
type Text struct {
	queries.Query
	// Sent is the left parenthesis of the call that sends it, which is where
	// package ssa places calls; no place for constants that nothing is seen to
	// send.
	Sent token.Pos
	// Trace are the places that the text passed on its way from where it begins
	// to the call, and that the parts it is made of passed: each is executed
	// where this text is sent. They are the left parentheses of calls, the left
	// braces of literals, the left sides of assignments, declarations and range
	// clauses, the words of return statements, and the texts themselves where
	// they are used. Not all need be there.
	Trace []token.Pos
}

// Texts returns the queries of the program as [Program.Read] does, with their
// ways; those with the same text that came by different ways are apart.
func (p *Program) Texts() []Text { return p.trace().found }

// Unresolved returns the calls, or the possibilities of calls, whose text is
// not known, of the same reading as [Program.Texts].
func (p *Program) Unresolved() []queries.Unresolved { return p.trace().unresolved }

// trace reads the queries with their ways.
func (p *Program) trace() *reader {
	if p.traced != nil {
		return p.traced
	}
	r := newReader(p.program)
	r.imported = p.known
	r.ways = newWays()
	r.schemas = r.ents()
	for _, e := range r.schemas {
		r.libraries = append(r.libraries, e.library)
	}
	r.collect()
	r.loose()
	r.queries, r.unresolved = ordered(r.queries, r.unresolved)
	slices.SortStableFunc(r.found, func(a, b Text) int {
		return cmp.Or(compareQueries(a.Query, b.Query), cmp.Compare(a.Sent, b.Sent), slices.Compare(a.Trace, b.Trace))
	})
	r.found = slices.CompactFunc(r.found, func(a, b Text) bool {
		return a.Query == b.Query && a.Sent == b.Sent && slices.Equal(a.Trace, b.Trace)
	})
	p.traced = r
	return r
}
