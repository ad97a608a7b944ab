package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/ddl"
)

// copied finds columns of a CopyFrom whose type changed. A connection asks for
// the types of the columns once and no error makes it ask again.
func (h *hazards) copied(st *ddl.Statement) {
	if !h.client.Copy || h.client.Sending != queries.CachedStatement && h.client.Sending != queries.CachedDescription {
		return
	}
	for _, op := range st.Ops {
		op, is := op.(*ddl.Copy)
		if !is || !op.From {
			continue
		}
		old, now := h.before.Relation(op.Table.Name), h.after.Relation(op.Table.Name)
		if old == nil || now == nil {
			continue
		}
		for _, name := range op.Columns {
			if a, b := old.Attribute(name), now.Attribute(name); a != nil && b != nil && !a.Assumed && !b.Assumed {
				h.stale(now, a, b)
			}
		}
	}
}

func (h *hazards) stale(r *catalog.Relation, from, to *catalog.Attribute) {
	if h.sameType(from.Type, to.Type) {
		return
	}
	a, b := sentAs(h.before, from.Type), sentAs(h.after, to.Type)
	if a == b && a != "" {
		return // they differ in what they accept
	}
	z := Hazard{
		Class: CopyStale, Relation: r.String(), Object: to.Name, Open: true,
		Cause: fmt.Sprintf("column %s of %s is of type %s instead of %s", to.Name, r, to.Type, from.Type),
	}
	outcomes, known := pairs()["copy "+a+" "+b]
	if !known {
		if a != "" && b != "" {
			return // it works
		}
		h.add(z, "a connection that copied to %s before goes on sending column %s as %s, and whether that is read as %s is not known", r, to.Name, from.Type, to.Type)
		return
	}
	z.Silent, z.Certain = slices.Contains(outcomes, "silent"), !slices.Contains(outcomes, "ok")
	for _, o := range outcomes {
		if o != "silent" && o != "ok" {
			z.SQLState = o
		}
	}
	switch {
	case z.Silent && z.SQLState == "":
		h.add(z, "CopyFrom on a connection that copied to %s before stores wrong values in column %s without an error, until that connection is closed", r, to.Name)
	case z.Silent:
		h.add(z, "CopyFrom on a connection that copied to %s before fails or stores wrong values in column %s without an error, depending on the value, until that connection is closed", r, to.Name)
	default:
		h.add(z, "every CopyFrom on a connection that copied to %s before fails, until that connection is closed", r)
	}
}

// sentAs names the binary format of a type: that of pg_catalog's type, of what
// a domain is over, and text for enum types and citext. It is "" where that is
// not known.
func sentAs(c *catalog.Catalog, t catalog.Type) string {
	for range 8 { // domains over domains
		d := c.TypeByOID(t.Def)
		if d == nil || t.Dims > 0 {
			break
		}
		if d.Kind == catalog.Enum {
			return "text"
		}
		if d.Kind != catalog.Domain {
			return ""
		}
		t = d.Base
	}
	switch {
	case t.Assumed && t.Dims == 0 && strings.EqualFold(t.Name.Name, "citext"):
		return "text"
	case !plain(t):
		return ""
	case slices.Contains([]string{"varchar", "bpchar", "name"}, t.Name.Name):
		return "text"
	case !slices.Contains(pairs()["types of"], t.Name.Name):
		return ""
	}
	return t.Name.Name
}
