//go:build cgo

package grammar

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"
	"github.com/pganalyze/pg_query_go/v6/parser"
	"google.golang.org/protobuf/proto"
)

const (
	// Name is what the parser is called.
	Name = "pg_query_go"
	// Major is the version of PostgreSQL whose grammar it is.
	Major = 17
	// TreeVersion is the version of the trees that Parse makes and Deparse
	// takes.
	TreeVersion = 170007
)

// Error is the refusal of a statement.
type Error = parser.Error

// Parse parses statements. An error that is no Error says that there is a tree,
// but that it does not fit into a message of protobuf.
func Parse(sql string) (*ParseResult, error) { return pg_query.Parse(sql) }

// Deparse writes statements as PostgreSQL would.
func Deparse(tree *ParseResult) (string, error) { return pg_query.Deparse(tree) }

// Returning is what a statement that changes rows returns.
func Returning(s interface{ GetReturningList() []*Node }) []*Node { return s.GetReturningList() }

// AlteredConstraint is the name in ALTER CONSTRAINT.
func AlteredConstraint(cmd *AlterTableCmd) string { return cmd.GetDef().GetConstraint().GetConname() }

// Newer reports whether a message of a tree stands for a form that the grammar
// of PostgreSQL 17 refuses.
func Newer(proto.Message) bool { return false }
