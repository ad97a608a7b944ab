package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/pattern"
)

var leakingSessionSetting = &Rule{
	Name:     "leaking-session-setting",
	Title:    "A migration leaves search_path or the role changed for those that run after it in the same session",
	Category: Process,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, e *End) {
		if !p.tool().shares {
			return // it is not known whose session it is, or the tool resets it
		}
		first := p.firstStep(e.Last)
		for _, name := range []string{"search_path", "role", "session_authorization"} {
			before, _ := first.Before.Session().Setting(name)
			after, set := e.Last.After.Session().Setting(name)
			if !set || len(after) == 0 || slices.Equal(before, after) {
				continue
			}
			at := p.settingOf(e.Last, name)
			if at == nil || name == "search_path" && p.lastingPath() {
				continue
			}
			p.Report(Finding{At: at.Op.Span(), Object: name, Message: fmt.Sprintf(leaks[name], p.toolName(), strings.Join(after, ", "))})
		}
	}),
}

// leaks are the messages by parameter, with the tool and the value.
var leaks = map[string]string{
	"search_path":           "search_path stays changed after the migration, so the ones that %s runs after it in the same session look for and create unqualified names in %s, and in another session they do not",
	"role":                  "the role stays changed after the migration, so the ones that %s runs after it in the same session act as %s and own what they create as it does, and in another session they do not",
	"session_authorization": "the session's user stays changed after the migration, so the ones that %s runs after it in the same session act as %s, and in another session they do not",
}

// persistentPathText matches what sets search_path for sessions to come, also where the
// statement is put together at run time.
var persistentPathText = pattern.New(`(?is)\bALTER\s+(?:DATABASE|ROLE|USER|SYSTEM)\b.*?\bSET\s+"?search_path\b`)

// lastingPath reports whether the history sets search_path for other sessions,
// too: then these are not known to differ.
func (p *Pass) lastingPath() bool {
	if p.set == nil {
		return false
	}
	return slices.ContainsFunc(p.set.Migrations, func(m *migration.Migration) bool {
		return persistentPathText.MatchString(m.Up.Span.Text())
	})
}

// firstStep returns the first step of the up script that ends with last.
func (p *Pass) firstStep(last *replay.Step) *replay.Step {
	for _, s := range p.release.scripts[last.Script] {
		if len(s.Steps) > 0 {
			return s.Steps[0]
		}
	}
	return last
}

// settingOf returns the step of the script that set a parameter last, for the
// session; nil where none did.
func (p *Pass) settingOf(last *replay.Step, name string) *replay.Step {
	var found *replay.Step
	for _, s := range p.release.scripts[last.Script] {
		for _, step := range s.Steps {
			if op, ok := step.Op.(*ddl.SetVariable); ok && op.Name == name && !op.Local && len(op.Values) > 0 && !step.RolledBack && step.Call.IsZero() {
				found = step
			}
		}
	}
	return found
}
