package parser

import (
	"google.golang.org/protobuf/proto"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// newer refuses what the grammar of PostgreSQL 17 refuses, where the grammar is
// that of a later one: such forms are read by their marks (see modernForms), so
// that both grammars give the same operations.
func (s *statement) newer(tree *pg_query.ParseResult) *ddl.SyntaxError {
	if pg_query.Major < 18 || !(&modern{text: s.text, tokens: s.tokens}).possible() {
		return nil
	}
	found := s.explicitlyEnforced()
	at := s.span(0, len(s.text))
	for _, raw := range tree.GetStmts() {
		descend(raw, func(m proto.Message) bool {
			if !found && pg_query.Newer(m) {
				found, at = true, s.place(m, at)
			}
			return !found
		})
	}
	if !found {
		return nil
	}
	return &ddl.SyntaxError{At: at, Message: "a form of PostgreSQL 18 that cannot be read"}
}

// explicitlyEnforced reports whether a constraint of CREATE TABLE or ALTER
// TABLE is said to be ENFORCED, which the tree does not tell from one of which
// nothing is said. Without it the statement is one, too; without a name it is
// none.
func (s *statement) explicitlyEnforced() bool {
	depth, table, list := 0, false, 0
	for i, t := range s.tokens {
		switch {
		case t.isOneOf(s.text, "(", "["):
			depth++
		case t.isOneOf(s.text, ")", "]"):
			depth--
		case depth == 0 && t.is(s.text, "create"):
			table, list = false, 1
		case depth == 0 && t.is(s.text, "table"):
			table = true
		case depth == 0 && t.is(s.text, "as"):
			table = false
		case table && depth == list && t.is(s.text, "enforced"):
			m := modern{text: s.text, tokens: s.tokens}
			if m.enforced(i); len(m.changes) > 0 && accepted(s.text, m.changes[0]) {
				return true
			}
		}
	}
	return false
}

// accepted reports whether a text is one of SQL after a change.
func accepted(text string, c change) bool {
	_, err := pg_query.Parse(text[:c.start] + c.text + text[c.end:])
	return err == nil
}
