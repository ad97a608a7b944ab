package gocode

import (
	"go/ast"
	"go/types"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/queries"
)

// sprint interprets fmt.Sprintf, Sprint and Sprintln.
func (r *reader) sprint(u *unit, name string, call *ast.CallExpr, s *scope) []value {
	if len(call.Args) == 0 {
		return []value{{pos: call.Pos(), end: call.End()}}
	}
	return r.printed(u, strings.HasSuffix(name, "f"), call, call.Args, s)
}

// printed returns what the functions of package fmt make of arguments.
func (r *reader) printed(u *unit, format bool, call *ast.CallExpr, args []ast.Expr, s *scope) []value {
	if !format {
		if len(args) == 1 {
			return r.eval(u, args[0], s)
		}
		return []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
	}
	var out []value
	for _, f := range r.eval(u, args[0], s) {
		if strings.Contains(f.text, hole) {
			f.text = strings.ReplaceAll(f.text, "%", hole) // which verb takes which argument is not known
			out = append(out, f)
			continue
		}
		rest := args[1:]
		if call.Ellipsis.IsValid() {
			rest = nil
		}
		out = union(out, r.format(u, f, rest, call, s))
	}
	return limited(out)
}

// format fills arguments into a format.
func (r *reader) format(u *unit, f value, args []ast.Expr, call *ast.CallExpr, s *scope) []value {
	piece := func(text string) []value {
		return []value{{text: text, pos: f.pos, end: f.end, reason: f.reason, style: f.style, embedded: f.embedded, trace: f.trace}}
	}
	out := piece("")
	next := 0
	for text := f.text; text != ""; {
		i := strings.IndexByte(text, '%')
		if i < 0 {
			return product(out, piece(text))
		}
		out = product(out, piece(text[:i]))
		v, ok := readVerb(text[i:])
		if !ok {
			return product(out, []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)})
		}
		text = text[i+v.length:]
		if v.letter == '%' {
			out = product(out, piece("%"))
			continue
		}
		if v.index >= 0 {
			next = v.index
		}
		out = product(out, r.verb(u, v, args, next, call, s))
		next++
	}
	return out
}

// A verb is a %d or the like.
type verb struct {
	length int
	letter byte
	index  int // that of %[1]d, from 0, or -1
	width  bool
}

// readVerb reads the verb that a text begins with; one that takes its width
// from an argument is too rare.
func readVerb(text string) (verb, bool) {
	v := verb{index: -1}
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case strings.IndexByte("+-# 0123456789.", c) >= 0:
			v.width = true
		case c == '[':
			end := strings.IndexByte(text[i:], ']')
			if end < 0 {
				return v, false
			}
			n, err := strconv.Atoi(text[i+1 : i+end])
			if err != nil || n < 1 {
				return v, false
			}
			v.index = n - 1
			i += end
		case c == '*':
			return v, false
		default:
			v.letter, v.length = c, i+1
			return v, true
		}
	}
	return v, false
}

// verb returns what a verb prints.
func (r *reader) verb(u *unit, v verb, args []ast.Expr, place int, call *ast.CallExpr, s *scope) []value {
	if place >= len(args) {
		if v.letter == 'd' {
			return []value{{text: number, pos: call.Pos(), end: call.End(), reason: queries.Dynamic}}
		}
		return []value{unknownValue(call.Pos(), call.End(), queries.Dynamic)}
	}
	arg := args[place]
	unknown := []value{unknownValue(arg.Pos(), arg.End(), queries.Dynamic)}
	t := u.info.Types[arg].Type
	switch {
	case v.letter == 'd':
		values := r.eval(u, arg, s)
		if t == nil || !isNumber(t) || v.width && values[0].reason == "" {
			return []value{{text: number, pos: arg.Pos(), end: arg.End(), reason: queries.Dynamic}}
		}
		return values
	case v.width || t == nil || hasMethods(t):
		return unknown
	case v.letter == 's' || v.letter == 'v' && (isString(t) || isNumber(t)):
		return r.eval(u, arg, s)
	case v.letter == 'q' && isString(t):
		quote := []value{{text: `"`, pos: arg.Pos(), end: arg.End()}}
		return product(product(quote, r.eval(u, arg, s)), quote)
	}
	return unknown
}

// hasMethods reports whether a type can print itself otherwise than its value.
func hasMethods(t types.Type) bool {
	for _, name := range []string{"String", "Error", "Format"} {
		if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name); obj != nil {
			return true
		}
	}
	return false
}
