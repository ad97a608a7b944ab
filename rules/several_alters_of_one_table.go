package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
)

var severalAltersOfOneTable = &Rule{
	Name:     "several-alters-of-one-table",
	Title:    "ALTER TABLE statements behind each other go through the same table once each",
	Category: Lock,
	Severity: Note,
	Since:    "0.1",
	Brief:    true,
	Check: On(func(p *Pass, s *replay.Statement) {
		table := p.passes(s)
		if table == nil {
			return
		}
		var before []*replay.Statement
		for _, each := range slices.Backward(p.statements[:p.release.positions[s]]) {
			if each.Script != s.Script || altersOnly(each) != table.OID || len(before) > 1 {
				break
			}
			if p.passes(each) != nil {
				before = append(before, each)
			}
		}
		if len(before) != 1 {
			return // the first, or behind one that is reported
		}
		p.Report(Finding{
			At:       s.Span,
			Relation: table.String(),
			Message:  fmt.Sprintf("this ALTER TABLE goes through all rows of %s as one before it does, so requests wait twice as long as for one ALTER TABLE with both changes", describe(table)),
			Related:  []Related{{At: before[0].Span, Message: "goes through all rows as well"}},
		})
	}),
}

// passes returns the table, known to the previous version, that an ALTER TABLE
// goes through in the one pass that all its subcommands share; nil where it
// does not, or needs no lock for it that makes requests wait.
func (p *Pass) passes(s *replay.Statement) *catalog.Relation {
	oid := altersOnly(s)
	if oid == 0 {
		return nil
	}
	for _, step := range s.Steps {
		if separate(step.Op) || !lasting(step.Op) || p.noRows(step) {
			continue
		}
		for _, a := range step.Locks {
			if a.Relation == oid && (a.Rewrite || a.Scan) && a.Mode.BlocksReads() {
				return p.known(step.Before.RelationByOID(oid))
			}
		}
	}
	return nil
}

// altersOnly returns the table of an ALTER TABLE; 0 for other statements.
func altersOnly(s *replay.Statement) catalog.OID {
	if s.Kind != "ALTER TABLE" || s.Down || len(s.Steps) == 0 {
		return 0
	}
	op, ok := s.Steps[0].Op.(interface{ Target() ddl.Ref })
	if !ok {
		return 0
	}
	if r := s.Steps[0].After.Relation(op.Target().Name); r != nil {
		return r.OID
	}
	return 0
}

// separate reports whether an operation goes through the table by itself,
// whatever else the statement does.
func separate(op ddl.Op) bool {
	switch op := op.(type) {
	case *ddl.AddConstraint:
		return op.Constraint.Kind == ddl.ForeignKey || op.Constraint.Kind == ddl.Unique || op.Constraint.Kind == ddl.Exclude
	case *ddl.ValidateConstraint:
		return true
	}
	return false
}
