package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// An answer is what a linter makes of the examples of a page.
type answer uint8

const (
	// silent: nothing of the bad examples' statements.
	silent answer = iota
	// both: something, and all of it also of a good example.
	both
	// apart: something that it says of no good example.
	apart
)

// A row is a page, and what each linter said of it.
type row struct {
	rule    *rules.Rule
	answers []answer
	// bad and good are the rules that each linter reports for the statements
	// that are to blame in bad examples, and anywhere in good ones.
	bad, good [][]string
}

// examples gives the linters what the pages of our rules show: of each example
// the files that are being released, as they lie beside those released before.
func examples(ctx context.Context, below string, linters []*linter) ([]row, error) {
	var rows []row
	var all []example
	for _, rule := range rules.All() {
		page, err := rules.PageOf(rule.Name)
		if err != nil {
			return nil, err
		}
		for i, e := range page.Examples {
			dir := filepath.Join(rule.Name, strconv.Itoa(i))
			files, err := lay(below, dir, e)
			if err != nil {
				return nil, err
			}
			all = append(all, example{row: len(rows), bad: e.Bad(), files: files, blamed: blame(dir, e, page.Want)})
		}
		rows = append(rows, row{rule: rule, answers: make([]answer, len(linters)), bad: make([][]string, len(linters)), good: make([][]string, len(linters))})
	}
	for n, l := range linters {
		said, err := l.say(ctx, below, all)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			r := &rows[e.row]
			for _, f := range said {
				switch {
				case !slices.Contains(e.files, f.file) || !l.counts(f, r.rule):
				case !e.bad:
					r.good[n] = append(r.good[n], f.rule)
				case f.rule == l.cannotRead && r.rule.Name != "syntax-error": // says nothing of the hazard
				case overlaps(f, e.blamed):
					r.bad[n] = append(r.bad[n], f.rule)
				}
			}
		}
		for i := range rows {
			r := &rows[i]
			slices.Sort(r.bad[n])
			slices.Sort(r.good[n])
			r.bad[n], r.good[n] = slices.Compact(r.bad[n]), slices.Compact(r.good[n])
			r.answers[n] = judge(r.bad[n], r.good[n])
		}
	}
	return rows, nil
}

// An example is one of a page, written down.
type example struct {
	row   int
	bad   bool
	files []string
	// blamed are the statements to blame.
	blamed []finding
}

// say returns what a linter reports of all examples.
func (l *linter) say(ctx context.Context, below string, all []example) ([]finding, error) {
	var said []finding
	var files []string
	for _, e := range all {
		if !l.alone {
			files = append(files, e.files...)
			continue
		}
		findings, err := l.check(ctx, below, e.files)
		if err != nil {
			return nil, err
		}
		said = append(said, findings...)
	}
	findings, err := l.check(ctx, below, files)
	return append(said, findings...), err
}

func judge(bad, good []string) answer {
	switch {
	case len(bad) == 0:
		return silent
	case slices.ContainsFunc(bad, func(rule string) bool { return !slices.Contains(good, rule) }):
		return apart
	}
	return both
}

// counts reports whether a finding is about more than what the linter says of
// nearly every statement. Where a page is about just that, it is.
func (l *linter) counts(f finding, page *rules.Rule) bool {
	if slices.Contains(l.timeouts, f.rule) {
		return strings.Contains(page.Name, "timeout")
	}
	return page.Category == rules.Practice || !slices.Contains(l.style, f.rule)
}

// lay writes the files of an example into a directory below another, and returns
// the paths from there of those in SQL that are being released.
func lay(below, dir string, e rules.Example) ([]string, error) {
	if err := os.MkdirAll(filepath.Join(below, dir), 0o755); err != nil {
		return nil, err
	}
	var released []string
	for _, f := range e.Files {
		if f.Version != "" || f.Gone {
			continue // code, or removed since
		}
		name := filepath.Base(f.Path)
		changed := slices.ContainsFunc(e.Files, func(o rules.ExampleFile) bool { return !o.Before && o.Path == f.Path })
		if f.Before && changed {
			continue
		}
		if err := os.WriteFile(filepath.Join(below, dir, name), []byte(f.Text), 0o600); err != nil {
			return nil, err
		}
		if !f.Before && filepath.Ext(name) == ".sql" {
			released = append(released, filepath.Join(dir, name))
		}
	}
	return released, nil
}

// reported is a place in what a page's bad examples report.
var reported = regexp.MustCompile(`(?m)^([^:\n]+):(\d+):\d+: `)

// blame returns the lines of the statements that a bad example is about; none
// where that is no statement.
func blame(dir string, e rules.Example, want string) []finding {
	var lines []finding
	for _, m := range reported.FindAllStringSubmatch(want, -1) {
		i := slices.IndexFunc(e.Files, func(f rules.ExampleFile) bool { return f.Path == m[1] && f.Version == "" })
		if i < 0 {
			continue
		}
		line, _ := strconv.Atoi(m[2])
		place := finding{file: filepath.Join(dir, filepath.Base(m[1])), first: line, last: line}
		for _, s := range parser.Parse(source.NewFile(m[1], e.Files[i].Text).Whole()).Statements {
			if first, last := s.Span.From().Line, s.Span.To().Line; first <= line && line <= last {
				place.first, place.last = first, last
			}
		}
		lines = append(lines, place)
	}
	return lines
}

// overlaps reports whether a finding is about one of the places, or its file as
// a whole.
func overlaps(f finding, places []finding) bool {
	return slices.ContainsFunc(places, func(p finding) bool {
		return f.file == p.file && (f.first == 0 || f.first <= p.last && p.first <= f.last)
	})
}

// ofExamples is the part of the page about our examples.
func ofExamples(rows []row, linters []*linter) string {
	var b strings.Builder
	b.WriteString("| pages about |")
	for _, l := range linters {
		fmt.Fprintf(&b, " %s |", l.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(linters)) + "\n")
	categories := []rules.Category{rules.Compat, rules.Lock, rules.Data, rules.Rollback, rules.Gate, rules.Practice, rules.Process}
	for _, c := range append(categories, "") {
		of := rows
		name := "all"
		if c != "" {
			of = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.rule.Category != c })
			if len(of) == 0 {
				continue
			}
			name = string(c)
		}
		fmt.Fprintf(&b, "| %s (%d) |", name, len(of))
		for n := range linters {
			var count [3]int
			flagged := 0
			for _, r := range of {
				count[r.answers[n]]++
				if len(r.good[n]) > 0 {
					flagged++
				}
			}
			fmt.Fprintf(&b, " %d / %d / %d; %d |", count[apart], count[both], count[silent], flagged)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n<details><summary>Each page: what is said of the statement to blame in the bad examples</summary>\n\n| page |")
	for _, l := range linters {
		fmt.Fprintf(&b, " %s |", l.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(linters)) + "\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| [%s](rules/%s.md) |", r.rule.Name, r.rule.Name)
		for n := range linters {
			fmt.Fprintf(&b, " %s |", r.cell(n))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n</details>\n")
	return b.String()
}

// cell is what a linter says of the bad examples; what it says of a good one as
// well is struck through.
func (r row) cell(n int) string {
	var words []string
	for _, rule := range r.bad[n] {
		if slices.Contains(r.good[n], rule) {
			rule = "~~" + rule + "~~"
		}
		words = append(words, rule)
	}
	return strings.Join(words, ", ")
}
