package compat

import (
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// An output is one column of a query or of an item of FROM.
type output struct {
	name string
	typ  catalog.Type
	// use is the column that it is, where it is nothing but one.
	use use
	// from are the columns that it is computed of.
	from []use
	// value is what is known of its type where typ is zero.
	value value
}

// An item is one entry of a FROM clause as name resolution sees it.
type item struct {
	name, schema string
	columns      []output
	// open: it may have other columns.
	open bool
	// hole: only run time knows what follows it.
	hole     bool
	relation *catalog.Relation
	at       source.Span
}

// system reports whether the item has system columns.
func (i *item) system() bool { return i.relation != nil && i.relation.Kind != catalog.View }

// A unit is what a join, or an item that is in none, makes visible.
type unit struct {
	start, end int
	columns    []output
}

// A scope is the FROM clause of one query level, inside another.
type scope struct {
	items []*item
	// qualified are found by their names only.
	qualified []*item
	units     []unit
	outer     *scope
	ctes      *cteList
}

type cteList struct {
	name  string
	item  *item
	outer *cteList
}

func (l *cteList) find(name string) *item {
	for ; l != nil; l = l.outer {
		if l.name == name {
			return l.item
		}
	}
	return nil
}

// add makes an item visible.
func (s *scope) add(i *item) {
	s.units = append(s.units, unit{start: len(s.items), end: len(s.items) + 1, columns: i.columns})
	s.items = append(s.items, i)
}

// columns are those of *, in order.
func (s *scope) columns() []output {
	var all []output
	for _, u := range s.units {
		all = append(all, u.columns...)
	}
	return all
}

// named returns the columns of a name.
func (s *scope) named(name string) []output {
	var found []output
	for _, u := range s.units {
		found = append(found, columnsNamed(u.columns, name)...)
	}
	return found
}

// within returns the scope of a join's condition.
func (s *scope) within(j query.Join, columns []output) *scope {
	return &scope{
		items: s.items[min(j.Left, len(s.items)):min(j.End, len(s.items))], qualified: s.qualified,
		units: []unit{{columns: columns}}, outer: s.outer, ctes: s.ctes,
	}
}

// find returns the item that a qualifier names, in this scope or one outside.
func (s *scope) find(q query.Name) *item {
	for ; s != nil; s = s.outer {
		for _, items := range [][]*item{s.items, s.qualified} {
			for _, i := range items {
				if i.name == q.Name && (q.Schema == "" || q.Schema == i.schema) {
					return i
				}
			}
		}
	}
	return nil
}

// has reports whether any scope has a column of that name.
func (s *scope) has(name string) bool {
	for ; s != nil; s = s.outer {
		if named := s.named(name); len(named) > 0 {
			return true
		}
	}
	return false
}

func (s *scope) openItems() []source.Span {
	var open []source.Span
	for _, i := range s.items {
		if i.open {
			open = append(open, i.at)
		}
	}
	return open
}

func columnsNamed(columns []output, name string) []output {
	var found []output
	for _, o := range columns {
		if o.name == name {
			found = append(found, o)
		}
	}
	return found
}

// systemColumns are those of every table.
var systemColumns = []string{"tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"}

func isSystemColumn(name string) bool { return slices.Contains(systemColumns, name) }
