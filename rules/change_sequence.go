package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var changeSequence = &Rule{
	Name:     "change-sequence",
	Title:    "A sequence gives the previous version other values",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.SequenceChanged) {
		known, end := p.known(c.Before), p.end(c.Before)
		if known == nil || end == nil || c.Before.Sequence == nil || c.After.Sequence == nil {
			return
		}
		report := func(what string) {
			p.Report(Finding{
				At:       p.Op.Span(),
				Relation: known.String(),
				Related:  createdAt(known.Created, known.Assumed),
				Message:  fmt.Sprintf("%s %s", describe(known), what),
			})
		}
		before, after, last := c.Before.Sequence, c.After.Sequence, end.Sequence
		if last == nil {
			return
		}
		if option, ok := restart(p.Op); ok {
			where := ""
			if option.Value != "" {
				where = " at " + option.Value
			}
			report(fmt.Sprintf("restarts%s, so INSERTs of the previous version that get a number which is taken fail with 23505", where))
		}
		old := known.Sequence
		if old == nil {
			old = before // of an assumed sequence
		}
		// changes reports whether an option is changed here, for good.
		changes := func(option func(*catalog.SequenceData) string) bool {
			return option(before) != option(after) && option(after) == option(last) && option(last) != option(old)
		}
		if changes(func(s *catalog.SequenceData) string { return s.Increment }) {
			report(fmt.Sprintf("counts by %s instead of %s, so a previous version that reserves numbers in blocks of %s gives out some of them twice", after.Increment, old.Increment, old.Increment))
		}
		switch descending := strings.HasPrefix(after.Increment, "-"); {
		case !descending && smaller(last.Max, old.Max) && changes(func(s *catalog.SequenceData) string { return s.Max }):
			report(fmt.Sprintf("ends at %s instead of %s, where nextval() of the previous version fails with 2200H", after.Max, old.Max))
		case descending && smaller(old.Min, last.Min) && changes(func(s *catalog.SequenceData) string { return s.Min }):
			report(fmt.Sprintf("ends at %s instead of %s, where nextval() of the previous version fails with 2200H", after.Min, old.Min))
		}
		if !changes(func(s *catalog.SequenceData) string { return fmt.Sprint(s.Cycle) }) {
			return
		}
		if after.Cycle {
			report("starts again at its end, so that the previous version gets numbers which are taken, and its INSERTs fail with 23505")
			return
		}
		report("no longer starts again at its end, where nextval() of the previous version fails with 2200H")
	}),
}

// restart returns the RESTART of an operation on a sequence.
func restart(op ddl.Op) (ddl.Option, bool) {
	var options []ddl.Option
	switch op := op.(type) {
	case *ddl.AlterSequence:
		options = op.Options
	case *ddl.SetIdentity:
		options = op.Options
	}
	for _, o := range options {
		if o.Name == "restart" {
			return o, true
		}
	}
	return ddl.Option{}, false
}

// smaller compares decimal integers of any length; unknown ones are not smaller.
func smaller(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	negative := strings.HasPrefix(a, "-")
	if negative != strings.HasPrefix(b, "-") {
		return negative
	}
	a, b = strings.TrimLeft(a, "-0"), strings.TrimLeft(b, "-0")
	if negative {
		a, b = b, a
	}
	return len(a) < len(b) || len(a) == len(b) && a < b
}
