package featureflag

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// At are the flags known whenever the code at a position runs: the statement
// that it is part of, or the condition. It is for what has no instruction of
// its own, such as a constant. It reports false if nothing is known of the
// position, as outside of functions.
func (f *Facts) At(pos token.Pos) ([]Flag, bool) {
	fn := f.Function(pos)
	if fn == nil {
		return nil, false
	}
	from, to := statement(fn.Syntax(), pos)
	result := everything
	for _, block := range fn.Blocks {
		for _, instr := range block.Instrs {
			if at := instr.Pos(); at.IsValid() && from <= at && at < to {
				result = either(result, f.solver.in[block])
			}
		}
	}
	if result.all {
		return nil, false
	}
	return flagsOf(result), true
}

// Function is the innermost function around a position; nil outside of all.
func (f *Facts) Function(pos token.Pos) *ssa.Function {
	n, _ := slices.BinarySearchFunc(f.written, pos+1, func(fn *ssa.Function, pos token.Pos) int {
		return cmp.Compare(fn.Syntax().Pos(), pos)
	})
	if n == 0 {
		return nil
	}
	for fn := f.written[n-1]; fn != nil && fn.Syntax() != nil; fn = fn.Parent() {
		if pos < fn.Syntax().End() {
			return fn
		}
	}
	return nil
}

// inOrder are the functions that stand in the source, in order.
func inOrder(functions []*ssa.Function) []*ssa.Function {
	written := slices.DeleteFunc(slices.Clone(functions), func(fn *ssa.Function) bool { return fn.Syntax() == nil })
	slices.SortStableFunc(written, func(a, b *ssa.Function) int { return cmp.Compare(a.Syntax().Pos(), b.Syntax().Pos()) })
	return written
}

// statement is the range of the smallest piece of a function around a position
// that runs as one: a statement without others in it, or what heads one.
func statement(function ast.Node, pos token.Pos) (from, to token.Pos) {
	from, to = pos, pos
	ast.Inspect(function, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || pos >= n.End() {
			return n != nil && n.Pos() <= pos && pos < n.End()
		}
		for _, part := range parts(n) {
			if part != nil && part.Pos() <= pos && pos < part.End() {
				from, to = part.Pos(), part.End()
			}
		}
		return true
	})
	return from, to
}

// parts are the pieces of a statement that run as one; those that are
// statements themselves are visited in their turn.
func parts(n ast.Node) []ast.Node {
	switch s := n.(type) {
	case *ast.IfStmt:
		return []ast.Node{s.Cond}
	case *ast.ForStmt:
		if s.Cond != nil {
			return []ast.Node{s.Cond}
		}
	case *ast.RangeStmt:
		return []ast.Node{s.X}
	case *ast.SwitchStmt:
		if s.Tag != nil {
			return []ast.Node{s.Tag}
		}
	case *ast.CaseClause:
		var list []ast.Node
		for _, e := range s.List {
			list = append(list, e)
		}
		return list
	case *ast.AssignStmt, *ast.DeclStmt, *ast.ExprStmt, *ast.ReturnStmt, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt, *ast.IncDecStmt:
		return []ast.Node{s}
	}
	return nil
}
