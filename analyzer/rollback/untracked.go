package rollback

import (
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// untracked are differences of what a catalog does not hold: who is a member of
// a role, the options of objects that are known by name, what comes with an
// extension, and the constraint that a partition keeps.
func (j *judge) untracked(end *catalog.Catalog) []catalog.Difference {
	var all []catalog.Difference
	members := map[string]bool{}
	see := func(run *replay.Run) {
		for _, step := range run.Steps {
			if step.RolledBack || step.Refusal != nil {
				continue
			}
			if op, ok := step.Op.(*ddl.GrantRole); ok {
				for _, key := range memberships(op) {
					before, known := members[key]
					if known && before == op.Revoke {
						delete(members, key) // taken back
					} else {
						members[key] = !op.Revoke
					}
				}
				continue
			}
			all = append(all, j.unheld(step, end)...)
		}
	}
	see(j.Up)
	if j.Down != nil {
		see(j.Down)
	}
	for key, granted := range members {
		d := catalog.Difference{Kind: "membership", Object: key, Before: "member", Unsure: true}
		if granted {
			d.Before, d.After = "", "member"
		}
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b catalog.Difference) int { return strings.Compare(a.Object, b.Object) })
	return slices.Compact(all)
}

func memberships(op *ddl.GrantRole) []string {
	var all []string
	for _, role := range op.Roles {
		for _, grantee := range op.Grantees {
			all = append(all, catalog.Quoted(grantee)+" in "+catalog.Quoted(role))
		}
	}
	return all
}

// unheld are the differences that one operation leaves for all that is known.
func (j *judge) unheld(step *replay.Step, end *catalog.Catalog) []catalog.Difference {
	switch op := step.Op.(type) {
	case *ddl.AlterObject:
		if op.Action != "options" || j.madeOrGone(op.Object, end) {
			return nil
		}
		return []catalog.Difference{{Kind: "options", Object: op.Object.Name.String(), Before: "?", After: strings.TrimSpace(op.Span().Text()), Unsure: true}}
	case *ddl.AlterExtension:
		if op.Action == "update" && j.before.Extension(op.Extension.Name) != nil && end.Extension(op.Extension.Name) != nil {
			return []catalog.Difference{{Kind: "version", Object: catalog.Quoted(op.Extension.Name), Before: "?", After: op.Version, Unsure: true}}
		}
	case *ddl.SecurityLabel:
		return []catalog.Difference{{Kind: "security label", Object: strings.TrimSpace(op.Span().Text()), Before: "?", After: "?", Unsure: true}}
	case *ddl.DropExtension:
		if op.Cascade && slices.ContainsFunc(op.Extensions, func(x ddl.Ident) bool { return j.before.Extension(x.Name) != nil }) {
			return []catalog.Difference{{Kind: "extension", Object: catalog.Quoted(op.Extensions[0].Name), Before: "what depends on it", After: "?", Unsure: true}}
		}
	case *ddl.DetachPartition:
		return j.boundKept(step, op, end)
	}
	return nil
}

// madeOrGone reports whether an object is not there before the up, or not at
// the end.
func (j *judge) madeOrGone(o ddl.Object, end *catalog.Catalog) bool {
	made := slices.ContainsFunc(j.Up.Steps, func(s *replay.Step) bool {
		op, ok := s.Op.(*ddl.CreateObject)
		return ok && op.Object.Kind == o.Kind && op.Object.Name.Name == o.Name.Name
	})
	return made || j.before.Object(o.Kind, o.Name.Name) != nil && end.Object(o.Kind, o.Name.Name) == nil
}

// boundKept is the CHECK constraint with the bound of a partition that DETACH
// CONCURRENTLY gives it, and that stays when it is attached again.
func (j *judge) boundKept(step *replay.Step, op *ddl.DetachPartition, end *catalog.Catalog) []catalog.Difference {
	t := step.Before.Relation(op.Partition.Name)
	if !op.Concurrently || t == nil || end.RelationByOID(t.OID) == nil || j.old(t) == nil {
		return nil
	}
	return []catalog.Difference{{Kind: "constraint", Object: t.String() + " CHECK", Relation: t.OID, After: "CHECK (" + strings.Join(strings.Fields(boundText(t)), " ") + ")",
		// One that says as much already is not doubled.
		Unsure: slices.ContainsFunc(t.Constraints, func(k *catalog.Constraint) bool { return k.Kind == ddl.Check })}}
}

func boundText(r *catalog.Relation) string {
	if r.Partition == nil {
		return "?"
	}
	return r.Partition.Text
}

// sequenceMoved judges a statement that sets where a sequence stands: one from
// before that begins anew hands out values that rows already have.
func (j *judge) sequenceMoved(step *replay.Step, stage Stage) {
	var options []ddl.Option
	var r *catalog.Relation
	switch op := step.Op.(type) {
	case *ddl.AlterSequence:
		r, options = step.Before.Relation(op.Relation.Name), op.Options
	case *ddl.SetIdentity:
		t := step.Before.Relation(op.Relation.Name)
		if t == nil || t.Attribute(op.Column.Name) == nil {
			return
		}
		r, options = sequenceOf(step.Before, t, t.Attribute(op.Column.Name)), op.Options
	case *ddl.Select:
		j.setval(step, op)
		return
	}
	if r == nil || j.old(r) == nil || j.Up.End.RelationByOID(r.OID) == nil {
		return
	}
	for _, o := range options {
		switch {
		case o.Name != "restart":
		case o.Value == "":
			j.lose(Loss{Stage: stage, Kind: MovedSequence, Object: r.String(), At: step.Op.Span(), Step: step,
				Detail: fmt.Sprintf("where sequence %s stood is forgotten, so it begins anew and hands out values that rows already have", r)})
		default:
			j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("whether sequence %s has handed out %s already is not known", r, o.Value)})
		}
	}
}

func sequenceOf(c *catalog.Catalog, t *catalog.Relation, a *catalog.Attribute) *catalog.Relation {
	for r := range c.Relations() {
		if s := r.Sequence; s != nil && s.OwnedBy == t.OID && s.OwnedByAttr == a.Num {
			return r
		}
	}
	return nil
}

var (
	setvalCall = pattern.New(`(?i)\bsetval\s*\(`)
	setvalOf   = pattern.New(`(?i)\bsetval\s*\(\s*'([^']+)'`)
)

// setval judges SELECT setval(…).
func (j *judge) setval(step *replay.Step, op *ddl.Select) {
	text := op.Span().Text()
	if !setvalCall.MatchString(text) {
		return
	}
	if m := setvalOf.FindStringSubmatch(text); m != nil {
		schema, name, ok := strings.Cut(m[1], ".")
		if !ok {
			schema, name = "", m[1]
		}
		r := step.Before.Relation(ddl.Name{Schema: strings.Trim(schema, `"`), Name: strings.Trim(name, `"`)})
		if r != nil && j.old(r) == nil {
			return // a new one, which goes too
		}
	}
	j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: "whether the sequence has handed out that value already is not known"})
}
