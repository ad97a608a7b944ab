package rules

import "github.com/migracheck/migracheck/parser/migration"

// problemRule returns a rule that reports one kind of problem with the set of
// files, in the words of the package that found it.
func problemRule(kind migration.ProblemKind, severity Severity, title string) *Rule {
	return &Rule{
		Name:     string(kind),
		Title:    title,
		Category: Process,
		Severity: severity,
		Since:    "0.1",
		Check: On(func(p *Pass, problem *migration.Problem) {
			if problem.Kind != kind {
				return
			}
			f := Finding{At: problem.At, Message: problem.Message}
			for _, r := range problem.Related {
				f.Related = append(f.Related, Related(r))
			}
			p.Report(f)
		}),
	}
}
