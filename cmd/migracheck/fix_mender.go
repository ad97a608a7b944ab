package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/rules"
)

// A mender tries fixes on the contents of files, and keeps those that make
// nothing worse. It writes nothing.
type mender struct {
	// judge tells what is found with some contents in place of what is on disk.
	judge func(contents map[string][]byte) (state, error)
	// before is what is found with the files as they are.
	before state
	// was are the contents of the files that there are fixes for.
	was map[string][]byte
	// kept are the fixes that were tried and are good.
	kept []*repair
	// refused says why others are not.
	refused []refusal
}

// A repair is a fix, and what it mends: several rules may ask for the same.
type repair struct {
	fix      rules.Fix
	path     string
	findings []rules.Finding
}

// A refusal is a finding that is left, and the reason.
type refusal struct {
	finding rules.Finding
	reason  string
}

// repairs returns the safe fixes of findings, in order of place; a finding has
// one, the first of its alternatives.
func repairs(findings []rules.Finding) []*repair {
	var all []*repair
	for _, f := range findings {
		at := slices.IndexFunc(f.Fixes, func(fix rules.Fix) bool { return fix.Safe && inOneFile(fix, f.At.File.Path) })
		if f.Suppressed != nil || at < 0 {
			continue
		}
		r := &repair{fix: f.Fixes[at], path: f.At.File.Path}
		slices.SortStableFunc(r.fix.Edits, func(a, b rules.Edit) int { return cmp.Compare(a.At.Start, b.At.Start) })
		if same := slices.IndexFunc(all, r.equal); same >= 0 {
			r = all[same]
		} else {
			all = append(all, r)
		}
		r.findings = append(r.findings, f)
	}
	slices.SortStableFunc(all, func(a, b *repair) int {
		return cmp.Or(strings.Compare(a.path, b.path), cmp.Compare(a.fix.Edits[0].At.Start, b.fix.Edits[0].At.Start))
	})
	return all
}

// inOneFile reports whether a fix changes one file and no other.
func inOneFile(fix rules.Fix, path string) bool {
	return len(fix.Edits) > 0 && !slices.ContainsFunc(fix.Edits, func(e rules.Edit) bool { return e.At.IsZero() || e.At.File.Path != path })
}

// equal reports whether another does the same.
func (r *repair) equal(s *repair) bool {
	return slices.EqualFunc(r.fix.Edits, s.fix.Edits, func(a, b rules.Edit) bool {
		return a.At.File.Path == b.At.File.Path && a.At.Start == b.At.Start && a.At.End == b.At.End && a.NewText == b.NewText
	})
}

// overlaps reports whether two touch, or are about one statement: one may take
// the transaction away that the other counts on.
func (r *repair) overlaps(s *repair) bool {
	if at := r.findings[0].Statement; at != nil && at == s.findings[0].Statement {
		return true
	}
	return r.path == s.path && slices.ContainsFunc(r.fix.Edits, func(a rules.Edit) bool {
		return slices.ContainsFunc(s.fix.Edits, func(b rules.Edit) bool { return a.At.Start <= b.At.End && b.At.Start <= a.At.End })
	})
}

// first leaves, of fixes that overlap, the first by place.
func (m *mender) first(all []*repair) []*repair {
	var left []*repair
	for _, r := range all {
		if slices.ContainsFunc(left, r.overlaps) {
			m.refuse(r, "another fix of the same place comes first: run it again")
			continue
		}
		left = append(left, r)
	}
	return left
}

func (m *mender) refuse(r *repair, reason string) {
	for _, f := range r.findings {
		m.refused = append(m.refused, refusal{f, reason})
	}
}

// mend keeps those of some fixes that do what they are meant to do: all at once
// where they can be, else half by half.
func (m *mender) mend(all []*repair) error {
	if len(all) == 0 {
		return nil
	}
	reason, err := m.flaw(append(slices.Clip(m.kept), all...))
	switch {
	case err != nil:
		return err
	case reason == "":
		m.kept = append(m.kept, all...)
		return nil
	case len(all) == 1:
		m.refuse(all[0], reason)
		return nil
	}
	half := len(all) / 2
	if err := m.mend(all[:half]); err != nil {
		return err
	}
	return m.mend(all[half:])
}

// flaw says what is wrong with the files once some fixes are applied; "" where
// they can be parsed, what was fixed is found no longer, and nothing else is new.
func (m *mender) flaw(applied []*repair) (string, error) {
	contents, err := m.contents(applied)
	if err != nil {
		return err.Error(), nil //nolint:nilerr // it is the reason
	}
	after, err := m.judge(contents)
	if err != nil {
		return "", err
	}
	return m.before.worse(after, applied), nil
}

// contents returns the files with fixes applied.
func (m *mender) contents(applied []*repair) (map[string][]byte, error) {
	edits := map[string][]rules.Edit{}
	for _, r := range applied {
		edits[r.path] = append(edits[r.path], r.fix.Edits...)
	}
	contents := map[string][]byte{}
	for path, list := range edits {
		text, err := edited(m.was[path], list)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		contents[path] = text
	}
	return contents, nil
}

// edited returns a text with edits that do not overlap. Line ends are those that
// the text has; every other byte stays.
func edited(text []byte, edits []rules.Edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b rules.Edit) int { return cmp.Compare(a.At.Start, b.At.Start) })
	newline := "\n"
	if n := bytes.IndexByte(text, '\n'); n > 0 && text[n-1] == '\r' {
		newline = "\r\n"
	}
	var out []byte
	at := 0
	for _, e := range edits {
		if len(e.At.File.Text) != len(text) || e.At.Start < at || e.At.End < e.At.Start || e.At.End > len(text) {
			return nil, errors.New("the file has changed since it was read")
		}
		out = append(out, text[at:e.At.Start]...)
		out = append(out, strings.ReplaceAll(e.NewText, "\n", newline)...)
		at = e.At.End
	}
	return append(out, text[at:]...), nil
}

// A state is what is found in files: how often by rule, how often of those as
// an error or a warning, and how many statements cannot be parsed.
type state struct {
	found, grave map[place]int
	messages     map[place]string
	unparsed     map[string]int
}

type place struct{ rule, path string }

func stateOf(sets []*migration.Set, findings []rules.Finding) state {
	s := state{found: map[place]int{}, grave: map[place]int{}, messages: map[place]string{}, unparsed: map[string]int{}}
	for _, f := range findings {
		if f.Suppressed != nil || f.At.IsZero() {
			continue
		}
		at := place{f.Rule.Name, f.At.File.Path}
		s.found[at]++
		s.messages[at] = f.Message
		if f.Severity >= rules.Warning {
			s.grave[at]++
		}
	}
	for _, set := range sets {
		for _, m := range set.Migrations {
			for _, script := range []*migration.Script{m.Up, m.Down} {
				s.count(script)
			}
		}
	}
	return s
}

// count counts the statements of a script that cannot be parsed.
func (s state) count(script *migration.Script) {
	if script == nil {
		return
	}
	for i := range script.Pieces {
		for j := range script.Pieces[i].Statements {
			if st := &script.Pieces[i].Statements[j]; st.Err != nil {
				s.unparsed[st.Span.File.Path]++
			}
		}
	}
}

// worse says what is worse after fixes, or what they did not mend; "" for
// nothing.
func (s state) worse(after state, applied []*repair) string {
	mended := map[place]int{}
	for _, r := range applied {
		if after.unparsed[r.path] > s.unparsed[r.path] {
			return "PostgreSQL's grammar would refuse what it makes of the file"
		}
		for _, f := range r.findings {
			mended[place{f.Rule.Name, r.path}]++
		}
	}
	var reasons []string
	for at, n := range after.grave {
		if n > s.grave[at] {
			reasons = append(reasons, fmt.Sprintf("it would lead to %s: %s", at.rule, after.messages[at]))
		}
	}
	for at, n := range mended {
		if after.found[at] > s.found[at]-n {
			reasons = append(reasons, fmt.Sprintf("%s would still be found: %s", at.rule, after.messages[at]))
		}
	}
	if len(reasons) == 0 {
		return ""
	}
	return slices.Min(reasons)
}
