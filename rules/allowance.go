package rules

import (
	"slices"
	"time"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// An Allowance is a directive or an entry of the configuration after the run:
// what it did and what is wrong with it. Rules about suppression judge it.
type Allowance struct {
	*migration.Directive
	// Migration is nil for an entry of the configuration and a comment in Go
	// code.
	Migration *migration.Migration
	// InCode is set for a comment in Go code.
	InCode bool
	// Down is set where it stands in the down half.
	Down bool
	// Expired is set after its Until date. A date that cannot be read is an
	// error of the directive's form.
	Expired bool
	// Barred are the rules it names that nothing can allow; Unused those that
	// ran and found nothing there; Unknown the names of no rule, with the
	// nearest name that exists or "".
	Barred  []int
	Unused  []int
	Unknown map[int]string

	window *replay.Window
}

// what names the allowance for a message.
func (a *Allowance) what() string {
	if a.Migration == nil && !a.InCode {
		return "entry"
	}
	return "comment"
}

// date reports whether a text is a date, YYYY-MM-DD.
func date(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// allowances matches directives with findings: findings that are allowed get
// marked, and every directive of a reported window is returned. In history,
// only what was done to a migration since is reported and may be allowed.
func (e *engine) allowances(t *replay.Timeline, ran []*Rule) []*Allowance {
	var all []*Allowance
	for _, w := range t.Windows {
		for _, m := range w.Migrations {
			for _, s := range []*migration.Script{m.Up, m.Down} {
				if s == nil {
					continue
				}
				for i := range s.Directives {
					d := &s.Directives[i]
					a := &Allowance{Directive: d, Migration: m, Down: s == m.Down, window: w}
					e.settle(a, ran, func(f *Finding) bool { return !d.Statement.IsZero() && d.Statement.Contains(f.At) })
					if w.Reported {
						all = append(all, a)
					}
				}
			}
		}
	}
	return all
}

// codeAllowances matches the directives of Go code with findings.
func (e *engine) codeAllowances(t *replay.Timeline, ran []*Rule) []*Allowance {
	if e.options.Evidence == nil {
		return nil
	}
	var all []*Allowance
	for _, w := range t.Windows {
		evidence := e.options.Evidence(w)
		if !w.Reported || evidence == nil {
			continue
		}
		for i := range evidence.Directives {
			d := &evidence.Directives[i]
			a := &Allowance{Directive: d, InCode: true, window: w}
			all = append(all, e.settle(a, ran, func(f *Finding) bool { return d.Statement.Contains(f.At) }))
		}
	}
	return all
}

// settle marks the findings that an allowance covers and that it allows, and
// fills in what is wrong with it.
func (e *engine) settle(a *Allowance, ran []*Rule, covers func(*Finding) bool) *Allowance {
	a.Unknown = map[int]string{}
	a.Expired = a.Err == "" && a.Until != "" && a.Until < e.options.Today
	inForce := !a.Expired && a.Err == "" && a.Reason != ""
	for i, name := range a.Rules {
		rule := Find(name)
		if rule == nil {
			a.Unknown[i] = Nearest(name)
			continue
		}
		if rule.Unsuppressible {
			a.Barred = append(a.Barred, i)
			continue
		}
		if !slices.Contains(ran, rule) {
			continue
		}
		if !e.suppress(a, rule, covers, inForce) {
			a.Unused = append(a.Unused, i)
		}
	}
	return a
}

// suppress marks the findings of a rule that an allowance covers, if it is in
// force, and reports whether there are any.
func (e *engine) suppress(a *Allowance, rule *Rule, covers func(*Finding) bool, inForce bool) bool {
	found := false
	for i := range e.findings {
		f := &e.findings[i]
		if f.Rule != rule || !covers(f) {
			continue
		}
		found = true
		if inForce && f.Suppressed == nil {
			f.Suppressed = &Suppression{At: a.At, Reason: a.Reason, Until: a.Until}
		}
	}
	return found
}
