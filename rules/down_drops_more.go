package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
)

var downDropsMore = &Rule{
	Name:     "down-drops-more",
	Title:    "The down migration drops what was there before the up",
	Category: Rollback,
	Severity: Error,
	Since:    "0.1",
	Check: On(func(p *Pass, m *rollback.Migration) {
		if !comparable(m) {
			return
		}
		by := map[*replay.Step][]catalog.Difference{}
		for _, d := range sure(m) {
			if !isMissing(d) || dropped(m, d) {
				continue
			}
			if step := doer(m.Down, d); step != nil {
				by[step] = append(by[step], d)
			}
		}
		for _, step := range m.Down.Steps {
			all := by[step]
			if len(all) == 0 {
				continue
			}
			f := Finding{At: step.Op.Span(), Severity: Warning, Relation: all[0].Object}
			f.Message = fmt.Sprintf("the down takes away %s, which was there before the up", objects(all))
			if len(all) > 1 {
				f.Message = fmt.Sprintf("the down takes away %s, which were there before the up", objects(all))
			}
			if i := slices.IndexFunc(all, func(d catalog.Difference) bool { return needs(m, d) != "" }); i >= 0 {
				f.Severity = Error
				if kind := all[i].Kind; kind == "table" || kind == "column" {
					f.Message += ", with what it holds"
				}
				f.Message += ", so after a rollback " + needs(m, all[i])
			}
			p.Report(f)
		}
	}),
}
