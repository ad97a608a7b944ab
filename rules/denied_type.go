package rules

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var deniedType = &Rule{
	Name:     "denied-type",
	Title:    "A new column has a type that is not to be used",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "types", Help: "the types, with or without modifiers", Default: []string{"money", "timetz"}}},
	Check: onBornTypes(func(p *Pass, t catalog.Type) string {
		if t.IsZero() || !slices.ContainsFunc(option[[]string](p, "types"), func(name string) bool { return calledType(t, name) }) {
			return ""
		}
		return "a type that this project does not use for new columns"
	}),
}

// calledType reports whether a name means a type, or, of an array, that of its
// elements: as PostgreSQL shows it or as its catalog has it, with its modifiers
// or without.
func calledType(t catalog.Type, name string) bool {
	element := t
	element.Dims = 0
	bare := element
	bare.Mods = nil
	name = strings.ToLower(name)
	return name == t.String() || name == element.String() || name == bare.String() || name == t.Name.Name || name == t.Name.String()
}
