package gocode

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// predicate makes the first argument, a text with ? or what a library takes for
// one, a clause; the others are bound, or are SQL in the place of a ?.
func (c *step) predicate(name string, change func(text string) string) [][]clause {
	args := c.call.Args
	if len(args) == 0 || c.call.Ellipsis.IsValid() && len(args) == 1 {
		return [][]clause{{{name: name, text: hole}}}
	}
	var out [][]clause
	for _, text := range c.conditions(args[0]) {
		if !c.call.Ellipsis.IsValid() {
			text = c.filled(text, args[1:])
		}
		if change != nil {
			text = change(text)
		}
		out = append(out, []clause{{name: name, text: text}})
	}
	return out
}

// conditions returns what an argument is as a condition; a map is one, too, and
// nil is none.
func (c *step) conditions(e ast.Expr) []string {
	if isNil(c.unit, e) {
		return []string{""}
	}
	var out []string
	for _, v := range c.eval(c.unit, e, c.scope) {
		if v.made != nil && v.made.verb == mapVerb && c.library.maps != "" {
			v.made = c.intern(c.library, strings.Fields(c.library.maps)[0], v.made.clauses)
		}
		if text := c.fragment(v); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) > maxAlternatives {
		return []string{hole}
	}
	return out
}

func isNil(u *unit, e ast.Expr) bool {
	tv := u.info.Types[e]
	return tv.IsNil() || tv.Type == nil && types.ExprString(e) == "nil"
}

// filled puts the arguments that are SQL into the places of their ?.
func (c *step) filled(text string, args []ast.Expr) string {
	var out strings.Builder
	for _, arg := range args {
		before, after, found := cutQuestion(text)
		if !found {
			break
		}
		out.WriteString(before)
		entry := c.entry(c.unit, arg, c.scope)
		if entry == manyEntry || entry == nilEntry {
			entry = boundEntry
		}
		out.WriteString(entry)
		text = after
	}
	return out.String() + text
}

// cutQuestion cuts around the first ? that is not doubled.
func cutQuestion(text string) (before, after string, found bool) {
	for i := 0; i < len(text); i++ {
		if text[i] != '?' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '?' {
			i++
			continue
		}
		return text[:i], text[i+1:], true
	}
	return text, "", false
}

// row makes the arguments from one on a row of values.
func (c *step) row(from int) [][]clause {
	var values []string
	for i := from; i < len(c.call.Args); i++ {
		arg := c.call.Args[i]
		if !c.call.Ellipsis.IsValid() || i < len(c.call.Args)-1 {
			values = append(values, oneValue(c.entry(c.unit, arg, c.scope)))
			continue
		}
		list := c.elementsOf(arg)
		if len(list) == 1 && !slices.Contains(list[0], hole) {
			for range list[0] {
				values = append(values, boundEntry)
			}
			continue
		}
		if i > from {
			values = append(values, hole)
			continue
		}
		values = []string{spread}
	}
	return [][]clause{{{name: rowPart, text: strings.Join(values, ", ")}}}
}

// oneValue is an entry as one value of a row.
func oneValue(entry string) string {
	if entry == manyEntry || entry == nilEntry {
		return boundEntry
	}
	return entry
}

// setTo is an entry as what a column is set to: a query has parentheses.
func setTo(entry string) string {
	if strings.HasPrefix(entry, "SELECT ") {
		return "(" + entry + ")"
	}
	return oneValue(entry)
}

// set makes a column and what it is set to a clause.
func (c *step) set(between string) [][]clause {
	if len(c.call.Args) != 2 {
		return [][]clause{{{name: setPart, text: hole + between + boundEntry}}}
	}
	to := setTo(c.entry(c.unit, c.call.Args[1], c.scope))
	return c.argument(setPart, func(column string) string { return column + between + to })
}

// setMap makes the entries of a map what an UPDATE sets, or the only row of an
// INSERT.
func (c *step) setMap(in []value) []value {
	if len(c.call.Args) == 0 {
		return c.with(in, nil)
	}
	var maps []*made
	for _, v := range c.eval(c.unit, c.call.Args[0], c.scope) {
		if v.made == nil || v.made.verb == listVerb {
			v.made = c.intern(nil, mapVerb, []clause{{name: hole, text: boundEntry}})
		}
		if !slices.Contains(maps, v.made) {
			maps = append(maps, v.made)
		}
	}
	return c.changed(in, func(m *made) [][]clause {
		var out [][]clause
		for _, entries := range maps {
			out = append(out, m.assigned(entries))
		}
		return out
	})
}

// assigned returns the clauses with those that a map sets.
func (m *made) assigned(entries *made) []clause {
	if m.verb != "INSERT" && m.verb != "REPLACE" {
		out := slices.Clone(m.clauses)
		for _, e := range entries.clauses {
			out = append(out, clause{name: setPart, text: e.name + " = " + setTo(e.text)})
		}
		return out
	}
	out := m.without(columnPart, rowPart)
	var values []string
	for _, e := range entries.clauses {
		out = append(out, clause{name: columnPart, text: e.name})
		values = append(values, oneValue(e.text))
	}
	return append(out, clause{name: rowPart, text: strings.Join(values, ", ")})
}

// without returns the clauses of other names.
func (m *made) without(names ...string) []clause {
	return slices.DeleteFunc(slices.Clone(m.clauses), func(c clause) bool { return slices.Contains(names, c.name) })
}

// dropped takes clauses away.
func (c *step) dropped(in []value, names ...string) []value {
	return c.changed(in, func(m *made) [][]clause { return [][]clause{m.without(names...)} })
}

// from adds what FROM names, which an UPDATE has besides its table.
func (c *step) from(in []value, options [][]clause) []value {
	return c.changed(in, func(m *made) [][]clause {
		var out [][]clause
		for _, o := range options {
			o = slices.Clone(o)
			for i := range o {
				if m.verb == "UPDATE" {
					o[i].name = fromPart
				}
			}
			out = append(out, slices.Concat(m.clauses, o))
		}
		return out
	})
}

// aliased is a query or expression with a name.
func (c *step) aliased(name string) [][]clause {
	if len(c.call.Args) != 2 {
		return [][]clause{{{name: name, text: hole}}}
	}
	alias := c.texts(c.call.Args[1])[0]
	return c.argument(name, func(text string) string { return "(" + text + ") AS " + alias })
}
