package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

// lowerPrivilege lowers statements about privileges and ownership.
func (c clause) lowerPrivilege(node *pg_query.Node) ([]ddl.Op, bool) {
	switch n := node.GetNode().(type) {
	case *pg_query.Node_GrantStmt:
		return one(c.grant(n.GrantStmt)), true
	case *pg_query.Node_GrantRoleStmt:
		return one(&ddl.GrantRole{
			Base:     c.base(),
			Revoke:   !n.GrantRoleStmt.GetIsGrant(),
			Roles:    roles(n.GrantRoleStmt.GetGrantedRoles()),
			Grantees: roles(n.GrantRoleStmt.GetGranteeRoles()),
		}), true
	case *pg_query.Node_AlterDefaultPrivilegesStmt:
		return one(c.defaultPrivileges(n.AlterDefaultPrivilegesStmt)), true
	case *pg_query.Node_DropOwnedStmt:
		return one(&ddl.DropOwned{
			Base:    c.base(),
			Roles:   roles(n.DropOwnedStmt.GetRoles()),
			Cascade: n.DropOwnedStmt.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE,
		}), true
	case *pg_query.Node_ReassignOwnedStmt:
		return one(&ddl.ReassignOwned{Base: c.base(), Roles: roles(n.ReassignOwnedStmt.GetRoles()), To: role(n.ReassignOwnedStmt.GetNewrole())}), true
	}
	return nil, false
}

func (c clause) grant(s *pg_query.GrantStmt) *ddl.Grant {
	kind, _ := objectKind(s.GetObjtype())
	g := &ddl.Grant{
		Base:     c.base(),
		Revoke:   !s.GetIsGrant(),
		Kind:     kind,
		Grantees: roles(s.GetGrantees()),
		Option:   s.GetGrantOption(),
		Cascade:  s.GetBehavior() == pg_query.DropBehavior_DROP_CASCADE,
	}
	for _, n := range s.GetPrivileges() {
		p := n.GetAccessPriv()
		name := p.GetPrivName()
		if name == "" {
			name = "all" // of some columns
		}
		g.Privileges = append(g.Privileges, ddl.Privilege{Name: strings.ToLower(name), Columns: words(p.GetCols())})
	}
	switch s.GetTargtype() {
	case pg_query.GrantTargetType_ACL_TARGET_ALL_IN_SCHEMA:
		g.AllInSchemas = words(s.GetObjects())
	case pg_query.GrantTargetType_ACL_TARGET_OBJECT:
		g.Objects = c.after("ON").skipKind(s.GetObjtype()).objectsGranted(s)
	}
	return g
}

func (c clause) objectsGranted(s *pg_query.GrantStmt) []ddl.Object {
	kind, _ := objectKind(s.GetObjtype())
	parts := c.before("TO").before("FROM").split()
	var all []ddl.Object
	for i, n := range s.GetObjects() {
		at := c
		if len(parts) == len(s.GetObjects()) {
			at = parts[i]
		}
		if n.GetRangeVar() != nil {
			all = append(all, ddl.Object{Kind: kind, Name: c.relation(n.GetRangeVar())})
			continue
		}
		all = append(all, at.object(s.GetObjtype(), n))
	}
	return all
}

func (c clause) defaultPrivileges(s *pg_query.AlterDefaultPrivilegesStmt) *ddl.AlterDefaultPrivileges {
	action := c
	for i := range c.top() {
		if c.hasAny(i, "GRANT", "REVOKE") {
			action = c.part(i, c.to)
			break
		}
	}
	a := &ddl.AlterDefaultPrivileges{Base: c.base(), Grant: action.grant(s.GetAction())}
	if action.marked(markLargeObjects) {
		a.Grant.Kind = ddl.LargeObject
	}
	for _, n := range s.GetOptions() {
		switch d := n.GetDefElem(); d.GetDefname() {
		case "roles":
			a.Roles = roles(d.GetArg().GetList().GetItems())
		case "schemas":
			a.Schemas = words(d.GetArg().GetList().GetItems())
		}
	}
	return a
}
