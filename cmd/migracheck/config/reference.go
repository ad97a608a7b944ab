package config

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/rules"
)

//go:embed reference.md
var prose string

// example is a file that says something of everything.
//
//go:embed example.yaml
var example string

// Reference returns the reference page of the file, in Markdown.
func Reference() string {
	all := rules.All()
	return strings.NewReplacer(
		"{{example}}", example,
		"{{families}}", "`"+strings.Join(Families(), "`, `")+"`",
		"{{schema}}", SchemaURL,
		"{{keys}}", section("Keys", top(all).keys),
		"{{options}}", optionTable(all),
		"{{query}}", statisticsQuery,
	).Replace(prose)
}

// section is a table of keys, and a section for each of them that has keys of
// its own.
func section(title string, keys []entry) string {
	var b, below strings.Builder
	fmt.Fprintf(&b, "## %s\n\n| key | value | |\n|---|---|---|\n", title)
	for _, k := range keys {
		name, value, help := "`"+k.name+"`", k.words, k.help
		if len(k.keys) > 0 {
			name = "[" + name + "](#" + strings.ReplaceAll(k.name, " ", "-") + ")"
			below.WriteString(section("`"+k.name+"`", k.keys))
		}
		if k.required {
			help += "; must be there"
		}
		if k.flag != "" {
			help += ". Flag: `" + k.flag + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, cell(value), cell(help))
	}
	return b.String() + "\n" + below.String()
}

// optionTable lists the options that rules have.
func optionTable(all []*rules.Rule) string {
	var b strings.Builder
	for _, r := range all {
		for _, o := range r.Options {
			value := fmt.Sprintf("`%v`", o.Default)
			if list, ok := o.Default.([]string); ok {
				value = "`[" + strings.Join(list, ", ") + "]`"
			}
			fmt.Fprintf(&b, "| [%s](rules/%s.md) | `%s` | %s | %s |\n", r.Name, r.Name, o.Name, cell(option(o).words), cell(o.Help)+"; "+cell(value)+" by default")
		}
	}
	if b.Len() == 0 {
		return "No rule has any yet."
	}
	return "| rule | option | value | |\n|---|---|---|---|\n" + strings.TrimSuffix(b.String(), "\n")
}

// cell keeps a text within its cell of a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
