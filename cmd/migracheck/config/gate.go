package config

import (
	slashpath "path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/analyzer/featureflag"
)

// Gate is what a team says of feature flags.
type Gate struct {
	// Checks are the ways in which its code asks for flags, beside those of
	// well-known clients.
	Checks []featureflag.Check

	flags []pair[string]
}

// Flag returns the flag that is named for a relation, as schema.name, or a
// column of it; "" where none is. What is said of a column counts more than what
// is said of its relation, and of two patterns the later one.
func (g *Gate) Flag(relation, column string) string {
	key, exact := "", false
	for _, f := range g.flags {
		matches, ofColumn := f.covers(relation, column)
		if matches && (ofColumn || !exact) {
			key, exact = f.value, ofColumn
		}
	}
	return key
}

// covers reports whether a name stands for a relation or one of its columns:
// schema.table, table, schema.table.column or table.column, with * for any
// letters of a part.
func (p pair[T]) covers(relation, column string) (matches, ofColumn bool) {
	schema, table, _ := strings.Cut(relation, ".")
	for _, name := range []string{relation, table} {
		if ok, err := slashpath.Match(p.name, name); err == nil && ok && len(strings.Split(p.name, ".")) == len(strings.Split(name, ".")) {
			return true, false
		}
	}
	for _, name := range []string{schema + "." + table + "." + column, table + "." + column} {
		if ok, err := slashpath.Match(p.name, name); err == nil && ok && column != "" && len(strings.Split(p.name, ".")) == len(strings.Split(name, ".")) {
			return true, true
		}
	}
	return false, false
}

func gate() shape[Gate] {
	name := text().called("the name of a table or column, as `public.users.plan`, `users.plan` or `public.invoices`; `*` stands for any letters of a part", nil)
	return object(nil,
		of("flags", pairs(name, text(), "tables and columns with the keys of their flags"), func(g *Gate) *[]pair[string] { return &g.flags },
			"The flag that what is new is behind, where no comment `-- migracheck:flag KEY` says so"),
		of("checks", list(check(), "keys with values", 0), func(g *Gate) *[]featureflag.Check { return &g.Checks },
			"Functions, methods, variables and fields that are flags. The clients of well-known services are known; a comment `//migracheck:gate KEY` at the declaration does as well"),
	)
}

// check is one way to ask for a flag.
func check() shape[featureflag.Check] {
	return object(keyed,
		of("name", text(), func(c *featureflag.Check) *string { return &c.Name },
			"The full name, without major versions in it: `example.com/flags.Enabled`, `(example.com/flags.Client).Enabled`, `example.com/flags.Billing`, `example.com/config.Config.Billing`; `*` stands for any letters but a slash").must(),
		of("key", text(), func(c *featureflag.Check) *string { return &c.Key.Text },
			"The key of the flag, where no argument is it"),
		of("argument", number(1, anyNumber), func(c *featureflag.Check) *int { return &c.Key.Argument },
			"Which argument is the key, counted from 1"),
		of("argument-field", text(), func(c *featureflag.Check) *string { return &c.Key.Field },
			"The field of that argument that is the key, if it is a struct"),
		of("result", number(1, anyNumber), func(c *featureflag.Check) *int { return &c.Result },
			"Which result is the flag, counted from 1; the first by default"),
		of("result-field", text(), func(c *featureflag.Check) *string { return &c.Field },
			"The field of that result that is the flag, if it is a struct"),
		of("variants", list(text(), "texts", 1), func(c *featureflag.Check) *[]string { return &c.Variants },
			"The texts that mean on, if the flag is not a boolean; by default on, true and enabled"),
		of("default", number(1, anyNumber), func(c *featureflag.Check) *int { return &c.Default },
			"The argument that is the result when nobody answers, counted from 1"),
	)
}

// keyed settles a check: results are counted from 0 in the code.
func keyed(r *reader, n *yaml.Node, c *featureflag.Check) {
	if c.Result > 0 {
		c.Result--
	}
	if c.Key.Text != "" && c.Key.Argument > 0 {
		r.fail(child(n, "argument"), "key and argument both say which flag it is: keep one")
	}
	if _, err := slashpath.Match(c.Name, ""); err != nil {
		r.fail(child(n, "name"), "%q is no pattern", c.Name)
	}
}
