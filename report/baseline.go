package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/rules"
)

// A Baseline is what a team knows of and will not be told again: the findings
// that its migrations had when it began to use migracheck. A finding is known
// by the content of its statement, so that lines may be inserted and files be
// moved; the path tells equal statements in different files apart for as long
// as the file is there.
type Baseline struct {
	entries []Known
	at      map[knownAs]int
}

// Known is an entry of a baseline: Count findings of one fingerprint in a file.
type Known struct {
	Rule        string `json:"rule"`
	Path        string `json:"path"`
	Message     string `json:"message"`
	Fingerprint string `json:"fingerprint"`
	Count       int    `json:"count"`
}

// A knownAs tells entries apart.
type knownAs struct{ fingerprint, path, rule string }

// baselineVersion is the version of the file's form.
const baselineVersion = 1

// inBaseline marks the findings that the baseline knows.
var inBaseline = &rules.Suppression{Reason: "it is in the baseline"}

// baselined reports whether the baseline knows a finding.
func baselined(f *rules.Finding) bool { return f.Suppressed == inBaseline }

// Len returns the number of findings that the baseline knows.
func (b *Baseline) Len() int {
	n := 0
	for _, e := range b.entries {
		n += e.Count
	}
	return n
}

// Text returns the baseline as a file: YAML in order of path, a line for each
// value, so that it can be reviewed and merged.
func (b *Baseline) Text() []byte {
	var text bytes.Buffer
	text.WriteString(`# Findings that migracheck knows and does not report again. What is fixed leaves
# with --prune-baseline; --write-baseline takes in all that is found now.
`)
	fmt.Fprintf(&text, "version: %d\n", baselineVersion)
	if len(b.entries) == 0 {
		text.WriteString("findings: []\n")
		return text.Bytes()
	}
	text.WriteString("findings:\n")
	for _, e := range b.sorted() {
		fmt.Fprintf(&text, "  - rule: %s\n    path: %s\n    message: %s\n    fingerprint: %s\n", quoted(e.Rule), quoted(e.Path), quoted(e.Message), quoted(e.Fingerprint))
		if e.Count > 1 {
			fmt.Fprintf(&text, "    count: %d\n", e.Count)
		}
	}
	return text.Bytes()
}

func (b *Baseline) sorted() []Known {
	return slices.SortedFunc(slices.Values(b.entries), func(a, b Known) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Message, b.Message), strings.Compare(a.Fingerprint, b.Fingerprint))
	})
}

// quoted returns a string of YAML, of which those of JSON are a part but for
// some characters that JSON may hold as they are.
func quoted(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return strconv.Quote(s)
	}
	var escaped strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if r >= 0x7f && r < 0xa0 || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
			fmt.Fprintf(&escaped, `\u%04x`, r)
			continue
		}
		escaped.WriteRune(r)
	}
	return escaped.String()
}

// ReadBaseline reads what [Baseline.Text] wrote; name is for errors.
func ReadBaseline(name string, text []byte) (*Baseline, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		message := strings.TrimPrefix(err.Error(), "yaml: ")
		if line, ok := strings.CutPrefix(message, "line "); ok {
			return nil, fmt.Errorf("%s:%s", name, line)
		}
		return nil, fmt.Errorf("%s: %s", name, message)
	}
	if len(document.Content) == 0 {
		return nil, fmt.Errorf("%s:1:1: this baseline is empty: write it anew with --write-baseline", name)
	}
	r := baselineReader{name: name}
	b, err := r.read(document.Content[0])
	if err != nil {
		return nil, err
	}
	return b, nil
}

type baselineReader struct{ name string }

func (r baselineReader) fail(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d:%d: %s", r.name, n.Line, n.Column, fmt.Sprintf(format, args...))
}

func (r baselineReader) read(root *yaml.Node) (*Baseline, error) {
	var findings *yaml.Node
	version := ""
	err := r.mapping(root, func(key, value *yaml.Node) error {
		switch key.Value {
		case "version":
			if version = value.Value; version != strconv.Itoa(baselineVersion) {
				return r.fail(value, "this is a baseline of version %q, and %d is the one that can be read here", version, baselineVersion)
			}
		case "findings":
			if findings = value; value.Kind != yaml.SequenceNode {
				return r.fail(value, "expected a list of findings")
			}
		default:
			return r.fail(key, "unknown key %q: a baseline has version and findings", key.Value)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case version == "":
		return nil, r.fail(root, "this is no baseline: it has no version")
	case findings == nil:
		return nil, r.fail(root, "this is no baseline: it has no findings")
	}
	b := &Baseline{}
	for _, item := range findings.Content {
		e, err := r.entry(item)
		if err != nil {
			return nil, err
		}
		// Two branches may have written the same, and been merged.
		known := b.entry(e)
		known.Count = max(known.Count, e.Count)
	}
	return b, nil
}

func (r baselineReader) mapping(n *yaml.Node, each func(key, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return r.fail(n, "expected keys with values here")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			return r.fail(key, "key %q is given twice", key.Value)
		}
		seen[key.Value] = true
		if err := each(key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (r baselineReader) entry(n *yaml.Node) (Known, error) {
	e := Known{Count: 1}
	err := r.mapping(n, func(key, value *yaml.Node) error {
		if value.Kind != yaml.ScalarNode {
			return r.fail(value, "expected a text")
		}
		switch key.Value {
		case "rule":
			e.Rule = value.Value
		case "path":
			e.Path = value.Value
		case "message":
			e.Message = value.Value
		case "fingerprint":
			if len(value.Value) != fingerprintLength || strings.Trim(value.Value, "0123456789abcdef") != "" {
				return r.fail(value, "%q is no fingerprint: it has %d hexadecimal digits", value.Value, fingerprintLength)
			}
			e.Fingerprint = value.Value
		case "count":
			count, err := strconv.Atoi(value.Value)
			if err != nil || count < 1 {
				return r.fail(value, "expected a number from 1")
			}
			e.Count = count
		default:
			return r.fail(key, "unknown key %q: a finding has rule, path, message, fingerprint and count", key.Value)
		}
		return nil
	})
	if err == nil && (e.Rule == "" || e.Path == "" || e.Fingerprint == "") {
		err = r.fail(n, "a finding has a rule, a path and a fingerprint")
	}
	return e, err
}

// entry returns the entry like e, a new one without count where there is none.
func (b *Baseline) entry(e Known) *Known {
	key := knownAs{e.Fingerprint, e.Path, e.Rule}
	i, ok := b.at[key]
	if !ok {
		if b.at == nil {
			b.at = map[knownAs]int{}
		}
		i = len(b.entries)
		b.at[key] = i
		e.Count = 0
		b.entries = append(b.entries, e)
	}
	return &b.entries[i]
}

// Apply marks the findings of a run that the baseline knows, and lists as stale
// what it knows and the run did not find although it looked: rules that did not
// run and files that were not asked about make nothing stale. Exists tells
// which files the repository has. The baseline that is returned is without what
// is stale, and has the paths of today.
func (b *Baseline) Apply(run *Run, exists func(path string) bool) *Baseline {
	next := &Baseline{}
	b.match(run, exists, next, false)
	return next
}

// Extend is Apply, and takes in all the findings that nothing allows.
func (b *Baseline) Extend(run *Run, exists func(path string) bool) *Baseline {
	next := &Baseline{}
	b.match(run, exists, next, true)
	return next
}

func (b *Baseline) match(run *Run, exists func(path string) bool, next *Baseline, all bool) {
	prints := contentPrints(run.Findings)
	left := slices.Clone(b.entries)
	byPrint := map[string][]int{}
	for i, e := range left {
		byPrint[e.Fingerprint] = append(byPrint[e.Fingerprint], i)
	}
	pass := func(fits func(e *Known, at string) bool) {
		for i := range run.Findings {
			f := &run.Findings[i]
			if f.Suppressed != nil {
				continue
			}
			at := run.pathOf(f)
			for _, j := range byPrint[prints[i]] {
				if e := &left[j]; e.Count > 0 && fits(e, at) {
					e.Count--
					f.Suppressed = inBaseline
					break
				}
			}
		}
	}
	pass(func(e *Known, at string) bool { return e.Path == at })
	pass(func(e *Known, _ string) bool { return !exists(e.Path) }) // moved
	for i := range run.Findings {
		f := &run.Findings[i]
		if all && f.Suppressed == nil {
			f.Suppressed = inBaseline
		}
		if baselined(f) {
			next.entry(Known{Rule: f.Rule.Name, Path: run.pathOf(f), Message: f.Message, Fingerprint: prints[i]}).Count++
		}
	}
	run.Stale = nil
	judged := run.judged()
	for _, e := range left {
		switch {
		case e.Count == 0:
		case judged(e):
			run.Stale = append(run.Stale, e)
		default:
			next.entry(e).Count += e.Count
		}
	}
	run.Stale = (&Baseline{entries: run.Stale}).sorted()
}

// pathOf is the name that the baseline has for a finding's file.
func (r *Run) pathOf(f *rules.Finding) string {
	if f.At.IsZero() {
		return ""
	}
	return r.repositoryPath(f.At.File.Path)
}

// judged tells whether the run would have found again what an entry knows.
func (r *Run) judged() func(Known) bool {
	asked := map[string]bool{}
	for _, m := range r.migrations() {
		for _, s := range []*migration.Script{m.Up, m.Down} {
			if s != nil && r.selected(s.Span.File) {
				asked[r.repositoryPath(s.Span.File.Path)] = true
			}
		}
	}
	whole := r.whole()
	return func(e Known) bool {
		ran := slices.ContainsFunc(r.Rules, func(rule *rules.Rule) bool { return rule.Name == e.Rule })
		switch {
		case !ran:
			rule := rules.Find(e.Rule)
			return rule == nil || rule.Name != e.Rule // no finding will ever be of that name
		case asked[e.Path]:
			return true
		}
		return whole && slices.ContainsFunc(r.Sets, func(s *migration.Set) bool {
			dir := r.repositoryPath(s.Path)
			return dir == "." || dir == "" || strings.HasPrefix(e.Path, path.Clean(dir)+"/")
		})
	}
}

// whole reports whether the user asked about all that was read.
func (r *Run) whole() bool {
	if r.Timeline == nil || len(r.Sets) == 0 {
		return false
	}
	for _, w := range r.Timeline.Windows {
		for _, m := range w.Migrations {
			if !w.Reported || !r.selected(m.Up.Span.File) || m.Down != nil && !r.selected(m.Down.Span.File) {
				return false
			}
		}
	}
	return true
}
