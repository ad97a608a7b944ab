package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
)

// SchemaSQL writes a catalog as SQL that makes it: schemas, extensions, types,
// sequences, routines, tables, indexes, foreign keys, views, triggers,
// policies, comments. What is assumed is a comment, since nobody knows it whole.
func SchemaSQL(w io.Writer, c *catalog.Catalog) error {
	s := &schemaWriter{c: c}
	s.schemas()
	s.types()
	s.relations(catalog.Sequence)
	s.routines()
	s.relations(catalog.Table, catalog.PartitionedTable, catalog.ForeignTable)
	s.ownership()
	s.relations(catalog.Index, catalog.PartitionedIndex)
	s.foreignKeys()
	s.relations(catalog.View, catalog.MaterializedView)
	s.attachments()
	_, err := io.WriteString(w, strings.TrimPrefix(s.b.String(), "\n"))
	return err
}

type schemaWriter struct {
	c *catalog.Catalog
	b strings.Builder
}

func (s *schemaWriter) printf(format string, args ...any) { fmt.Fprintf(&s.b, format, args...) }

func (s *schemaWriter) schemas() {
	for _, n := range s.c.Schemas() {
		if n.Name != "public" && !n.BuiltIn && !n.Assumed {
			s.printf("\nCREATE SCHEMA %s;\n", query.Quote(n.Name))
		}
	}
	for _, e := range s.c.Extensions() {
		s.printf("\nCREATE EXTENSION %s;\n", query.Quote(e.Name))
	}
}

func (s *schemaWriter) types() {
	for _, t := range s.c.Types() {
		switch {
		case t.Assumed:
			s.printf("\n-- type %s is assumed: it is older than the history\n", t)
		case t.Kind == catalog.Enum:
			s.printf("\nCREATE TYPE %s AS ENUM (%s);\n", t, strings.Join(literals(t.Labels), ", "))
		case t.Kind == catalog.Domain:
			s.printf("\nCREATE DOMAIN %s AS %s", t, t.Base)
			if t.Default != nil {
				s.printf(" DEFAULT %s", t.Default.Text)
			}
			if t.NotNull {
				s.printf(" NOT NULL")
			}
			for _, k := range t.Constraints {
				s.printf("\n    CONSTRAINT %s CHECK (%s)%s", query.Quote(k.Name), k.Check.Text, notValid(k))
			}
			s.printf(";\n")
		case t.Kind == catalog.Composite:
			s.printf("\nCREATE TYPE %s AS (", t)
			if r := s.c.RelationByOID(t.Relation); r != nil {
				for i, a := range r.Attributes {
					s.printf("%s\n    %s %s", comma(i), query.Quote(a.Name), a.Type)
				}
			}
			s.printf("\n);\n")
		case t.Kind == catalog.Range:
			s.printf("\nCREATE TYPE %s AS RANGE (subtype = %s);\n", t, t.Subtype)
		}
	}
}

// relations writes those of the kinds, older ones first.
func (s *schemaWriter) relations(kinds ...catalog.RelKind) {
	var all []*catalog.Relation
	for r := range s.c.Relations() {
		if slices.Contains(kinds, r.Kind) && r.Schema != "pg_temp" {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b *catalog.Relation) int { return cmp.Compare(a.OID, b.OID) })
	for _, r := range all {
		switch {
		case r.Assumed:
			s.printf("\n-- %s %s is assumed: it is older than the history\n", r.Kind, r)
		case r.Kind == catalog.Sequence:
			s.sequence(r)
		case r.Kind == catalog.Index, r.Kind == catalog.PartitionedIndex:
			s.index(r)
		case r.Kind == catalog.View, r.Kind == catalog.MaterializedView:
			s.view(r)
		default:
			s.table(r)
		}
	}
}

func (s *schemaWriter) sequence(r *catalog.Relation) {
	if r.Sequence == nil || r.Sequence.Identity {
		return
	}
	s.printf("\nCREATE SEQUENCE %s", r)
	if !r.Sequence.Type.IsZero() && r.Sequence.Type.Name.Name != "int8" {
		s.printf(" AS %s", r.Sequence.Type)
	}
	s.printf(";\n")
}

func (s *schemaWriter) table(r *catalog.Relation) {
	kind := "TABLE"
	switch {
	case r.Kind == catalog.ForeignTable:
		kind = "FOREIGN TABLE"
	case r.Unlogged:
		kind = "UNLOGGED TABLE"
	}
	s.printf("\nCREATE %s %s", kind, r)
	n := 0
	element := func(format string, args ...any) {
		if n == 0 {
			s.printf(" (")
		}
		s.printf("%s\n    ", comma(n))
		s.printf(format, args...)
		n++
	}
	parent := s.c.RelationByOID(first(r.Parents))
	if r.Partition != nil && parent != nil {
		s.printf(" PARTITION OF %s", parent)
	}
	for _, a := range r.Attributes {
		if a.Inherited > 0 && !a.Local || r.Partition != nil {
			continue
		}
		element("%s", columnSQL(a))
	}
	for _, k := range r.Constraints {
		if k.Kind == ddl.ForeignKey || k.Inherited > 0 || k.Trigger {
			continue
		}
		element("CONSTRAINT %s %s", query.Quote(k.Name), s.constraint(r, k))
	}
	switch {
	case n > 0:
		s.printf("\n)")
	case r.Partition == nil:
		s.printf(" ()")
	}
	if r.Partition != nil {
		if r.Partition.Default {
			s.printf(" DEFAULT")
		} else {
			s.printf(" FOR VALUES %s", r.Partition.Text)
		}
	} else if len(r.Parents) > 0 {
		var parents []string
		for _, oid := range r.Parents {
			if p := s.c.RelationByOID(oid); p != nil {
				parents = append(parents, p.String())
			}
		}
		s.printf(" INHERITS (%s)", strings.Join(parents, ", "))
	}
	if r.PartitionKey != nil {
		s.printf(" PARTITION BY %s (%s)", strings.ToUpper(r.PartitionKey.Strategy), elements(r.PartitionKey.Elements))
	}
	if r.Kind == catalog.ForeignTable {
		s.printf(" SERVER %s", query.Quote(r.Server))
	}
	s.printf(";\n")
	s.comments(r)
}

func (s *schemaWriter) comments(r *catalog.Relation) {
	if r.Comment != "" {
		s.printf("COMMENT ON %s %s IS %s;\n", strings.ToUpper(r.Kind.String()), r, literal(r.Comment))
	}
	for _, a := range r.Attributes {
		if a.Comment != "" {
			s.printf("COMMENT ON COLUMN %s.%s IS %s;\n", r, query.Quote(a.Name), literal(a.Comment))
		}
	}
}

func columnSQL(a *catalog.Attribute) string {
	var b strings.Builder
	b.WriteString(query.Quote(a.Name) + " " + a.Type.String())
	if a.Collation.Name != "" {
		b.WriteString(" COLLATE " + a.Collation.String())
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

func (s *schemaWriter) constraint(r *catalog.Relation, k *catalog.Constraint) string {
	switch k.Kind {
	case ddl.Check:
		return "CHECK (" + k.Check.Text + ")" + notValid(k)
	case ddl.PrimaryKey:
		return "PRIMARY KEY (" + columnNames(r, k.Columns) + ")" + deferral(k)
	case ddl.Unique:
		distinct := ""
		if k.NullsNotDistinct {
			distinct = " NULLS NOT DISTINCT"
		}
		return "UNIQUE" + distinct + " (" + columnNames(r, k.Columns) + ")" + deferral(k)
	case ddl.ForeignKey:
		target, columns := "?", ""
		if t := s.c.RelationByOID(k.References); t != nil {
			target = t.String()
			if len(k.ReferencedColumns) > 0 {
				columns = " (" + columnNames(t, k.ReferencedColumns) + ")"
			}
		}
		text := "FOREIGN KEY (" + columnNames(r, k.Columns) + ") REFERENCES " + target + columns
		if k.OnDelete != "" && k.OnDelete != "no action" {
			text += " ON DELETE " + strings.ToUpper(k.OnDelete)
		}
		if k.OnUpdate != "" && k.OnUpdate != "no action" {
			text += " ON UPDATE " + strings.ToUpper(k.OnUpdate)
		}
		return text + deferral(k) + notValid(k)
	}
	if k.Def != nil {
		text := k.Def.At.Text()
		if i := strings.Index(strings.ToUpper(text), "EXCLUDE"); i >= 0 {
			return text[i:]
		}
	}
	return "EXCLUDE"
}

func deferral(k *catalog.Constraint) string {
	switch {
	case k.InitiallyDeferred:
		return " DEFERRABLE INITIALLY DEFERRED"
	case k.Deferrable:
		return " DEFERRABLE"
	}
	return ""
}

func notValid(k *catalog.Constraint) string {
	switch {
	case !k.Enforced:
		return " NOT ENFORCED"
	case !k.Valid:
		return " NOT VALID"
	}
	return ""
}

func (s *schemaWriter) index(r *catalog.Relation) {
	d := r.Index
	if d == nil || d.Constraint != 0 {
		return // written with its constraint
	}
	table := s.c.RelationByOID(d.Table)
	if table == nil {
		return
	}
	unique := ""
	if d.Unique {
		unique = "UNIQUE "
	}
	method := d.Method
	if method == "" {
		method = "btree"
	}
	s.printf("\nCREATE %sINDEX %s ON %s USING %s (%s)", unique, query.Quote(r.Name), table, method, elements(d.Elements))
	if len(d.Include) > 0 {
		s.printf(" INCLUDE (%s)", columnNames(table, d.Include))
	}
	if d.NullsNotDistinct {
		s.printf(" NULLS NOT DISTINCT")
	}
	if d.Where != nil {
		s.printf(" WHERE %s", d.Where.Text)
	}
	s.printf(";\n")
}

func (s *schemaWriter) foreignKeys() {
	for r := range s.c.Relations() {
		for _, k := range r.Constraints {
			if k.Kind == ddl.ForeignKey && k.Inherited == 0 && !r.Assumed {
				s.printf("\nALTER TABLE %s ADD CONSTRAINT %s %s;\n", r, query.Quote(k.Name), s.constraint(r, k))
			}
		}
	}
}

func (s *schemaWriter) ownership() {
	for r := range s.c.Relations() {
		if r.Sequence == nil || r.Sequence.Identity || r.Sequence.OwnedBy == 0 {
			continue
		}
		if t := s.c.RelationByOID(r.Sequence.OwnedBy); t != nil {
			if a := t.AttributeByNum(r.Sequence.OwnedByAttr); a != nil {
				s.printf("\nALTER SEQUENCE %s OWNED BY %s.%s;\n", r, t, query.Quote(a.Name))
			}
		}
	}
}

func (s *schemaWriter) view(r *catalog.Relation) {
	if r.Query == nil {
		return
	}
	kind := "VIEW"
	if r.Kind == catalog.MaterializedView {
		kind = "MATERIALIZED VIEW"
	}
	var names []string
	for _, a := range r.Attributes {
		names = append(names, query.Quote(a.Name))
	}
	columns := ""
	if len(names) > 0 {
		columns = " (" + strings.Join(names, ", ") + ")"
	}
	s.printf("\nCREATE %s %s%s AS\n%s;\n", kind, r, columns, r.Query.Text)
	s.comments(r)
}

func (s *schemaWriter) routines() {
	for _, f := range s.c.AllFunctions() {
		s.printf("\n-- %s %s, language %s\n%s;\n", f.Kind, f.Signature(), f.Language, strings.TrimSpace(f.Created.Text()))
	}
}

func (s *schemaWriter) attachments() {
	for r := range s.c.Relations() {
		for _, t := range r.Triggers {
			s.printf("\n%s;\n", strings.TrimSpace(t.Created.Text()))
		}
		if r.RowSecurity {
			s.printf("\nALTER TABLE %s ENABLE ROW LEVEL SECURITY;\n", r)
		}
		for _, p := range r.Policies {
			s.printf("\n%s;\n", strings.TrimSpace(p.Created.Text()))
		}
	}
}

func elements(all []ddl.IndexElement) string {
	var parts []string
	for _, e := range all {
		part := query.Quote(e.Column)
		if e.Column == "" && e.Expr != nil {
			part = "(" + e.Expr.Text + ")"
		}
		if e.Collation.Name != "" {
			part += " COLLATE " + e.Collation.String()
		}
		if e.OpClass.Name != "" {
			part += " " + e.OpClass.String()
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

func columnNames(r *catalog.Relation, nums []int) string {
	var names []string
	for _, n := range nums {
		if a := r.AttributeByNum(n); a != nil {
			names = append(names, query.Quote(a.Name))
		}
	}
	return strings.Join(names, ", ")
}

func first(oids []catalog.OID) catalog.OID {
	if len(oids) == 0 {
		return 0
	}
	return oids[0]
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func literals(all []string) []string {
	var out []string
	for _, s := range all {
		out = append(out, literal(s))
	}
	return out
}

// SchemaJSON writes a catalog's relations and types as JSON, in order of name.
func SchemaJSON(w io.Writer, c *catalog.Catalog) error {
	type column struct {
		Name      string `json:"name"`
		Type      string `json:"type"`
		NotNull   bool   `json:"notNull"`
		Default   string `json:"default,omitempty"`
		Identity  string `json:"identity,omitempty"`
		Generated string `json:"generated,omitempty"`
		Comment   string `json:"comment,omitempty"`
	}
	type constraint struct {
		Name       string   `json:"name"`
		Kind       string   `json:"kind"`
		Columns    []string `json:"columns"`
		Definition string   `json:"definition"`
		Valid      bool     `json:"valid"`
	}
	type relation struct {
		Name        string       `json:"name"`
		Kind        string       `json:"kind"`
		Assumed     bool         `json:"assumed"`
		Columns     []column     `json:"columns"`
		Constraints []constraint `json:"constraints"`
		Indexes     []string     `json:"indexes"`
		Triggers    []string     `json:"triggers"`
		Policies    []string     `json:"policies"`
		Comment     string       `json:"comment,omitempty"`
	}
	type typedef struct {
		Name    string   `json:"name"`
		Kind    string   `json:"kind"`
		Assumed bool     `json:"assumed"`
		Labels  []string `json:"labels,omitempty"`
		Base    string   `json:"base,omitempty"`
	}
	out := struct {
		Version   int        `json:"version"`
		Complete  bool       `json:"complete"`
		Relations []relation `json:"relations"`
		Types     []typedef  `json:"types"`
		Functions []string   `json:"functions"`
	}{Version: 1, Complete: c.Complete(), Relations: []relation{}, Types: []typedef{}, Functions: []string{}}
	s := &schemaWriter{c: c}
	for r := range c.Relations() {
		j := relation{Name: r.String(), Kind: r.Kind.String(), Assumed: r.Assumed, Comment: r.Comment,
			Columns: []column{}, Constraints: []constraint{}, Indexes: []string{}, Triggers: []string{}, Policies: []string{}}
		for _, a := range r.Attributes {
			j.Columns = append(j.Columns, column{Name: a.Name, Type: a.Type.String(), NotNull: a.NotNull, Identity: a.Identity,
				Default: exprText(a.Default), Generated: exprText(a.Generated), Comment: a.Comment})
		}
		for _, k := range r.Constraints {
			var columns []string
			for _, n := range k.Columns {
				if a := r.AttributeByNum(n); a != nil {
					columns = append(columns, a.Name)
				}
			}
			j.Constraints = append(j.Constraints, constraint{Name: k.Name, Kind: constraintKind(k.Kind), Columns: columns, Definition: s.constraint(r, k), Valid: k.Valid})
		}
		for _, oid := range r.Indexes {
			if i := c.RelationByOID(oid); i != nil {
				j.Indexes = append(j.Indexes, i.Name)
			}
		}
		for _, t := range r.Triggers {
			j.Triggers = append(j.Triggers, t.Name)
		}
		for _, p := range r.Policies {
			j.Policies = append(j.Policies, p.Name)
		}
		out.Relations = append(out.Relations, j)
	}
	for _, t := range c.Types() {
		base := ""
		if t.Kind == catalog.Domain {
			base = t.Base.String()
		}
		out.Types = append(out.Types, typedef{Name: t.String(), Kind: t.Kind.String(), Assumed: t.Assumed, Labels: t.Labels, Base: base})
	}
	for _, f := range c.AllFunctions() {
		out.Functions = append(out.Functions, f.Signature())
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func exprText(e *ddl.Expr) string {
	if e == nil {
		return ""
	}
	return e.Text
}

func constraintKind(k ddl.ConstraintKind) string {
	switch k {
	case ddl.Check:
		return "check"
	case ddl.ForeignKey:
		return "foreign key"
	case ddl.PrimaryKey:
		return "primary key"
	case ddl.Unique:
		return "unique"
	case ddl.NotNull:
		return "not null"
	}
	return "exclude"
}
