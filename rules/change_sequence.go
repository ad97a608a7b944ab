package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeSequence = &Rule{
	Name:     "change-sequence",
	Title:    "A sequence gives the previous version other values",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.SequenceChanged) {
		if !p.Window.RelationExisted(c.Before) || c.Before.Sequence == nil || c.After.Sequence == nil {
			return
		}
		before, after := c.Before.Sequence, c.After.Sequence
		var what []string
		for _, d := range []struct{ name, before, after string }{
			{"INCREMENT", before.Increment, after.Increment},
			{"MINVALUE", before.Min, after.Min},
			{"START", before.Start, after.Start},
		} {
			if d.before != d.after {
				what = append(what, d.name)
			}
		}
		if before.Cycle != after.Cycle {
			what = append(what, "CYCLE")
		}
		if smaller(after.Max, before.Max) {
			what = append(what, "MAXVALUE")
		}
		if len(what) == 0 {
			return // a larger maximum, another cache or owner harm nobody
		}
		p.Report(Finding{
			At: p.Op.Span(), Relation: c.Before.String(), Related: createdAt(c.Before.Created, false),
			Message: fmt.Sprintf("%s of sequence %q changes, so the previous version gets other values from it, which may collide with those it expects or run out", strings.Join(what, ", "), c.Before),
		})
	}),
}

// smaller compares decimal integers of any length; unknown ones are not smaller.
func smaller(a, b string) bool {
	if a == "" || b == "" || strings.HasPrefix(a, "-") != strings.HasPrefix(b, "-") {
		return strings.HasPrefix(a, "-") && b != ""
	}
	negative := strings.HasPrefix(a, "-")
	a, b = strings.TrimLeft(a, "-0"), strings.TrimLeft(b, "-0")
	if len(a) != len(b) {
		return len(a) < len(b) != negative
	}
	return a < b != negative && a != b
}
