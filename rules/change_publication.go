package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
)

var changePublication = &Rule{
	Name:     "change-publication",
	Title:    "A publication loses tables that subscribers get, or stops updates of those it gains",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: Any(
		On(func(p *Pass, c *catalog.ObjectChanged) {
			if c.After != nil && c.After.Kind == ddl.Publication {
				p.published(c.Before, c.After)
			}
			if c.Before != nil && c.Before.Kind == ddl.Publication && p.Window.Existed(c.Before.OID) {
				p.unpublished(c.Before, c.After)
			}
		}),
		On(func(p *Pass, op *ddl.DropObject) {
			for _, o := range op.Objects {
				if o.Kind == ddl.Publication && p.unknownObject(o, op.IfExists) {
					p.publication(o.Name.Name.Name, fmt.Sprintf("publication %s is dropped, so its subscriptions and change data capture stop with an error", quoted(o.Name.Name.Name)))
				}
			}
		}),
	),
}

// unpublished reports what subscribers no longer get.
func (p *Pass) unpublished(before, after *catalog.Object) {
	name := before.Name.Name
	switch {
	case p.Window.End.Object(ddl.Publication, before.Name) != nil && (after == nil || after.Name != before.Name):
		return // made anew, or has its name back
	case after == nil:
		p.publication(name, fmt.Sprintf("publication %s is dropped, so its subscriptions and change data capture stop with an error", quoted(name)))
		return
	case after.Name != before.Name:
		p.publication(name, fmt.Sprintf("publication %s is renamed to %s, so its subscriptions and change data capture stop with an error", quoted(name), quoted(after.Name.Name)))
		return
	}
	end := p.Window.End.Object(ddl.Publication, after.Name)
	if end == nil || end.AllTables {
		return
	}
	var lost []string
	for _, oid := range before.Tables {
		if r := p.known(p.Before.RelationByOID(oid)); r != nil && !slices.Contains(after.Tables, oid) && !slices.Contains(end.Tables, oid) && p.end(r) != nil {
			lost = append(lost, r.String())
		}
	}
	if len(lost) > 0 {
		p.publication(name, fmt.Sprintf("publication %s loses %s, so subscribers and change data capture of the previous version no longer get changes of it", quoted(name), list(lost)))
	}
	if op, ok := p.Op.(*ddl.AlterObject); ok && op.Action == "options" {
		p.publication(name, fmt.Sprintf("options of publication %s change, so its subscribers and change data capture may get fewer changes", quoted(name)))
	}
}

// published reports tables that a publication brings, whose rows nothing
// identifies.
func (p *Pass) published(before, after *catalog.Object) {
	if end := p.Window.End.Object(ddl.Publication, after.Name); end == nil || after.AllTables && before != nil {
		return
	}
	var names []string
	for r := range p.Window.Base.Relations() {
		end := p.end(r)
		if end == nil || !holdsData(r) || r.Temporary || identifies(end) || end.Assumed && end.ReplicaIdentity != "nothing" {
			continue
		}
		new := slices.Contains(after.Tables, r.OID) && (before == nil || !slices.Contains(before.Tables, r.OID))
		if new || after.AllTables {
			names = append(names, r.String())
		}
	}
	if len(names) > 0 {
		name := after.Name.Name
		p.publication(name, fmt.Sprintf("publication %s has %s now, without primary key or other replica identity, so UPDATE and DELETE of the previous version on it fail with 55000 unless only inserts are published", quoted(name), list(names)))
	}
}

func (p *Pass) publication(name, message string) {
	p.Report(Finding{At: p.Op.Span(), Relation: name, Message: message})
}

// unknownObject reports whether an object that a statement drops is not shown
// by the history, but was there before it, or may have been.
func (p *Pass) unknownObject(o ddl.Object, ifExists bool) bool {
	if p.Refusal != nil || p.RolledBack || ifExists && p.Before.Complete() {
		return false
	}
	return !changed(p, func(c *catalog.ObjectChanged) bool { return c.Before != nil && c.Before.Name.Name == o.Name.Name.Name }) &&
		p.Window.End.Object(o.Kind, o.Name.Name) == nil
}
