package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/compat"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/rules"
)

// An htmlVerdict answers a question of whoever deploys the release.
type htmlVerdict struct {
	Question string
	// Answer is "yes", "no", "unknown" or "not asked", Class how it is shown.
	Answer, Class string
	Why           []htmlReason
}

// An htmlReason is part of an answer; Anchor is the finding that it is, or "".
type htmlReason struct{ Text, Anchor string }

// verdicts answers the three questions from what the run knows. What it does not
// know is never a yes.
func (r *Run) verdicts() []htmlVerdict {
	return []htmlVerdict{r.deployed(), r.rolledBack(), r.undone()}
}

// deployed is whether the migrations can run while the previous version does.
func (r *Run) deployed() htmlVerdict {
	a := r.answer(func(f *rules.Finding) bool {
		return !f.Down && f.Rule.Category != rules.Rollback && f.Rule.Category != rules.Practice
	})
	for _, c := range []rules.Category{rules.Compat, rules.Lock, rules.Data} {
		if !r.ran(c) {
			a.gap("rules of the family " + string(c) + " did not run")
		}
	}
	v := a.verdict("Safe to deploy before the code?", "nothing found that fails, waits or loses data while the previous version runs")
	if !r.ran(rules.Compat) && !r.ran(rules.Lock) && !r.ran(rules.Data) {
		return v.unasked("migracheck lint judges what fails, waits or loses data while the previous version runs")
	}
	return v
}

// rolledBack is whether the previous version can come back on the new schema.
func (r *Run) rolledBack() htmlVerdict {
	a := r.answer(func(f *rules.Finding) bool { return !f.Down && f.Rule.Category == rules.Compat })
	yes := "nothing that the previous version may use is gone; its queries were not looked at"
	if c := r.Compat; c != nil && c.Previous != nil {
		_, meets, _, _ := c.cells()
		yes = fmt.Sprintf("%s of the previous version on the new schema: %s", counted(meets.Total(), "query", "queries"), matrixCell(meets))
		if meets.Breaks > 0 {
			a.against(fmt.Sprintf("on the new schema, of the previous version's queries %s", counted(meets.Breaks, "fails", "fail")))
		}
		if n := meets.MayBreak + meets.Unknown; n > 0 {
			a.gap("of " + counted(n, "query", "queries") + " it is not known whether they work on the new schema")
		}
		if n := len(c.Previous.Unresolved); n > 0 && !r.ran(rules.Compat) {
			a.gap(counted(n, "query", "queries") + " of the previous version could not be resolved")
		}
	} else if !r.ran(rules.Compat) {
		return a.verdict("Safe to roll the code back?", "").unasked("migracheck lint judges what the previous version meets on the new schema, migracheck compat its queries")
	}
	return a.verdict("Safe to roll the code back?", yes)
}

// undone is whether the downs can run.
func (r *Run) undone() htmlVerdict {
	const question = "Safe to run down?"
	a := r.answer(func(f *rules.Finding) bool { return f.Down || f.Rule.Category == rules.Rollback })
	if r.Rollback == nil {
		return a.verdict(question, "").unasked("migracheck rollback judges what every down undoes and loses")
	}
	byVerdict := map[rollback.Verdict][]string{}
	for _, m := range r.Rollback.Migrations {
		byVerdict[m.Verdict] = append(byVerdict[m.Verdict], oneLine(nameOf(m)))
	}
	for _, m := range r.Rollback.Releases {
		byVerdict[m.Verdict] = append(byVerdict[m.Verdict], "the release as a whole")
	}
	for _, v := range []rollback.Verdict{rollback.StructureOnly, rollback.Irreversible} {
		if names := byVerdict[v]; len(names) > 0 {
			a.against(strings.ReplaceAll(v.String(), "-", " ") + ": " + shortList(names))
		}
	}
	for _, v := range []rollback.Verdict{rollback.LosslessUntilWrite, rollback.Unknown} {
		if names := byVerdict[v]; len(names) > 0 {
			a.gap(strings.ReplaceAll(v.String(), "-", " ") + ": " + shortList(names))
		}
	}
	return a.verdict(question, r.Rollback.total())
}

// shortList joins a few of many names.
func shortList(names []string) string {
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}

// ran reports whether a rule of a family ran that judges the schema, not the
// queries that are known.
func (r *Run) ran(category rules.Category) bool {
	return slices.ContainsFunc(r.Rules, func(rule *rules.Rule) bool { return rule.Category == category && !rule.AboutQueries() })
}

// An answer gathers what speaks against a yes, and what keeps it from being
// known.
type answer struct {
	no, unsure []htmlReason
	// nothing is set where there was nothing to be judged.
	nothing string
	// allowed and known count what would be there but for a comment or the
	// baseline.
	allowed, known int
}

// against adds what is more than one finding says, before them.
func (a *answer) against(text string) { a.no = slices.Insert(a.no, 0, htmlReason{Text: text}) }

func (a *answer) gap(text string) { a.unsure = append(a.unsure, htmlReason{Text: text}) }

// answer begins with the findings that are about a question, and with what
// nobody can know from the files.
func (r *Run) answer(about func(*rules.Finding) bool) *answer {
	a := &answer{}
	total := r.summary()
	if total.Statements == 0 {
		a.nothing = total.nothing()
	}
	open := 0
	for i := range r.Findings {
		f := &r.Findings[i]
		anchor := ""
		if f.Suppressed == nil {
			anchor = findingAnchor(open)
			open++
		}
		if f.Severity <= rules.Note || !about(f) {
			continue
		}
		reason := htmlReason{oneLine(f.Message), anchor}
		switch {
		case baselined(f):
			a.known++
		case f.Suppressed != nil:
			a.allowed++
		case f.Severity == rules.Error:
			a.no = append(a.no, reason)
		default:
			a.unsure = append(a.unsure, reason)
		}
	}
	if total.Opaque > 0 {
		a.gap(plural(total.Opaque, "migration") + " not in SQL")
	}
	if total.Unanalysable > 0 {
		a.gap(plural(total.Unanalysable, "statement") + " not analysable")
	}
	return a
}

func (a *answer) verdict(question, yes string) htmlVerdict {
	v := htmlVerdict{question, "yes", "yes", []htmlReason{{Text: yes}}}
	switch {
	case len(a.no) > 0:
		v.Answer, v.Class, v.Why = "no", "no", firstFew(a.no)
	case a.nothing != "":
		v.Answer, v.Class, v.Why = "unknown", "unknown", []htmlReason{{Text: a.nothing}}
	case len(a.unsure) > 0:
		v.Answer, v.Class, v.Why = "unknown", "unknown", firstFew(a.unsure)
	}
	if a.allowed > 0 {
		v.Why = append(v.Why, htmlReason{Text: plural(a.allowed, "allowed finding") + " not counted"})
	}
	if a.known > 0 {
		v.Why = append(v.Why, htmlReason{Text: plural(a.known, "finding") + " in the baseline not counted"})
	}
	return v
}

// unasked is the verdict where nobody wanted to know, with who would tell. What
// was found all the same counts.
func (v htmlVerdict) unasked(who string) htmlVerdict {
	if v.Answer == "no" {
		return v
	}
	return htmlVerdict{v.Question, "not asked", "unknown", []htmlReason{{Text: who}}}
}

func firstFew(reasons []htmlReason) []htmlReason {
	if len(reasons) <= few {
		return reasons
	}
	return append(reasons[:few:few], htmlReason{Text: fmt.Sprintf("and %d more", len(reasons)-few)})
}

// countsClass is the colour of a cell of the matrix.
func countsClass(n compat.Counts) string {
	switch {
	case n.Breaks+n.Client > 0:
		return "no"
	case n.MayBreak+n.Unknown+n.BrokenBefore+n.Prepared > 0 || n.Total() == 0:
		return "unknown"
	}
	return "yes"
}
