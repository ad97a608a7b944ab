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
		if !p.Window.RelationExisted(c.Before) || c.Before.ReplicaIdentity == c.After.ReplicaIdentity && c.Before.ReplicaIndex == c.After.ReplicaIndex {
			return
		}
		f := Finding{
			At: p.Op.Span(), Relation: c.After.String(),
			Message: fmt.Sprintf("replica identity of table %q becomes %s: subscribers and change-data-capture consumers of the previous version get other columns of old rows", c.After, identityText(c.After)),
		}
		if c.After.ReplicaIdentity == "nothing" {
			f.Message = fmt.Sprintf("replica identity of table %q becomes NOTHING: while it is published for updates or deletes, UPDATE and DELETE of the previous version fail with 55000", c.After)
		}
		p.Report(f)
	}),
}

func identityText(r *catalog.Relation) string {
	switch r.ReplicaIdentity {
	case "full":
		return "FULL"
	case "index":
		return "index " + r.ReplicaIndex
	}
	return "DEFAULT"
}
