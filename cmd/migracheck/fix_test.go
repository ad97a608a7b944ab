package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

func TestEdited(t *testing.T) {
	const text = "one\ntwo"
	type edit struct {
		start, end int
		text       string
	}
	for _, test := range []struct {
		name, text, want string
		edits            []edit
	}{
		{"none", text, text, nil},
		{"in order of place", text, "1\none\n2", []edit{{4, 7, "2"}, {0, 0, "1\n"}}},
		{"line ends of the text", "one\r\ntwo", "one\r\n1\r\n2\r\ntwo", []edit{{5, 5, "1\n2\n"}}},
		{"a first line without text", "\ntwo", "1\n\ntwo", []edit{{0, 0, "1\n"}}},
		{"bytes that are not UTF-8 stay", "\xff\ntwo", "\xff\n1\ntwo", []edit{{2, 2, "1\n"}}},
		{"overlap", text, "", []edit{{0, 3, "1"}, {2, 4, "2"}}},
		{"beyond the end", text, "", []edit{{5, 9, "1"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := source.NewFile("a.sql", test.text)
			var edits []rules.Edit
			for _, e := range test.edits {
				edits = append(edits, rules.Edit{At: source.Span{File: file, Start: e.start, End: e.end}, NewText: e.text})
			}
			got, err := edited([]byte(test.text), edits)
			if test.want == "" {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, string(got))
		})
	}
	_, err := edited([]byte("longer than it was"), []rules.Edit{{At: source.NewFile("a.sql", "short").Whole()}})
	require.EqualError(t, err, "the file has changed since it was read")
}

// TestMend makes fixes of "-" bytes, each of which is as bad as the test says.
func TestMend(t *testing.T) {
	const path = "a.sql"
	rule := &rules.Rule{Name: "dash"}
	for _, test := range []struct {
		name, text string
		// new are the texts that the fixes have for each dash.
		new     []string
		want    string
		refused []string
	}{
		{"all are good", "- - -", []string{"a", "b", "c"}, "a b c", nil},
		{"one mends nothing", "- - -", []string{"a", "-", "c"}, "a - c", []string{"dash would still be found: a dash"}},
		{"one cannot be parsed", "- - -", []string{"a", "b", "!"}, "a b -", []string{"PostgreSQL's grammar would refuse what it makes of the file"}},
		{"one leads to another finding", "- - -", []string{"?", "b", "c"}, "- b c", []string{"it would lead to question: a question"}},
		{"none is good", "- -", []string{"?", "!"}, "- -", []string{"it would lead to question: a question", "PostgreSQL's grammar would refuse what it makes of the file"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := source.NewFile(path, test.text)
			var found []rules.Finding
			for i, n := 0, 0; i < len(test.text); i++ {
				if test.text[i] != '-' {
					continue
				}
				at := source.Span{File: file, Start: i, End: i + 1}
				found = append(found, rules.Finding{Rule: rule, At: at, Fixes: []rules.Fix{{Safe: true, Edits: []rules.Edit{{At: at, NewText: test.new[n]}}}}})
				n++
			}
			count := func(text []byte) state {
				s := stateOf(nil, nil)
				for _, b := range text {
					switch b {
					case '-':
						s.found[place{"dash", path}]++
						s.messages[place{"dash", path}] = "a dash"
					case '?':
						s.grave[place{"question", path}]++
						s.messages[place{"question", path}] = "a question"
					case '!':
						s.unparsed[path]++
					}
				}
				return s
			}
			m := &mender{
				judge:  func(contents map[string][]byte) (state, error) { return count(contents[path]), nil },
				before: count([]byte(test.text)),
				was:    map[string][]byte{path: []byte(test.text)},
			}
			require.NoError(t, m.mend(m.first(repairs(found))))
			contents, err := m.contents(m.kept)
			require.NoError(t, err)
			if len(m.kept) > 0 {
				assert.Equal(t, test.want, string(contents[path]))
			} else {
				assert.Equal(t, test.want, test.text)
			}
			var reasons []string
			for _, r := range m.refused {
				reasons = append(reasons, r.reason)
			}
			assert.Equal(t, test.refused, reasons)
		})
	}
}

func TestRepairs(t *testing.T) {
	file, other := source.NewFile("a.sql", "SELECT 1;"), source.NewFile("b.sql", "SELECT 1;")
	fix := func(safe bool, f *source.File, start int) rules.Fix {
		return rules.Fix{Safe: safe, Edits: []rules.Edit{{At: source.Span{File: f, Start: start, End: start}, NewText: "x"}}}
	}
	finding := func(fixes ...rules.Fix) rules.Finding {
		return rules.Finding{Rule: &rules.Rule{Name: "r"}, At: file.Whole(), Fixes: fixes}
	}
	allowed := finding(fix(true, file, 0))
	allowed.Suppressed = &rules.Suppression{}
	for _, test := range []struct {
		name     string
		findings []rules.Finding
		want     int
	}{
		{"safe", []rules.Finding{finding(fix(true, file, 0))}, 1},
		{"the safe one of several", []rules.Finding{finding(fix(false, file, 3), fix(true, file, 0))}, 1},
		{"unsafe", []rules.Finding{finding(fix(false, file, 0))}, 0},
		{"another file", []rules.Finding{finding(fix(true, other, 0))}, 0},
		{"advice without edits", []rules.Finding{finding(rules.Fix{Safe: true})}, 0},
		{"allowed", []rules.Finding{allowed}, 0},
		{"the same twice", []rules.Finding{finding(fix(true, file, 0)), finding(fix(true, file, 0))}, 1},
		{"two of one place", []rules.Finding{finding(fix(true, file, 0)), finding(fix(true, file, 3))}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := repairs(test.findings)
			require.Len(t, all, test.want)
			for _, r := range all {
				assert.Zero(t, all[0].fix.Edits[0].At.Start)
				assert.True(t, r.fix.Safe)
			}
		})
	}
	m := &mender{}
	left := m.first(repairs([]rules.Finding{finding(fix(true, file, 3)), finding(rules.Fix{Safe: true, Edits: []rules.Edit{{At: source.Span{File: file, Start: 1, End: 3}}}})}))
	require.Len(t, left, 1)
	assert.Equal(t, 1, left[0].fix.Edits[0].At.Start)
	assert.Len(t, m.refused, 1)
}

func TestDiffName(t *testing.T) {
	assert.Equal(t, "a/m/1 a.sql", diffName("a/m/1 a.sql"))
	assert.Equal(t, `"a/\n--- b.sql"`, diffName("a/\n--- b.sql"))
}
