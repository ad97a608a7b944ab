package parser

import "strings"

// A placeholderShape says what a placeholder is taken for. A tool replaces it
// by any text whatever; the grammar wants to know what.
type placeholderShape uint8

const (
	// shapeByPlace: a value where values stand, else an identifier.
	shapeByPlace placeholderShape = iota
	shapeIdentifier
	shapeNumber
)

// hasPlaceholder reports whether one of the tokens is a placeholder.
func hasPlaceholder(tokens []token) bool {
	for _, t := range tokens {
		if t.kind == tokenPlaceholder {
			return true
		}
	}
	return false
}

// placeholders returns the changes that make placeholders SQL: quoted
// identifiers that keep the placeholder's text, so that messages show it, or
// $1 for values. Names glued to a placeholder (${prefix}_users) become one
// identifier with it.
func placeholders(text string, tokens []token, shape placeholderShape) []change {
	var changes []change
	values := false // in VALUES (…)
	for i := 0; i < len(tokens); i++ {
		if tokens[i].is(text, "values") {
			values = true
		}
		from, to, found := glued(tokens, i)
		if !found {
			continue
		}
		i = to - 1
		c := change{start: tokens[from].start, end: tokens[to-1].end}
		single := from+1 == to
		c.text = replacement(text[c.start:c.end], single)
		isValue := single && text[c.start] != '"' && (values || valuePlace(text, tokens, from)) && !beforeName(text, tokens, to)
		switch {
		case c.text[0] != '"': // a string
		case shape == shapeNumber:
			c.text = "0"
		case shape == shapeByPlace && isValue:
			c.text = "$1"
		}
		changes = append(changes, c)
	}
	return changes
}

// glued returns the run of tokens from i on that stand without a gap and of
// which one is a placeholder; the others are names and numbers.
func glued(tokens []token, i int) (from, to int, found bool) {
	for to = i; to < len(tokens); to++ {
		if to > i && tokens[to].start != tokens[to-1].end {
			break
		}
		switch tokens[to].kind {
		case tokenPlaceholder:
			found = true
			continue
		case tokenWord, tokenNumber:
			continue
		}
		break
	}
	return i, to, found
}

// replacement returns the SQL for a run of names with a placeholder: for
// psql's :'x' alone a string constant, else a quoted identifier, which it may be
// already.
func replacement(run string, single bool) string {
	switch {
	case single && strings.HasPrefix(run, ":'"):
		return "':" + run[2:]
	case single && strings.HasPrefix(run, `:"`):
		return `":` + run[2:]
	case single && run[0] == '"':
		run = run[1 : len(run)-1]
	}
	return `"` + strings.ReplaceAll(run, `"`, `""`) + `"`
}

// valuePlace reports whether what stands before token i calls for a value.
func valuePlace(text string, tokens []token, i int) bool {
	if i == 0 || tokens[0].is(text, "set") {
		return false
	}
	before := tokens[i-1]
	switch before.kind {
	case tokenWord:
		return before.isOneOf(text, "default", "limit", "offset", "then", "else", "and", "or", "not", "between", "like", "ilike")
	case tokenOperator:
		return !before.isOneOf(text, "(", ")", ",", ".", "[", "]", "::", ":")
	}
	return false
}

// beforeName reports whether token i makes the one before it a name.
func beforeName(text string, tokens []token, i int) bool {
	return i < len(tokens) && tokens[i].isOneOf(text, ".", "(")
}

const templateAction = "template action"

// templateReason says why such a statement cannot be read.
func templateReason(text string, tokens []token) string {
	for _, t := range tokens {
		if t.kind == tokenPlaceholder && strings.HasPrefix(text[t.start:], "{") {
			return templateAction
		}
	}
	return "placeholder in place of a statement"
}

// isTemplated reports whether a statement cannot be read because a template
// decides on its shape: there is a control action inside, or nothing but
// placeholders.
func isTemplated(text string, tokens []token) bool {
	sql := false
	for _, t := range tokens {
		if t.kind != tokenPlaceholder {
			sql = true
			continue
		}
		if a := action(text[t.start:t.end]); a != "" && a != "comment" {
			return true
		}
	}
	return !sql
}
