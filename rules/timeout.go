package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

// timeout returns the value of a timeout setting that is in effect before a
// step; ok is false where there is none, or it was taken back.
//
// The tool that runs the migrations sets its own before each of them; what the
// migration sets is on top of that. Where nothing is known of the tool, it is
// what the history sets. What an earlier release set in its session is gone: of
// a release, session and all, only what the window itself sets counts.
func (p *Pass) timeout(name string, step *replay.Step) (value time.Duration, ok bool) {
	if runner := p.Timeouts.of(name); runner != nil && !p.sets(name, step) {
		return *runner, *runner > 0
	}
	values, set := step.Before.Session().Setting(name)
	if !set || len(values) == 0 {
		return 0, false
	}
	if !p.release.settings[name] {
		return 0, false
	}
	value, known := duration(values[0])
	return value, !known || value > 0 // one that cannot be read is one all the same
}

// of returns the limit of that name that the tool sets; nil where nothing is
// known of it.
func (t Timeouts) of(name string) *time.Duration {
	switch name {
	case "lock_timeout":
		return t.Lock
	case "statement_timeout":
		return t.Statement
	}
	return nil
}

// sets reports whether an earlier statement of the same migration sets a
// parameter, or resets it, in a way that still counts.
func (p *Pass) sets(name string, at *replay.Step) bool {
	before, _ := slices.BinarySearch(p.release.variables, p.release.places[at])
	for _, place := range slices.Backward(p.release.variables[:before]) {
		s := p.release.steps[place]
		if s.Migration != at.Migration {
			return false
		}
		op, ok := s.Op.(*ddl.SetVariable)
		if !ok || op.Name != name && op.Name != "" {
			continue
		}
		if !op.Local || s.Transaction != 0 && s.Transaction == at.Transaction {
			return true
		}
	}
	return false
}

// longestWait is the longest lock_timeout that limits anything: for as long as
// a statement waits, requests queue behind it, and after a minute they are gone.
const longestWait = time.Minute

// lockTimeout says which lock_timeout is in effect, for a message, where that
// limits nothing; ok is true where one limits how long locks are waited for.
func (p *Pass) lockTimeout(step *replay.Step) (lacking string, ok bool) {
	value, set := p.timeout("lock_timeout", step)
	switch {
	case !set:
		return "no lock_timeout is in effect", false
	case value > longestWait:
		text := value.String()
		if values, _ := step.Before.Session().Setting("lock_timeout"); len(values) > 0 {
			text = strings.Trim(values[0], "'")
		}
		return "no lock_timeout of a minute or less is in effect (it is " + text + ")", false
	}
	return "", true
}

// setting returns a predicate for steps that set a parameter.
func setting(name string) func(*replay.Step) bool {
	return func(s *replay.Step) bool {
		op, ok := s.Op.(*ddl.SetVariable)
		return ok && op.Name == name && len(op.Values) > 0
	}
}

var durationForm = pattern.New(`^\s*(-?\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$`)

// duration reads the value of a timeout parameter, which without a unit is
// in milliseconds.
// https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES
func duration(text string) (d time.Duration, ok bool) {
	m := durationForm.FindStringSubmatch(strings.Trim(text, `'`))
	if m == nil {
		return 0, false
	}
	units := map[string]time.Duration{"us": time.Microsecond, "": time.Millisecond, "ms": time.Millisecond, "s": time.Second, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil || n > 1e9 {
		return 0, false
	}
	return time.Duration(n * float64(units[m[2]])), true
}

// unbounded returns the first lock of a statement that makes requests of the
// previous version wait, on a table of a kind, and that it waits for without
// limit; ok is false where there is none.
func (p *Pass) unbounded(s *replay.Statement, kind func(*replay.Step, *catalog.Relation) bool) (table *catalog.Relation, step *replay.Step, ok bool) {
	if s.Down || slices.ContainsFunc(s.Ops, runsAlone) {
		return nil, nil, false
	}
	for _, a := range s.Locks() {
		table, ok := p.busy(s, a)
		step := taking(s, a)
		if !ok || step == nil || !kind(step, table) {
			continue
		}
		if _, limited := p.lockTimeout(step); limited {
			continue
		}
		return table, step, true
	}
	return nil, nil, false
}

// firstUnboundedOf is unbounded for a statement that is the first of its
// migration with such a lock.
func (p *Pass) firstUnboundedOf(s *replay.Statement, kind func(*replay.Step, *catalog.Relation) bool) (table *catalog.Relation, step *replay.Step, ok bool) {
	table, step, ok = p.unbounded(s, kind)
	if !ok || p.persists {
		return nil, nil, false
	}
	first := p.first(s.Script, func(each *replay.Statement) bool {
		_, _, ok := p.unbounded(each, kind)
		return ok
	})
	if first != s {
		return nil, nil, false
	}
	return table, step, true
}

// first returns the first statement of a script that is what the running rule
// looks for, or nil. A rule asks for one thing only.
func (p *Pass) first(script *migration.Script, is func(*replay.Statement) bool) *replay.Statement {
	k := ruleOnScript{p.rule, script}
	found, known := p.release.first[k]
	if !known {
		if i := slices.IndexFunc(p.release.scripts[script], is); i >= 0 {
			found = p.release.scripts[script][i]
		}
		p.release.first[k] = found
	}
	return found
}

// persistent reports whether a statement sets lock_timeout for all sessions to
// come: of a role, a database or the server.
func persistent(s *replay.Statement) bool {
	switch s.Kind {
	case "ALTER ROLE", "ALTER DATABASE", "ALTER SYSTEM":
		return !s.Down && strings.Contains(strings.ToLower(s.Span.Text()), "lock_timeout")
	}
	return false
}

// limits reports whether a statement limits how long locks are waited for.
func limits(s *replay.Statement) bool {
	return !s.Down && slices.ContainsFunc(s.Steps, func(step *replay.Step) bool {
		if !setting("lock_timeout")(step) {
			return false
		}
		value, known := duration(step.Op.(*ddl.SetVariable).Values[0])
		return !known || value > 0 && value <= longestWait
	})
}

// limitLocks returns the fix that sets lock_timeout before a statement: for its
// transaction where the tool opens one, else for the session.
func limitLocks(s *replay.Statement, step *replay.Step) []Fix {
	piece := pieceOf(s.Script, s.Span)
	if piece == nil || !step.Call.IsZero() || slices.ContainsFunc(s.Script.Directives, func(d migration.Directive) bool { return d.Statement == s.Span }) {
		return nil // it would come between a directive and its statement
	}
	set, safe := "SET", false
	if piece.Transaction == migration.Wrapped {
		// A wait that ends takes the whole migration back, to be tried again.
		set, safe = "SET LOCAL", true
	}
	return []Fix{{Title: "set lock_timeout before the statement", Safe: safe, Edits: []Edit{{
		At:      source.Span{File: s.Span.File, Start: s.Span.Start, End: s.Span.Start},
		NewText: set + " lock_timeout = '5s';\n",
	}}}}
}
