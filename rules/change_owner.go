package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var changeOwner = &Rule{
	Name:     "change-owner",
	Title:    "The role of the previous version may lose the rights of an owner",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.OwnerChanged) {
		if c.Before == c.After {
			return
		}
		r := p.Before.RelationByOID(c.Target)
		switch {
		case r == nil && c.Object.Kind == ddl.Schema:
			if !p.Window.Existed(c.Target) {
				return
			}
		case r == nil || p.known(r) == nil || p.end(r) == nil:
			return // born in the window, or nothing that its owner alone may use
		case c.Before != "" && grantedAll(p.end(r), c.Before):
			return
		}
		name := c.Object.Name.Name.String()
		what := string(c.Object.Kind) + " " + quoted(name)
		if r != nil {
			name, what = p.known(r).String(), describe(p.known(r))
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: name,
			Object:   c.After,
			Message:  fmt.Sprintf("%s gets the owner %s: a previous version that runs as the old one, which keeps no privilege on it, fails with 42501", what, quoted(c.After)),
		}
		if r != nil && r.Kind == catalog.View {
			f.Message = fmt.Sprintf("%s gets the owner %s, with whose privileges it reads from now on: queries of the previous version fail with 42501 where that role lacks some, and so does a previous version that runs as the old owner", what, quoted(c.After))
		}
		p.Report(f)
	}),
}

// grantedAll reports whether a role has been granted what applications do with a
// table.
func grantedAll(r *catalog.Relation, role string) bool {
	needed := []string{"select", "insert", "update", "delete"}
	switch r.Kind {
	case catalog.Sequence:
		needed = []string{"usage"}
	case catalog.View:
		return false // its own privileges are not all that counts
	}
	for _, name := range needed {
		if !holds(r.ACL, role, name) {
			return false
		}
	}
	return true
}
