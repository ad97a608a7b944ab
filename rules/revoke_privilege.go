package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var revokePrivilege = &Rule{
	Name:     "revoke-privilege",
	Title:    "The previous version may lose a privilege that it uses",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.PrivilegeChanged) { p.revoked(c) }),
		On(func(p *Pass, c *catalog.RelationDropped) { p.notGrantedAnew(c.Relation) }),
		On(func(p *Pass, c *catalog.RelationRenamed) { p.notGrantedAnew(c.Before) }),
		On(func(p *Pass, c *catalog.RelationMoved) { p.notGrantedAnew(c.Before) }),
		On(func(p *Pass, c *catalog.FunctionDropped) {
			f := p.knownFunction(c.Function)
			if f == nil {
				return
			}
			if now := replacement(p.Window.End, f); now != nil && now.OID != f.OID {
				p.notGranted(fmt.Sprintf("%s %s is made anew", f.Kind, quoted(f.Signature())), f.QualifiedName().String(), f.ACL, now.ACL)
			}
		}),
		On(func(p *Pass, op *ddl.GrantRole) {
			if !op.Revoke || p.RolledBack {
				return
			}
			p.Report(Finding{
				At:       op.Span(),
				Severity: Warning,
				Object:   strings.Join(op.Roles, ", "),
				Message:  fmt.Sprintf("membership in role %s is revoked from %s, so statements of the previous version that need its privileges fail with 42501", list(op.Roles), grantee(op.Grantees...)),
			})
		}),
	),
}

// revoked reports a REVOKE.
func (p *Pass) revoked(c *catalog.PrivilegeChanged) {
	if !c.Revoked || definesOnly(c.Object.Kind) {
		return
	}
	if op, ok := p.Op.(*ddl.Grant); ok && op.Option {
		return // only the right to grant goes
	}
	name := c.Object.Name.Name.String()
	if c.Target != 0 {
		before, existed := p.acl(p.Window.Base, c)
		if !existed {
			return // born in the window
		}
		if c.Had && !holdsAny(before, c) && !byDefault(c) {
			return // granted in the window
		}
		if end, there := p.acl(p.Window.End, c); !there || holdsAll(end, c) {
			return // dropped, or granted anew
		}
	}
	r := p.Before.RelationByOID(c.Target)
	if r != nil {
		name = r.String()
	}
	if !c.Had && c.Grantee == "public" && (r == nil || !r.Assumed) {
		return // PUBLIC has nothing on it
	}
	f := Finding{
		At:       p.Op.Span(),
		Relation: name,
		Object:   c.Grantee,
		Message:  fmt.Sprintf("%s on %s %s is revoked from %s, so statements of the previous version that need it fail with 42501", privileges(c.Names, c.Columns), c.Object.Kind, quoted(name), grantee(c.Grantee)),
	}
	if c.Object.Kind == ddl.Schema && slices.Contains(c.Names, "usage") {
		f.Message += ", or with 42P01 where they do not name the schema"
	}
	if !c.Had {
		f.Severity = Warning // the history does not show that the role had it
	}
	p.Report(f)
}

// definesOnly reports whether privileges on a kind of object are needed only to
// make other objects with it.
func definesOnly(kind ddl.Kind) bool {
	return kind == ddl.Type || kind == ddl.Domain || kind == ddl.Language
}

// acl returns the privileges on the object of a change in a snapshot; ok is
// false where it is not there.
func (p *Pass) acl(in *catalog.Catalog, c *catalog.PrivilegeChanged) (acl []catalog.Privilege, ok bool) {
	if r := p.Before.RelationByOID(c.Target); r != nil {
		now := in.RelationByOID(c.Target)
		if now == nil {
			return nil, r.Assumed && in == p.Window.Base && !p.release.born[r.OID]
		}
		acl = now.ACL
		for _, column := range c.Columns {
			if a := now.Attribute(column); a != nil {
				acl = append(slices.Clip(acl), a.ACL...)
			}
		}
		return acl, true
	}
	if f := in.FunctionByOID(c.Target); f != nil {
		return f.ACL, true
	}
	if s := in.Schema(c.Object.Name.Name.Name); c.Object.Kind == ddl.Schema && s != nil {
		return s.ACL, true
	}
	return nil, in == p.Window.End || p.Window.Existed(c.Target)
}

// byDefault reports whether PUBLIC has the privilege on every such object.
func byDefault(c *catalog.PrivilegeChanged) bool {
	switch c.Object.Kind {
	case ddl.Function, ddl.Procedure, ddl.Routine, ddl.Aggregate:
		return c.Grantee == "public"
	}
	return false
}

func holdsAny(acl []catalog.Privilege, c *catalog.PrivilegeChanged) bool {
	return slices.ContainsFunc(c.Names, func(name string) bool { return holds(acl, c.Grantee, name) })
}

func holdsAll(acl []catalog.Privilege, c *catalog.PrivilegeChanged) bool {
	return !slices.ContainsFunc(c.Names, func(name string) bool { return !holds(acl, c.Grantee, name) })
}

func holds(acl []catalog.Privilege, grantee, name string) bool {
	return slices.ContainsFunc(acl, func(p catalog.Privilege) bool { return p.Grantee == grantee && p.Name == name })
}

// notGrantedAnew compares a relation that gives up its name with the one that
// has it at the end of the window.
func (p *Pass) notGrantedAnew(r *catalog.Relation) {
	known := p.known(r)
	if known == nil || known.QualifiedName() != r.QualifiedName() {
		return
	}
	now := p.successor(known)
	if now == nil || now.OID == known.OID {
		return
	}
	how := "is made anew"
	if p.end(known) != nil {
		how = fmt.Sprintf("leaves its name to a %s", kindWord(now))
	}
	p.notGranted(describe(known)+" "+how, known.String(), known.ACL, now.ACL)
}

// notGranted reports privileges that an object had before it was dropped and
// made anew, and that the new one lacks.
func (p *Pass) notGranted(what, name string, before, now []catalog.Privilege) {
	lost := map[string][]string{}
	var grantees []string
	for _, had := range before {
		if holds(now, had.Grantee, had.Name) {
			continue
		}
		if lost[had.Grantee] == nil {
			grantees = append(grantees, had.Grantee)
		}
		lost[had.Grantee] = append(lost[had.Grantee], had.Name)
	}
	for _, g := range grantees {
		p.Report(Finding{
			At:       p.Op.Span(),
			Relation: name,
			Object:   g,
			Message:  fmt.Sprintf("%s without the grant of %s to %s, so statements of the previous version that need it fail with 42501", what, privileges(lost[g], nil), grantee(g)),
		})
	}
}

// privileges names privileges for a message.
func privileges(names, columns []string) string {
	const allOfTable = 7
	what := strings.ToUpper(strings.Join(names, ", "))
	if len(names) >= allOfTable {
		what = "every privilege"
	}
	if len(columns) > 0 {
		what += " (" + strings.Join(columns, ", ") + ")"
	}
	return what
}

// grantee names roles for a message.
func grantee(roles ...string) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = quoted(r)
		if r == "public" {
			words[i] = "PUBLIC"
		}
	}
	return sentence(words)
}
