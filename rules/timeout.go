package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// timeout returns the value of a timeout setting that the history sets and that
// is in effect; ok is false where it sets none, or takes it back. What an
// earlier release set in its session is gone: of a release, session and all,
// only what the window itself sets counts.
func (p *Pass) timeout(name string, c *catalog.Catalog) (value time.Duration, ok bool) {
	values, set := c.Session().Setting(name)
	if !set || len(values) == 0 {
		return 0, false
	}
	if !p.release.settings[name] {
		return 0, false
	}
	value, known := duration(values[0])
	return value, !known || value > 0 // one that cannot be read is one all the same
}

// longestWait is the longest lock_timeout that limits anything: for as long as
// a statement waits, requests queue behind it, and after a minute they are gone.
const longestWait = time.Minute

// lockTimeout says which lock_timeout is in effect, for a message, where that
// limits nothing; ok is true where one limits how long locks are waited for.
func (p *Pass) lockTimeout(c *catalog.Catalog) (lacking string, ok bool) {
	value, set := p.timeout("lock_timeout", c)
	switch {
	case !set:
		return "no lock_timeout is in effect", false
	case value > longestWait:
		values, _ := c.Session().Setting("lock_timeout")
		return "no lock_timeout of a minute or less is in effect (it is " + strings.Trim(values[0], "'") + ")", false
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

var durationForm = regexp.MustCompile(`^\s*(-?\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$`)

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
// previous version wait and that it waits for without limit; ok is false where
// there is none.
func (p *Pass) unbounded(s *replay.Statement) (table *catalog.Relation, step *replay.Step, ok bool) {
	if s.Down || slices.ContainsFunc(s.Ops, runsAlone) {
		return nil, nil, false
	}
	for _, a := range s.Locks() {
		table, ok := p.busy(s, a)
		step := taking(s, a)
		if !ok || step == nil {
			continue
		}
		if _, limited := p.lockTimeout(step.Before); limited {
			continue
		}
		return table, step, true
	}
	return nil, nil, false
}

// firstUnbounded is unbounded for a statement that is the first of its
// migration with such a lock.
func (p *Pass) firstUnbounded(s *replay.Statement) (table *catalog.Relation, step *replay.Step, ok bool) {
	table, step, ok = p.unbounded(s)
	if !ok || p.persists {
		return nil, nil, false
	}
	for _, before := range p.statements {
		if before == s {
			break
		}
		if before.Migration != s.Migration {
			continue
		}
		if _, _, earlier := p.unbounded(before); earlier {
			return nil, nil, false
		}
	}
	return table, step, true
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
	set := "SET"
	if piece.Transaction == migration.Wrapped {
		set = "SET LOCAL"
	}
	return []Fix{{Title: "set lock_timeout before the statement", Edits: []Edit{{
		At:      source.Span{File: s.Span.File, Start: s.Span.Start, End: s.Span.Start},
		NewText: set + " lock_timeout = '5s';\n",
	}}}}
}
