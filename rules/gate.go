package rules

import (
	"github.com/migracheck/migracheck/analyzer/flaggate"
)

// gated is the check of a rule about Go code that has to do with what a release
// changes.
func gated(problem flaggate.Problem) Check {
	return On(func(p *Pass, g *flaggate.Finding) {
		if g.Problem != problem {
			return
		}
		c := g.Changes[0]
		f := Finding{At: g.At, Message: g.Message(), Relation: c.Relation, Object: c.Column}
		if c.Step != nil {
			f.Migration = c.Step.Migration.ID
			f.Related = append(f.Related, Related{At: c.Step.Op.Span(), Message: "here " + c.Does()})
		}
		if at := g.Query.At; at.File != g.At.File || at.From().Line != g.At.From().Line {
			f.Related = append(f.Related, Related{At: at, Message: "the query"})
		}
		for _, check := range g.Checks {
			f.Related = append(f.Related, Related{At: check.At, Message: check.Message})
		}
		for _, place := range g.Way {
			f.Way = append(f.Way, Related{At: place.At, Message: place.Message})
		}
		if c.Flag != "" && !g.Key.IsZero() {
			f.Fixes = []Fix{{Title: "ask for the flag " + c.Flag, Edits: []Edit{{At: g.Key, NewText: quotedKey(g.Key.Text(), c.Flag)}}}}
		}
		p.Report(f)
	})
}

// quotedKey is a key as a text in Go, with the quotes of the one before.
func quotedKey(before, key string) string {
	if len(before) > 0 && before[0] == '`' {
		return "`" + key + "`"
	}
	return `"` + key + `"`
}
