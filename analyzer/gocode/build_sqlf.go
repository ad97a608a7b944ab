package gocode

import (
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// sqlf is github.com/keegancsmith/sqlf 1.1.
func sqlf() *library {
	return &library{path: "/keegancsmith/sqlf", reason: queries.Builder, style: queries.Question, methods: "Query", call: sqlfCall}
}

// sqlfCall interprets a call.
func sqlfCall(c *step, in []value) []value {
	switch c.name {
	case "Sprintf":
		return c.sqlfFormat(in)
	case "Join":
		return c.sqlfJoin(in)
	case "Query":
		return c.rendered(in)
	}
	return c.allLost(in)
}

// sqlfFormat puts queries into the places of their verbs; all else is bound.
func (c *step) sqlfFormat(in []value) []value {
	if len(c.call.Args) == 0 || c.call.Ellipsis.IsValid() {
		return c.allLost(in)
	}
	var options [][]clause
	for _, format := range c.texts(c.call.Args[0]) {
		out := []string{""}
		next := 1
		for text := format; text != ""; {
			before, rest, found := strings.Cut(text, "%")
			each := []string{""}
			if found {
				v, ok := readVerb("%" + rest)
				switch {
				case !ok:
					each, rest = []string{hole}, ""
				case v.letter == '%':
					each, rest = []string{"%"}, rest[v.length-1:]
				default:
					each, rest = c.sqlfArgument(next), rest[v.length-1:]
					next++
				}
			}
			out = concatenated(out, before, each)
			text = rest
		}
		for _, text := range out {
			options = append(options, []clause{{name: itemPart, text: text}})
		}
	}
	return c.begun(in, exprVerb, options...)
}

// concatenated appends a text and one of several to each of others.
func concatenated(out []string, before string, each []string) []string {
	if len(out)*len(each) > maxAlternatives {
		each = []string{hole}
	}
	var all []string
	for _, x := range out {
		for _, y := range each {
			all = append(all, x+before+y)
		}
	}
	return all
}

// sqlfArgument returns what a verb prints: a query, or what is bound.
func (c *step) sqlfArgument(place int) []string {
	if place >= len(c.call.Args) {
		return []string{hole}
	}
	arg := c.call.Args[place]
	if t := c.unit.info.Types[arg].Type; !c.expressive(t) {
		return []string{boundEntry}
	}
	var out []string
	for _, v := range c.eval(c.unit, arg, c.scope) {
		switch t := c.unit.info.Types[arg].Type; {
		case v.made != nil && v.made.library == c.library:
			out = append(out, c.fragment(v))
		case t != nil && isType(t, "github.com/keegancsmith/sqlf", "Query"):
			out = append(out, hole)
		default:
			out = append(out, boundEntry)
		}
	}
	return out
}

// sqlfJoin joins a list of queries.
func (c *step) sqlfJoin(in []value) []value {
	if len(c.call.Args) != 2 {
		return c.allLost(in)
	}
	separator := c.texts(c.call.Args[1])[0]
	var options [][]clause
	for _, texts := range c.elementsOf(c.call.Args[0]) {
		options = append(options, []clause{{name: itemPart, text: strings.Join(texts, " "+separator+" ")}})
	}
	return c.begun(in, exprVerb, options...)
}
