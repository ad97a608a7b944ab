package rollback

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// unseen notes what the up does beyond the catalog of the database, which no
// comparison shows, and gives PUBLIC back what it has by itself.
func (s *suggester) unseen() {
	for _, st := range slices.Backward(s.of.Up.Statements) {
		for _, step := range st.Steps {
			if step.RolledBack || step.Refusal != nil {
				continue
			}
			if beyond(step.Op) {
				if s.reverse(step) {
					continue
				}
				s.note("line %d: %s", st.Span.From().Line, strings.Join(strings.Fields(st.Span.Text()), " "))
				break
			}
			for _, c := range step.Changes {
				s.public(c)
				s.owned(c)
			}
		}
	}
}

// beyond reports whether an operation changes what is not compared: roles and
// their memberships, default privileges, settings of the server, labels.
func beyond(op ddl.Op) bool {
	switch op := op.(type) {
	case *ddl.AlterDefaultPrivileges, *ddl.GrantRole, *ddl.SecurityLabel, *ddl.DropOwned, *ddl.ReassignOwned:
		return true
	case *ddl.AlterObject:
		return op.Object.Kind != ddl.Publication
	case *ddl.Grant:
		return slices.Contains([]ddl.Kind{ddl.Language, ddl.Database, ddl.Tablespace, ddl.Parameter, ddl.LargeObject}, op.Kind)
	}
	return false
}

var (
	granting = pattern.New(`(?is)^(.*?)\bGRANT\b(.*)\bTO\b(.*?)(\s+WITH\s+(?:GRANT|ADMIN)\s+OPTION)?$`)
	revoking = pattern.New(`(?is)^(.*?)\bREVOKE\b(.*)\bFROM\b(.*?)(\s+CASCADE|\s+RESTRICT)?$`)
)

// reverse takes back what an ALTER DEFAULT PRIVILEGES, or a GRANT of a role,
// added: the same words the other way round, where they lead back.
func (s *suggester) reverse(step *replay.Step) bool {
	text, to := strings.TrimRight(strings.TrimSpace(step.Op.Span().Text()), "; \n"), ""
	switch op := step.Op.(type) {
	case *ddl.AlterDefaultPrivileges:
		if op.Grant == nil {
			return false
		}
	case *ddl.GrantRole:
	default:
		return false
	}
	if m := granting.FindStringSubmatch(text); m != nil {
		to = m[1] + "REVOKE" + m[2] + "FROM" + m[3]
	} else if m := revoking.FindStringSubmatch(text); m != nil {
		to = m[1] + "GRANT" + m[2] + "TO" + m[3]
	}
	if _, role := step.Op.(*ddl.GrantRole); role {
		return s.do(to)
	}
	before, undo := len(differences(s.before, s.now)), s.mark()
	if !s.do(to) || len(differences(s.before, s.now)) >= before {
		undo()
		return false
	}
	return true
}

// owned records that an object has another owner, and nothing says who had it
// before: whoever ran the migration that made it.
func (s *suggester) owned(c catalog.Change) {
	o, ok := c.(*catalog.OwnerChanged)
	if !ok || o.Before != "" || o.After == "" || !s.before.Has(o.Target) && schemaByOID(s.before, o.Target) == nil && objectByOID(s.before, o.Target) == nil {
		return
	}
	name := o.Object.Name.String()
	if r := s.now.RelationByOID(o.Target); r != nil {
		if r.Owner != o.After {
			return
		}
		name = r.String()
	}
	s.owners = append(s.owners, catalog.Difference{Kind: "owner", Object: name, Relation: o.Target, Before: "?", After: o.After, Unsure: true})
}

// public grants to PUBLIC again what it has on every new routine and type: the
// list of privileges begins with what is granted beside it.
func (s *suggester) public(c catalog.Change) {
	p, ok := c.(*catalog.PrivilegeChanged)
	if !ok || !p.Revoked || !p.Had || p.Grantee != "public" {
		return
	}
	if b := s.before.FunctionByOID(p.Target); b != nil && s.now.FunctionByOID(p.Target) != nil && !holds(b.ACL, "public", "execute") {
		s.do("GRANT EXECUTE ON " + strings.Replace(routine(b), "AGGREGATE ", "FUNCTION ", 1) + " TO PUBLIC")
	}
	if b := s.before.TypeByOID(p.Target); b != nil && s.now.TypeByOID(p.Target) != nil && !holds(b.ACL, "public", "usage") {
		s.do("GRANT USAGE ON " + typeWord(b) + " " + quotedName(b.QualifiedName()) + " TO PUBLIC")
	}
}

func holds(acl []catalog.Privilege, grantee, name string) bool {
	return slices.ContainsFunc(acl, func(p catalog.Privilege) bool { return p.Grantee == grantee && p.Name == name })
}
