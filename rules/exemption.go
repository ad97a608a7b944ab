package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// exemptions matches the entries of the configuration with findings: findings
// that are allowed get marked, and every entry is returned as an allowance.
func (e *engine) exemptions(sets []*migration.Set, t *replay.Timeline, ran []*Rule) []*Allowance {
	partly := slices.ContainsFunc(sets, func(s *migration.Set) bool { return !s.Whole() }) ||
		slices.ContainsFunc(t.Windows, func(w *replay.Window) bool { return !w.Reported })
	var all []*Allowance
	for i := range e.options.Exemptions {
		x := &e.options.Exemptions[i]
		a := e.exempt(x, ran)
		if partly {
			a.Unused = nil // what was not judged may need it
		}
		all = append(all, a)
	}
	return all
}

func (e *engine) exempt(x *Exemption, ran []*Rule) *Allowance {
	d := &migration.Directive{At: x.At, Rules: x.Rules, Reason: strings.TrimSpace(x.Reason), Until: x.Until}
	if d.Reason == "" {
		d.Err = "a reason is missing"
	}
	if d.Until != "" && !date(d.Until) {
		d.Err = quoted(d.Until) + " after until is no date; write YYYY-MM-DD"
	}
	for range x.Rules {
		d.RuleAt = append(d.RuleAt, x.At)
	}
	return x.asFamily(e.settle(&Allowance{Directive: d}, ran, x.covers), ran)
}

// asFamily turns what is unused of an entry that names a family into what that
// says of the family.
func (x *Exemption) asFamily(a *Allowance, ran []*Rule) *Allowance {
	if x.Family == "" {
		return a
	}
	tried := 0
	for _, name := range x.Rules {
		if slices.Contains(ran, Find(name)) {
			tried++
		}
	}
	if len(a.Unused) < tried || tried == 0 {
		a.Unused = nil
		return a
	}
	a.Rules, a.RuleAt, a.Unused = []string{x.Family}, a.RuleAt[:1], []int{0}
	return a
}

// covers reports whether a finding is one of those that the entry is about.
func (x *Exemption) covers(f *Finding) bool {
	if x.Path != "" && !like(x.Path, path.Join(x.Prefix, f.At.File.Path), '/') {
		return false
	}
	if x.Relation == "" {
		return true
	}
	relation := f.Relation
	if _, name, ok := strings.Cut(relation, "."); ok && !strings.Contains(x.Relation, ".") {
		relation = name
	}
	return relation != "" && like(x.Relation, relation, '.')
}

// like reports whether a text has the form of a pattern: "*" stands for any
// letters but the separator, "**" for any letters.
func like(pattern, text string, separator byte) bool {
	star := strings.IndexByte(pattern, '*')
	if star < 0 {
		return pattern == text
	}
	if !strings.HasPrefix(text, pattern[:star]) {
		return false
	}
	rest, pattern := text[star:], pattern[star:]
	wide := strings.HasPrefix(pattern, "**")
	pattern = strings.TrimLeft(pattern, "*")
	for i := 0; ; i++ {
		if like(pattern, rest[i:], separator) {
			return true
		}
		if i == len(rest) || !wide && rest[i] == separator {
			return false
		}
	}
}
