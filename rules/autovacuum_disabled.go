package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var autovacuumDisabled = &Rule{
	Name:     "autovacuum-disabled",
	Title:    "Autovacuum is turned off for a table and not on again",
	Category: Lock,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.SetRelationOptions) {
			if !op.Reset {
				p.autovacuum(p.After.Relation(op.Relation.Name), op.Options)
			}
		}),
		On(func(p *Pass, op *ddl.CreateTable) { p.autovacuum(p.After.Relation(op.Table.Name), op.Options) }),
		On(func(p *Pass, op *ddl.CreateTableAs) { p.autovacuum(p.After.Relation(op.Table.Name), op.Options) }),
	),
}

func (p *Pass) autovacuum(r *catalog.Relation, options []ddl.Option) {
	if r == nil || r.Temporary || p.Refusal != nil || p.RolledBack || p.end(r) == nil {
		return
	}
	for _, o := range options {
		off := func(at ddl.Option) bool { return at.Name == o.Name && disablesAutovacuum(at) }
		if !disablesAutovacuum(o) || !slices.ContainsFunc(p.end(r).Options, off) {
			continue
		}
		at := o.At
		if at.IsZero() {
			at = p.Op.Span()
		}
		p.Report(Finding{
			At:       at,
			Relation: r.String(),
			Object:   o.Name,
			Message:  fmt.Sprintf("autovacuum is turned off for %s, so it grows with every UPDATE and DELETE, its statistics get old, and queries get slower", describe(r)),
		})
		return
	}
}

// disablesAutovacuum reports whether a storage parameter turns autovacuum off.
func disablesAutovacuum(o ddl.Option) bool {
	if o.Name != "autovacuum_enabled" && o.Name != "toast.autovacuum_enabled" {
		return false
	}
	value := strings.ToLower(o.Value)
	return value == "0" || len(value) > 0 && (strings.HasPrefix("false", value) || strings.HasPrefix("no", value)) || value == "of" || value == "off"
}
