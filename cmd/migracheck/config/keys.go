package config

import (
	"cmp"
	"fmt"
	slashpath "path"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

// The range of server versions that rules know.
const (
	oldestServer = 13
	newestServer = 18
)

// top is the file as a whole, in order of the reference page.
func top(all []*rules.Rule) shape[Config] {
	names := list(ruleName(all), "rules and families", 0)
	return object(released,
		of("projects", list(project(), "directories, each a path or keys with values", 0), func(c *Config) *[]migration.Project { return &c.Projects },
			"The directories of migrations. They are what is checked where no PATH is given, each by what is said of it here"),
		of("framework", oneOf(frameworks()...), func(c *Config) *string { return &c.Framework },
			"The tool whose files they are, where a project does not say; auto (default) looks").flagged(),
		of("pg-version", number(oldestServer, newestServer), func(c *Config) *int { return &c.PGVersion },
			"The major version of the server in production").flagged(),
		of("since", id(), func(c *Config) *string { return &c.Since },
			"The git ref that is released, or auto or latest-tag: migrations that are not in it are judged, as one release").flagged(),
		of("from", id(), func(c *Config) *string { return &c.From },
			"The first migration of the release; instead of since").flagged(),
		of("app", list(path(), "paths", 1), func(c *Config) *[]string { return &c.App },
			"Go code of the application, or files of its queries, for compat and extract").flagged(),
		of("previous", id(), func(c *Config) *string { return &c.Previous },
			"The git ref, or latest-tag, whose code at app is the previous version").flagged(),
		of("queries", list(path(), "files", 1), func(c *Config) *[]string { return &c.Queries },
			"Files of the previous version's queries: of migracheck extract, SQL, or exports of pg_stat_statements").flagged(),
		of("format", either(format(), "a format, or a list of formats", list(format(), "formats", 1)), func(c *Config) *[]string { return &c.Formats },
			"The formats of the report, NAME or NAME=FILE").flagged(),
		of("fail-on", oneOf("error", "warning", "note", "never"), func(c *Config) *string { return &c.FailOn },
			"The severity from which findings make the exit status 1; error by default").flagged(),
		of("baseline", path(), func(c *Config) *string { return &c.Baseline },
			"The file of findings that are known and not reported").flagged(),
		of("rules", list(ruleName(all), "rules and families", 1), func(c *Config) *[]string { return &c.Rules },
			"Run only these").flagged(),
		of("enable", names, func(c *Config) *[]string { return &c.Enable },
			"Run these as well, which are off by default").flagged(),
		of("exclude", names, func(c *Config) *[]string { return &c.Exclude },
			"Do not run these").flagged(),
		of("severity", severities(all), func(c *Config) *[]pair[grade] { return &c.grades },
			"Other severities; off is as good as exclude, and that of a rule counts more than that of its family"),
		of("options", ruleOptions(all), func(c *Config) *map[string]map[string]any { return &c.Options },
			"Options of rules, as RULE: {OPTION: VALUE}"),
		of("tables", tablesShape(), func(c *Config) *tables { return &c.tables },
			"What the migrations do not show of tables. Without it every table counts as large and in use"),
		of("timeouts", timeouts(), func(c *Config) *rules.Timeouts { return &c.Timeouts },
			"The limits that are set before migrations run, by the tool or for its role"),
		of("gate", gate(), func(c *Config) *Gate { return &c.Gate },
			"Feature flags: which are for what, and how the code asks for them"),
		of("allow", exemptions(all), func(c *Config) *[]rules.Exemption { return &c.Exemptions },
			"Findings that are allowed, each with its reason. A comment in the migration is closer to what it allows"),
	)
}

// released refuses two beginnings of the release.
func released(r *reader, n *yaml.Node, c *Config) {
	if c.Since != "" && c.From != "" {
		r.fail(child(n, "from"), "since and from both say where the release begins: keep one")
	}
}

const auto, custom = "auto", "custom"

// frameworks are the layouts, and auto.
func frameworks() []string {
	names := []string{custom}
	for _, l := range migration.Layouts() {
		names = append(names, l.Name())
	}
	slices.Sort(names)
	return append([]string{auto}, slices.Compact(names)...)
}

// project is a directory of migrations: a path, or all that is said of it.
func project() shape[migration.Project] {
	values := judged(pairs(text(), anyText(), "names with values"), func(_ *reader, ps []pair[string]) (map[string]string, string) {
		return byName(ps), ""
	})
	long := object(layout,
		of("dir", path(), func(p *migration.Project) *string { return &p.Dir },
			"The directory; what is in it, however deep, belongs to it").must(),
		of("framework", oneOf(frameworks()...), func(p *migration.Project) *string { return &p.Framework },
			"The tool whose files they are; auto looks"),
		of("custom", customLayout(), func(p *migration.Project) **migration.Custom { return &p.Custom },
			"The layout, where no tool that migracheck knows has made it"),
		of("placeholders", values, func(p *migration.Project) *map[string]string { return &p.Placeholders },
			"What the tool puts in the place of ${name}, {{ .name }} and :name; a key that is no name is the text itself"),
		of("one-transaction", yesNo(), func(p *migration.Project) *bool { return &p.OneTransaction },
			"The tool runs all pending migrations in one transaction"),
	)
	short := path()
	return shape[migration.Project]{
		words: "a path, or keys with values", keys: long.keys,
		schema: schema{"anyOf": []schema{short.schema, long.schema}},
		read: func(r *reader, n *yaml.Node) (migration.Project, bool) {
			if n.Kind == yaml.ScalarNode {
				dir, ok := short.read(r, n)
				return migration.Project{Dir: dir}, ok
			}
			return long.read(r, n)
		},
	}
}

func byName[T any](ps []pair[T]) map[string]T {
	values := map[string]T{}
	for _, p := range ps {
		values[p.name] = p.value
	}
	return values
}

// layout holds framework and custom to each other.
func layout(r *reader, n *yaml.Node, p *migration.Project) {
	switch {
	case p.Custom != nil && p.Framework == "":
		p.Framework = custom
	case p.Custom != nil && p.Framework != custom:
		r.fail(child(n, "framework"), "custom describes the layout, so framework is custom or left out")
	case p.Custom == nil && p.Framework == custom:
		r.fail(child(n, "framework"), "the layout custom is described by the key custom, which is missing here")
	}
}

func customLayout() shape[*migration.Custom] {
	s := object(nil,
		of("files", expression(), func(c *migration.Custom) *string { return &c.Files },
			"Matches the whole path of a migration's file from the directory, with slashes; its groups version, name and direction say what is what, as in `(?P<version>\\d+)_(?P<name>\\w+)\\.(?P<direction>do|undo)\\.sql`").must(),
		of("down", list(text(), "texts", 1), func(c *migration.Custom) *[]string { return &c.Down },
			"The values of the group direction that mean down"),
		of("order", oneOf("number", "name"), func(c *migration.Custom) *string { return &c.Order },
			"Whether versions are numbers, part by part (default), or paths are texts"),
		of("up-marker", expression(), func(c *migration.Custom) *string { return &c.UpMarker },
			"Matches the lines that begin the up part of a file"),
		of("down-marker", expression(), func(c *migration.Custom) *string { return &c.DownMarker },
			"Matches the lines that begin the down part of a file"),
		of("separator", expression(), func(c *migration.Custom) *string { return &c.Separator },
			"Matches the lines between which a file is sent piece by piece; `;` sends statement by statement; without it the file is sent whole"),
		of("transaction", oneOf("migration", "all", "none"), func(c *migration.Custom) *string { return &c.Transaction },
			"What the tool opens a transaction around: each migration (default), all that are pending, or none"),
		of("no-transaction", expression(), func(c *migration.Custom) *string { return &c.NoTransaction },
			"Matches a line that turns the transaction off for its part of the file"),
	)
	return judged(s, func(_ *reader, c migration.Custom) (*migration.Custom, string) { return &c, "" })
}

// format is NAME or NAME=FILE.
func format() shape[string] {
	names := []string{auto}
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return judged(text(), func(r *reader, s string) (string, string) {
		name, file, named := strings.Cut(s, "=")
		switch {
		case name == auto && named:
			return "", "auto chooses where it goes itself"
		case !slices.Contains(names, name):
			if near := rules.NearestOf(name, names); near != "" {
				return "", fmt.Sprintf("unknown format %q: did you mean %s?", name, near)
			}
			return "", fmt.Sprintf("unknown format %q: known are %s", name, strings.Join(names, ", "))
		case named && file == "":
			return "", "no file after the equals sign"
		case !named || file == "-":
			return s, ""
		}
		return name + "=" + r.path(file), ""
	}).called("`NAME` or `NAME=FILE`", schema{"pattern": "^(" + strings.Join(names, "|") + ")(=.+)?$"})
}

// ruleName is the name of a rule or family.
func ruleName(all []*rules.Rule) shape[string] {
	known := names(all)
	for _, r := range all {
		known = append(known, r.Aliases...)
	}
	return shape[string]{
		words: "a rule or family", schema: schema{"enum": known},
		read: func(r *reader, n *yaml.Node) (string, bool) {
			if n.Kind != yaml.ScalarNode {
				r.fail(n, "expected the name of a rule or a family")
				return "", false
			}
			_, err := named(all, n.Value)
			if err != nil {
				r.fail(n, "%s%s", err, hint(err))
			}
			return n.Value, err == nil
		},
	}
}

// hint says where the names are listed, unless one was proposed.
func hint(err error) string {
	if strings.HasSuffix(err.Error(), "?") {
		return ""
	}
	return " (migracheck rules lists them)"
}

// A grade is a severity; 0 is off.
type grade rules.Severity

var grades = map[string]grade{
	"error": grade(rules.Error), "warning": grade(rules.Warning), "note": grade(rules.Note), "off": 0,
}

func severities(all []*rules.Rule) shape[[]pair[grade]] {
	value := judged(oneOf("error", "warning", "note", "off"), func(_ *reader, s string) (grade, string) { return grades[s], "" })
	return pairs(ruleName(all), value, "rules or families with a severity each, or off")
}

// grade settles the severities: a rule's own before its family's.
func (c *Config) grade(all []*rules.Rule) {
	for level := byFamily; level <= exactly; level++ {
		for _, g := range c.grades {
			for _, r := range all {
				switch {
				case goesBy(r, g.name) != level:
				case g.value == 0:
					delete(c.Severities, r.Name)
				default:
					if c.Severities == nil {
						c.Severities = map[string]rules.Severity{}
					}
					c.Severities[r.Name] = rules.Severity(g.value)
				}
			}
		}
	}
	for _, g := range c.grades {
		if g.value == 0 {
			c.Off = append(c.Off, g.name)
		}
	}
}

// ruleOptions are the options of the rules that have any. The type of a
// default is that of the values.
func ruleOptions(all []*rules.Rule) shape[map[string]map[string]any] {
	values := map[string]shape[map[string]any]{}
	properties := schema{}
	for _, rule := range all {
		if len(rule.Options) == 0 {
			continue
		}
		var keys []key[map[string]any]
		for _, o := range rule.Options {
			keys = append(keys, option(o))
		}
		values[rule.Name] = object(nil, keys...)
		properties[rule.Name] = described(values[rule.Name].schema, rule.Title)
	}
	return shape[map[string]map[string]any]{
		words:  "rules with their options",
		schema: schema{"type": "object", "additionalProperties": false, "properties": properties},
		read: func(r *reader, n *yaml.Node) (map[string]map[string]any, bool) {
			if n.Kind != yaml.MappingNode {
				r.fail(n, "expected rules with their options")
				return nil, false
			}
			out := map[string]map[string]any{}
			before := len(r.errs)
			r.each(n, func(name, value *yaml.Node) {
				found, err := named(all, name.Value)
				switch {
				case err != nil:
					r.fail(name, "%s%s", err, hint(err))
				case slices.Contains(Families(), name.Value):
					r.fail(name, "%s is a family: options are those of a rule", name.Value)
				case len(found[0].Options) == 0:
					r.fail(name, "rule %s has no options", name.Value)
				default:
					out[found[0].Name], _ = values[found[0].Name].read(r, resolve(value))
				}
			})
			return out, len(r.errs) == before
		},
	}
}

// option is one option of a rule.
func option(o rules.Option) key[map[string]any] {
	switch o.Default.(type) {
	case int:
		return optionOf(o, number(0, anyNumber))
	case bool:
		return optionOf(o, yesNo())
	case []string:
		return optionOf(o, list(id(), "texts", 0))
	}
	if o.Pattern {
		return optionOf(o, expression())
	}
	return optionOf(o, id())
}

func optionOf[T any](o rules.Option, s shape[T]) key[map[string]any] {
	s.schema["default"] = o.Default
	return key[map[string]any]{
		entry: entry{name: o.Name, help: o.Help, words: s.words, schema: s.schema},
		read: func(r *reader, n *yaml.Node, to *map[string]any) {
			v, ok := s.read(r, resolve(n))
			if *to == nil {
				*to = map[string]any{}
			}
			if ok {
				(*to)[o.Name] = v
			}
		},
	}
}

func timeouts() shape[rules.Timeouts] {
	limit := shape[*time.Duration]{
		words: "a time such as `5s`, `500ms`, `1min` or `1m30s`; `0` is no limit, a bare number milliseconds",
		schema: schema{"anyOf": []schema{
			{"type": "integer", "minimum": 0, "maximum": 1<<31 - 1},
			{"type": "string", "pattern": `^[0-9.]+ *[a-zµμ]*([0-9.]+[a-zµμ]+)*$`},
		}},
		read: func(r *reader, n *yaml.Node) (*time.Duration, bool) {
			text, ok := scalar(n, "!!str", "!!int", "!!float")
			d, wrong := timeout(text)
			if !ok || wrong != "" {
				r.fail(n, "%s", cmp.Or(wrong, noTime))
				return nil, false
			}
			return &d, true
		},
	}
	return object(nil,
		of("lock", limit, func(t *rules.Timeouts) **time.Duration { return &t.Lock }, "lock_timeout"),
		of("statement", limit, func(t *rules.Timeouts) **time.Duration { return &t.Statement }, "statement_timeout"),
	)
}

// relation is the name of a table, with or without its schema.
func relation() shape[string] {
	return judged(text(), func(_ *reader, s string) (string, string) {
		if schema, name, two := strings.Cut(s, "."); schema == "" || two && (name == "" || strings.Contains(name, ".")) {
			return "", "expected schema.table or the name of a table in any schema"
		}
		return s, ""
	}).called("a table", schema{"pattern": `^[^.]+(\.[^.]+)?$`})
}

var dateForm = pattern.New(`^\d{4}-\d{2}-\d{2}$`)

func date() shape[string] {
	return judged(text(), func(_ *reader, s string) (string, string) {
		if _, err := time.Parse(time.DateOnly, s); err != nil || !dateForm.MatchString(s) {
			return "", "expected a date, as 2027-03-31"
		}
		return s, ""
	}).called("a date, `YYYY-MM-DD`", schema{"pattern": dateForm.String()})
}

// An allowed is an entry that allows findings, as it is written.
type allowed struct {
	names []string
	rules.Exemption
}

// exemptions are the entries that allow findings. Each family makes one of its
// own, for what is not used of it is judged as one.
func exemptions(all []*rules.Rule) shape[[]rules.Exemption] {
	one := ruleName(all)
	names := either(one, "a rule or family, or a list of them", list(one, "rules and families", 1))
	entries := object(nil,
		of("rule", judged(names, allowable(all)), func(a *allowed) *[]string { return &a.names },
			"What is allowed").must(),
		of("path", text().called("a pattern: `*` stands for any letters but a slash, `**` for any letters", nil), func(a *allowed) *string { return &a.Path },
			"In which files, from the configuration; everywhere without it"),
		of("relation", text().called("a pattern as `public.audit_*`", nil), func(a *allowed) *string { return &a.Relation },
			"On which table, type, function or schema; on any without it"),
		of("reason", text(), func(a *allowed) *string { return &a.Reason },
			"Why").must(),
		of("until", date(), func(a *allowed) *string { return &a.Until },
			"The last day on which it counts"),
	)
	read := entries.read
	entries.read = func(r *reader, n *yaml.Node) (allowed, bool) {
		a, ok := read(r, n)
		a.At = r.span(n)
		return a, ok
	}
	return judged(list(entries, "keys with values", 0), func(r *reader, as []allowed) ([]rules.Exemption, string) {
		var out []rules.Exemption
		for _, a := range as {
			out = append(out, r.exemptions(all, a)...)
		}
		return out, ""
	})
}

// allowable refuses rules that nothing can allow.
func allowable(all []*rules.Rule) func(*reader, []string) ([]string, string) {
	return func(_ *reader, names []string) ([]string, string) {
		for _, r := range all {
			if r.Unsuppressible && closest(r, names) == exactly {
				return nil, fmt.Sprintf("nothing can allow findings of %s", r.Name)
			}
		}
		return names, ""
	}
}

func (r *reader) exemptions(all []*rules.Rule, a allowed) []rules.Exemption {
	if a.Path != "" {
		a.Prefix, a.Path = r.prefix, slashpath.Join(r.lead, a.Path)
	}
	single := a.Exemption
	var out []rules.Exemption
	for _, name := range a.names {
		found, err := named(all, name)
		found = slices.DeleteFunc(found, func(r *rules.Rule) bool { return r.Unsuppressible })
		switch {
		case err != nil || len(found) == 0: // a family that has none yet
		case slices.Contains(Families(), name):
			family := a.Exemption
			family.Family = name
			for _, r := range found {
				family.Rules = append(family.Rules, r.Name)
			}
			out = append(out, family)
		default:
			single.Rules = append(single.Rules, found[0].Name)
		}
	}
	if len(single.Rules) > 0 {
		out = append(out, single)
	}
	return out
}
