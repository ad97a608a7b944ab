package parser

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/query"
	"github.com/migracheck/migracheck/parser/source"
)

// maxDepth is how deep bodies within bodies are read.
const maxDepth = 16

// bodyAt reads the body of a routine or DO block: the string constant at (or
// next after) location in the statement's text. Effects are the operations
// of its static SQL, all conditional, and what stays unknown of it; queries
// are those of its queries and data statements. at is the constant with its
// quotes.
func (s *statement) bodyAt(location int, language string) (body string, at source.Span, effects []ddl.Op, queries []*query.Query) {
	i := slices.IndexFunc(s.tokens, func(t token) bool { return t.start >= location && t.kind == tokenString })
	if i < 0 {
		return "", source.Span{}, nil, nil
	}
	at = s.span(s.tokens[i].start, s.tokens[i].end)
	value, ok := s.constant(s.tokens[i : i+1])
	if !ok {
		return s.text[s.tokens[i].start:s.tokens[i].end], at, []ddl.Op{dynamic(at, "body in a string constant that is not decoded")}, nil
	}
	switch strings.ToLower(language) {
	case "plpgsql":
		effects = value.plpgsql()
	case "sql":
		effects = value.script()
	default:
		if s.tokens[0].is(s.text, "do") {
			effects = []ddl.Op{dynamic(at, "DO block in language "+language)}
		}
	}
	makeConditional(effects)
	return value.text, at, effects, queriesOf(effects)
}

func dynamic(at source.Span, reason string) *ddl.Dynamic {
	return &ddl.Dynamic{Base: ddl.Base{At: at}, Reason: reason}
}

// queriesOf returns the queries of operations.
func queriesOf(ops []ddl.Op) []*query.Query {
	var all []*query.Query
	for _, op := range ops {
		var q *query.Query
		switch op := op.(type) {
		case *ddl.Select:
			q = op.Query
		case *ddl.Insert:
			q = op.Query
		case *ddl.Update:
			q = op.From
		case *ddl.Delete:
			q = op.Using
		case *ddl.Merge:
			q = op.Using
		case *ddl.Copy:
			q = op.Query
		case *ddl.CreateTableAs:
			q = op.Query
		}
		if q != nil {
			all = append(all, q)
		}
	}
	return all
}

// script reads a layer as SQL statements: the body of a function in SQL, or
// the constant that EXECUTE runs.
func (l *layer) script() []ddl.Op {
	if l.depth > maxDepth {
		return []ddl.Op{dynamic(l.span(0, len(l.text)), "SQL in strings in strings, nested too deeply")}
	}
	var ops []ddl.Op
	s := newSplitter(l.text, false)
	for c, ok := s.next(); ok; c, ok = s.next() {
		st := l.parse(c)
		ops = append(ops, st.Ops...)
		if st.Err != nil {
			ops = append(ops, dynamic(st.Span, "SQL in a string that cannot be parsed: "+st.Err.Message))
		}
	}
	return ops
}

// plpgsql reads a layer as the body of a PL/pgSQL routine.
// https://www.postgresql.org/docs/current/plpgsql-structure.html
func (l *layer) plpgsql() []ddl.Op {
	if l.depth > maxDepth {
		return []ddl.Op{dynamic(l.span(0, len(l.text)), "SQL in strings in strings, nested too deeply")}
	}
	b := plpgsql{layer: l, tokens: scan(l.text)}
	b.read()
	return b.ops
}

// A plpgsql is the reading of one PL/pgSQL body. It follows the language only
// as far as needed to tell its statements from SQL.
type plpgsql struct {
	*layer
	tokens []token
	// i is the next token.
	i   int
	ops []ddl.Op
	// open are the keywords of the open blocks: begin, if, loop, case.
	open []string
}

func (b *plpgsql) at(want ...string) bool { return follow(b.text, b.tokens, b.i, want...) }

// read reads the statements of the body.
func (b *plpgsql) read() {
	b.options()
	begun := false
	for b.i < len(b.tokens) {
		begun = begun || b.at("begin")
		from := b.i
		if !b.statement() {
			end := min(b.until(), len(b.tokens)-1)
			b.unknown(from, end+1, "PL/pgSQL that cannot be read")
			return
		}
		b.i = max(b.i, from+1)
	}
	if !begun {
		b.unknown(0, len(b.tokens), "PL/pgSQL that cannot be read")
	}
}

// unknown notes that tokens from..to could not be read.
func (b *plpgsql) unknown(from, to int, reason string) {
	if from >= len(b.tokens) || from >= to {
		b.ops = append(b.ops, dynamic(b.span(0, len(b.text)), reason))
		return
	}
	b.ops = append(b.ops, dynamic(b.span(b.tokens[from].start, b.tokens[to-1].end), reason))
}

// options skips lines such as "#variable_conflict use_column" at the start.
func (b *plpgsql) options() {
	for b.at("#") {
		end := lineEnd(b.text, b.tokens[b.i].start)
		for b.i < len(b.tokens) && b.tokens[b.i].start < end {
			b.i++
		}
	}
}

// statement reads one statement, or the head of a compound one. It is false
// where the language's structure is lost.
func (b *plpgsql) statement() bool {
	t := b.tokens[b.i]
	switch {
	case t.kind == tokenEnd:
		b.i++
		return true
	case t.kind == tokenPlaceholder && action(b.text[t.start:t.end]) != "":
		b.unknown(b.i, b.i+1, templateAction)
		b.i++
		return true
	case t.is(b.text, "<<"):
		b.i = b.next(">>") + 1
		return true
	}
	if op := b.assignment(); op > 0 {
		end := b.until()
		b.expression(op+1, end)
		b.i = end + 1
		return true
	}
	switch word := strings.ToLower(b.text[t.start:t.end]); word {
	case "declare":
		return b.declarations()
	case "begin":
		return b.enter(word, b.i+1)
	case "end":
		return b.end()
	case "if":
		return b.condition("then", "if")
	case "elsif", "elseif":
		return b.condition("then", "")
	case "while":
		return b.condition("loop", "loop")
	case "else", "exception":
		b.i++
		return true
	case "loop":
		return b.enter(word, b.i+1)
	case "case":
		return b.caseStatement()
	case "when":
		if len(b.open) > 0 && b.open[len(b.open)-1] == "case" {
			return b.condition("then", "")
		}
		b.i = b.next("then") + 1 // of an exception handler
		return true
	case "for", "foreach":
		return b.loop()
	}
	b.simple(strings.ToLower(b.text[t.start:t.end]))
	return true
}

// simple reads a statement that ends with its semicolon.
func (b *plpgsql) simple(word string) {
	from, end := b.i, b.until()
	b.i = end + 1
	switch word {
	case "null", "raise", "get", "fetch", "move", "close":
	case "exit", "continue":
		b.expression(b.find(from, end, "when")+1, end)
	case "assert":
		b.expression(from+1, end)
	case "return":
		b.returns(from+1, end)
	case "perform":
		t := b.tokens[from]
		b.sql(from, end, []change{{start: t.start, end: t.end, text: "SELECT"}})
	case "execute":
		b.execute(from+1, end)
	case "open":
		b.query(b.find(from, end, "for")+1, end)
	case "select", "with", "values", "table", "insert", "update", "delete", "merge":
		b.sql(from, end, b.into(from, end))
	default:
		b.sql(from, end, nil)
	}
}

// until returns the index of the first of those keywords (or operators), or
// of the semicolon, outside of parentheses and CASE expressions; len(tokens)
// if there is none.
func (b *plpgsql) until(want ...string) int { return b.search(b.i, len(b.tokens), want...) }

func (b *plpgsql) search(from, to int, want ...string) int {
	cases := 0
	for i := from; i < to; i++ {
		t := b.tokens[i]
		if t.kind == tokenEnd {
			return i
		}
		if t.kind != tokenWord && t.kind != tokenOperator {
			continue
		}
		switch {
		case cases == 0 && t.isOneOf(b.text, want...):
			return i
		case t.is(b.text, "("), t.is(b.text, "["):
			i = closing(b.text, b.tokens[:to], i)
		case t.is(b.text, "case"):
			cases++
		case t.is(b.text, "end"):
			cases = max(0, cases-1)
		}
	}
	return to
}

// find returns the index of a keyword between from and to, or to.
func (b *plpgsql) find(from, to int, want ...string) int {
	if i := b.search(from, to, want...); i < to && b.tokens[i].kind != tokenEnd {
		return i
	}
	return to
}

// next returns the index of the next token that is want, or len(tokens).
func (b *plpgsql) next(want string) int {
	for i := b.i; i < len(b.tokens); i++ {
		if b.tokens[i].is(b.text, want) {
			return i
		}
	}
	return len(b.tokens)
}

// enter opens a block and goes on at i.
func (b *plpgsql) enter(block string, i int) bool {
	b.open = append(b.open, block)
	b.i = i
	return true
}

// end closes a block: END [IF|LOOP|CASE] [label];
func (b *plpgsql) end() bool {
	if len(b.open) == 0 {
		return false
	}
	b.open = b.open[:len(b.open)-1]
	b.i = b.until() + 1
	return true
}

// condition reads an expression up to a keyword, and opens a block where one
// is given.
func (b *plpgsql) condition(keyword, block string) bool {
	from := b.i + 1
	b.i = from
	end := b.until(keyword)
	if end == len(b.tokens) || b.tokens[end].kind == tokenEnd {
		return false
	}
	b.expression(from, end)
	b.i = end + 1
	if block != "" {
		return b.enter(block, b.i)
	}
	return true
}

// caseStatement reads CASE [expression], up to its first WHEN.
func (b *plpgsql) caseStatement() bool {
	from := b.i + 1
	b.i = from
	end := b.until("when")
	if end == len(b.tokens) || b.tokens[end].kind == tokenEnd {
		return false
	}
	b.expression(from, end)
	return b.enter("case", end)
}

// loop reads the head of a FOR or FOREACH loop.
func (b *plpgsql) loop() bool {
	in := b.next("in")
	b.i = min(in+1, len(b.tokens))
	end := b.until("loop")
	if end == len(b.tokens) || b.tokens[end].kind == tokenEnd {
		return false
	}
	from := in + 1
	if follow(b.text, b.tokens, from, "reverse") || follow(b.text, b.tokens, from, "array") {
		from++
	}
	if dots := b.find(from, end, ".."); dots < end {
		step := b.find(dots, end, "by")
		b.expression(from, dots)
		b.expression(dots+1, step)
		b.expression(step+1, end)
	} else if b.tokens[from-1].is(b.text, "array") {
		b.expression(from, end)
	} else {
		b.query(from, end)
	}
	return b.enter("loop", end+1)
}

// query reads a query that feeds a loop, a cursor or the result: SQL, EXECUTE
// of a string, or the name of a cursor.
func (b *plpgsql) query(from, to int) {
	switch {
	case from >= to:
	case b.tokens[from].is(b.text, "execute"):
		b.execute(from+1, to)
	case b.tokens[from].is(b.text, "("), b.tokens[from].kind == tokenWord && beginsStatement(b.text[b.tokens[from].start:b.tokens[from].end]):
		b.sql(from, to, nil)
	}
}

// returns reads what stands after RETURN.
func (b *plpgsql) returns(from, to int) {
	switch {
	case from >= to:
	case b.tokens[from].is(b.text, "query"):
		b.query(from+1, to)
	case b.tokens[from].is(b.text, "next"):
		b.expression(from+1, to)
	default:
		b.expression(from, to)
	}
}

// declarations reads a DECLARE section up to its BEGIN.
func (b *plpgsql) declarations() bool {
	b.i++
	for b.i < len(b.tokens) && !b.at("begin") {
		from, end := b.i, b.until()
		b.i = end + 1
		if cursor := b.find(from, end, "cursor"); cursor < end && cursor > from && cursor <= from+3 {
			b.query(b.find(cursor, end, "for", "is")+1, end)
			continue
		}
		b.expression(b.find(from, end, ":=", "=", "default")+1, end)
	}
	return b.i < len(b.tokens)
}

// assignment returns the index of the := or = of an assignment, or -1.
func (b *plpgsql) assignment() int {
	i := b.i
	switch b.tokens[i].kind {
	case tokenWord, tokenQuoted, tokenParam:
	default:
		return -1
	}
	for i++; i < len(b.tokens); i++ {
		t := b.tokens[i]
		switch {
		case t.isOneOf(b.text, ":=", "="):
			return i
		case t.is(b.text, "["):
			i = closing(b.text, b.tokens, i)
		case t.is(b.text, "."):
			i++
		default:
			return -1
		}
	}
	return -1
}

// into returns the change that takes INTO [STRICT] target, … out of a query;
// the INTO of INSERT and MERGE stays.
func (b *plpgsql) into(from, to int) []change {
	for i := from + 1; i < to; i++ {
		t := b.tokens[i]
		if t.is(b.text, "(") {
			i = closing(b.text, b.tokens[:to], i)
			continue
		}
		if !t.is(b.text, "into") || b.tokens[i-1].isOneOf(b.text, "insert", "merge") {
			continue
		}
		end := i + 1
		if end < to && b.tokens[end].is(b.text, "strict") {
			end++
		}
		return []change{{start: t.start, end: b.tokens[b.targets(end, to)-1].end}}
	}
	return nil
}

// targets returns the index after the list of variables that begins at i.
func (b *plpgsql) targets(i, to int) int {
	for i < to {
		i++ // the variable
		for i < to && b.tokens[i].isOneOf(b.text, ".", "[") {
			if b.tokens[i].is(b.text, "[") {
				i = min(closing(b.text, b.tokens[:to], i)+1, to)
				continue
			}
			i = min(i+2, to)
		}
		if i >= to || !b.tokens[i].is(b.text, ",") {
			break
		}
		i++
	}
	return min(i, to)
}

// expression reads an expression, or a list of them. Without a parenthesis
// nothing in it calls a function or asks a query, and it has no effect.
func (b *plpgsql) expression(from, to int) {
	if from >= to || !slices.ContainsFunc(b.tokens[from:to], func(t token) bool { return t.is(b.text, "(") }) {
		return
	}
	start := b.tokens[from].start
	b.sql(from, to, []change{{start: start, end: start, text: "SELECT "}})
}

// sql reads the tokens from..to as one SQL statement.
func (b *plpgsql) sql(from, to int, changes []change) {
	if from >= to {
		return
	}
	c := chunk{start: b.tokens[from].start, end: b.tokens[to-1].end, tokens: slices.Clone(b.tokens[from:to])}
	for i := range c.tokens {
		c.tokens[i].start -= c.start
		c.tokens[i].end -= c.start
	}
	for i := range changes {
		changes[i].start -= c.start
		changes[i].end -= c.start
	}
	st := ddl.Statement{Span: b.span(c.start, c.end)}
	b.layer.sql(c, changes, &st)
	b.ops = append(b.ops, st.Ops...)
	if st.Err != nil {
		b.ops = append(b.ops, dynamic(st.Span, "statement that cannot be parsed in a PL/pgSQL body: "+st.Err.Message))
	}
}

// execute reads what stands after EXECUTE: the string, INTO and USING.
func (b *plpgsql) execute(from, to int) {
	end := b.find(from, to, "into", "using")
	b.expression(b.find(end, to, "using")+1, b.find(b.find(end, to, "using"), to, "into"))
	if value, ok := b.executed(from, end); ok {
		b.ops = append(b.ops, withoutFeatures(value.script())...)
		return
	}
	b.unknown(from-1, to, "EXECUTE of a computed string")
}

// executed returns the string that EXECUTE runs, where it is a constant:
// string constants, also in parentheses, or format of one that formats
// nothing.
func (b *plpgsql) executed(from, to int) (*layer, bool) {
	formats := follow(b.text, b.tokens[:to], from, "format", "(")
	if formats {
		from++
	}
	for to-from > 2 && b.tokens[from].is(b.text, "(") && closing(b.text, b.tokens[:to], from) == to-1 {
		from, to = from+1, to-1
	}
	if from >= to {
		return nil, false
	}
	value, ok := b.constant(b.tokens[from:to])
	if !ok || formats && strings.Contains(value.text, "%") {
		return nil, false
	}
	return value, true
}
