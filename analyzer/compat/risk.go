package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// risks finds what the new schema refuses depending on rows, parameters or the
// role.
func (c *comparison) risks() {
	for i, w := range c.now.writes {
		table := c.after.RelationByOID(w.base)
		if table == nil || table.Assumed {
			continue
		}
		old := c.before.RelationByOID(w.base)
		if old == nil {
			// Another table has the name. It has no constraint that the
			// statement knew.
			if i < len(c.old.writes) {
				old = c.before.RelationByOID(c.old.writes[i].base)
			}
			if old == nil {
				continue
			}
		}
		c.positions(i, w)
		c.constraints(w, old, table)
		c.columns(w, old, table)
		c.references(w, table)
		c.security(w, old, table)
		c.triggers(w, old, table)
	}
	c.privileges()
}

func (c *comparison) may(sqlstate string, w write, table *catalog.Relation, object, message, cause string) {
	c.errors = append(c.errors, Error{SQLState: sqlstate, At: w.at, Relation: table.String(), Object: object, Message: message, Cause: cause})
}

// positions finds values that an INSERT without a list of columns gives to
// other columns than before.
func (c *comparison) positions(i int, w write) {
	if w.command != "insert" || w.listed || i >= len(c.old.writes) {
		return
	}
	old := c.old.writes[i]
	if old.relation != w.relation {
		return
	}
	for n := range min(len(old.columns), len(w.columns)) {
		if old.columns[n] != w.columns[n] {
			c.unknown = append(c.unknown, Reason{At: w.at, Text: fmt.Sprintf("value %d is for another column of %s now", n+1, c.relationName(w.relation))})
			return
		}
	}
}

// writesTo reports whether a statement gives a value to one of those columns.
func (w write) writesTo(columns []int) bool {
	if w.command == "insert" {
		return true
	}
	if w.relation != w.base {
		return true // columns of a view have numbers of their own
	}
	return slices.ContainsFunc(columns, func(n int) bool { return slices.Contains(w.columns, n) })
}

// constraints finds new constraints and unique indexes of the table, and of
// its partitions.
func (c *comparison) constraints(w write, old, table *catalog.Relation) {
	if w.command == "delete" {
		return
	}
	for _, con := range table.Constraints {
		cause := fmt.Sprintf("constraint %s of %s is new", con.Name, table)
		message := fmt.Sprintf("row of relation %q violates constraint %q", table.Name, con.Name)
		before := old.ConstraintByOID(con.OID)
		switch {
		case !con.Enforced || before != nil && before.Enforced:
		case con.Kind == ddl.Check && !c.implied(con, old):
			c.may(checkViolation, w, table, con.Name, message, cause)
		case con.Kind == ddl.ForeignKey && w.writesTo(con.Columns):
			c.may(foreignKeyViolation, w, table, con.Name, message, cause)
		case con.Kind == ddl.Exclude && w.writesTo(con.Columns) && !w.ignoring:
			c.may(exclusionViolation, w, table, con.Name, message, cause)
		}
	}
	for _, oid := range table.Indexes {
		x := c.after.RelationByOID(oid)
		if x == nil || x.Index == nil || !x.Index.Unique || c.before.RelationByOID(oid) != nil && slices.Contains(old.Indexes, oid) {
			continue
		}
		if w.ignoring || !w.writesTo(append(slices.Clone(x.Index.Columns), x.Index.Refs...)) || c.unique(x, old) {
			continue
		}
		c.may(uniqueViolation, w, table, x.Name, fmt.Sprintf("duplicate key value violates unique constraint %q", x.Name), fmt.Sprintf("unique index %s of %s is new", x.Name, table))
	}
}

// implied reports whether a check of the old table refuses all that the new one
// refuses.
func (c *comparison) implied(con *catalog.Constraint, old *catalog.Relation) bool {
	return slices.ContainsFunc(old.Constraints, func(o *catalog.Constraint) bool {
		return o.Kind == ddl.Check && o.Enforced && con.Check.Weakens(o.Check)
	})
}

// unique reports whether an index of the old table refuses all that the new one
// refuses.
func (c *comparison) unique(x, old *catalog.Relation) bool {
	if x.Index.Where != nil || slices.Contains(x.Index.Columns, 0) {
		return false
	}
	return slices.ContainsFunc(old.Indexes, func(oid catalog.OID) bool {
		o := c.before.RelationByOID(oid)
		if o == nil || o.Index == nil || !o.Index.Unique || o.Index.Where != nil || x.Index.NullsNotDistinct != o.Index.NullsNotDistinct {
			return false
		}
		return !slices.ContainsFunc(o.Index.Columns, func(n int) bool { return n == 0 || !slices.Contains(x.Index.Columns, n) })
	})
}

// columns finds columns that refuse more than before.
func (c *comparison) columns(w write, old, table *catalog.Relation) {
	for _, num := range w.columns {
		if w.command == "delete" || w.relation != w.base {
			return
		}
		a, b := table.AttributeByNum(num), old.AttributeByNum(num)
		if a == nil || b == nil {
			continue
		}
		x := w.values[num]
		fixed := x != nil && x.Constant && !x.Null
		if a.NotNull && !b.NotNull && !fixed {
			c.may(notNullViolation, w, table, a.Name, fmt.Sprintf("null value in column %q of relation %q violates not-null constraint", a.Name, table.Name),
				fmt.Sprintf("column %s of %s is now NOT NULL", a.Name, table))
		}
		if x == nil || !x.Null {
			c.narrowed(w, table, b, a, fixed)
		}
	}
	for _, a := range table.Attributes {
		d, e := c.after.TypeByOID(a.Type.Def), c.before.TypeByOID(a.Type.Def)
		if d == nil || e == nil || d.Kind != catalog.Domain || w.command == "delete" {
			continue
		}
		if len(d.Constraints) > len(e.Constraints) || d.NotNull && !e.NotNull {
			c.may(checkViolation, w, table, a.Name, fmt.Sprintf("value for domain %s violates its constraints", d.Name), fmt.Sprintf("domain %s is stricter", d))
		}
	}
}

func (c *comparison) narrowed(w write, table *catalog.Relation, from, to *catalog.Attribute, fixed bool) {
	if from.Assumed || to.Assumed || c.sameType(from.Type, to.Type) {
		return
	}
	if from.Type.IsZero() || to.Type.IsZero() {
		c.unknown = append(c.unknown, Reason{At: w.at, Text: fmt.Sprintf("the type of column %s of %s is not known", to.Name, table)})
		return
	}
	cause := fmt.Sprintf("column %s of %s is of type %s instead of %s", to.Name, table, to.Type, from.Type)
	switch catalog.Convert(from.Type, c.before, to.Type, c.after) {
	case catalog.SameType, catalog.Widening:
	case catalog.Altering:
	case catalog.Narrowing:
		if fixed && (characters(to.Type) > 0 && from.Type.IsText() || slices.Contains([]string{"int2", "int4", "int8"}, to.Type.Name.Name) && from.Type.IsNumber()) {
			return // the constant was looked at
		}
		state := numberOutOfRange
		if !to.Type.IsNumber() {
			state = stringTooLong
		}
		c.may(state, w, table, to.Name, fmt.Sprintf("value does not fit type %s", to.Type), cause)
	case catalog.UnknownConversion, catalog.OtherType:
		if to.Type.IsText() && to.Type.Dims == 0 && len(to.Type.Mods) == 0 && to.Type.Name.Name != "bpchar" && from.Type.Dims == 0 {
			return // every type is assigned to strings
		}
		if _, seen := c.now.assigns(to); seen {
			return // the type of what is written was looked at
		}
		c.unknown = append(c.unknown, Reason{At: w.at, Text: cause + ", and whether it takes what the statement writes is not analysed"})
	}
}

// references finds new foreign keys to the table.
func (c *comparison) references(w write, table *catalog.Relation) {
	if w.command == "insert" {
		return
	}
	var done []catalog.OID
	for _, d := range c.after.Dependents(table.OID) {
		r := c.after.RelationByOID(d.Dependent.OID)
		if r == nil || slices.Contains(done, r.OID) {
			continue
		}
		done = append(done, r.OID)
		for _, con := range r.Constraints {
			if con.Kind != ddl.ForeignKey || con.References != table.OID || !con.Enforced {
				continue
			}
			before := c.before.RelationByOID(r.OID)
			if before != nil && before.ConstraintByOID(con.OID) != nil {
				continue
			}
			action, touched := con.OnDelete, true
			if w.command == "update" {
				action, touched = con.OnUpdate, len(con.ReferencedColumns) == 0 || w.writesTo(con.ReferencedColumns)
			}
			if !touched || action == "cascade" || action == "set null" && !c.anyNotNull(r, con) {
				continue
			}
			c.may(foreignKeyViolation, w, table, con.Name, fmt.Sprintf("update or delete on table %q violates foreign key constraint %q on table %q", table.Name, con.Name, r.Name),
				fmt.Sprintf("constraint %s of %s is new", con.Name, r))
		}
	}
}

func (c *comparison) anyNotNull(r *catalog.Relation, con *catalog.Constraint) bool {
	return slices.ContainsFunc(con.Columns, func(num int) bool {
		a := r.AttributeByNum(num)
		return a != nil && a.NotNull
	})
}

// security finds row-level security that is new, and other policies.
func (c *comparison) security(w write, old, table *catalog.Relation) {
	switch {
	case !table.RowSecurity:
	case !old.RowSecurity:
		c.may(insufficientPrivilege, w, table, "", fmt.Sprintf("new row violates row-level security policy for table %q", table.Name), fmt.Sprintf("row-level security of %s is enabled", table))
	case !slices.Equal(old.Policies, table.Policies) || table.ForceRowSecurity && !old.ForceRowSecurity:
		c.may(insufficientPrivilege, w, table, "", fmt.Sprintf("new row violates row-level security policy for table %q", table.Name), fmt.Sprintf("the policies of %s changed", table))
	}
}

// triggers finds triggers that are new, whose functions may do anything.
func (c *comparison) triggers(w write, old, table *catalog.Relation) {
	for _, t := range table.Triggers {
		if t.State == "disable" || !slices.ContainsFunc(t.Events, func(e string) bool { return strings.EqualFold(e, w.command) }) {
			continue
		}
		known := slices.ContainsFunc(old.Triggers, func(o *catalog.Trigger) bool {
			return o.OID == t.OID && o.State == t.State && c.before.FunctionByOID(o.Function) == c.after.FunctionByOID(t.Function)
		})
		if !known {
			c.unknown = append(c.unknown, Reason{At: w.at, Text: fmt.Sprintf("what trigger %s of %s does is not analysed", t.Name, table)})
		}
	}
	if !slices.Equal(old.Rules, table.Rules) {
		c.unknown = append(c.unknown, Reason{At: w.at, Text: fmt.Sprintf("the rules of %s changed", table)})
	}
}

// privileges finds what was revoked, or was not granted on what has the name of
// a relation now.
func (c *comparison) privileges() {
	for at, old := range c.old.bound {
		now, ok := c.now.bound[at]
		if !ok || old.relation == 0 || old.column != 0 {
			continue
		}
		before, after := c.before.RelationByOID(old.relation), c.after.RelationByOID(now.relation)
		if before == nil || after == nil {
			continue
		}
		c.revoked(at, before.ACL, after.ACL, after.String(), c.needs(old.relation))
		for _, a := range before.Attributes {
			if b := after.Attribute(a.Name); b != nil {
				c.revoked(at, a.ACL, b.ACL, after.String(), c.needs(old.relation))
			}
		}
	}
	for at, old := range c.old.bound {
		f, g := c.before.FunctionByOID(old.routine), c.after.FunctionByOID(c.now.bound[at].routine)
		if f != nil && g != nil {
			c.revoked(at, f.ACL, g.ACL, g.Signature(), nil)
		}
	}
}

// needs are the privileges that the statement uses on a relation; nil is any.
func (c *comparison) needs(oid catalog.OID) []string {
	var names []string
	for _, w := range c.old.writes {
		if w.relation == oid {
			names = append(names, w.command)
		}
	}
	if r := c.before.RelationByOID(oid); r != nil && r.Kind == catalog.Sequence {
		return nil
	}
	for u := range c.old.uses {
		if u.relation == oid {
			return append(names, "select")
		}
	}
	if len(names) == 0 {
		return []string{"select"}
	}
	return names
}

func (c *comparison) revoked(at source.Span, before, after []catalog.Privilege, object string, needs []string) {
	for _, p := range before {
		if needs != nil && !slices.Contains(needs, strings.ToLower(p.Name)) {
			continue
		}
		if slices.ContainsFunc(after, func(q catalog.Privilege) bool { return q.Grantee == p.Grantee && q.Name == p.Name }) {
			continue
		}
		c.errors = append(c.errors, Error{
			SQLState: insufficientPrivilege, At: at, Relation: object, Object: p.Grantee,
			Message: fmt.Sprintf("permission denied for %s", object), Cause: fmt.Sprintf("%s lost %s on %s", p.Grantee, p.Name, object),
		})
		return
	}
}
