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

// upLosses finds what the up destroys of what was there before it.
func (j *judge) upLosses() {
	for _, step := range j.Up.Steps {
		if step.RolledBack || step.Refusal != nil {
			continue
		}
		for _, c := range step.Changes {
			j.upChange(step, c)
		}
		j.upData(step)
		j.sequenceMoved(step, ByUp)
	}
}

// old returns a relation as it was before the up; nil where the up made it.
func (j *judge) old(r *catalog.Relation) *catalog.Relation {
	if before := j.before.RelationByOID(r.OID); before != nil {
		return before
	}
	if r.Assumed {
		return r // the up is the first to mention it
	}
	return nil
}

// oldColumn reports whether a column was there before the up.
func (j *judge) oldColumn(r *catalog.Relation, a *catalog.Attribute) bool {
	if a.Assumed {
		return true
	}
	before := j.before.RelationByOID(r.OID)
	return before != nil && before.AttributeByNum(a.Num) != nil
}

func holdsRows(r *catalog.Relation) bool {
	return r.Kind == catalog.Table || r.Kind == catalog.PartitionedTable
}

func (j *judge) lose(l Loss) { j.Losses = append(j.Losses, l) }

func (j *judge) upChange(step *replay.Step, c catalog.Change) {
	switch c := c.(type) {
	case *catalog.ColumnDropped:
		j.upDroppedColumn(step, c)
	case *catalog.RelationDropped:
		j.upDropped(step, c)
	case *catalog.DataRemoved:
		if j.old(c.Relation) != nil {
			j.lose(Loss{Stage: ByUp, Kind: RemovedRows, Object: c.Relation.String(), At: step.Op.Span(), Step: step,
				Detail: fmt.Sprintf("the rows of %s are gone, and no down brings them back", c.Relation)})
		}
	case *catalog.ColumnTypeChanged:
		j.upConverted(step, c)
	case *catalog.GenerationChanged:
		if j.oldColumn(c.Relation, c.Before) && c.Before.Generated == nil && c.After.Generated != nil {
			j.lose(Loss{Stage: ByUp, Kind: OverwrittenValues, Object: columnName(c.Relation, c.After), At: step.Op.Span(), Step: step,
				Detail: fmt.Sprintf("the values of column %s are computed now, and those before are gone", columnName(c.Relation, c.After))})
		}
	}
}

func (j *judge) upDroppedColumn(step *replay.Step, c *catalog.ColumnDropped) {
	if !j.oldColumn(c.Relation, c.Attribute) || !holdsRows(c.Relation) || c.Attribute.Generated != nil || j.goes(c.Relation.OID) {
		return
	}
	name := columnName(c.Relation, c.Attribute)
	switch j.movedBack(step, c.Relation, c.Attribute) {
	case moved:
	case perhapsMoved:
		j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("whether the down gives column %s the values back that it had is not known", name)})
	default:
		j.lose(Loss{Stage: ByUp, Kind: DroppedColumn, Object: name, At: step.Op.Span(), Step: step,
			Detail: fmt.Sprintf("the values of column %s are gone, and no down brings them back", name)})
	}
}

// goes reports whether the up drops the relation itself.
func (j *judge) goes(oid catalog.OID) bool { return j.Up.End.RelationByOID(oid) == nil }

func (j *judge) upDropped(step *replay.Step, c *catalog.RelationDropped) {
	r := c.Relation
	switch {
	case j.old(r) == nil:
	case r.Kind == catalog.Sequence:
		if r.Sequence != nil && r.Sequence.OwnedBy != 0 && j.goes(r.Sequence.OwnedBy) {
			return // its table is the loss
		}
		j.lose(Loss{Stage: ByUp, Kind: DroppedSequence, Object: r.String(), At: step.Op.Span(), Step: step,
			Detail: fmt.Sprintf("where sequence %s stood is forgotten, so one that takes its place begins anew and hands out values that rows already have", r)})
	case !holdsRows(r):
	case j.copied(r):
		j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("rows of %s were copied before it is dropped: whether all of them, and back again, is not known", r)})
	default:
		j.lose(Loss{Stage: ByUp, Kind: DroppedTable, Object: r.String(), At: step.Op.Span(), Step: step,
			Detail: fmt.Sprintf("the rows of table %s are gone, and no down brings them back", r)})
	}
}

// copied reports whether a statement of the up reads the table to fill another.
func (j *judge) copied(r *catalog.Relation) bool {
	return slices.ContainsFunc(j.Up.Steps, func(step *replay.Step) bool {
		var q *ddl.Query
		switch op := step.Op.(type) {
		case *ddl.Insert:
			q = op.Query
		case *ddl.CreateTableAs:
			q = op.Query
		}
		found := false
		q.Walk(func(q *ddl.Query) {
			for _, item := range q.From {
				if item.Relation != nil {
					from := step.Before.Relation(item.Relation.Name)
					found = found || from != nil && from.OID == r.OID
				}
			}
		})
		return found
	})
}

func (j *judge) upConverted(step *replay.Step, c *catalog.ColumnTypeChanged) {
	if !j.oldColumn(c.Relation, c.Before) || !holdsRows(c.Relation) || c.Before.Generated != nil || c.Before.Type.Equal(c.After.Type) {
		return
	}
	name := columnName(c.Relation, c.After)
	if inUTC(c) {
		return
	}
	if what, _ := c.Lost(); what != "" {
		j.lose(Loss{Stage: ByUp, Kind: ConvertedValues, Object: name, At: step.Op.Span(), Step: step,
			Detail: fmt.Sprintf("column %s becomes %s: %s", name, c.After.Type, what)})
		return
	}
	if exact(c.Before.Type, step.Before, c.After.Type, step.After) && plain(c.Using) {
		return
	}
	if c.Before.Type.IsTime() && c.After.Type.IsTime() {
		j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("whether the values of column %s come back as they were depends on the time zones of the sessions", name)})
		return
	}
	j.Reasons = append(j.Reasons, Reason{rows: true, At: step.Op.Span(), Text: fmt.Sprintf("whether the values of column %s come back from %s as they were is not known", name, c.After.Type)})
}

var atUTC = pattern.New(`(?i)^\(*"?(\w+)"?\)*\s+AT\s+TIME\s+ZONE\s+'(?:UTC|GMT|Etc/UTC|Etc/GMT|Z)'\)*$`)

// inUTC reports whether a time gets, or loses, the time zone that has no summer
// time: every value has one that stands for it.
func inUTC(c *catalog.ColumnTypeChanged) bool {
	if c.Using == nil {
		return false
	}
	from, to := c.Before.Type.Name.Name, c.After.Type.Name.Name
	m := atUTC.FindStringSubmatch(strings.TrimSpace(c.Using.Text))
	return m != nil && strings.EqualFold(m[1], c.Before.Name) && len(c.Before.Type.Mods) == len(c.After.Type.Mods) &&
		(from == "timestamp" && to == "timestamptz" || from == "timestamptz" && to == "timestamp")
}

// plain reports whether USING is the column itself, or a cast of it.
func plain(using *ddl.Expr) bool {
	return using == nil || len(using.Columns) == 1 && len(using.Operators)+len(using.Calls)+len(using.Subqueries) == 0 && !using.Constant && !strings.Contains(strings.ToUpper(using.Text), "CASE")
}

// exact reports whether every value of a type comes back as it was after a cast
// to another type and back again.
func exact(from catalog.Type, before *catalog.Catalog, to catalog.Type, after *catalog.Catalog) bool {
	switch catalog.Convert(from, before, to, after) {
	case catalog.SameType, catalog.Widening, catalog.Narrowing:
		// What does not fit is refused, and what fits is the same value.
		return true
	case catalog.OtherType:
	default:
		return false
	}
	if from.Dims != to.Dims {
		return false
	}
	if d := before.TypeByOID(from.Def); d != nil {
		other := after.TypeByOID(to.Def)
		return d.Kind == catalog.Enum && (to.IsText() && to.Name.Name != "bpchar" || other != nil && other.Kind == catalog.Enum)
	}
	if d := after.TypeByOID(to.Def); d != nil {
		return d.Kind == catalog.Enum && from.IsText() && from.Name.Name != "bpchar"
	}
	if from.Assumed || to.Assumed || to.Name.Name == "bpchar" || !to.IsText() {
		return false
	}
	// What has one spelling only is spelled the same when it comes back.
	switch from.Name.Name {
	case "int2", "int4", "int8", "uuid", "bool", "date", "numeric", "text", "varchar", "jsonb", "inet", "cidr", "macaddr":
		return true
	}
	return false
}

// sameLabels reports whether one enum takes the labels of the other.
func sameLabels(a, b *catalog.TypeDef) bool {
	return b != nil && b.Kind == catalog.Enum && !slices.ContainsFunc(a.Labels, func(l string) bool { return !slices.Contains(b.Labels, l) })
}

func columnName(r *catalog.Relation, a *catalog.Attribute) string {
	return r.String() + "." + ddl.Name{Name: a.Name}.String()
}
