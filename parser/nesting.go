package parser

// maxNesting bounds how deep the tree of a statement may be. PostgreSQL's own
// parser recurses only over parentheses, and bounds that; but what turns its
// tree into a message recurses over chains of operators too (1+1+1+…), on the C
// stack and without a bound. The message could hold 5000 levels, a stack of
// 8 MB about 20000. Its port to Go bounds nothing.
const maxNesting = 2000

// nesting returns how deep the tree of a statement can be at most.
func nesting(text string, tokens []token) int {
	if len(tokens) <= maxNesting {
		return 0
	}
	// A level is a pair of parentheses, or a CASE. Its operators nest until
	// a comma or the like begins a sibling; its set operations and joins
	// always do.
	type level struct{ operators, joins int }
	levels := make([]level, 1, 16)
	total, deepest := 0, 0
	for _, t := range tokens {
		top := &levels[len(levels)-1]
		switch {
		case t.isOneOf(text, "(", "[", "case"):
			levels = append(levels, level{})
			total++
		case t.isOneOf(text, ")", "]", "end"):
			if len(levels) > 1 {
				total -= top.operators + top.joins + 1
				levels = levels[:len(levels)-1]
			}
		case t.isOneOf(text, ",", "and", "or", "when", "then", "else"):
			total -= top.operators
			top.operators = 0
		case t.isOneOf(text, "union", "intersect", "except", "join"):
			top.joins++
			total++
		case t.isOneOf(text, ".", ":"):
		case t.kind == tokenOperator, t.isOneOf(text, "collate", "is", "isnull", "notnull", "zone", "local", "not", "in", "like", "ilike", "similar", "between", "operator"):
			top.operators++
			total++
		}
		deepest = max(deepest, total)
	}
	return deepest
}
