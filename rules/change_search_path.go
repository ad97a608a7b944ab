package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

var changeSearchPath = &Rule{
	Name:     "change-search-path",
	Title:    "The search_path of a database or role changes for every new connection",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, op *ddl.AlterObject) {
			if op.Object.Kind == ddl.Database || op.Object.Kind == ddl.Role {
				p.searchPath(fmt.Sprintf("%s %s", op.Object.Kind, quoted(op.Object.Name.Name.String())))
			}
		}),
		On(func(p *Pass, op *ddl.Unmodelled) { p.searchPath("the server") }),
	),
}

// persistentPath matches ALTER DATABASE, ROLE, USER and SYSTEM with SET or
// RESET search_path, which a session's own SET is not.
var persistentPath = pattern.New(`(?is)^\s*ALTER\s+(DATABASE|ROLE|USER|SYSTEM)\b.*\b(SET|RESET)\s+("?)search_path\b`)

func (p *Pass) searchPath(whose string) {
	if p.RolledBack || !persistentPath.MatchString(p.Op.Span().Text()) {
		return
	}
	p.Report(Finding{
		At:      p.Op.Span(),
		Object:  "search_path",
		Message: fmt.Sprintf("search_path of %s changes, so new connections of the previous version may look up unqualified names in other schemas and fail with 42P01", whose),
	})
}
