package rules

import (
	"fmt"
	"regexp"
	"strings"
)

var nonconformingName = &Rule{
	Name:     "nonconforming-name",
	Title:    "A new name does not follow the pattern for its kind",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  namePatterns("table", "view", "column", "primary key", "unique", "foreign key", "check", "exclusion", "index", "sequence", "type", "function", "trigger", "policy", "schema"),
	Check: onGivenNames(func(p *Pass, n givenName) {
		if n.kind == "not null" {
			return // PostgreSQL keeps no name of these before 18
		}
		name := strings.ReplaceAll(n.kind, " ", "-")
		pattern := option[string](p, name)
		pattern = strings.ReplaceAll(pattern, "{table}", regexp.QuoteMeta(n.table))
		pattern = strings.ReplaceAll(pattern, "{columns}", regexp.QuoteMeta(strings.Join(n.columns, "_")))
		if n.Name == "" || wholly(pattern).MatchString(n.Name) || !p.lasts(n) {
			return
		}
		p.Report(Finding{
			At:       n.At,
			Relation: n.table,
			Object:   n.Name,
			Message:  fmt.Sprintf("name %s of %s does not match %s, the pattern of this project for it", quoted(n.Name), n.article(), pattern),
		})
	}),
}

// namePatterns returns an option for each kind of object.
func namePatterns(kinds ...string) []Option {
	var options []Option
	for _, kind := range kinds {
		options = append(options, Option{
			Name:    strings.ReplaceAll(kind, " ", "-"),
			Help:    "what the name of " + givenName{kind: kind}.article() + " looks like",
			Default: `[a-z_][a-z0-9_]*`,
			Pattern: true,
		})
	}
	return options
}
