package rules

import (
	"fmt"
	"slices"

	"github.com/migracheck/migracheck/analyzer/catalog"
)

var renameTable = &Rule{
	Name:     "rename-table",
	Title:    "A table or view that the previous version may use is renamed",
	Category: Compat,
	Severity: Error,
	Since:    "0.1",
	Used:     true,
	Check: On(func(p *Pass, c *catalog.RelationRenamed) {
		table := p.known(c.Before)
		if table == nil || !holdsRows(table) && table.Kind != catalog.View {
			return
		}
		if table.Name != c.Before.Name {
			return // renamed before in this window
		}
		end := p.end(c.Before)
		if end == nil || end.QualifiedName() == table.QualifiedName() {
			return // dropped after all, or has its old name back
		}
		f := Finding{
			At:       p.Op.Span(),
			Relation: table.String(),
			Related:  createdAt(table.Created, table.Assumed),
			Message:  fmt.Sprintf("%s is renamed to %s, so statements of the previous version that name it fail with 42P01", describe(table), quoted(c.After.Name)),
		}
		if now := p.successor(table); now != nil && !standsIn(p, table, now, &f) {
			return
		}
		p.Report(f)
	}),
}

// standsIn judges what has a renamed table's name now; ok is false where
// nothing is left to report.
func standsIn(p *Pass, table, now *catalog.Relation, f *Finding) (ok bool) {
	if missing := p.missing(table, now); len(missing) > 0 {
		f.Message = fmt.Sprintf("%s is renamed, and the %s in its place has no column %s, so statements of the previous version that name it fail with 42703", describe(table), now.Kind, list(missing))
		return true
	}
	if holdsData(table) && holdsData(now) {
		if end := p.Window.End.RelationByOID(table.OID); end != nil && slices.Contains(end.Parents, now.OID) {
			return false // the old table became a part of the new one
		}
		if names := p.demanded(table, now); len(names) > 0 {
			f.Message = fmt.Sprintf("%s is renamed, and the %s in its place requires column %s, so INSERTs of the previous version, which do not name it, fail with 23502", describe(table), now.Kind, list(names))
			return true
		}
		f.Message = fmt.Sprintf("%s is renamed and created anew, so the previous version no longer finds the rows that it had", describe(table))
		if p.copied(table.OID, now.OID) {
			f.Severity = Note
			f.Message = fmt.Sprintf("%s is renamed and one with a copy of its rows takes its place, so what the previous version writes between the two is lost unless the table is locked", describe(table))
		}
		return true
	}
	if now.Kind != catalog.View || !holdsData(table) {
		return false
	}
	if !updatable(p.Window.End, now) {
		f.Severity = Warning
		f.Message = fmt.Sprintf("%s is renamed, and the view in its place cannot be written to, so INSERT, UPDATE and DELETE of the previous version may fail with 55000", describe(table))
		return true
	}
	if !table.Assumed && !slices.ContainsFunc(table.Constraints, arbiter) {
		return false
	}
	f.Severity = Note
	f.Message = fmt.Sprintf("%s is renamed and a view has its name now: the previous version keeps working, except that INSERT … ON CONFLICT ON CONSTRAINT fails with 42704, because a view has no constraints", describe(table))
	return true
}
