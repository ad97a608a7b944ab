package config

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/rules"
)

// Families returns the categories of rules, each of which may stand for all
// its rules wherever a rule is named.
func Families() []string {
	var names []string
	for _, c := range []rules.Category{rules.Compat, rules.Lock, rules.Data, rules.Rollback, rules.Gate, rules.Practice, rules.Process} {
		names = append(names, string(c))
	}
	return names
}

// Named returns the rules that a name stands for: one, or those of a family,
// which may be none. The error asks whether the nearest was meant.
func Named(name string) ([]*rules.Rule, error) { return named(rules.All(), name) }

func named(all []*rules.Rule, name string) ([]*rules.Rule, error) {
	if slices.Contains(Families(), name) {
		return slices.DeleteFunc(slices.Clone(all), func(r *rules.Rule) bool { return string(r.Category) != name }), nil
	}
	for _, r := range all {
		if goesBy(r, name) == exactly {
			return []*rules.Rule{r}, nil
		}
	}
	if near := rules.NearestOf(name, names(all)); near != "" {
		return nil, fmt.Errorf("unknown rule %q: did you mean %s?", name, near)
	}
	return nil, fmt.Errorf("unknown rule %q", name)
}

// names are the names of rules and families.
func names(all []*rules.Rule) []string {
	known := Families()
	for _, r := range all {
		known = append(known, r.Name)
	}
	slices.Sort(known)
	return known
}

// How closely a name fits a rule.
const (
	notAtAll = iota
	byFamily
	exactly
)

func goesBy(r *rules.Rule, name string) int {
	switch {
	case r.Name == name, slices.Contains(r.Aliases, name):
		return exactly
	case string(r.Category) == name:
		return byFamily
	}
	return notAtAll
}

// A Selection says which rules run, by names of rules and of families.
//
// A name counts more than a family, so that one rule of a family that is
// excluded can still be asked for; where the two are equal, what is excluded
// stays out.
type Selection struct {
	// Only, unless empty, are the rules that run; Enable adds to them or to
	// those that run by default. Exclude takes away.
	Only, Enable, Exclude []string
}

// Of returns the rules that run, of all.
func (s Selection) Of(all []*rules.Rule) []*rules.Rule {
	var selected []*rules.Rule
	for _, r := range all {
		wanted, unwanted := max(closest(r, s.Only), closest(r, s.Enable)), closest(r, s.Exclude)
		if wanted > unwanted || unwanted == notAtAll && len(s.Only) == 0 && !r.Off {
			selected = append(selected, r)
		}
	}
	return selected
}

func closest(r *rules.Rule, names []string) int {
	best := notAtAll
	for _, name := range names {
		best = max(best, goesBy(r, name))
	}
	return best
}
