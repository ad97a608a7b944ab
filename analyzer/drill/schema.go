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
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/pattern"
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

// readSchema reads the schema of the database, with the roles that concern the
// drill: all databases share them.
func readSchema(ctx context.Context, c beginner, concerns func(role string) bool) (schema, error) {
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
			if kind == "role" && !concerns(name) {
				return nil
			}
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

// A beginner is a connection, or a transaction on one, which begins a part of
// itself.
type beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// inTransaction runs f in a transaction that is rolled back.
func inTransaction(ctx context.Context, c beginner, f func(pgx.Tx) error) error {
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
	all = renumbered(all)
	slices.SortFunc(all, func(a, b catalog.Difference) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Kind, b.Kind))
	})
	return all
}

// chosen is a name that PostgreSQL chose for a constraint, with the number that
// it puts behind one that is taken.
var chosen = pattern.New(`^(.*_(?:check|key|pkey|fkey|excl|not_null))\d*("?)$`)

// renumbered makes one difference, of no consequence, of a constraint (or its
// index) that is missing and one that is there, if they differ in that number
// only.
func renumbered(all []catalog.Difference) []catalog.Difference {
	stem := func(d catalog.Difference) string {
		m := chosen.FindStringSubmatch(d.Object)
		if m == nil || d.Kind != "constraint" && d.Kind != "index" {
			return ""
		}
		name := d.Object[strings.LastIndex(d.Object, ".")+1:]
		return d.Kind + " " + m[1] + m[2] + " " + strings.Replace(d.Before+d.After, name, "", 1)
	}
	for i := range all {
		if all[i].After != "" || stem(all[i]) == "" {
			continue
		}
		for k := range all {
			if all[k].Before == "" && stem(all[k]) == stem(all[i]) {
				all[i].Before, all[i].After, all[i].Equivalent = all[i].Object, all[k].Object, true
				all[k].Object = ""
				break
			}
		}
	}
	return slices.DeleteFunc(all, func(d catalog.Difference) bool { return d.Object == "" })
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

// alike reports whether two definitions differ in casts, or in the order of a
// view's columns, only: PostgreSQL writes a list of values otherwise when it
// reads its own writing, and a star stands for the columns in their order.
func (o *object) alike(property, before, after string) bool {
	if before == "" || after == "" {
		return false
	}
	switch {
	case property == "definition" && (o.kind == "view" || o.kind == "materialized view"):
	case property == "definition" && o.kind == "index":
		index, where, _ := strings.Cut(before, " WHERE ")
		other, condition, _ := strings.Cut(after, " WHERE ")
		if index != other || where == "" || condition == "" {
			return false
		}
		before, after = where, condition
	case property == "definition" && o.kind == "constraint":
		check, isCheck := strings.CutPrefix(before, "CHECK ")
		other, also := strings.CutPrefix(after, "CHECK ")
		const suffix = " NO INHERIT"
		if !isCheck || !also || strings.HasSuffix(check, suffix) != strings.HasSuffix(other, suffix) {
			return false
		}
		check, other = strings.TrimSuffix(check, suffix), strings.TrimSuffix(other, suffix)
		before, after = check, other
	case property != "default" && property != "generation":
		return false
	}
	_, perhaps := parser.Alike(before, after)
	return perhaps
}

func (o *object) compare(b *object) []catalog.Difference {
	var all []catalog.Difference
	add := func(property string) {
		all = append(all, catalog.Difference{
			Kind: property, Object: o.name, Before: cmp.Or(o.properties[property], "none"), After: cmp.Or(b.properties[property], "none"),
			Equivalent: property == "column order" || o.alike(property, o.properties[property], b.properties[property]),
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
