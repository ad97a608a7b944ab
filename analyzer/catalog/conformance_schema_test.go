package catalog_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// unknown stands for what a catalog cannot know.
const unknown = "?"

// A schemaPrinter writes a catalog as package postgres writes a server's.
type schemaPrinter struct {
	c     *catalog.Catalog
	lines []string
}

// schema returns the schema of a catalog in the form of
// [postgres.Database.Schema].
func schema(c *catalog.Catalog) []string {
	p := &schemaPrinter{c: c}
	for _, s := range c.Schemas() {
		if !s.BuiltIn && !s.Assumed {
			p.add("schema " + s.Name)
			if s.Name != "public" {
				p.remark("schema", s.Name, s.Comment)
				p.privileges("schema", s.Name, s.ACL, s.Owner)
			}
		}
	}
	for _, x := range c.Extensions() {
		p.add("extension "+x.Name, "schema="+x.Schema)
	}
	for r := range c.Relations() {
		if !r.Assumed && r.Extension == "" {
			p.relation(r)
		}
	}
	for _, t := range c.Types() {
		if !t.Assumed {
			p.typ(t)
		}
	}
	for _, f := range c.AllFunctions() {
		p.function(f)
	}
	for _, o := range c.Objects() {
		p.object(o)
	}
	slices.Sort(p.lines)
	return p.lines
}

func (p *schemaPrinter) add(name string, fields ...string) {
	p.lines = append(p.lines, strings.Join(append([]string{name}, fields...), "\t"))
}

func (p *schemaPrinter) remark(kind, name, text string) {
	if text != "" {
		p.add("comment "+kind+" "+name, strings.ReplaceAll(text, "\n", `\n`))
	}
}

func (p *schemaPrinter) privileges(kind, name string, acl []catalog.Privilege, owner string) {
	granted := map[string][]string{}
	for _, a := range acl {
		own := a.Grantee == cmp.Or(owner, "postgres")
		implied := a.Grantee == "public" && (kind == "function" || kind == "type")
		if own || implied || a.Name == "maintain" {
			continue
		}
		granted[a.Grantee] = append(granted[a.Grantee], a.Name+mark(a.Option, "*"))
	}
	for grantee, names := range granted {
		slices.Sort(names)
		p.add("privileges "+kind+" "+name+" "+grantee, strings.Join(names, ","))
	}
}

func mark(set bool, text string) string {
	if set {
		return text
	}
	return ""
}

func dotted(n ddl.Name) string { return n.Schema + "." + n.Name }

func (p *schemaPrinter) nameOf(oid catalog.OID) string {
	if oid == 0 {
		return ""
	}
	r := p.c.RelationByOID(oid)
	if r == nil {
		return unknown
	}
	return dotted(r.QualifiedName())
}

func (p *schemaPrinter) relation(r *catalog.Relation) {
	name := dotted(r.QualifiedName())
	p.remark("relation", name, r.Comment)
	p.privileges("relation", name, r.ACL, r.Owner)
	switch r.Kind {
	case catalog.Index, catalog.PartitionedIndex:
		p.index(name, r)
		return
	case catalog.Sequence:
		p.sequence(name, r.Sequence)
		return
	}
	persistence := "permanent"
	if r.Unlogged {
		persistence = "unlogged"
	}
	if r.Schema == "pg_temp" {
		persistence = "temporary"
	}
	partitioned := ""
	if k := r.PartitionKey; k != nil {
		partitioned = k.Strategy + "(" + strings.Join(columnNames(r, k.Columns), ",") + ")"
	}
	var parents []string
	for _, oid := range r.Parents {
		parents = append(parents, p.nameOf(oid))
	}
	ofType := ""
	if t := p.c.TypeByOID(r.OfType); t != nil {
		ofType = dotted(t.QualifiedName())
	}
	populated := r.Populated || r.Kind != catalog.MaterializedView
	p.add(r.Kind.String()+" "+name, persistence, "partitioned="+partitioned, "parents="+strings.Join(parents, ","),
		fmt.Sprint("partition=", r.Partition != nil), "oftype="+ofType, fmt.Sprint("populated=", populated),
		fmt.Sprintf("rowsecurity=%t%t", r.RowSecurity, r.ForceRowSecurity), "replica="+r.ReplicaIdentity)
	for _, a := range r.Attributes {
		p.column(name, r, a)
	}
	for _, c := range r.Constraints {
		p.constraint(name, r, c)
	}
	for _, t := range r.Triggers {
		p.trigger(name, r, t)
	}
	for _, l := range r.Policies {
		roles := slices.Clone(l.Roles)
		if len(roles) == 0 {
			roles = []string{"public"}
		}
		slices.Sort(roles)
		p.add("policy "+name+"."+l.Name, l.Command, fmt.Sprint("permissive=", !l.Restrictive),
			fmt.Sprint("using=", l.Using != nil), fmt.Sprint("check=", l.WithCheck != nil), "roles="+strings.Join(roles, ","))
		p.remark("policy", name+"."+l.Name, l.Comment)
	}
	for _, l := range r.Rules {
		p.add("rule "+name+"."+l.Name, l.Event, fmt.Sprint("instead=", l.Instead))
		p.remark("rule", name+"."+l.Name, l.Comment)
	}
}

func (p *schemaPrinter) column(relation string, r *catalog.Relation, a *catalog.Attribute) {
	typ := a.Type.String()
	if a.Type.IsZero() {
		typ = unknown
	}
	generated := ""
	if a.Generated != nil {
		generated = "stored"
		if a.Virtual {
			generated = "virtual"
		}
	}
	name := relation + "." + a.Name
	hasDefault := a.Default != nil
	p.add("column "+name, fmt.Sprint(a.Num), typ, fmt.Sprint("notnull=", a.NotNull), fmt.Sprint("default=", hasDefault),
		"identity="+a.Identity, "generated="+generated, fmt.Sprintf("inherited=%d%t", a.Inherited, a.Local), "constraint="+a.NotNullName)
	p.remark("column", name, a.Comment)
	p.privileges("column", name, a.ACL, r.Owner)
}

// columnNames are those of attribute numbers; 0 is an expression.
func columnNames(r *catalog.Relation, nums []int) []string {
	names := make([]string, len(nums))
	for i, n := range nums {
		names[i] = unknown
		if n == 0 {
			names[i] = "expression"
		} else if a := r.AttributeByNum(n); a != nil {
			names[i] = a.Name
		}
	}
	return names
}

var actionLetters = map[string]string{"": "a", "no action": "a", "restrict": "r", "cascade": "c", "set null": "n", "set default": "d"}

var matchLetters = map[string]string{"": "s", "simple": "s", "full": "f", "partial": "p"}

func (p *schemaPrinter) constraint(relation string, r *catalog.Relation, c *catalog.Constraint) {
	nums := slices.Clone(c.Columns)
	if c.Kind == ddl.Check {
		slices.Sort(nums)
	}
	columns := ""
	if r != nil {
		columns = strings.Join(columnNames(r, nums), ",")
	}
	references, index := "", ""
	if c.Kind == ddl.ForeignKey {
		references = unknown
		if to := p.c.RelationByOID(c.References); to != nil {
			references = dotted(to.QualifiedName()) + "(" + strings.Join(columnNames(to, c.ReferencedColumns), ",") + ")" +
				actionLetters[c.OnDelete] + actionLetters[c.OnUpdate] + matchLetters[c.Match]
		}
	}
	if c.Kind == ddl.PrimaryKey || c.Kind == ddl.Unique || c.Kind == ddl.Exclude {
		index = p.nameOf(c.Index)
	}
	name := relation + "." + c.Name
	p.add("constraint "+name, string(rune(c.Kind)), "columns="+columns, fmt.Sprint("valid=", c.Valid), fmt.Sprint("enforced=", c.Enforced),
		fmt.Sprintf("deferrable=%t%t", c.Deferrable, c.InitiallyDeferred),
		fmt.Sprintf("inherited=%d%t%t", c.Inherited, c.Local, c.NoInherit), "references="+references, "index="+index)
	p.remark("constraint", name, c.Comment)
}

func (p *schemaPrinter) index(name string, r *catalog.Relation) {
	i := r.Index
	t := p.c.RelationByOID(i.Table)
	columns := columnNames(t, i.Columns)
	for n, e := range i.Elements {
		if n >= len(columns) {
			break
		}
		columns[n] += mark(e.Desc, " desc") + mark(e.Desc != e.NullsFirst, " nulls")
	}
	p.add("index "+name, "table="+dotted(t.QualifiedName()), cmp.Or(i.Method, "btree"), "columns="+strings.Join(columns, ","),
		"include="+strings.Join(columnNames(t, i.Include), ","), fmt.Sprint("unique=", i.Unique), fmt.Sprint("primary=", i.Primary),
		fmt.Sprint("exclusion=", i.Exclusion), fmt.Sprint("nullsnotdistinct=", i.NullsNotDistinct), fmt.Sprint("valid=", i.Valid),
		fmt.Sprint("clustered=", i.Clustered), fmt.Sprint("where=", i.Where != nil), "parent="+p.nameOf(i.Parent))
}

func (p *schemaPrinter) sequence(name string, s *catalog.SequenceData) {
	owner := ""
	if t := p.c.RelationByOID(s.OwnedBy); t != nil {
		owner = dotted(t.QualifiedName()) + "." + columnNames(t, []int{s.OwnedByAttr})[0] + mark(s.Identity, " identity")
	}
	p.add("sequence "+name, s.Type.String(), "start="+s.Start, "increment="+s.Increment, "range="+s.Min+".."+s.Max,
		"cache="+s.Cache, fmt.Sprint("cycle=", s.Cycle), "owner="+owner)
}

func (p *schemaPrinter) typ(t *catalog.TypeDef) {
	kinds := map[catalog.TypeKind]string{
		catalog.BaseType: "base", catalog.Composite: "composite", catalog.Domain: "domain", catalog.Enum: "enum",
		catalog.Range: "range", catalog.Multirange: "multirange", catalog.ShellType: "shell",
	}
	name, detail := dotted(t.QualifiedName()), ""
	switch t.Kind {
	case catalog.Enum:
		detail = strings.Join(t.Labels, ",")
	case catalog.Domain:
		hasDefault := t.Default != nil
		detail = fmt.Sprintf("%s notnull=%t default=%t", t.Base, t.NotNull, hasDefault)
	case catalog.Range:
		detail = t.Subtype.String()
	}
	p.add("type "+name, kinds[t.Kind], detail)
	for _, c := range t.Constraints {
		p.constraint(name, nil, c)
	}
	p.remark("type", name, t.Comment)
	p.privileges("type", name, t.ACL, t.Owner)
}

func (p *schemaPrinter) trigger(relation string, r *catalog.Relation, t *catalog.Trigger) {
	var events []string
	for _, e := range []string{"insert", "delete", "update", "truncate"} {
		if slices.Contains(t.Events, e) {
			events = append(events, e)
		}
	}
	columns := slices.Clone(t.Columns)
	slices.Sort(columns)
	function := dotted(t.FunctionName)
	if t.FunctionName.Schema == "" {
		function = unknown
	}
	name := relation + "." + t.Name
	p.add("trigger "+name, t.Timing, strings.Join(events, ","), fmt.Sprint("row=", t.ForEachRow),
		"columns="+strings.Join(columnNames(r, columns), ","), "function="+function, t.State,
		fmt.Sprint("constraint=", t.Constraint), fmt.Sprint("when=", t.When != nil))
	p.remark("trigger", name, t.Comment)
}

func (p *schemaPrinter) function(f *catalog.Function) {
	var inputs, names []string
	defaults := 0
	for _, t := range f.Inputs() {
		t.Mods = nil
		inputs = append(inputs, t.String())
	}
	for _, a := range f.Args {
		names = append(names, a.Name)
		if a.HasDefault {
			defaults++
		}
	}
	if strings.Join(names, "") == "" {
		names = nil
	}
	name := dotted(f.QualifiedName()) + "(" + strings.Join(inputs, ", ") + ")"
	returns, language, volatility := "", "", ""
	if f.Kind == ddl.Function {
		r := f.Returns
		r.Mods = nil
		returns = mark(f.ReturnsSet, "setof ") + r.String()
	}
	if f.Kind != ddl.Aggregate {
		language, volatility = f.Language, cmp.Or(f.Volatility, "volatile")
	}
	p.add("function "+name, string(f.Kind), "returns="+returns, "arguments="+strings.Join(names, ","), fmt.Sprint("defaults=", defaults),
		language, volatility, fmt.Sprint("strict=", f.Strict), fmt.Sprint("definer=", f.SecDefiner))
	p.remark("function", name, f.Comment)
	p.privileges("function", name, f.ACL, f.Owner)
}

func (p *schemaPrinter) object(o *catalog.Object) {
	var tables []string
	for _, oid := range o.Tables {
		tables = append(tables, p.nameOf(oid))
	}
	slices.Sort(tables)
	switch o.Kind {
	case ddl.Statistics:
		p.add("statistics "+dotted(o.Name), "table="+strings.Join(tables, ","))
	case ddl.Publication:
		p.add("publication "+o.Name.Name, fmt.Sprint("alltables=", o.AllTables), "tables="+strings.Join(tables, ","))
	case ddl.Collation:
		p.add("collation " + dotted(o.Name))
	case ddl.EventTrigger:
		p.add("event trigger " + o.Name.Name)
	}
}
