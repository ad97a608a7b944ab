package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
)

var hardCodedSchema = &Rule{
	Name:     "hard-coded-schema",
	Title:    "A statement names a schema, where search_path should choose it",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "schemas", Help: "the schemas that may be named", Default: []string{"information_schema", "pg_catalog", "pg_temp"}}},
	Check: onOperations(func(p *Pass, step *replay.Step) {
		for _, ref := range addressed(step.Op) {
			if ref.Schema == "" || ref.At.IsZero() || slices.Contains(option[[]string](p, "schemas"), ref.Schema) {
				continue
			}
			p.Report(Finding{
				At:       ref.At,
				Relation: ref.Name.String(),
				Message:  fmt.Sprintf("%s is named with its schema, so the migration does not run for an installation in another one", quoted(ref.Name.String())),
			})
		}
	}),
}
