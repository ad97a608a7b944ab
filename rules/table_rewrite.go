package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var tableRewrite = &Rule{
	Name:     "table-rewrite",
	Title:    "All rows of a table are written anew while reads and writes of it wait",
	Category: Lock,
	Severity: Error,
	Since:    "0.1",
	Grows:    true,
	Check: onEffort(rewriting, func(p *Pass, e effort) {
		doing, _ := e.doing()
		why, sure := e.whyRewritten()
		verb, severity := "writes", Error
		if !sure {
			verb, severity = "may write", Warning
		}
		f := e.finding(fmt.Sprintf("%s %s %s anew under %s%s, so %s wait until all rows and indexes are written",
			doing, verb, describeAll(e.tables), e.under(), why, e.waiters()))
		f.Severity = severity
		p.Report(f)
	}),
}

// whyRewritten says what makes the operation a rewrite, where that is not plain
// from its name, and whether it is one for certain.
func (e effort) whyRewritten() (because string, sure bool) {
	switch op := e.Op.(type) {
	case *ddl.AddColumn:
		return ", as " + e.whyFilled(op.Column), true
	case *ddl.AlterColumnType:
		before := e.tables[0].Attribute(op.Column.Name)
		if now := e.Before.Relation(op.Relation.Name); now != nil {
			before = now.Attribute(op.Column.Name)
		}
		switch {
		case before == nil || before.Assumed || before.Type.IsZero():
			return ", as the type before is not in this history", false
		case len(e.along) > 0:
			return "", true
		case op.Using != nil:
			return fmt.Sprintf(", as each value becomes %s", brief(op.Using.Text)), true
		}
		return fmt.Sprintf(", as values of %s are not stored or checked alike", before.Type), true
	}
	return "", true
}

// whyFilled says why a new column is written into every row.
func (e effort) whyFilled(c *ddl.Column) string {
	switch {
	case c.Serial() != "":
		return "each row gets a number of its own from a sequence"
	case c.Identity != "":
		return "each row gets an identity of its own"
	case c.Generated != nil:
		return "the column is generated and STORED"
	}
	typ := e.After.ResolveType(c.Type)
	if d := e.After.TypeByOID(typ.Def); d != nil && d.Kind == catalog.Domain && typ.Dims == 0 {
		if c.Default == nil || c.Default.Constant {
			return fmt.Sprintf("domain %s has constraints or a default that are checked for each row", quoted(d.QualifiedName().String()))
		}
	}
	if c.Default != nil {
		return fmt.Sprintf("its default %s is evaluated for each row", brief(c.Default.Text))
	}
	return "its value is made for each row"
}
