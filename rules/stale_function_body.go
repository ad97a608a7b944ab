package rules

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/query"
)

var staleFunctionBody = &Rule{
	Name:     "stale-function-body",
	Title:    "A function body still names a table or column that is renamed or gone, and fails when it runs",
	Category: Data,
	Severity: Error,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.ColumnDropped) { p.staleColumn(c.Relation, c.Attribute) }),
		On(func(p *Pass, c *catalog.ColumnRenamed) { p.staleColumn(c.Relation, c.Before) }),
		On(func(p *Pass, c *catalog.RelationDropped) { p.staleTable(c.Relation) }),
		On(func(p *Pass, c *catalog.RelationRenamed) { p.staleTable(c.Before) }),
		On(func(p *Pass, c *catalog.RelationMoved) { p.staleTable(c.Before) }),
	),
}

// staleTable reports the routines that, at the end of the window, name a
// relation under which nothing is found any more.
func (p *Pass) staleTable(r *catalog.Relation) {
	known := p.known(r)
	if known == nil || known.Index != nil || known.Kind == catalog.Sequence || known.QualifiedName() != r.QualifiedName() || p.successor(known) != nil {
		return // another statement took the name that bodies know
	}
	p.stale(known, "", "42P01", func(_ *catalog.Function, u tableUse) bool { return u.table == known.OID })
}

// staleColumn does the same for a column.
func (p *Pass) staleColumn(r *catalog.Relation, a *catalog.Attribute) {
	known, column := p.known(r), p.knownColumn(r, a)
	if column == nil || column.Name != a.Name || p.followsParent(r) {
		return
	}
	if p.offered(known, column) != nil || p.successor(known) == nil {
		return
	}
	p.stale(known, column.Name, "42703", func(f *catalog.Function, u tableUse) bool {
		return u.table == known.OID && slices.ContainsFunc(u.columns, func(c query.ColumnRef) bool {
			return c.Column == column.Name && (c.Qualifier.Name == "" && !hasArg(f, c.Column) || c.Qualifier.Name != "" && c.Qualifier.Name == u.alias)
		})
	})
}

func hasArg(f *catalog.Function, name string) bool {
	return slices.ContainsFunc(f.Args, func(a catalog.Arg) bool { return a.Name == name })
}

// stale reports the routines with a use that matches, and the trigger functions
// of a table that name the column as NEW.column or OLD.column.
func (p *Pass) stale(known *catalog.Relation, column, code string, match func(*catalog.Function, tableUse) bool) {
	what := describe(known)
	if column != "" {
		what = fmt.Sprintf("column %s of %s", quoted(column), what)
	}
	var inRow func(body string) bool
	for _, f := range p.Window.End.AllFunctions() {
		if !readWhenRun(f) || f.Schema == "pg_temp" {
			continue // or gone with its session
		}
		tables := p.triggered(f)
		if !slices.ContainsFunc(p.uses(f), func(u tableUse) bool { return match(f, u) }) {
			if column == "" || !slices.ContainsFunc(tables, func(r *catalog.Relation) bool { return r.OID == known.OID }) {
				continue
			}
			if inRow == nil {
				inRow = namesInRow(column)
			}
			if !inRow(f.Body) {
				continue
			}
		}
		finding := Finding{
			At:       p.Op.Span(),
			Severity: Warning,
			Relation: known.String(),
			Object:   column,
			Related:  []Related{{At: f.Created, Message: "the function"}},
			Message:  fmt.Sprintf("%s %s still names %s, which is no longer there, so calls of it fail with %s", f.Kind, quoted(f.Signature()), what, code),
		}
		if len(tables) > 0 {
			finding.Severity = Error
			finding.Message = fmt.Sprintf("trigger function %s still names %s, which is no longer there, so writes to %s that run it fail with %s", quoted(f.Signature()), what, describe(tables[0]), code)
		}
		p.Report(finding)
	}
}

// readWhenRun reports whether a routine's body is a string that PostgreSQL reads
// when it runs: it does not follow renames, as BEGIN ATOMIC does.
func readWhenRun(f *catalog.Function) bool {
	return (f.Language == "plpgsql" || f.Language == "sql") && f.Body != "" && f.Body != f.BodyAt.Text()
}

// triggered returns the tables that, at the end of the window, a function is a
// trigger of.
func (p *Pass) triggered(f *catalog.Function) []*catalog.Relation {
	if f.Returns.Name.Name != "trigger" {
		return nil
	}
	p.release.lookUp(p.Window.End)
	return p.release.triggered[f.OID]
}

// namesInRow returns what reports whether a body names a column of the row that
// fired its trigger.
func namesInRow(column string) func(body string) bool {
	name := regexp.QuoteMeta(column)
	named := regexp.MustCompile(`(?i)\b(?:new|old)\s*\.\s*(?:"` + name + `"|` + name + `\b)`)
	return func(body string) bool { return named.MatchString(comment.ReplaceAllString(body, "")) }
}

var comment = pattern.New(`--[^\n]*|(?s:/\*.*?\*/)`)

// A tableUse is a table that one statement of a body names, with the columns
// that the statement names beside it.
type tableUse struct {
	table   catalog.OID
	alias   string
	columns []query.ColumnRef
}

// uses returns the tables that a body names, as the names are understood before
// the window.
func (p *Pass) uses(f *catalog.Function) []tableUse {
	var all []tableUse
	add := func(table ddl.Ref, alias string, columns []query.ColumnRef) {
		if r := p.Window.Base.Relation(table.Name); r != nil {
			if alias == "" {
				alias = r.Name
			}
			all = append(all, tableUse{r.OID, alias, columns})
		}
	}
	for _, q := range f.Queries {
		q.Walk(func(q *ddl.Query) {
			for _, i := range q.From {
				if i.Relation != nil {
					add(*i.Relation, i.Alias, columnsOf(q))
				}
			}
		})
	}
	for _, op := range f.Effects {
		switch op := op.(type) {
		case *ddl.Insert:
			add(op.Table, op.Alias, append(targets(op.Columns), targets(op.ConflictSet)...))
		case *ddl.Update:
			add(op.Table, op.Alias, append(targets(op.Columns), named(append(slices.Clone(op.Values), op.Where))...))
		case *ddl.Delete:
			add(op.Table, op.Alias, named([]*ddl.Expr{op.Where}))
		case *ddl.Merge:
			add(op.Table, op.Alias, targets(op.Columns))
		}
	}
	return all
}

// targets are the columns that a statement writes.
func targets(columns []ddl.Ident) []query.ColumnRef {
	var refs []query.ColumnRef
	for _, c := range columns {
		refs = append(refs, query.ColumnRef{Column: c.Name, At: c.At})
	}
	return refs
}

// named are the columns that expressions name.
func named(exprs []*ddl.Expr) []query.ColumnRef {
	var refs []query.ColumnRef
	for _, e := range exprs {
		if e != nil {
			refs = append(refs, e.Columns...)
		}
	}
	return refs
}

func columnsOf(q *ddl.Query) []query.ColumnRef {
	exprs := slices.Clone(q.Exprs)
	for _, t := range q.Targets {
		exprs = append(exprs, t.Expr)
	}
	return named(exprs)
}
