package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var unlistedExtension = &Rule{
	Name:     "unlisted-extension",
	Title:    "A new extension is not on the list",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Options:  []Option{{Name: "extensions", Help: "the extensions that have been reviewed", Default: []string{"plpgsql"}}},
	Check: On(func(p *Pass, c *catalog.ExtensionCreated) {
		if p.Window.End.Extension(c.Extension.Name) == nil || slices.Contains(option[[]string](p, "extensions"), c.Extension.Name) {
			return
		}
		p.Report(Finding{
			At:      p.Op.Span(),
			Object:  c.Extension.Name,
			Message: fmt.Sprintf("extension %s is not on the list of this project: its code runs in the server, often as superuser, and the migration fails on one that does not have it", quoted(c.Extension.Name)),
		})
	}),
}
