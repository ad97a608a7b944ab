package rules

import (
	"fmt"
	"strings"
)

var truncatedIdentifier = &Rule{
	Name:     "truncated-identifier",
	Title:    "A name is longer than 63 bytes and silently cut",
	Category: Practice,
	Severity: Warning,
	Since:    "0.1",
	Check: onGivenNames(func(p *Pass, n givenName) {
		if len(n.Name) < 60 {
			return
		}
		written := n.At.Text()
		if strings.HasPrefix(written, `"`) {
			written = strings.ReplaceAll(strings.Trim(written, `"`), `""`, `"`)
		}
		if len(written) <= 63 || !strings.HasPrefix(strings.ToLower(written), strings.ToLower(n.Name)) || !p.lasts(n) {
			return
		}
		p.Report(Finding{
			At:       n.At,
			Relation: n.table,
			Object:   n.Name,
			Message:  fmt.Sprintf("name %s of %s has %d bytes, and PostgreSQL keeps 63 of them: %s is what errors and catalogs show, and another name that begins alike is the same", quoted(written), n.article(), len(written), quoted(n.Name)),
		})
	}),
}
