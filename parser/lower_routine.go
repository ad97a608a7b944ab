package parser

import (
	"strings"

	"github.com/migracheck/migracheck/parser/ddl"
	pg_query "github.com/migracheck/migracheck/parser/grammar"
)

func (c clause) createFunction(s *pg_query.CreateFunctionStmt) *ddl.CreateFunction {
	name := c.skip("CREATE").skip("OR", "REPLACE").skipAny("FUNCTION", "PROCEDURE")
	f := &ddl.CreateFunction{
		Base:       c.base(),
		Function:   name.ref(nameOf(s.GetFuncname())),
		Procedure:  s.GetIsProcedure(),
		Replace:    s.GetReplace(),
		Args:       c.args(s.GetParameters()),
		Volatility: "volatile",
		Options:    c.options(s.GetOptions()),
	}
	if s.GetReturnType() != nil && !returnsTable(f.Args) {
		typ := c.typeName(s.GetReturnType())
		f.Returns = &typ
	}
	body := 0
	for _, n := range s.GetOptions() {
		d := n.GetDefElem()
		switch value := literal(d.GetArg()); d.GetDefname() {
		case "language":
			f.Language = strings.ToLower(value)
		case "volatility":
			f.Volatility = value
		case "strict":
			f.Strict = value == "true"
		case "security":
			f.SecDefiner = value == "true"
		case "parallel":
			f.Parallel = value
		case "as":
			body = c.stringAt(d)
		}
	}
	f.Options = withoutOption(f.Options, "as", "language", "volatility", "strict", "security", "parallel")
	switch {
	case s.GetSqlBody() != nil:
		if f.Language == "" {
			f.Language = "sql"
		}
		c.standardBody(f, s.GetSqlBody())
	case body > 0 && f.Language != "c" && f.Language != "internal":
		f.Body, f.BodyAt, f.Effects, f.Queries = c.bodyAt(body, f.Language)
	}
	return f
}

func returnsTable(args []ddl.Arg) bool {
	for _, a := range args {
		if a.Mode == 't' {
			return true
		}
	}
	return false
}

func withoutOption(all []ddl.Option, names ...string) []ddl.Option {
	var rest []ddl.Option
	for _, o := range all {
		known := false
		for _, n := range names {
			known = known || o.Name == n
		}
		if !known {
			rest = append(rest, o)
		}
	}
	return rest
}

// stringAt returns the offset of the string constant in AS '…', or 0.
func (c clause) stringAt(d *pg_query.DefElem) int {
	at := c.at(d.GetLocation()).skip("AS")
	if at.empty() || at.tokens[at.from].kind != tokenString {
		return 0
	}
	return at.tokens[at.from].start
}

func (c clause) args(list []*pg_query.Node) []ddl.Arg {
	var all []ddl.Arg
	for _, n := range list {
		p := n.GetFunctionParameter()
		if p == nil {
			continue
		}
		a := ddl.Arg{Name: p.GetName(), Mode: 'i', Type: c.typeName(p.GetArgType())}
		switch p.GetMode() {
		case pg_query.FunctionParameterMode_FUNC_PARAM_OUT:
			a.Mode = 'o'
		case pg_query.FunctionParameterMode_FUNC_PARAM_INOUT:
			a.Mode = 'b'
		case pg_query.FunctionParameterMode_FUNC_PARAM_VARIADIC:
			a.Mode = 'v'
		case pg_query.FunctionParameterMode_FUNC_PARAM_TABLE:
			a.Mode = 't'
		}
		if p.GetDefexpr() != nil {
			item := c.item(p.GetArgType().GetLocation())
			value := item.after("DEFAULT")
			if value.empty() {
				value = item.after("=")
			}
			a.Default = value.expr(p.GetDefexpr())
		}
		all = append(all, a)
	}
	return all
}

// standardBody lowers RETURN … and BEGIN ATOMIC … END.
// https://www.postgresql.org/docs/17/sql-createfunction.html
func (c clause) standardBody(f *ddl.CreateFunction, body *pg_query.Node) {
	if r := body.GetReturnStmt(); r != nil {
		first, _ := bounds(r)
		at := c.part(c.lastBefore(c.index(first), "RETURN"), c.to)
		f.Body, f.BodyAt = at.here().Text(), at.here()
		value := at.skip("RETURN")
		expr := value.expr(r.GetReturnval())
		f.Queries = append(f.Queries, &ddl.Query{Text: expr.Text, At: expr.At, Exprs: []*ddl.Expr{expr}})
		return
	}
	inside := c.after("BEGIN", "ATOMIC")
	at := c.part(inside.from-2, c.to)
	f.Body, f.BodyAt = at.here().Text(), at.here()
	var statements []*pg_query.Node
	for _, list := range body.GetList().GetItems() {
		statements = append(statements, list.GetList().GetItems()...)
	}
	parts := inside.statements()
	for i, n := range statements {
		part := inside
		if i < len(parts) {
			part = parts[i]
		}
		if r := n.GetReturnStmt(); r != nil {
			expr := part.skip("RETURN").expr(r.GetReturnval())
			f.Queries = append(f.Queries, &ddl.Query{Text: expr.Text, At: expr.At, Exprs: []*ddl.Expr{expr}})
			continue
		}
		f.Effects = append(f.Effects, part.lowerNode(statementKind(n), n)...)
		f.Queries = append(f.Queries, part.query(n))
	}
	makeConditional(f.Effects)
}

// lastBefore returns the last token not after token i that is the word, or the
// beginning of c.
func (c clause) lastBefore(i int, word string) int {
	for ; i > c.from; i-- {
		if c.has(i, word) {
			return i
		}
	}
	return c.from
}

// statements returns the parts of c that end in a semicolon; the grammar drops
// empty ones.
func (c clause) statements() []clause {
	var parts []clause
	from := c.from
	for i := c.from; i < c.to; i++ {
		if c.tokens[i].kind == tokenEnd {
			if from < i {
				parts = append(parts, c.part(from, i))
			}
			from = i + 1
		}
	}
	return parts
}

func (c clause) alterRoutine(s *pg_query.AlterFunctionStmt) *ddl.AlterRoutine {
	return &ddl.AlterRoutine{
		Base:    c.base(),
		Routine: c.skip("ALTER").skipKind(s.GetObjtype()).object(s.GetObjtype(), objectWithArgs(s.GetFunc())),
		Options: c.options(s.GetActions()),
	}
}

func objectWithArgs(n *pg_query.ObjectWithArgs) *pg_query.Node {
	return &pg_query.Node{Node: &pg_query.Node_ObjectWithArgs{ObjectWithArgs: n}}
}

// do returns what the statements in a DO block do.
func (c clause) do(s *pg_query.DoStmt) []ddl.Op {
	language, body := "plpgsql", 0
	for _, n := range s.GetArgs() {
		switch d := n.GetDefElem(); d.GetDefname() {
		case "language":
			language = strings.ToLower(literal(d.GetArg()))
		case "as":
			body = c.stringAt(d)
		}
	}
	if body == 0 {
		return nil
	}
	_, _, effects, _ := c.bodyAt(body, language)
	return effects
}

func (c clause) createAggregate(s *pg_query.DefineStmt) *ddl.CreateAggregate {
	a := &ddl.CreateAggregate{
		Base:     c.base(),
		Function: c.skip("CREATE").skip("OR", "REPLACE").skip("AGGREGATE").ref(nameOf(s.GetDefnames())),
		Replace:  s.GetReplace(),
		Options:  c.options(s.GetDefinition()),
	}
	if s.GetOldstyle() { // the argument is the option "basetype"
		for _, n := range s.GetDefinition() {
			if d := n.GetDefElem(); strings.EqualFold(d.GetDefname(), "basetype") {
				a.Args = []ddl.Arg{{Mode: 'i', Type: c.typeName(d.GetArg().GetTypeName())}}
			}
		}
		return a
	}
	if len(s.GetArgs()) > 0 {
		a.Args = c.args(s.GetArgs()[0].GetList().GetItems())
	}
	return a
}
