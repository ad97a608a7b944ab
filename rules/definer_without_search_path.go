package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var definerWithoutSearchPath = &Rule{
	Name:     "definer-without-search-path",
	Title:    "A SECURITY DEFINER function takes the search_path of its caller",
	Category: Practice,
	Severity: Note,
	Since:    "0.1",
	Off:      true,
	Check: Any(
		On(func(p *Pass, c *catalog.FunctionCreated) { p.borrowsPath(c.Function) }),
		On(func(p *Pass, c *catalog.FunctionReplaced) {
			if _, anew := p.Op.(*ddl.CreateFunction); anew || !borrowsPath(c.Before) {
				p.borrowsPath(c.After)
			}
		}),
	),
}

func (p *Pass) borrowsPath(created *catalog.Function) {
	f := p.Window.End.FunctionByOID(created.OID)
	if f == nil || !borrowsPath(f) {
		return
	}
	p.Report(Finding{
		At:       p.Op.Span(),
		Relation: f.QualifiedName().String(),
		Message:  fmt.Sprintf("%s %s runs with the privileges of its owner and the search_path of its caller, who can have it call functions and read tables of a schema of their own", f.Kind, quoted(f.Signature())),
	})
}

// borrowsPath reports whether a function runs as its owner and looks up names as
// its caller does. Those in a body of BEGIN ATOMIC were resolved when it was
// created.
func borrowsPath(f *catalog.Function) bool {
	if !f.SecDefiner || f.Body != "" && f.Body == f.BodyAt.Text() {
		return false
	}
	return !slices.ContainsFunc(f.Options, func(o ddl.Option) bool {
		return o.Name == "set" && strings.HasPrefix(o.Value, "search_path")
	})
}
