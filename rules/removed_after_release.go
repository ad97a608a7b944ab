package rules

import (
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/parser/migration"
)

var removedAfterRelease = &Rule{
	Name:     "removed-after-release",
	Title:    "The file of a migration that was released is gone",
	Category: Process,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, e *migration.Edit) {
		if e.Kind != migration.Removed {
			return
		}
		what, is := "migration "+quoted(e.Before[0]), "is"
		if n := len(e.Before); n > 1 {
			what, is = fmt.Sprintf("%d migrations, %s to %s,", n, quoted(e.Before[0]), quoted(e.Before[n-1])), "are"
		}
		effect := "a new database is built without what it did"
		if is == "are" {
			effect = strings.ReplaceAll(effect, "it did", "they did")
		}
		if p.tool().misses {
			effect += fmt.Sprintf(", and where it ran %s refuses to go on", p.toolName())
			if is == "are" {
				effect = strings.ReplaceAll(effect, "it ran", "they ran")
			}
		}
		p.Report(Finding{At: e.At, Message: fmt.Sprintf("%s %s in %s and no longer here, so %s", what, is, short(e.Ref), effect)})
	}),
}
