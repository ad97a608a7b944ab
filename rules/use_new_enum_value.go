package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/source"
)

var useNewEnumValue = &Rule{
	Name:     "use-new-enum-value",
	Title:    "A statement uses an enum value that its own transaction has added, which PostgreSQL refuses",
	Category: Data,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, s *replay.Statement) {
		if s.Transaction == 0 || s.Down {
			return
		}
		for _, v := range p.newValues(s) {
			i := slices.IndexFunc(s.Steps, func(step *replay.Step) bool {
				return step.Refusal == nil && !step.RolledBack && v.usedBy(step.Op, step.After)
			})
			if i < 0 {
				continue
			}
			f := Finding{
				At:       s.Steps[i].Op.Span(),
				Relation: v.enum.String(),
				Object:   v.label,
				Related:  []Related{{At: v.at, Message: "added here"}},
				Message:  fmt.Sprintf("value '%s' of enum %s is used in the transaction that adds it, so PostgreSQL refuses the statement with 55P04", v.label, quoted(v.enum.String())),
			}
			switch {
			case v.young && p.PGVersion >= 17:
				continue
			case v.young:
				f.Severity = Warning
				f.Message = fmt.Sprintf("value '%s' of enum %s is used in the transaction that adds it, so PostgreSQL before 17 refuses the statement with 55P04", v.label, quoted(v.enum.String()))
			case s.Unstated:
				f.Severity = Warning
				f.Message = fmt.Sprintf("value '%s' of enum %s is added just before, so where the script runs in one transaction PostgreSQL refuses the statement with 55P04", v.label, quoted(v.enum.String()))
			}
			p.Report(f)
		}
	}),
}

// A newValue is an enum value that the transaction has added.
type newValue struct {
	enum  *catalog.TypeDef
	label string
	at    source.Span
	// young: the transaction made the enum as well.
	young bool
}

// newValues returns the enum values that the transaction of a statement added
// before it.
func (p *Pass) newValues(s *replay.Statement) []newValue {
	var values []newValue
	made := map[catalog.OID]bool{}
	for _, before := range p.release.enums {
		if p.release.positions[before] >= p.release.positions[s] {
			break
		}
		if before.Transaction != s.Transaction || before.Down {
			continue
		}
		for _, step := range before.Steps {
			for _, c := range step.Changes {
				if step.RolledBack {
					break
				}
				switch c := c.(type) {
				case *catalog.TypeCreated:
					made[c.Type.OID] = true
				case *catalog.EnumValueAdded:
					values = append(values, newValue{enum: c.Type, label: c.Value, at: step.Op.Span(), young: made[c.Type.OID]})
				}
			}
		}
	}
	return values
}
