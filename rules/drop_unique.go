package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var dropUnique = &Rule{
	Name:     "drop-unique",
	Title:    "A unique constraint or index that ON CONFLICT of the previous version may need is dropped",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Used:     true,
	Check: Any(
		On(func(p *Pass, c *catalog.ConstraintDropped) {
			if c.Constraint.Kind == 0 {
				p.unknownConstraint(c)
				return
			}
			if !arbiter(c.Constraint) || !p.Window.ConstraintExisted(c.Relation, c.Constraint) {
				return
			}
			p.noLongerUnique(c.Relation, p.Before.RelationByOID(c.Constraint.Index), c.Constraint)
		}),
		On(func(p *Pass, c *catalog.IndexDropped) {
			switch {
			case p.known(c.Index) == nil:
				return // born in the window
			case c.Index.Index == nil:
				p.unknownIndex(c.Index)
			case c.Index.Index.Unique && c.Index.Index.Valid:
				p.noLongerUnique(c.Table, c.Index, nil)
			}
		}),
	),
}

func (p *Pass) noLongerUnique(r, index *catalog.Relation, constraint *catalog.Constraint) {
	table, end := p.known(r), p.end(r)
	if table == nil || end == nil || !holdsData(table) || p.followsParent(r) || index == nil || index.Index == nil {
		return // drop-table speaks where the table is gone
	}
	if p.columnsGo(r, index.Index) {
		return // silent-drop speaks, or drop-column where no column of the key is left
	}
	what, name := "unique index", index.Name
	deferrable := false
	if constraint != nil {
		name, deferrable = constraint.Name, constraint.Deferrable
		what = map[ddl.ConstraintKind]string{ddl.PrimaryKey: "primary key", ddl.Unique: "unique constraint", ddl.Exclude: "exclusion constraint"}[constraint.Kind]
	}
	excludes := constraint != nil && constraint.Kind == ddl.Exclude
	if !excludes && slices.ContainsFunc(p.arbiters(r, index.Index), func(u unique) bool { return deferrable || !u.deferrable }) {
		return // replaced
	}
	if excludes && slices.ContainsFunc(end.Constraints, func(c *catalog.Constraint) bool {
		return c.Kind == ddl.Exclude && c.Name == constraint.Name
	}) {
		return // made anew
	}
	columns, of := columnNames(table, index.Index.Columns), ""
	for i, c := range columns {
		columns[i] = ddlName(c)
	}
	if index.Index.Where != nil {
		of = " WHERE " + unwrapped(oneLine(index.Index.Where.Text))
	}
	consequence := fmt.Sprintf("INSERT … ON CONFLICT (%s)%s of the previous version fails with 42P10", strings.Join(columns, ", "), of)
	switch {
	case excludes:
		consequence = fmt.Sprintf("INSERT … ON CONFLICT ON CONSTRAINT %s of the previous version fails with 42704", ddlName(name))
	case deferrable:
		consequence = "duplicates that it kept out are accepted" // no arbiter for ON CONFLICT
	case len(columns) == 0 || len(columns) < len(index.Index.Elements):
		consequence = "INSERT … ON CONFLICT of the previous version on what it covers fails with 42P10"
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: table.String(),
		Object:   name,
		Related:  createdAt(index.Created, index.Assumed),
		Message:  fmt.Sprintf("%s %s of %s is dropped, so %s", what, quoted(name), describe(table), consequence),
	})
}

// columnsGo reports whether the previous version no longer finds a key column
// of the index under its name.
func (p *Pass) columnsGo(r *catalog.Relation, index *catalog.IndexData) bool {
	table := p.known(r)
	return slices.ContainsFunc(index.Columns, func(num int) bool {
		a := table.AttributeByNum(num)
		return a != nil && p.offered(table, a) == nil
	})
}

// unknownIndex reports an index of which the history shows nothing but the name.
func (p *Pass) unknownIndex(index *catalog.Relation) {
	p.Report(Finding{
		At:       p.Op.Span(),
		Severity: Note,
		Relation: index.String(),
		Message:  fmt.Sprintf("index %s is dropped, and this history does not show what it is on: if it is unique, INSERT … ON CONFLICT of the previous version on its columns fails with 42P10", quoted(index.String())),
	})
}

// unknownConstraint reports a constraint of an assumed table, of a kind that
// the history does not show.
func (p *Pass) unknownConstraint(c *catalog.ConstraintDropped) {
	table := p.known(c.Relation)
	if table == nil || p.end(c.Relation) == nil || p.followsParent(c.Relation) {
		return
	}
	f := Finding{
		At:       p.Op.Span(),
		Severity: Note,
		Relation: table.String(),
		Object:   c.Constraint.Name,
		Message:  fmt.Sprintf("constraint %s of %s is dropped, and this history does not show its kind: if it is unique, INSERT … ON CONFLICT of the previous version on its columns fails with 42P10", quoted(c.Constraint.Name), describe(table)),
	}
	switch kind := kindByName(c.Constraint.Name); kind {
	case "":
	case "unique":
		f.Severity = Warning
		f.Message = fmt.Sprintf("constraint %s of %s is dropped, by its name a unique one, so INSERT … ON CONFLICT of the previous version on its columns fails with 42P10", quoted(c.Constraint.Name), describe(table))
	default:
		return
	}
	p.Report(f)
}

// kindByName tells the kind of a constraint by the name that PostgreSQL would
// choose for it; "" where the name says nothing.
func kindByName(name string) string {
	for suffix, kind := range map[string]string{
		"_key": "unique", "_pkey": "unique", "_excl": "unique",
		"_fkey": "foreign key", "_fk": "foreign key", "_check": "check", "_not_null": "not null",
	} {
		if strings.HasSuffix(name, suffix) {
			return kind
		}
	}
	return ""
}

// ddlName returns an identifier as SQL.
func ddlName(name string) string { return ddl.Name{Name: name}.String() }
