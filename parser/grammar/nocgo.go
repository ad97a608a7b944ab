//go:build !cgo

package grammar

import (
	pg_query "github.com/sqlc-dev/oliphant"
	"github.com/sqlc-dev/oliphant/parser"
	"google.golang.org/protobuf/proto"
)

const (
	// Name is what the parser is called.
	Name = "oliphant"
	// Major is the version of PostgreSQL whose grammar it is.
	Major = 18
	// TreeVersion is the version of the trees that Parse makes and Deparse
	// takes.
	TreeVersion = 180004
)

// Error is the refusal of a statement.
type Error = parser.Error

// Parse parses statements.
func Parse(sql string) (*ParseResult, error) {
	tree, err := pg_query.Parse(sql)
	if err == nil {
		return tree, nil
	}
	return parseAmended(sql, err)
}

// Deparse writes statements as PostgreSQL would.
func Deparse(tree *ParseResult) (string, error) { return pg_query.Deparse(tree) }

// Returning is what a statement that changes rows returns.
func Returning(s interface {
	GetReturningClause() *pg_query.ReturningClause
}) []*Node {
	return s.GetReturningClause().GetExprs()
}

// AlteredConstraint is the name in ALTER CONSTRAINT.
func AlteredConstraint(cmd *AlterTableCmd) string {
	return cmd.GetDef().GetAtalterConstraint().GetConname()
}

// Newer reports whether a message of a tree stands for a form that the grammar
// of PostgreSQL 17 refuses. ENFORCED of a table's constraint is not among them:
// it is what the tree says anyway.
func Newer(m proto.Message) bool {
	switch m := m.(type) {
	case *pg_query.Constraint:
		return newerConstraint(m)
	case *pg_query.ATAlterConstraint:
		return m.GetAlterEnforceability() || m.GetAlterInheritability()
	case *pg_query.ReturningClause:
		return len(m.GetOptions()) > 0
	case *pg_query.VacuumRelation:
		return m.GetRelation() != nil && !m.GetRelation().GetInh()
	case *pg_query.AlterDefaultPrivilegesStmt:
		return m.GetAction().GetObjtype() == pg_query.ObjectType_OBJECT_LARGEOBJECT
	}
	return false
}

func newerConstraint(c *pg_query.Constraint) bool {
	switch c.GetContype() {
	case pg_query.ConstrType_CONSTR_ATTR_ENFORCED, pg_query.ConstrType_CONSTR_ATTR_NOT_ENFORCED:
		return true
	case pg_query.ConstrType_CONSTR_NOTNULL:
		return len(c.GetKeys()) > 0 || c.GetIsNoInherit()
	case pg_query.ConstrType_CONSTR_GENERATED:
		return c.GetGeneratedKind() == "v"
	case pg_query.ConstrType_CONSTR_CHECK:
		return !c.GetIsEnforced()
	case pg_query.ConstrType_CONSTR_FOREIGN:
		return !c.GetIsEnforced() || c.GetFkWithPeriod() || c.GetPkWithPeriod()
	case pg_query.ConstrType_CONSTR_PRIMARY, pg_query.ConstrType_CONSTR_UNIQUE:
		return c.GetWithoutOverlaps()
	}
	return false
}
