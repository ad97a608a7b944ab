package compat

import (
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

// Refusal returns what PostgreSQL certainly answers to a query or data statement
// of a script, in its session, or nil. Replay itself asks no names of it, only
// the relation.
func Refusal(s *replay.Statement) *Error {
	if s.Refused != nil || len(s.Steps) != 1 || !isData(s.Steps[0].Op) {
		return nil
	}
	k := &checker{c: s.Steps[0].Before, analysis: scratch()}
	for _, e := range k.analyse(s.Statement).Errors {
		if e.Certain {
			return &e
		}
	}
	return nil
}

// isData reports whether an operation is a query or a data statement that runs
// for certain.
func isData(op ddl.Op) bool {
	if op.Facts().Conditional {
		return false
	}
	switch op.(type) {
	case *ddl.Select, *ddl.Insert, *ddl.Update, *ddl.Delete, *ddl.Merge:
		return true
	}
	return false
}
