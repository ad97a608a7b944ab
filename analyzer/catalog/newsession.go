package catalog

import "github.com/migracheck/migracheck/parser/ddl"

// ResetSettings returns the snapshot after RESET ALL.
func (c *Catalog) ResetSettings() *Catalog {
	if len(c.session.set) == 0 && len(c.session.local) == 0 {
		return c
	}
	e := &editor{Catalog: *c, op: &ddl.SetVariable{}}
	e.resetAll()
	return &e.Catalog
}

// NewSession returns the snapshot as a session that begins now finds it: with
// the settings of the server, and without temporary objects; a fork (see
// [Catalog.Fork]) or c itself.
func (c *Catalog) NewSession() *Catalog {
	if c.temporary == 0 && len(c.session.set) == 0 && len(c.session.local) == 0 {
		return c
	}
	var targets []Address
	for r := range c.Relations() {
		if r.Temporary && r.Schema == tempSchema {
			targets = append(targets, Address{OID: r.OID})
		}
	}
	e := &editor{Catalog: *c.Fork(), op: &ddl.Transaction{}}
	e.session, e.transient = &Session{}, nil
	if e.drop(targets, "", true) != nil {
		return c // not with CASCADE
	}
	return &e.Catalog
}
