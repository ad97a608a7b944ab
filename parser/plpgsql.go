package parser

import (
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// bodyAt reads the body of a routine or DO block: the string constant at (or
// next after) location in the statement's text.
func (s *statement) bodyAt(location int, language string) (body string, at source.Span, effects []ddl.Op, queries []*query.Query) {
	return "", source.Span{}, nil, nil
}
