package rules

import (
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// placeOf returns where in its statement a finding belongs: of a DROP that
// lists several relations, or a TRUNCATE, at the one that it is about.
func placeOf(step *replay.Step, f Finding) source.Span {
	if step.Op == nil || f.At != step.Op.Span() {
		return f.At
	}
	var named []ddl.Ref
	switch op := step.Op.(type) {
	case *ddl.DropRelation:
		named = op.Relations
	case *ddl.Truncate:
		named = op.Tables
	}
	if len(named) < 2 {
		return f.At
	}
	for _, ref := range named {
		r := step.Before.Relation(ref.Name)
		if r != nil && !ref.At.IsZero() && (r.String() == f.Relation || f.Object != "" && r.Name == f.Object) {
			return ref.At
		}
	}
	return f.At // it goes along with one of them
}
