package rules

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write golden files")

// TestPages runs the examples of every page: a bad one trips its own rule and
// no other of its category, a good one trips none at all. Notes of other rules
// do not count: what is worth knowing about one statement may be several things,
// and a note may stand beside what is graver.
func TestPages(t *testing.T) {
	for _, rule := range All() {
		t.Run(rule.Name, func(t *testing.T) {
			page, err := PageOf(rule.Name)
			require.NoError(t, err)
			require.NotEmpty(t, page.Summary())
			assert.NotEmpty(t, page.Remedy(), "no paragraph begins with Instead:")
			assert.True(t, slices.ContainsFunc(page.Examples, Example.Bad), "no bad example")
			assert.True(t, slices.ContainsFunc(page.Examples, func(e Example) bool { return !e.Bad() }), "no good example")
			var want strings.Builder
			for _, e := range page.Examples {
				findings := slices.DeleteFunc(run(t, e.Files, active(rule)), func(f Finding) bool {
					return f.Rule != rule && f.Severity == Note
				})
				for _, f := range findings {
					switch {
					case !e.Bad():
						t.Errorf("%s: %s", e.Name, line(f))
						continue
					case f.Rule != rule && rule.Severity != Note && !rule.AboutQueries() && (f.Rule.Category == rule.Category || f.Rule.Category == Process):
						t.Errorf("%s trips another rule: %s", e.Name, line(f))
					}
					want.WriteString(line(f) + "\n")
				}
				own := slices.ContainsFunc(findings, func(f Finding) bool { return f.Rule == rule })
				assert.Equal(t, e.Bad(), own, "%s trips %s", e.Name, rule.Name)
			}
			if *update {
				writeWant(t, rule.Name, want.String())
				return
			}
			assert.Equal(t, want.String(), page.Want, "run with -update")
		})
	}
}

// active are the rules that examples of a rule run under.
func active(rule *Rule) []*Rule {
	return slices.DeleteFunc(All(), func(r *Rule) bool { return r.Off && r != rule })
}

// line shows a finding as the text report does in its first line.
func line(f Finding) string {
	at := f.At.From()
	return fmt.Sprintf("%s:%d:%d: %s: %s (%s)", f.At.File.Path, at.Line, at.Column, f.Severity, f.Message, f.Rule.Name)
}

func writeWant(t *testing.T, name, want string) {
	path := filepath.Join("examples", name+".txtar")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	archive := txtar.Parse(text)
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(want)})
	write(t, path, string(txtar.Format(archive)))
}

// write writes a golden file if it would change.
func write(t *testing.T, path, text string) {
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

// docs is where the pages are published.
const docs = "../docs/rules"

func TestDocs(t *testing.T) {
	golden := map[string]string{"README.md": index(t)}
	for _, rule := range All() {
		if page, err := PageOf(rule.Name); assert.NoError(t, err) {
			golden[rule.Name+".md"] = page.Markdown()
		}
	}
	for name, text := range golden {
		path := filepath.Join(docs, name)
		if *update {
			write(t, path, text)
			continue
		}
		got, err := os.ReadFile(path)
		if assert.NoError(t, err, "run with -update") {
			assert.Equal(t, text, string(got), "%s: run with -update", path)
		}
	}
	entries, err := os.ReadDir(docs)
	require.NoError(t, err)
	for _, e := range entries {
		assert.Contains(t, golden, e.Name(), "%s/%s is the page of no rule", docs, e.Name())
	}
}

func index(t *testing.T) string {
	var b strings.Builder
	b.WriteString("# Rules\n\n`migracheck explain RULE` prints the same pages.\n\n| rule | severity | category | what it finds |\n|---|---|---|---|\n")
	for _, r := range All() {
		severity := r.Severity.String()
		if r.Off {
			severity += ", off by default"
		}
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s | %s |\n", r.Name, r.Name, severity, r.Category, r.Title)
		require.NotContains(t, r.Title, "|")
	}
	return b.String()
}

func TestNoOrphanPages(t *testing.T) {
	for _, folder := range []string{"examples", "testdata"} {
		entries, err := os.ReadDir(folder)
		require.NoError(t, err)
		for _, e := range entries {
			rule := Find(strings.TrimSuffix(e.Name(), ".txtar"))
			if assert.NotNil(t, rule, "%s/%s belongs to no rule", folder, e.Name()) {
				assert.Equal(t, rule.Name, strings.TrimSuffix(e.Name(), ".txtar"), "a page has the rule's present name")
			}
		}
	}
}

func TestRules(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	last := ""
	for _, r := range All() {
		t.Run(r.Name, func(t *testing.T) {
			assert.Regexp(t, kebab, r.Name)
			assert.Less(t, last, r.Name, "All is in order of name")
			last = r.Name
			for _, name := range append([]string{r.Name}, r.Aliases...) {
				assert.False(t, seen[name], "%s names two rules", name)
				seen[name] = true
			}
			assert.NotEmpty(t, r.Title)
			assert.False(t, strings.HasSuffix(r.Title, "."), "title ends in a full stop")
			assert.Regexp(t, `^[A-Z]`, r.Title)
			assert.NotEqual(t, "invalid", r.Severity.String())
			assert.Contains(t, []Category{Compat, Lock, Data, Rollback, Gate, Practice, Process}, r.Category)
			assert.Regexp(t, `^\d+\.\d+$`, r.Since)
			assert.NotEmpty(t, r.Check)
		})
	}
}

// TestAllIsComplete holds All to the files: each declares the rule that it is
// named after.
func TestAllIsComplete(t *testing.T) {
	declaration := regexp.MustCompile(`(?m)^var (\w+) = (?:&Rule\{|problemRule\()`)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	all, err := os.ReadFile("all.go")
	require.NoError(t, err)
	n := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range declaration.FindAllStringSubmatch(string(text), -1) {
			n++
			assert.True(t, strings.Contains(string(all), "\t\t"+m[1]+",\n"), "%s is not in All", m[1])
			name := strings.ReplaceAll(strings.TrimSuffix(file, ".go"), "_", "-")
			assert.NotNil(t, Find(name), "%s is not named after a rule", file)
		}
	}
	assert.Len(t, All(), n)
}

func TestPageRefusesUnknownFiles(t *testing.T) {
	for _, name := range []string{"drop legacy", "worse.sql", "bad", "good/", "bad/after/1.sql", "bad/before/x/1.sql", "Bad.sql", "bad_x.sql"} {
		_, err := parsePage([]byte("Prose.\n-- bad.sql --\nSELECT 1;\n-- " + name + " --\nSELECT 2;\n"))
		assert.ErrorContains(t, err, fmt.Sprintf("%q", name))
	}
	page, err := parsePage([]byte("One.\n\nTwo\nlines.\n\nInstead: do\nthis.\n-- good-x.sql --\n-- bad.sql --\n-- bad-y/before/1_a.sql --\n-- bad-y/2_b.sql --\n-- want --\nbad.sql:1\nbad-y/2_b.sql:1\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{"One.", "Two\nlines."}, page.Prose)
	assert.Equal(t, "Do this.", page.Remedy())
	assert.Equal(t, []Example{
		{"bad", []ExampleFile{{Path: "bad.sql"}}},
		{"bad-y", []ExampleFile{{Path: "bad-y/1_a.sql", Before: true}, {Path: "bad-y/2_b.sql"}}},
		{"good-x", []ExampleFile{{Path: "good-x.sql"}}},
	}, page.Examples)
	assert.Equal(t, []string{"bad.sql:1"}, page.reports(page.Examples[0]))
	assert.Equal(t, []string{"bad-y/2_b.sql:1"}, page.reports(page.Examples[1]))
}

func TestPageOfUnknownRule(t *testing.T) {
	_, err := PageOf("drop-colum")
	assert.EqualError(t, err, `unknown rule "drop-colum": did you mean drop-column`)
	_, err = PageOf("zzzzzzzzzzzzzzzzzzzzz")
	assert.EqualError(t, err, `unknown rule "zzzzzzzzzzzzzzzzzzzzz"`)
}

func TestPageText(t *testing.T) {
	for _, rule := range All() {
		page, err := PageOf(rule.Name)
		if !assert.NoError(t, err) {
			continue
		}
		for _, text := range []string{page.Text(), page.Markdown()} {
			assert.Contains(t, text, rule.Title)
			assert.Contains(t, text, strings.SplitN(page.Examples[0].Files[0].Text, "\n", 2)[0])
			assert.Contains(t, text, strings.TrimSpace(page.Prose[len(page.Prose)-1]))
			assert.Equal(t, !rule.Unsuppressible, strings.Contains(text, "migracheck:allow "+rule.Name+": "))
		}
	}
}
