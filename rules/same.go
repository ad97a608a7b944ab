package rules

import (
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

// with says what a CASCADE followed, for a message; "" where there was none.
func with(cascade string) string {
	if cascade == "" {
		return ""
	}
	return " along with " + cascade
}

// sameExpr reports whether two expressions are the same but for white space.
func sameExpr(a, b *ddl.Expr) bool {
	if a == nil || b == nil {
		return a == b
	}
	return slices.Equal(strings.Fields(a.Text), strings.Fields(b.Text))
}

// sameTrigger reports whether two triggers do the same at the same time.
func sameTrigger(a, b *catalog.Trigger) bool {
	return a.FunctionName.Name == b.FunctionName.Name && a.Timing == b.Timing && a.ForEachRow == b.ForEachRow &&
		slices.Equal(a.Events, b.Events) && slices.Equal(a.Columns, b.Columns) && slices.Equal(a.Args, b.Args) && sameExpr(a.When, b.When)
}
