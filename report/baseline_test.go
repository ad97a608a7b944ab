package report

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

func everywhere(string) bool { return true }

// only returns an exists that knows the files of a run.
func only(run *Run) func(string) bool {
	return func(path string) bool {
		return slices.ContainsFunc(run.Sets, func(s *migration.Set) bool {
			return slices.ContainsFunc(s.Migrations, func(m *migration.Migration) bool { return m.Up.Span.File.Path == path })
		})
	}
}

func open(run *Run) (messages []string) {
	for _, f := range run.findings() {
		messages = append(messages, f.At.File.Path+": "+f.Rule.Name)
	}
	return messages
}

// written is a baseline of all that a run found, read back.
func written(t testing.TB, run *Run) *Baseline {
	t.Helper()
	b := (&Baseline{}).Extend(run, everywhere)
	again, err := ReadBaseline("b.yaml", b.Text())
	require.NoError(t, err)
	require.Equal(t, string(b.Text()), string(again.Text()))
	require.Equal(t, b.Len(), again.Len())
	return again
}

func TestBaselineKnowsWhatItWasWrittenFor(t *testing.T) {
	for seed := range uint64(40) {
		files := someHistory(rand.New(rand.NewPCG(seed, 2)))
		run := judge(t, files)
		found := len(run.findings())
		b := written(t, run)
		assert.Equal(t, found, b.Len())

		again := judge(t, files)
		next := b.Apply(again, only(again))
		assert.Empty(t, open(again))
		assert.Empty(t, again.Stale)
		assert.Equal(t, string(b.Text()), string(next.Text()))

		moved := map[string][]string{}
		for name, text := range files {
			moved["services/"+strings.Replace(name, "_a", "_b", 1)] = text
		}
		elsewhere := judge(t, moved)
		next = b.Apply(elsewhere, only(elsewhere))
		assert.Empty(t, open(elsewhere), "seed %d", seed)
		assert.Empty(t, elsewhere.Stale)
		assert.NotContains(t, string(next.Text()), `"db/`, "the paths are today's")
	}
}

func TestBaselineAndEqualStatements(t *testing.T) {
	drop := "ALTER TABLE users DROP COLUMN email"
	b := written(t, judge(t, map[string][]string{"db/1.sql": {drop}}))

	t.Run("a second one in the file is new", func(t *testing.T) {
		run := judge(t, map[string][]string{"db/1.sql": {drop, drop}})
		known := len(run.Findings)
		b.Apply(run, only(run))
		assert.NotEmpty(t, open(run))
		assert.Less(t, len(open(run)), known)
	})
	t.Run("and one in another file, although it is asked about alone", func(t *testing.T) {
		run := judge(t, map[string][]string{"db/1.sql": {drop}, "db/2.sql": {drop}})
		second := func(f *source.File) bool { return f.Path == "db/2.sql" }
		run.Selected = second
		run.Findings = slices.DeleteFunc(run.Findings, func(f rules.Finding) bool { return !second(f.At.File) })
		before := open(run)
		b.Apply(run, only(run))
		assert.Equal(t, before, open(run))
		assert.Empty(t, run.Stale, "nobody asked about the first file")
	})
	t.Run("but not a file that took the place of the first", func(t *testing.T) {
		run := judge(t, map[string][]string{"db/2.sql": {drop}})
		b.Apply(run, only(run))
		assert.Empty(t, open(run))
	})
}

func TestStale(t *testing.T) {
	drop, index := "ALTER TABLE users DROP COLUMN email", "CREATE INDEX i ON users (name)"
	b := written(t, judge(t, map[string][]string{"db/1.sql": {drop}, "db/2.sql": {index}}))
	fixed := map[string][]string{"db/1.sql": {drop}, "db/2.sql": {"CREATE INDEX CONCURRENTLY i ON users (name)"}}
	stale := func(change func(*Run)) []string {
		run := judge(t, fixed)
		change(run)
		b.Apply(run, only(run))
		var names []string
		for _, e := range run.Stale {
			names = append(names, e.Rule)
		}
		return names
	}
	all := stale(func(*Run) {})
	require.NotEmpty(t, all)
	assert.NotContains(t, all, "drop-column")
	assert.Equal(t, all, stale(func(r *Run) { r.Selected = func(f *source.File) bool { return f.Path == "db/2.sql" } }), "it was asked about")
	assert.Empty(t, stale(func(r *Run) { r.Selected = func(f *source.File) bool { return f.Path == "db/1.sql" } }), "a file that was not asked about")
	assert.Empty(t, stale(func(r *Run) { r.Rules = []*rules.Rule{rules.Find("drop-column")} }), "rules that did not run")
	assert.Empty(t, stale(func(r *Run) {
		for _, w := range r.Timeline.Windows {
			w.Reported = false
		}
	}), "history before the release")
	assert.Empty(t, stale(func(r *Run) { r.Prefix = "another" }), "another directory")

	t.Run("deleted", func(t *testing.T) {
		run := judge(t, map[string][]string{"db/1.sql": {drop}})
		next := b.Apply(run, only(run))
		assert.NotEmpty(t, run.Stale)
		assert.NotContains(t, string(next.Text()), "db/2.sql")
		assert.Equal(t, b.Len()-len(run.Stale), next.Len())
	})
	t.Run("what was not asked about stays when it is written anew", func(t *testing.T) {
		run := judge(t, fixed)
		run.Selected = func(f *source.File) bool { return f.Path == "db/1.sql" }
		assert.Contains(t, string(b.Extend(run, only(run)).Text()), "db/2.sql")
	})
	t.Run("rules that are gone", func(t *testing.T) {
		gone, err := ReadBaseline("b", []byte("version: 1\nfindings:\n- {rule: no-such-rule, path: x, fingerprint: 0123456789abcdef0123456789abcdef}\n"))
		require.NoError(t, err)
		run := judge(t, fixed)
		gone.Apply(run, only(run))
		assert.Len(t, run.Stale, 1)
	})
}

func TestReadBaseline(t *testing.T) {
	const print = "0123456789abcdef0123456789abcdef"
	for text, want := range map[string]string{
		"":                                      "b.yaml:1:1: this baseline is empty: write it anew with --write-baseline",
		"# nothing\n":                           "b.yaml:1:1: this baseline is empty: write it anew with --write-baseline",
		"[]":                                    "b.yaml:1:1: expected keys with values here",
		"hello":                                 "b.yaml:1:1: expected keys with values here",
		"findings: []":                          "b.yaml:1:1: this is no baseline: it has no version",
		"version: 1":                            "b.yaml:1:1: this is no baseline: it has no findings",
		"version: 2\nfindings: []":              `b.yaml:1:10: this is a baseline of version "2", and 1 is the one that can be read here`,
		"version: 1\nfinding: []":               `b.yaml:2:1: unknown key "finding": a baseline has version and findings`,
		"version: 1\nversion: 1":                `b.yaml:2:1: key "version" is given twice`,
		"version: 1\nfindings: 3":               "b.yaml:2:11: expected a list of findings",
		"version: 1\nfindings: [3]":             "b.yaml:2:12: expected keys with values here",
		"version: 1\nfindings: [{rule: a}]":     "b.yaml:2:12: a finding has a rule, a path and a fingerprint",
		"version: 1\nfindings: [{rules: a}]":    `b.yaml:2:13: unknown key "rules": a finding has rule, path, message, fingerprint and count`,
		"version: 1\nfindings: [{rule: [a]}]":   "b.yaml:2:19: expected a text",
		"version: 1\nfindings: [{count: 0}]":    "b.yaml:2:20: expected a number from 1",
		"version: 1\nfindings:\n<<<<<<< HEAD\n": "b.yaml:3: could not find expected ':'",
		"version: 1\nfindings: [{fingerprint: abc}]": `b.yaml:2:26: "abc" is no fingerprint: it has 32 hexadecimal digits`,
	} {
		_, err := ReadBaseline("b.yaml", []byte(text))
		require.Error(t, err, text)
		assert.Equal(t, want, err.Error(), text)
	}
	merged, err := ReadBaseline("b.yaml", []byte("version: 1\nfindings:\n- {rule: a, path: p, fingerprint: "+print+", count: 2}\n- {rule: a, path: p, fingerprint: "+print+"}\n"))
	require.NoError(t, err)
	assert.Equal(t, 2, merged.Len(), "two branches that know the same")
}

func TestBaselineText(t *testing.T) {
	run := release(t)
	run.Baseline = "b.yaml"
	b := (&Baseline{}).Extend(run, everywhere)
	golden(t, "release.baseline.yaml", b.Text())
	assert.NotContains(t, string(b.Text()), "never used", "what is allowed need not be known")
	assert.Contains(t, string((&Baseline{}).Text()), "\nversion: 1\nfindings: []\n")
}

// TestFormatsWithBaseline shows a run of which a part is known, and a part of
// what is known is gone.
// A name may hold what a file may not.
func TestQuoted(t *testing.T) {
	const odd = "a\x00\t\n\"\\ \x7f\u0080\u0085\u2028\ufeff\ufffe\uffff\ufffd🐘<>&"
	var read string
	require.NoError(t, yaml.Unmarshal([]byte(quoted(odd)), &read), quoted(odd))
	assert.Equal(t, odd, read)
}

func TestFormatsWithBaseline(t *testing.T) {
	run := release(t)
	run.Baseline = "b.yaml"
	b := (&Baseline{}).Extend(release(t), everywhere)
	b.entries = b.entries[1:]
	b.entry(Known{Rule: "add-column", Path: "services/db/migrations/0001_users.up.sql", Message: "gone", Fingerprint: strings.Repeat("0", 32)}).Count = 2
	b.Apply(run, everywhere)
	for _, name := range []string{"text", "json", "sarif", "github"} {
		golden(t, "baseline."+name, write(t, ByName(name), run))
	}
	run.Verbose = true
	golden(t, "baseline-verbose.text", write(t, Text, run))
	run.IncludeSuppressed = true
	golden(t, "baseline-suppressed.sarif", write(t, SARIF, run))

	var document struct {
		Findings, Baselined, Suppressed []json.RawMessage
		Stale                           []Known
		Summary                         struct{ Baselined, Stale, Suppressed int }
	}
	require.NoError(t, json.Unmarshal(write(t, JSON, run), &document))
	assert.Len(t, document.Findings, 1)
	assert.Len(t, document.Baselined, 2)
	assert.Len(t, document.Stale, 1)
	assert.Equal(t, 2, document.Summary.Baselined)
	assert.Equal(t, 2, document.Summary.Stale)
	assert.Equal(t, 1, document.Summary.Suppressed)
}

func TestIdle(t *testing.T) {
	assert.Empty(t, write(t, Text, &Run{Idle: true}))
	assert.Empty(t, write(t, Text, &Run{Idle: true, Quiet: true}))
	assert.Contains(t, string(write(t, Text, &Run{Idle: true, Verbose: true})), "nothing to check")
}
