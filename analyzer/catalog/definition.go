package catalog

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// reserved are the words that are no names of tables and columns unless quoted.
// https://www.postgresql.org/docs/current/sql-keywords-appendix.html
var reserved = setOf(`all analyse analyze and any array as asc asymmetric authorization binary both case cast check
	collate collation column concurrently constraint create cross current_catalog current_date current_role
	current_schema current_time current_timestamp current_user default deferrable desc distinct do else end except
	false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join
	lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer
	overlaps placing primary references returning right select session_user similar some symmetric system_user table
	tablesample then to trailing true union unique user using variadic verbose when where window with`)

// Quoted returns an identifier for SQL that is executed: as [query.Quote] does,
// and reserved words quoted too.
func Quoted(s string) string {
	if reserved[s] {
		return `"` + s + `"`
	}
	return query.Quote(s)
}

// QuotedName is [Quoted] for a name with its schema.
func QuotedName(n ddl.Name) string {
	if n.Schema == "" {
		return Quoted(n.Name)
	}
	return Quoted(n.Schema) + "." + Quoted(n.Name)
}

func literal(s string) string {
	if strings.Contains(s, `\`) {
		return "E'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", "''") + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// Definition returns the statement that creates a relation as it is, without
// its foreign keys, indexes, triggers and the rest that has statements of its
// own; "" where it comes with something else (a constraint's index, an identity
// column's sequence) or is not known whole.
func (c *Catalog) Definition(r *Relation) string {
	switch {
	case r.Assumed:
		return ""
	case r.Kind == Sequence:
		return r.sequenceDefinition()
	case r.Index != nil:
		return c.indexDefinition(r)
	case r.Kind == View, r.Kind == MaterializedView:
		return r.viewDefinition()
	case r.Kind == CompositeType:
		return "CREATE TYPE " + QuotedName(r.QualifiedName()) + " AS (" + lines(columnsOf(r)) + ")"
	}
	return c.tableDefinition(r)
}

func columnsOf(r *Relation) []string {
	var all []string
	for _, a := range r.Attributes {
		all = append(all, a.Definition())
	}
	return all
}

// lines puts the elements of a list on lines of their own.
func lines(elements []string) string {
	if len(elements) == 0 {
		return ""
	}
	return "\n    " + strings.Join(elements, ",\n    ") + "\n"
}

func (r *Relation) sequenceDefinition() string {
	s := r.Sequence
	if s == nil || s.Identity {
		return ""
	}
	text := "CREATE SEQUENCE " + QuotedName(r.QualifiedName())
	if !s.Type.IsZero() && s.Type.Name.Name != "int8" {
		text += " AS " + s.Type.String()
	}
	if s.Increment != "" && s.Increment != "1" {
		text += " INCREMENT BY " + s.Increment
	}
	if s.Start != "" && s.Start != "1" {
		text += " START WITH " + s.Start
	}
	if s.Cycle {
		text += " CYCLE"
	}
	return text
}

func (r *Relation) viewDefinition() string {
	if r.Query == nil {
		return ""
	}
	var names []string
	for _, a := range r.Attributes {
		names = append(names, Quoted(a.Name))
	}
	text := "CREATE " + strings.ToUpper(r.Kind.String()) + " " + QuotedName(r.QualifiedName())
	if len(names) > 0 {
		text += " (" + strings.Join(names, ", ") + ")"
	}
	return text + " AS\n" + strings.TrimSpace(r.Query.Text)
}

func (c *Catalog) tableDefinition(r *Relation) string {
	kind := "TABLE"
	switch {
	case r.Kind == ForeignTable:
		kind = "FOREIGN TABLE"
	case r.Unlogged:
		kind = "UNLOGGED TABLE"
	}
	text := "CREATE " + kind + " " + QuotedName(r.QualifiedName())
	var parents []string
	for _, oid := range r.Parents {
		if p := c.RelationByOID(oid); p != nil {
			parents = append(parents, QuotedName(p.QualifiedName()))
		}
	}
	if r.Partition != nil && len(parents) > 0 {
		text += " PARTITION OF " + parents[0]
	}
	elements := c.elements(r)
	switch {
	case len(elements) > 0:
		text += " (" + lines(elements) + ")"
	case r.Partition == nil:
		text += " ()"
	}
	switch {
	case r.Partition != nil && r.Partition.Default:
		text += " DEFAULT"
	case r.Partition != nil:
		text += " FOR VALUES " + r.Partition.Text
	case len(parents) > 0:
		text += " INHERITS (" + strings.Join(parents, ", ") + ")"
	}
	if r.PartitionKey != nil {
		text += " PARTITION BY " + strings.ToUpper(r.PartitionKey.Strategy) + " (" + indexElements(r.PartitionKey.Elements) + ")"
	}
	if r.Kind == ForeignTable {
		text += " SERVER " + Quoted(r.Server)
	}
	return text
}

// elements are the columns and constraints of a table that are its own.
func (c *Catalog) elements(r *Relation) []string {
	var all []string
	for _, a := range r.Attributes {
		if (a.Inherited == 0 || a.Local) && r.Partition == nil {
			all = append(all, a.Definition())
		}
	}
	for _, k := range r.Constraints {
		if k.Kind != ddl.ForeignKey && k.Inherited == 0 && !k.Trigger {
			all = append(all, "CONSTRAINT "+Quoted(k.Name)+" "+c.ConstraintDefinition(r, k))
		}
	}
	return all
}

// Definition returns the column as CREATE TABLE and ADD COLUMN have it, without
// constraints other than NOT NULL.
func (a *Attribute) Definition() string {
	var b strings.Builder
	b.WriteString(Quoted(a.Name) + " " + a.Type.String())
	if a.Collation.Name != "" {
		b.WriteString(" COLLATE " + QuotedName(a.Collation))
	}
	switch {
	case a.Identity != "":
		b.WriteString(" GENERATED " + strings.ToUpper(a.Identity) + " AS IDENTITY")
	case a.Generated != nil:
		kind := "STORED"
		if a.Virtual {
			kind = "VIRTUAL"
		}
		b.WriteString(" GENERATED ALWAYS AS (" + a.Generated.Text + ") " + kind)
	case a.Default != nil:
		b.WriteString(" DEFAULT " + a.Default.Text)
	}
	if a.NotNull {
		b.WriteString(" NOT NULL")
	}
	return b.String()
}

// ConstraintDefinition returns a constraint of a relation, without its name.
func (c *Catalog) ConstraintDefinition(r *Relation, k *Constraint) string {
	switch k.Kind {
	case ddl.Check:
		text := "CHECK (" + exprText(k.Check) + ")"
		if k.NoInherit {
			text += " NO INHERIT"
		}
		return text + validity(k)
	case ddl.PrimaryKey:
		return "PRIMARY KEY (" + quotedColumns(r, k.Columns) + ")" + c.included(r, k) + deferral(k)
	case ddl.Unique:
		distinct := ""
		if k.NullsNotDistinct {
			distinct = " NULLS NOT DISTINCT"
		}
		return "UNIQUE" + distinct + " (" + quotedColumns(r, k.Columns) + ")" + c.included(r, k) + deferral(k)
	case ddl.ForeignKey:
		return c.foreignKeyDefinition(r, k)
	}
	if k.Def != nil {
		text := k.Def.At.Text()
		if i := strings.Index(strings.ToUpper(text), "EXCLUDE"); i >= 0 {
			return text[i:]
		}
	}
	return "EXCLUDE"
}

// included is the INCLUDE clause of a constraint's index.
func (c *Catalog) included(r *Relation, k *Constraint) string {
	index := c.RelationByOID(k.Index)
	if index == nil || index.Index == nil || len(index.Index.Include) == 0 {
		return ""
	}
	return " INCLUDE (" + quotedColumns(r, index.Index.Include) + ")"
}

func (c *Catalog) foreignKeyDefinition(r *Relation, k *Constraint) string {
	target, columns := "?", ""
	if t := c.RelationByOID(k.References); t != nil {
		target = QuotedName(t.QualifiedName())
		if len(k.ReferencedColumns) > 0 {
			columns = " (" + quotedColumns(t, k.ReferencedColumns) + ")"
		}
	}
	text := "FOREIGN KEY (" + quotedColumns(r, k.Columns) + ") REFERENCES " + target + columns
	if k.Match != "" && k.Match != "simple" {
		text += " MATCH " + strings.ToUpper(k.Match)
	}
	if k.OnDelete != "" && k.OnDelete != "no action" {
		text += " ON DELETE " + strings.ToUpper(k.OnDelete)
		if len(k.OnDeleteColumns) > 0 {
			text += " (" + strings.Join(k.OnDeleteColumns, ", ") + ")"
		}
	}
	if k.OnUpdate != "" && k.OnUpdate != "no action" {
		text += " ON UPDATE " + strings.ToUpper(k.OnUpdate)
	}
	return text + deferral(k) + validity(k)
}

func deferral(k *Constraint) string {
	switch {
	case k.InitiallyDeferred:
		return " DEFERRABLE INITIALLY DEFERRED"
	case k.Deferrable:
		return " DEFERRABLE"
	}
	return ""
}

func validity(k *Constraint) string {
	switch {
	case !k.Enforced:
		return " NOT ENFORCED"
	case !k.Valid:
		return " NOT VALID"
	}
	return ""
}

func (c *Catalog) indexDefinition(r *Relation) string {
	d := r.Index
	table := c.RelationByOID(d.Table)
	if d.Constraint != 0 || table == nil {
		return ""
	}
	text := "CREATE "
	if d.Unique {
		text += "UNIQUE "
	}
	text += "INDEX " + Quoted(r.Name) + " ON " + QuotedName(table.QualifiedName())
	if d.Method != "" && d.Method != "btree" {
		text += " USING " + d.Method
	}
	text += " (" + indexElements(d.Elements) + ")"
	if len(d.Include) > 0 {
		text += " INCLUDE (" + quotedColumns(table, d.Include) + ")"
	}
	if d.NullsNotDistinct {
		text += " NULLS NOT DISTINCT"
	}
	if d.Where != nil {
		text += " WHERE " + d.Where.Text
	}
	return text
}

func indexElements(all []ddl.IndexElement) string {
	var parts []string
	for _, e := range all {
		part := Quoted(e.Column)
		if e.Column == "" && e.Expr != nil {
			part = "(" + e.Expr.Text + ")"
		}
		if e.Collation.Name != "" {
			part += " COLLATE " + QuotedName(e.Collation)
		}
		if e.OpClass.Name != "" {
			part += " " + QuotedName(e.OpClass)
		}
		if e.Desc {
			part += " DESC"
		}
		if e.NullsFirst != e.Desc {
			part += map[bool]string{true: " NULLS FIRST", false: " NULLS LAST"}[e.NullsFirst]
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func quotedColumns(r *Relation, nums []int) string {
	var names []string
	for _, n := range nums {
		if a := r.AttributeByNum(n); a != nil {
			names = append(names, Quoted(a.Name))
		}
	}
	return strings.Join(names, ", ")
}

// TypeDefinition returns the statement that creates a type as it is; "" where
// it is not known whole, or comes with something else.
func (c *Catalog) TypeDefinition(t *TypeDef) string {
	name := QuotedName(t.QualifiedName())
	switch {
	case t.Assumed:
		return ""
	case t.Kind == Enum:
		var labels []string
		for _, l := range t.Labels {
			labels = append(labels, literal(l))
		}
		return "CREATE TYPE " + name + " AS ENUM (" + strings.Join(labels, ", ") + ")"
	case t.Kind == Domain:
		text := "CREATE DOMAIN " + name + " AS " + t.Base.String()
		if t.Default != nil {
			text += " DEFAULT " + t.Default.Text
		}
		if t.NotNull {
			text += " NOT NULL"
		}
		for _, k := range t.Constraints {
			text += "\n    CONSTRAINT " + Quoted(k.Name) + " CHECK (" + exprText(k.Check) + ")" + validity(k)
		}
		return text
	case t.Kind == Composite:
		if r := c.RelationByOID(t.Relation); r != nil {
			return c.Definition(r)
		}
	case t.Kind == Range:
		return "CREATE TYPE " + name + " AS RANGE (subtype = " + t.Subtype.String() + ")"
	}
	return ""
}

func exprText(e *ddl.Expr) string {
	if e == nil {
		return ""
	}
	return e.Text
}
