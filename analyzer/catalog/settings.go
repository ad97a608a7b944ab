package catalog

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
)

func (e *editor) setVariable(op *ddl.SetVariable) *Error {
	if op.Name == "" {
		e.resetAll()
		return nil
	}
	before, _ := e.session.Setting(op.Name)
	e.session = e.session.Set(op.Name, op.Values, op.Local)
	if op.Name == "session_authorization" {
		// SET SESSION AUTHORIZATION also undoes SET ROLE.
		e.session = e.session.Set("role", nil, op.Local)
	}
	if !slices.Equal(before, op.Values) {
		e.changed(&SettingChanged{Name: op.Name, Before: before, After: op.Values, Local: op.Local})
	}
	return nil
}

// resetAll is RESET ALL, which leaves the roles alone, and DISCARD ALL.
func (e *editor) resetAll() {
	var names []string
	for name := range e.session.set {
		names = append(names, name)
	}
	for name := range e.session.local {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if name == "role" || name == "session_authorization" {
			continue
		}
		before, _ := e.session.Setting(name)
		e.session = e.session.Set(name, nil, false)
		if before != nil {
			e.changed(&SettingChanged{Name: name, Before: before})
		}
	}
}

// role is the owner of what is created: the role that the history set, or ""
// for whoever runs it.
func (e *editor) role() string {
	for _, name := range []string{"role", "session_authorization"} {
		if v, _ := e.session.Setting(name); len(v) > 0 && v[0] != "" && !strings.EqualFold(v[0], "none") && v[0] != "default" {
			return v[0]
		}
	}
	return ""
}

// transaction changes nothing here: snapshots are the caller's.
func (e *editor) transaction(*ddl.Transaction) *Error { return nil }
