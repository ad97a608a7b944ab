package drill

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/query"
)

//go:embed schema.sql
var schemaQuery string

// An object is one of a database.
type object struct {
	kind string
	// name is the object's, for people; owner that of the table (type, …)
	// that it is a part of, "" where it stands by itself.
	name, owner string
	properties  map[string]string
}

// A schema is the objects of a database, by kind and name.
type schema map[string]*object

// readSchema reads the schema of the database.
func readSchema(ctx context.Context, c *pgx.Conn) (schema, error) {
	s := schema{}
	err := inTransaction(ctx, c, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL search_path = ''"); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, schemaQuery)
		if err != nil {
			return err
		}
		var kind, nsp, name, part, property, value string
		_, err = pgx.ForEachRow(rows, []any{&kind, &nsp, &name, &part, &property, &value}, func() error {
			o := &object{kind: kind, name: join(nsp, name), properties: map[string]string{}}
			if part != "" {
				o.owner, o.name = o.name, o.name+"."+query.Quote(part)
			}
			key := kind + " " + o.name
			if s[key] == nil {
				s[key] = o
			}
			s[key].properties[property] = value
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	return s, nil
}

// join writes a name; a routine's has its argument list.
func join(nsp, name string) string {
	name, arguments, isRoutine := strings.Cut(name, "(")
	if name != "" {
		name = query.Quote(name)
	}
	if nsp != "" {
		name = strings.TrimSuffix(query.Quote(nsp)+"."+name, ".")
	}
	if isRoutine {
		name += "(" + arguments
	}
	return name
}

// inTransaction runs f in a transaction that is rolled back.
func inTransaction(ctx context.Context, c *pgx.Conn, f func(pgx.Tx) error) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	err = f(tx)
	if back := tx.Rollback(ctx); err == nil {
		err = back
	}
	return err
}

// differences lists in what after differs from before. What belongs to an
// object that only one of them has is not listed.
func differences(before, after schema) []catalog.Difference {
	var all []catalog.Difference
	for key, a := range before {
		b := after[key]
		switch {
		case b == nil && !missing(a, after):
			all = append(all, catalog.Difference{Kind: a.kind, Object: a.name, Before: a.text()})
		case b != nil:
			all = append(all, a.compare(b)...)
		}
	}
	for key, b := range after {
		if before[key] == nil && !missing(b, before) {
			all = append(all, catalog.Difference{Kind: b.kind, Object: b.name, After: b.text()})
		}
	}
	slices.SortFunc(all, func(a, b catalog.Difference) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Kind, b.Kind))
	})
	return all
}

// missing reports whether the object that o is a part of is not there.
func missing(o *object, in schema) bool {
	if o.owner == "" {
		return false
	}
	for _, kind := range []string{"table", "view", "materialized view", "foreign table", "composite type", "domain"} {
		if in[kind+" "+o.owner] != nil {
			return false
		}
	}
	return true
}

func (o *object) text() string {
	for _, p := range []string{"definition", "type", "labels"} {
		if v := o.properties[p]; v != "" {
			return v
		}
	}
	return o.kind
}

func (o *object) compare(b *object) []catalog.Difference {
	var all []catalog.Difference
	add := func(property string) {
		all = append(all, catalog.Difference{
			Kind: property, Object: o.name, Before: cmp.Or(o.properties[property], "none"), After: cmp.Or(b.properties[property], "none"),
			Equivalent: property == "column order",
		})
	}
	for p, v := range o.properties {
		switch {
		case p == "column order" && !sameNames(v, b.properties[p]):
			// columns that came or went are differences of their own
		case b.properties[p] != v:
			add(p)
		}
	}
	for p := range b.properties {
		if _, ok := o.properties[p]; !ok {
			add(p)
		}
	}
	return all
}

func sameNames(a, b string) bool {
	x, y := strings.Split(a, ", "), strings.Split(b, ", ")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}
