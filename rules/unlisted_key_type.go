package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var unlistedKeyType = &Rule{
	Name:     "unlisted-key-type",
	Title:    "The primary key of a new table has an unusual type",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "types", Help: "the types that a primary key of one column may have", Default: []string{"bigint", "uuid"}}},
	Check: onBornTables(func(p *Pass, t *catalog.Relation) {
		pk := t.PrimaryKey()
		if pk == nil || len(pk.Columns) != 1 {
			return
		}
		a, types := t.AttributeByNum(pk.Columns[0]), option[[]string](p, "types")
		if a == nil || a.Type.IsZero() || slices.ContainsFunc(types, func(name string) bool { return calledType(a.Type, name) }) {
			return
		}
		p.Report(Finding{
			At:       p.within(a.Created),
			Relation: t.String(),
			Object:   a.Name,
			Message:  fmt.Sprintf("primary key %s is %s, and keys of this project are %s", describeColumn(t, a), a.Type, sentence(types)),
		})
	}),
}
