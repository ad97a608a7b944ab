package catalog

import (
	"slices"

	"github.com/migracheck/migracheck/parser/ddl"
)

// Return returns the snapshot to, as after a ROLLBACK from c: OIDs used since
// are not used again, and session state follows the rules of SET.
func (c *Catalog) Return(to *Catalog) *Catalog {
	d := *to
	d.contents = c.revert(&to.contents)
	d.next = max(c.next, to.next)
	d.complete = c.complete && to.complete
	d.assumptions = max(c.assumptions, to.assumptions)
	return &d
}

// EndTransaction returns the snapshot with SET LOCAL undone and without the
// tables that are ON COMMIT DROP.
func (c *Catalog) EndTransaction() *Catalog {
	s := c.session.EndTransaction()
	if s == c.session && len(c.transient) == 0 {
		return c
	}
	e := &editor{Catalog: *c, op: &ddl.Transaction{Action: "commit"}}
	e.session, e.transient = s, nil
	var targets []Address
	for _, oid := range c.transient {
		targets = append(targets, Address{OID: oid})
	}
	if e.drop(targets, "", true) != nil {
		e.discard(&c.contents) // not with CASCADE
		e.Catalog = *c
	}
	return &e.Catalog
}

// onCommit remembers what is to be done with a temporary table when the
// transaction ends.
func (e *editor) onCommit(t *Relation, action string) {
	if action == "drop" {
		e.transient = append(slices.Clip(e.transient), t.OID)
	}
}

// Accepts reports whether the routine can be called with n arguments.
func (f *Function) Accepts(n int) bool {
	least, most := 0, 0
	for _, a := range f.Args {
		switch a.Mode {
		case 'i', 'b':
			most++
			if !a.HasDefault {
				least++
			}
		case 'v':
			return n >= least
		}
	}
	return n >= least && n <= most
}

// LastOID returns the highest OID given so far: what an older snapshot's next
// operation creates has a higher one.
func (c *Catalog) LastOID() OID { return c.next }
