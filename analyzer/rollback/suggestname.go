package rollback

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/ddl"
)

var (
	quoted     = catalog.Quoted
	quotedName = catalog.QuotedName
)

func named(r *catalog.Relation) string { return quotedName(r.QualifiedName()) }

// altered are the words after ALTER, DROP and COMMENT ON for a relation.
func altered(r *catalog.Relation) string {
	if r.Kind == catalog.CompositeType {
		return "TYPE"
	}
	return strings.ToUpper(r.Kind.String())
}

func alter(r *catalog.Relation) string { return "ALTER " + altered(r) + " " + named(r) }

// alterType is ALTER TYPE or DOMAIN.
func typeWord(t *catalog.TypeDef) string {
	if t.Kind == catalog.Domain {
		return "DOMAIN"
	}
	return "TYPE"
}

// kindWord is a kind of object as statements have it.
func kindWord(k ddl.Kind) string { return strings.ToUpper(strings.ReplaceAll(string(k), "-", " ")) }

// routine is the word and the signature by which statements address a routine.
func routine(f *catalog.Function) string {
	var args []string
	for _, t := range f.Inputs() {
		args = append(args, t.String())
	}
	list := strings.Join(args, ", ")
	if f.Kind == ddl.Aggregate && list == "" {
		list = "*"
	}
	return kindWord(f.Kind) + " " + quotedName(f.QualifiedName()) + "(" + list + ")"
}

// object is the word and the name by which statements address an object that
// is tracked by name; "" where they need more.
func object(o *catalog.Object) string {
	const both = 2
	switch {
	case o.Kind == ddl.Cast && len(o.Args) == both:
		return "CAST (" + o.Args[0].String() + " AS " + o.Args[1].String() + ")"
	case o.Kind == ddl.Operator && len(o.Args) == both:
		return "OPERATOR " + quoted(o.Name.Schema) + "." + o.Name.Name + " (" + operand(o.Args[0]) + ", " + operand(o.Args[1]) + ")"
	}
	if o.Part != "" || len(o.Args) > 0 || o.Name.Name == "" {
		return ""
	}
	return kindWord(o.Kind) + " " + quotedName(o.Name)
}

// operand is a type, or NONE for an operator with one operand.
func operand(t catalog.Type) string {
	if t.IsZero() {
		return "NONE"
	}
	return t.String()
}

// literal is a string constant.
func literal(text string) string {
	if strings.Contains(text, `\`) {
		return "E'" + strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "'", "''") + "'"
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// sameExpr reports whether two expressions are certainly stored alike.
func sameExpr(a, b *ddl.Expr) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
	}
	if a.Constant && b.Constant && a.Null == b.Null && a.Literal == b.Literal {
		return true
	}
	same, _ := parser.Alike(a.Text, b.Text)
	return same
}

// defaultText is a default as SQL: of a constant the value alone, as the type
// that it is cast to may have another name now.
func defaultText(e *ddl.Expr) string {
	if e.Constant && !e.Null && e.Literal != "" && strings.Contains(e.Text, "::") {
		return literal(e.Literal)
	}
	return e.Text
}

func exprText(e *ddl.Expr) string {
	if e == nil {
		return ""
	}
	return e.Text
}

// columnList are the names of columns by number.
func columnList(r *catalog.Relation, nums []int) string {
	var names []string
	for _, n := range nums {
		if a := r.AttributeByNum(n); a != nil {
			names = append(names, quoted(a.Name))
		}
	}
	return strings.Join(names, ", ")
}

// schemaByOID, objectByOID: these are not looked up by OID anywhere else.
func schemaByOID(c *catalog.Catalog, oid catalog.OID) *catalog.Schema {
	for _, n := range c.Schemas() {
		if n.OID == oid {
			return n
		}
	}
	return nil
}

func objectByOID(c *catalog.Catalog, oid catalog.OID) *catalog.Object {
	for _, o := range c.Objects() {
		if o.OID == oid {
			return o
		}
	}
	return nil
}

// overload returns the routine of a catalog that has the signature of another.
func overload(c *catalog.Catalog, f *catalog.Function) *catalog.Function {
	for _, g := range c.Functions(f.QualifiedName()) {
		if g.Signature() == f.Signature() {
			return g
		}
	}
	return nil
}

// base returns a relation as it was before the up by its name now: for an
// assumed relation that only the up mentions, one of which nothing is known;
// nil where there was none.
func (s *suggester) base(r *catalog.Relation) *catalog.Relation {
	if b := s.before.Relation(r.QualifiedName()); b != nil {
		return b
	}
	if r.Assumed {
		return &catalog.Relation{OID: r.OID, Assumed: true, Kind: r.Kind, Schema: r.Schema, Name: r.Name}
	}
	return nil
}

// current returns a relation as it is now by the name it had; nil where there
// is none.
func (s *suggester) current(b *catalog.Relation) *catalog.Relation {
	return s.now.Relation(b.QualifiedName())
}

// temporary reports whether a relation ends with the session.
func temporary(r *catalog.Relation) bool { return r.Temporary || r.Schema == "pg_temp" }

// part is a named part of a relation in a statement.
func part(kind, name string, r *catalog.Relation) string {
	return fmt.Sprintf("%s %s ON %s", kind, quoted(name), named(r))
}

// find returns the first of a list that the condition is true for.
func find[T any](all []*T, is func(*T) bool) *T {
	for _, v := range all {
		if is(v) {
			return v
		}
	}
	return nil
}
