package rules

import (
	"fmt"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var changeReplicaIdentity = &Rule{
	Name:     "change-replica-identity",
	Title:    "Logical replication and change data capture get other old rows",
	Category: Compat,
	Severity: Warning,
	Since:    "0.1",
	Check: On(func(p *Pass, c *catalog.ReplicaIdentityChanged) {
		table, end := p.known(c.Before), p.end(c.Before)
		if table == nil || end == nil || sameIdentity(c.Before, c.After) && !c.Before.Assumed {
			return
		}
		if sameIdentity(table, end) && !table.Assumed {
			return // is what it was
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Message:  fmt.Sprintf("replica identity of %s becomes %s, so subscribers and change data capture of the previous version get other columns of old rows", describe(table), identityText(c.After)),
		}
		if !identifies(c.After) && !end.Assumed {
			f.Message = fmt.Sprintf("replica identity of %s becomes %s, so UPDATE and DELETE of the previous version fail with 55000 while a publication has it for updates or deletes", describe(table), identityText(c.After))
		}
		p.Report(f)
	}),
}

func sameIdentity(a, b *catalog.Relation) bool {
	return a.ReplicaIdentity == b.ReplicaIdentity && a.ReplicaIndex == b.ReplicaIndex
}

// identifies reports whether a published table can be updated.
func identifies(r *catalog.Relation) bool {
	switch r.ReplicaIdentity {
	case "full", "index":
		return true
	case "nothing":
		return false
	}
	return r.PrimaryKey() != nil
}

func identityText(r *catalog.Relation) string {
	switch {
	case r.ReplicaIdentity == "full":
		return "FULL"
	case r.ReplicaIdentity == "index":
		return "index " + quoted(r.ReplicaIndex)
	case r.ReplicaIdentity == "nothing":
		return "NOTHING"
	case identifies(r) || r.Assumed:
		return "DEFAULT, which is the primary key"
	}
	return "DEFAULT, and it has no primary key"
}
