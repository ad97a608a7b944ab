package rules

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// An Allowance is a directive after the run: what it did and what is wrong with
// it. Rules about suppression judge it.
type Allowance struct {
	*migration.Directive
	Migration *migration.Migration
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

// allowances matches directives with findings: findings that are allowed get
// marked, and every directive of a reported window is returned.
func (e *engine) allowances(t *replay.Timeline, ran []*Rule) []*Allowance {
	var all []*Allowance
	for _, w := range t.Windows {
		if !w.Reported {
			continue
		}
		for _, m := range w.Migrations {
			for _, s := range []*migration.Script{m.Up, m.Down} {
				if s == nil {
					continue
				}
				for i := range s.Directives {
					a := e.allow(&s.Directives[i], m, w, ran)
					a.Down = s == m.Down
					all = append(all, a)
				}
			}
		}
	}
	return all
}

func (e *engine) allow(d *migration.Directive, m *migration.Migration, w *replay.Window, ran []*Rule) *Allowance {
	a := &Allowance{Directive: d, Migration: m, window: w, Unknown: map[int]string{}}
	a.Expired = d.Err == "" && d.Until != "" && d.Until < e.options.Today
	for i, name := range d.Rules {
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
		if !e.suppress(d, rule, !a.Expired && d.Err == "" && d.Reason != "") {
			a.Unused = append(a.Unused, i)
		}
	}
	return a
}

// suppress marks the findings of a rule in the directive's statement, if the
// directive is in force, and reports whether there are any.
func (e *engine) suppress(d *migration.Directive, rule *Rule, inForce bool) bool {
	found := false
	for i := range e.findings {
		f := &e.findings[i]
		if f.Rule != rule || d.Statement.IsZero() || !d.Statement.Contains(f.At) {
			continue
		}
		found = true
		if inForce {
			f.Suppressed = &Suppression{At: d.At, Reason: d.Reason, Until: d.Until}
		}
	}
	return found
}
