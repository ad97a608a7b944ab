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
		if t.Assumed {
			s.printf("\n-- type %s is assumed: it is older than the history\n", t)
			continue
		}
		s.statement(s.c.TypeDefinition(t))
	}
}

// statement writes one, unless it is empty.
func (s *schemaWriter) statement(sql string) {
	if sql != "" {
		s.printf("\n%s;\n", sql)
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
		if r.Assumed {
			s.printf("\n-- %s %s is assumed: it is older than the history\n", r.Kind, r)
			continue
		}
		s.statement(s.c.Definition(r))
		if r.Index == nil {
			s.comments(r)
		}
	}
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

func (s *schemaWriter) foreignKeys() {
	for r := range s.c.Relations() {
		for _, k := range r.Constraints {
			if k.Kind == ddl.ForeignKey && k.Inherited == 0 && !r.Assumed {
				s.printf("\nALTER TABLE %s ADD CONSTRAINT %s %s;\n", catalog.QuotedName(r.QualifiedName()), catalog.Quoted(k.Name), s.c.ConstraintDefinition(r, k))
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

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

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
			j.Constraints = append(j.Constraints, constraint{Name: k.Name, Kind: constraintKind(k.Kind), Columns: columns, Definition: c.ConstraintDefinition(r, k), Valid: k.Valid})
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
