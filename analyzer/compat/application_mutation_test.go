package compat_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// A mutation is one way to break a schema: changes of that kind, of which as
// many as wanted are performed.
type mutation struct {
	name   string
	wanted int
	sql    []string
}

// A mutator finds the objects of a schema that an application mentions. It does
// so by their names alone, so that it depends on nothing that is under test.
type mutator struct {
	c *catalog.Catalog
	// words are how many statements have a name.
	words map[string]int
	// texts are the statements' names, each.
	texts []map[string]bool
}

var wordPattern = regexp.MustCompile(`"[^"]+"|[A-Za-z_][A-Za-z0-9_]*`)

func newMutator(c *catalog.Catalog, app []issued) *mutator {
	m := &mutator{c: c, words: map[string]int{}}
	for _, a := range app {
		words := map[string]bool{}
		for _, w := range wordPattern.FindAllString(a.sql, -1) {
			if name, quoted := strings.CutPrefix(w, `"`); quoted {
				words[strings.TrimSuffix(name, `"`)] = true
			} else {
				words[strings.ToLower(w)] = true
			}
		}
		for w := range words {
			m.words[w]++
		}
		m.texts = append(m.texts, words)
	}
	return m
}

// A part is a relation that is mentioned, or a column of one together with it.
type part struct {
	r    *catalog.Relation
	a    *catalog.Attribute
	uses int
}

func (p part) table() string  { return catalog.QuotedName(p.r.QualifiedName()) }
func (p part) column() string { return catalog.Quoted(p.a.Name) }

// relations are those that are mentioned, the most used first.
func (m *mutator) relations(kinds ...catalog.RelKind) []part {
	var all []part
	for r := range m.c.Relations() {
		if n := m.words[r.Name]; n > 0 && slices.Contains(kinds, r.Kind) && r.Schema != "pg_catalog" && !r.Assumed {
			all = append(all, part{r: r, uses: n})
		}
	}
	slices.SortStableFunc(all, func(a, b part) int { return cmp.Compare(b.uses, a.uses) })
	return all
}

// columns are those of tables, so that each table comes with one column before
// one comes with two.
func (m *mutator) columns() []part {
	var all []part
	rank := map[string]int{}
	for _, p := range m.relations(catalog.Table, catalog.PartitionedTable) {
		var own []part
		for _, a := range p.r.Attributes {
			n := 0
			for _, words := range m.texts {
				if words[p.r.Name] && words[a.Name] {
					n++
				}
			}
			if n > 0 {
				own = append(own, part{p.r, a, n})
			}
		}
		slices.SortStableFunc(own, func(a, b part) int { return cmp.Compare(b.uses, a.uses) })
		for i, o := range own {
			rank[o.r.String()+"."+o.a.Name] = i
		}
		all = append(all, own...)
	}
	slices.SortStableFunc(all, func(a, b part) int {
		return cmp.Or(cmp.Compare(rank[a.r.String()+"."+a.a.Name], rank[b.r.String()+"."+b.a.Name]), cmp.Compare(b.uses, a.uses))
	})
	return all
}

// from begins a list elsewhere, so that not all mutations are of the same
// tables.
func from(parts []part, n int) []part {
	if len(parts) == 0 {
		return nil
	}
	n %= len(parts)
	return slices.Concat(parts[n:], parts[:n])
}

func each(parts []part, f func(p part) string) []string {
	var all []string
	for _, p := range parts {
		if sql := f(p); sql != "" {
			all = append(all, sql)
		}
	}
	return all
}

// mutations are the changes that break an application's queries, or might.
func mutations(c *catalog.Catalog, app []issued) []mutation {
	m := newMutator(c, app)
	tables, columns := m.relations(catalog.Table, catalog.PartitionedTable), m.columns()
	alter := func(format string) func(p part) string {
		return func(p part) string {
			return strings.NewReplacer("{table}", p.table(), "{column}", column(p)).Replace(format)
		}
	}
	all := []mutation{
		{"drop column", 5, each(columns, alter("ALTER TABLE {table} DROP COLUMN {column} CASCADE"))},
		{"rename column", 4, each(from(columns, 3), alter("ALTER TABLE {table} RENAME COLUMN {column} TO renamed_column"))},
		{"rename one that took its name", 1, each(from(columns, 4), alter("ALTER TABLE {table} RENAME COLUMN {column} TO renamed_column; ALTER TABLE {table} ADD COLUMN {column} text"))},
		{"drop table", 3, each(from(tables, 1), alter("DROP TABLE {table} CASCADE"))},
		{"rename table", 3, each(from(tables, 4), alter("ALTER TABLE {table} RENAME TO renamed_table"))},
		{"move table", 1, each(from(tables, 2), alter("CREATE SCHEMA elsewhere; ALTER TABLE {table} SET SCHEMA elsewhere"))},
		{"view in its place", 2, each(from(tables, 3), alter("ALTER TABLE {table} RENAME TO renamed_table; CREATE VIEW {table} AS SELECT * FROM renamed_table"))},
		{"view of fewer columns", 1, each(from(columns, 6), m.lesserView)},
		{"set not null", 2, each(columns, m.nullable(alter("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")))},
		{"add required column", 2, each(tables, alter("ALTER TABLE {table} ADD COLUMN added_column integer NOT NULL"))},
		{"drop default", 2, each(columns, m.defaulted(alter("ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")))},
		{"identity always", 1, each(columns, m.numeric)},
		{"generated column", 1, each(from(columns, 8), alter("ALTER TABLE {table} DROP COLUMN {column} CASCADE; ALTER TABLE {table} ADD COLUMN {column} text GENERATED ALWAYS AS ('x') STORED"))},
		{"drop key", 4, each(tables, m.key("ALTER TABLE %s DROP CONSTRAINT %s CASCADE", ddl.PrimaryKey, ddl.Unique))},
		{"rename key", 2, each(tables, m.key("ALTER TABLE %s RENAME CONSTRAINT %s TO renamed_key", ddl.PrimaryKey, ddl.Unique))},
		{"drop unique index", 2, each(tables, m.uniqueIndex("DROP INDEX %s"))},
		{"drop view", 2, each(m.relations(catalog.View, catalog.MaterializedView), m.view("DROP %s %s CASCADE"))},
		{"rename view", 1, each(m.relations(catalog.View, catalog.MaterializedView), m.view("ALTER %s %s RENAME TO renamed_view"))},
		{"drop sequence", 1, each(m.relations(catalog.Sequence), alter("DROP SEQUENCE {table} CASCADE"))},
		{"rename sequence", 1, each(m.relations(catalog.Sequence), alter("ALTER SEQUENCE {table} RENAME TO renamed_sequence"))},
		{"ambiguous column", 5, m.ambiguous()},
		{"drop function", 3, m.functions(func(f *catalog.Function) string { return fmt.Sprintf("DROP FUNCTION %s CASCADE", f.Signature()) })},
		{"rename function", 2, m.functions(func(f *catalog.Function) string {
			return fmt.Sprintf("ALTER FUNCTION %s RENAME TO renamed_function", f.Signature())
		})},
		{"other arguments", 3, m.functions(otherArguments)},
		{"second overload", 1, m.functions(func(f *catalog.Function) string { return created(f, "extra integer") })},
		{"rename enum value", 2, m.labels("ALTER TYPE %s RENAME VALUE %s TO 'renamed'")},
		{"drop enum value", 2, m.droppedLabels()},
		{"rename type", 2, m.types("ALTER TYPE %s RENAME TO renamed_type")},
		{"drop type", 1, m.types("DROP TYPE %s CASCADE")},
	}
	for i, change := range [][2]string{{"uuid", "text"}, {"text", "integer"}, {"int4", "text"}, {"int4", "bigint"}, {"timestamptz", "text"}, {"timestamptz", "timestamp"},
		{"jsonb", "text"}, {"bool", "integer"}, {"int8", "uuid"}, {"varchar", "text"}, {"text", "varchar(20)"}, {"timestamp", "timestamptz"}} {
		all = append(all, mutation{"retype " + change[0] + " to " + change[1], 1, each(from(columns, i), m.retyped(change[0], change[1]))})
	}
	return all
}

func column(p part) string {
	if p.a == nil {
		return ""
	}
	return p.column()
}

func (m *mutator) nullable(f func(part) string) func(part) string {
	return func(p part) string {
		if p.a.NotNull {
			return ""
		}
		return f(p)
	}
}

func (m *mutator) defaulted(f func(part) string) func(part) string {
	return func(p part) string {
		if p.a.Default == nil {
			return ""
		}
		return f(p)
	}
}

func (m *mutator) numeric(p part) string {
	if name := p.a.Type.Name.Name; name != "int4" && name != "int8" || p.a.Identity != "" || !p.a.NotNull {
		return ""
	}
	drop := ""
	if p.a.Default != nil {
		drop = fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT; ", p.table(), p.column())
	}
	return drop + fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s ADD GENERATED ALWAYS AS IDENTITY", p.table(), p.column())
}

// lesserView puts a view in the place of a table that lacks one of its columns.
func (m *mutator) lesserView(p part) string {
	var names []string
	for _, a := range p.r.Attributes {
		if a.Name != p.a.Name {
			names = append(names, catalog.Quoted(a.Name))
		}
	}
	return fmt.Sprintf("ALTER TABLE %s RENAME TO renamed_table; CREATE VIEW %s AS SELECT %s FROM renamed_table", p.table(), p.table(), strings.Join(names, ", "))
}

func (m *mutator) key(format string, kinds ...ddl.ConstraintKind) func(part) string {
	return func(p part) string {
		for _, c := range slices.Backward(p.r.Constraints) {
			if slices.Contains(kinds, c.Kind) {
				return fmt.Sprintf(format, p.table(), catalog.Quoted(c.Name))
			}
		}
		return ""
	}
}

func (m *mutator) uniqueIndex(format string) func(part) string {
	return func(p part) string {
		for _, oid := range p.r.Indexes {
			if x := m.c.RelationByOID(oid); x != nil && x.Index.Unique && x.Index.Constraint == 0 {
				return fmt.Sprintf(format, catalog.QuotedName(x.QualifiedName()))
			}
		}
		return ""
	}
}

func (m *mutator) view(format string) func(part) string {
	return func(p part) string {
		return fmt.Sprintf(format, strings.ToUpper(p.r.Kind.String()), p.table())
	}
}

// ambiguous adds a column to a table that a statement reads together with one
// that has a column of that name.
func (m *mutator) ambiguous() []string {
	var all []string
	columns := m.columns()
	for _, p := range columns {
		for _, other := range m.relations(catalog.Table, catalog.PartitionedTable) {
			if other.r.OID == p.r.OID || other.r.Attribute(p.a.Name) != nil {
				continue
			}
			together := slices.ContainsFunc(m.texts, func(words map[string]bool) bool {
				return words[p.r.Name] && words[other.r.Name] && words[p.a.Name]
			})
			if together {
				all = append(all, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", other.table(), p.column(), p.a.Type))
				break
			}
		}
	}
	return all
}

// functions applies f to the functions that are mentioned.
func (m *mutator) functions(f func(*catalog.Function) string) []string {
	var found []*catalog.Function
	for _, fn := range m.c.AllFunctions() {
		if m.words[fn.Name] > 0 && fn.Kind == ddl.Function && fn.Returns.Name.Name != "trigger" {
			found = append(found, fn)
		}
	}
	slices.SortStableFunc(found, func(a, b *catalog.Function) int { return cmp.Compare(m.words[b.Name], m.words[a.Name]) })
	var all []string
	for _, fn := range found {
		all = append(all, f(fn))
	}
	return all
}

func otherArguments(f *catalog.Function) string {
	return fmt.Sprintf("DROP FUNCTION %s CASCADE; %s", f.Signature(), created(f, "extra integer"))
}

// created creates a function like another, with one argument more, that does
// nothing.
func created(f *catalog.Function, extra string) string {
	modes := map[byte]string{'i': "IN ", 'o': "OUT ", 'b': "INOUT ", 'v': "VARIADIC "}
	arguments := []string{extra}
	var table []string
	out := false
	for _, a := range f.Args {
		name := a.Name
		if name != "" {
			name = catalog.Quoted(name) + " "
		}
		if a.Mode == 't' {
			table = append(table, name+a.Type.String())
			continue
		}
		out = out || a.Mode == 'o' || a.Mode == 'b'
		arguments = append(arguments, modes[a.Mode]+name+a.Type.String())
	}
	returns := " RETURNS " + f.Returns.String()
	switch {
	case len(table) > 0:
		returns = " RETURNS TABLE (" + strings.Join(table, ", ") + ")"
	case f.ReturnsSet:
		returns = " RETURNS SETOF " + f.Returns.String()
	case out:
		returns = ""
	}
	return fmt.Sprintf("CREATE FUNCTION %s(%s)%s LANGUAGE plpgsql AS 'BEGIN RAISE; END'", catalog.QuotedName(f.QualifiedName()), strings.Join(arguments, ", "), returns)
}

// enums are the enum types, those first whose labels are mentioned most.
func (m *mutator) enums() []*catalog.TypeDef {
	var found []*catalog.TypeDef
	uses := func(d *catalog.TypeDef) int {
		n := 0
		for _, l := range d.Labels {
			n += m.words[strings.ToLower(l)]
		}
		return n
	}
	for _, d := range m.c.Types() {
		if d.Kind == catalog.Enum && uses(d) > 0 && m.words[d.Name] > 0 {
			found = append(found, d)
		}
	}
	slices.SortStableFunc(found, func(a, b *catalog.TypeDef) int { return cmp.Compare(uses(b), uses(a)) })
	return found
}

// label is the label of a type that is mentioned most.
func (m *mutator) label(d *catalog.TypeDef) string {
	return slices.MaxFunc(d.Labels, func(a, b string) int {
		return cmp.Compare(m.words[strings.ToLower(a)], m.words[strings.ToLower(b)])
	})
}

func (m *mutator) labels(format string) []string {
	var all []string
	for _, d := range m.enums() {
		all = append(all, fmt.Sprintf(format, catalog.QuotedName(d.QualifiedName()), "'"+m.label(d)+"'"))
	}
	return all
}

// droppedLabels puts a type with one label less in the place of an enum.
func (m *mutator) droppedLabels() []string {
	var all []string
	for _, d := range m.enums() {
		var labels []string
		for _, l := range d.Labels {
			if l != m.label(d) {
				labels = append(labels, "'"+l+"'")
			}
		}
		name := catalog.QuotedName(d.QualifiedName())
		sql := fmt.Sprintf("ALTER TYPE %s RENAME TO former_type; CREATE TYPE %s AS ENUM (%s)", name, name, strings.Join(labels, ", "))
		for r := range m.c.Relations() {
			if r.Kind != catalog.Table && r.Kind != catalog.PartitionedTable {
				continue
			}
			for _, a := range r.Attributes {
				if a.Type.Def == d.OID && a.Inherited == 0 {
					p := part{r: r, a: a}
					sql += retype(p, name+strings.Repeat("[]", min(a.Type.Dims, 1)))
				}
			}
		}
		all = append(all, sql)
	}
	return all
}

func retype(p part, to string) string {
	sql := ""
	if p.a.Default != nil {
		sql += fmt.Sprintf("; ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", p.table(), p.column())
	}
	return sql + fmt.Sprintf("; ALTER TABLE %s ALTER COLUMN %s TYPE %s USING NULL::%s", p.table(), p.column(), to, to)
}

func (m *mutator) types(format string) []string {
	var all []string
	for _, d := range m.enums() {
		all = append(all, fmt.Sprintf(format, catalog.QuotedName(d.QualifiedName())))
	}
	return all
}

func (m *mutator) retyped(from, to string) func(part) string {
	return func(p part) string {
		if p.a.Type.Name.Name != from || p.a.Type.Name.Schema != "pg_catalog" || p.a.Type.Dims > 0 || p.a.Identity != "" {
			return ""
		}
		return strings.TrimPrefix(retype(p, to), "; ")
	}
}
