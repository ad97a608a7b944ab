package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/rollback"
)

var downFailsAfterWrite = &Rule{
	Name:     "down-fails-after-write",
	Title:    "The down migration fails once the new version has written what only the new schema takes",
	Category: Rollback,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !undoable(m) || m.Failure != nil {
			return
		}
		for i, l := range m.Losses {
			if l.Stage != rollback.ByWrite || l.SQLState == "" {
				continue
			}
			together := func(o rollback.Loss) bool {
				return o.Stage == l.Stage && o.Kind == l.Kind && o.SQLState == l.SQLState && o.Step.Statement == l.Step.Statement
			}
			if slices.ContainsFunc(m.Losses[:i], together) {
				continue // said with the first one
			}
			var names []string
			for _, o := range m.Losses[i:] {
				if together(o) {
					names = append(names, o.Object)
				}
			}
			p.Report(Finding{
				At:       l.At,
				Relation: l.Object,
				Message:  fmt.Sprintf("the down fails with %s once the new version has written %s, so a rollback stops there", l.SQLState, written(l.Kind, either(names))),
			})
		}
	}),
}

// either names several objects of which one is meant, the first three of them.
func either(names []string) string {
	const most = 3
	var words []string
	for _, n := range names {
		words = append(words, quoted(n))
	}
	if more := len(words) - most; more > 0 {
		words = append(words[:most:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, " or ")
}

// written says what must not have been written for the down to run.
func written(kind rollback.LossKind, object string) string {
	switch kind {
	case rollback.NullValue:
		return "a NULL into " + object
	case rollback.Duplicate:
		return fmt.Sprintf("two rows with the same key of %s", object)
	case rollback.CheckViolation:
		return fmt.Sprintf("a value that %s refuses", object)
	case rollback.Orphan:
		return fmt.Sprintf("a row whose key the table at the other end of %s does not have", object)
	case rollback.Overlap:
		return fmt.Sprintf("rows that %s does not allow together", object)
	case rollback.UnfittingValue:
		return fmt.Sprintf("a value into %s that the type of before does not take", object)
	}
	return "into " + object
}
