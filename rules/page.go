package rules

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/parser/pattern"
)

// The pages, one archive per rule.
//
// The comment of an archive is the prose: paragraphs that say what trips the
// rule, what happens then, and what to do; the first is a summary. A paragraph
// that begins with "Instead:" is the remedy.
//
// Its files are the examples. "bad.sql" and "good.sql" are histories of one
// migration. "bad/1_create.sql", "bad/2_drop.sql" and so on are one history of
// several, each released alone; where some of them are in "bad/before/", these
// are history and the rest is one release. A file that is in both was changed
// since, and one in "bad/gone/" was released and removed. In "bad/previous/" and
// "bad/current/" are queries of the application before the release and of it, in
// SQL or Go. A suffix makes more examples:
// "good-view.sql", "bad-cascade/1_create.sql". A file named "x.latin1.sql" is
// loaded in that encoding. "want" is what the bad ones report; the
// test writes it under -update.
//
//go:embed examples/*.txtar
var examples embed.FS

// A Page is what there is to say about a rule, with examples that the tests run.
type Page struct {
	Rule *Rule
	// Prose are the paragraphs of the page, the summary first, without the
	// remedy.
	Prose []string
	// Examples are in order of the page, bad ones first.
	Examples []Example
	// Want is what the bad examples report.
	Want string

	remedy string
}

// An Example is a history that trips the rule, or does not.
type Example struct {
	// Name is "bad", "good", or one of them with a suffix.
	Name  string
	Files []ExampleFile
}

// Bad reports whether the example trips the rule.
func (e Example) Bad() bool { return strings.HasPrefix(e.Name, "bad") }

// An ExampleFile is one file of an example.
type ExampleFile struct {
	// Path is the name in the archive without "before/" or "gone/".
	Path, Text string
	// Before is set for files that were released before, Gone for those of them
	// that are there no longer.
	Before, Gone bool
	// Version is "previous" or "current" for a file of queries, or Go code, of
	// that version of the application; else "".
	Version string
}

// PageOf returns the page of a rule.
func PageOf(name string) (*Page, error) {
	rule := Find(name)
	if rule == nil {
		if near := Nearest(name); near != "" {
			return nil, fmt.Errorf("unknown rule %q: did you mean %s", name, near)
		}
		return nil, fmt.Errorf("unknown rule %q", name)
	}
	text, err := examples.ReadFile("examples/" + rule.Name + ".txtar")
	if err != nil {
		return nil, fmt.Errorf("rule %s has no page: %w", rule.Name, err)
	}
	page, err := parsePage(text)
	if err != nil {
		return nil, fmt.Errorf("page of rule %s: %w", rule.Name, err)
	}
	page.Rule = rule
	return page, nil
}

// exampleName are the names of files on a page. In SQL, "-- like this --" is a
// comment, in an archive the start of a file: such a name is an error.
var exampleName = pattern.New(`^((?:bad|good)(?:-[a-z0-9]+)*)(?:(?:\.latin1)?\.sql|/(before/|gone/|previous/|current/)?([\w.-]+\.\w+))$`)

func parsePage(text []byte) (*Page, error) {
	archive := txtar.Parse(text)
	p := &Page{}
	for paragraph := range strings.SplitSeq(strings.TrimSpace(string(archive.Comment)), "\n\n") {
		paragraph = strings.TrimSpace(paragraph)
		if strings.HasPrefix(paragraph, "Instead:") {
			p.remedy = strings.TrimSpace(strings.TrimPrefix(paragraph, "Instead:"))
			continue
		}
		p.Prose = append(p.Prose, paragraph)
	}
	for _, f := range archive.Files {
		if f.Name == "want" {
			p.Want = string(f.Data)
			continue
		}
		m := exampleName.FindStringSubmatch(f.Name)
		if m == nil {
			return nil, fmt.Errorf("%q is no name for a file of a page: if it is an SQL comment, write it otherwise", f.Name)
		}
		file := ExampleFile{Path: f.Name, Text: string(f.Data), Before: m[2] == "before/" || m[2] == "gone/", Gone: m[2] == "gone/"}
		if m[2] == "previous/" || m[2] == "current/" {
			file.Version = strings.TrimSuffix(m[2], "/")
		}
		if m[3] != "" && file.Version == "" {
			file.Path = m[1] + "/" + m[3]
		}
		p.add(m[1], file)
	}
	slices.SortStableFunc(p.Examples, func(a, b Example) int {
		switch {
		case a.Bad() == b.Bad():
			return 0
		case a.Bad():
			return -1
		}
		return 1
	})
	return p, nil
}

func (p *Page) add(name string, file ExampleFile) {
	i := slices.IndexFunc(p.Examples, func(e Example) bool { return e.Name == name })
	if i < 0 {
		p.Examples = append(p.Examples, Example{Name: name})
		i = len(p.Examples) - 1
	}
	p.Examples[i].Files = append(p.Examples[i].Files, file)
}

// Summary returns the first paragraph on one line.
func (p *Page) Summary() string {
	return strings.Join(strings.Fields(p.Prose[0]), " ")
}

// Remedy returns what to do instead, on one line and as a sentence, or "".
func (p *Page) Remedy() string {
	return capital(strings.Join(strings.Fields(p.remedy), " "))
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Text returns the page as plain text, for a terminal.
func (p *Page) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n%s\n", p.Rule.Name, p.Rule.Title, p.facts())
	for _, paragraph := range p.Prose {
		fmt.Fprintf(&b, "\n%s\n", paragraph)
	}
	if p.remedy != "" {
		fmt.Fprintf(&b, "\nInstead: %s\n", p.remedy)
	}
	if len(p.Rule.Options) > 0 {
		b.WriteString("\nOptions\n\n")
		for _, o := range p.Rule.Options {
			fmt.Fprintf(&b, "    %s: %s; default %s\n", o.Name, o.help(), o.value())
		}
	}
	for _, e := range p.Examples {
		fmt.Fprintf(&b, "\n%s\n", e.heading())
		for _, f := range e.Files {
			b.WriteString("\n")
			if len(e.Files) > 1 {
				fmt.Fprintf(&b, "    %s\n", f.caption())
			}
			for line := range strings.Lines(f.Text) {
				b.WriteString("    " + line)
			}
		}
		for _, line := range p.reports(e) {
			fmt.Fprintf(&b, "\n%s\n", line)
		}
	}
	if allow := p.allow(); allow != "" {
		fmt.Fprintf(&b, "\nTo allow it for one statement, write above it:\n\n    %s\n", allow)
	}
	return b.String()
}

// Markdown returns the page as Markdown.
func (p *Page) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", p.Rule.Name)
	if p.Summary() != p.Rule.Title+"." {
		fmt.Fprintf(&b, "%s.\n\n", p.Rule.Title)
	}
	fmt.Fprintf(&b, "_%s_\n", p.facts())
	for _, paragraph := range p.Prose {
		fmt.Fprintf(&b, "\n%s\n", paragraph)
	}
	if p.remedy != "" {
		fmt.Fprintf(&b, "\n## Instead\n\n%s\n", capital(p.remedy))
	}
	if len(p.Rule.Options) > 0 {
		b.WriteString("\n## Options\n\n| option | default | meaning |\n|---|---|---|\n")
		for _, o := range p.Rule.Options {
			fmt.Fprintf(&b, "| %s | `%s` | %s |\n", o.Name, strings.ReplaceAll(o.value(), "|", `\|`), o.help())
		}
	}
	for _, e := range p.Examples {
		fmt.Fprintf(&b, "\n## %s\n", e.heading())
		for _, f := range e.Files {
			if len(e.Files) > 1 {
				fmt.Fprintf(&b, "\n`%s`\n", f.caption())
			}
			language := strings.TrimPrefix(path.Ext(f.Path), ".")
			fmt.Fprintf(&b, "\n```%s\n%s\n```\n", language, strings.TrimRight(f.Text, "\n"))
		}
		if lines := p.reports(e); len(lines) > 0 {
			fmt.Fprintf(&b, "\n```text\n%s\n```\n", strings.Join(lines, "\n"))
		}
	}
	if allow := p.allow(); allow != "" {
		fmt.Fprintf(&b, "\n## To allow it\n\nWrite above the statement:\n\n```sql\n%s\n```\n", allow)
	}
	return b.String()
}

// help is what an option means, and that it is a pattern.
func (o Option) help() string {
	if o.Pattern {
		return o.Help + " (a regular expression for whole names)"
	}
	return o.Help
}

// value is the default of an option as a configuration has it.
func (o Option) value() string {
	if list, ok := o.Default.([]string); ok {
		return "[" + strings.Join(list, ", ") + "]"
	}
	return fmt.Sprint(o.Default)
}

func (p *Page) facts() string {
	facts := fmt.Sprintf("%s, category %s, since %s", p.Rule.Severity, p.Rule.Category, p.Rule.Since)
	if p.Rule.Off {
		facts += ", off by default"
	}
	return facts
}

func (p *Page) allow() string {
	if p.Rule.Unsuppressible {
		return ""
	}
	return "-- migracheck:allow " + p.Rule.Name + ": the reason"
}

// reports returns the lines of Want that are about an example.
func (p *Page) reports(e Example) []string {
	if !e.Bad() {
		return nil
	}
	var lines []string
	for line := range strings.Lines(p.Want) {
		if strings.HasPrefix(line, e.Name+".sql:") || strings.HasPrefix(line, e.Name+"/") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	return lines
}

func (e Example) heading() string {
	kind, suffix, _ := strings.Cut(e.Name, "-")
	if suffix == "" {
		return capital(kind)
	}
	return capital(kind) + ": " + strings.ReplaceAll(suffix, "-", " ")
}

func (f ExampleFile) caption() string {
	_, name, _ := strings.Cut(f.Path, "/")
	switch {
	case f.Version != "":
		return path.Base(f.Path) + " (the " + f.Version + " version of the application)"
	case f.Gone:
		return name + " (released before and removed)"
	case f.Before:
		return name + " (released before)"
	}
	return name
}
