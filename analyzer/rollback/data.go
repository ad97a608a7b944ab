package rollback

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// A dataChange is a statement that changes rows of a table.
type dataChange struct {
	step  *replay.Step
	table *catalog.Relation
	// added, removed: rows come or go. Columns are those that get other
	// values in rows that stay.
	added, removed bool
	columns        []string
	values         []*ddl.Expr
	where          *ddl.Expr
}

// dataOf returns what an operation does to rows; nil where it does nothing to
// any.
func dataOf(step *replay.Step) *dataChange {
	var table ddl.Name
	d := &dataChange{step: step}
	names := func(all []ddl.Ident) (out []string) {
		for _, c := range all {
			out = append(out, c.Name)
		}
		return out
	}
	switch op := step.Op.(type) {
	case *ddl.Insert:
		table, d.added, d.columns = op.Table.Name, true, names(op.ConflictSet)
	case *ddl.Copy:
		if !op.From {
			return nil
		}
		table, d.added = op.Table.Name, true
	case *ddl.Update:
		table, d.columns, d.values, d.where = op.Table.Name, names(op.Columns), op.Values, op.Where
	case *ddl.Delete:
		table, d.removed, d.where = op.Table.Name, true, op.Where
	case *ddl.Merge:
		table, d.added, d.removed, d.columns = op.Table.Name, true, true, names(op.Columns)
	default:
		return nil
	}
	d.table = step.Before.Relation(table)
	if d.table == nil || !holdsRows(d.table) {
		return nil
	}
	return d
}

// isColumn reports whether a column of the statement is one that may have had
// another name at another time.
func (d *dataChange) isColumn(name string, a *catalog.Attribute) bool {
	b := d.table.Attribute(name)
	if b == nil || a.Assumed || b.Assumed {
		return name == a.Name
	}
	return b.Num == a.Num
}

// changesOf are what a script does to the rows of one table.
func (j *judge) changesOf(run *replay.Run, oid catalog.OID) []*dataChange {
	if run == nil {
		return nil
	}
	if j.changed[run] == nil {
		tables := map[catalog.OID][]*dataChange{}
		for _, step := range run.Steps {
			if d := dataOf(step); d != nil && !step.RolledBack && step.Refusal == nil {
				tables[d.table.OID] = append(tables[d.table.OID], d)
			}
		}
		j.changed[run] = tables
	}
	return j.changed[run][oid]
}

// downEmpties reports whether an operation of the down removes all rows of a
// table.
func (j *judge) downEmpties(oid catalog.OID) bool {
	if j.emptied == nil {
		j.emptied = map[catalog.OID]bool{}
		for _, step := range j.Down.Steps {
			for _, c := range step.Changes {
				if r, ok := c.(*catalog.DataRemoved); ok {
					j.emptied[r.Relation.OID] = true
				}
			}
		}
	}
	return j.emptied[oid]
}

// upData judges a statement of the up that changes rows which were there.
func (j *judge) upData(step *replay.Step) {
	j.withClause(step)
	d := dataOf(step)
	if d == nil || j.old(d.table) == nil || j.goes(d.table.OID) {
		return
	}
	down := j.changesOf(j.Down, d.table.OID)
	table, at := d.table.String(), step.Op.Span()
	emptied := j.Down != nil && j.downEmpties(d.table.OID)
	unsure := func(what string) { j.Reasons = append(j.Reasons, Reason{rows: true, At: at, Text: what}) }
	if d.added {
		switch {
		case slices.ContainsFunc(down, func(o *dataChange) bool { return o.removed }) || emptied:
			unsure(fmt.Sprintf("whether the down removes just the rows that the up adds to %s is not known", table))
		default:
			j.lose(Loss{Stage: ByUp, Kind: AddedRows, Object: table, At: at, Step: step, Detail: fmt.Sprintf("the rows that the up adds to %s stay", table)})
		}
	}
	if d.removed {
		switch {
		case slices.ContainsFunc(down, func(o *dataChange) bool { return o.added }):
			unsure(fmt.Sprintf("whether the down brings back just the rows that the up removes from %s is not known", table))
		default:
			j.lose(Loss{Stage: ByUp, Kind: RemovedRows, Object: table, At: at, Step: step, Detail: fmt.Sprintf("rows of %s are gone, and no down brings them back", table)})
		}
	}
	for i, column := range d.columns {
		j.upValues(d, i, column, down)
	}
}

// upValues judges the values that the up gives to one column.
func (j *judge) upValues(d *dataChange, i int, column string, down []*dataChange) {
	before := j.old(d.table)
	a := d.table.Attribute(column)
	if before == nil || a == nil || !j.oldColumn(d.table, a) || a.Generated != nil {
		return // a new column, whose values go with it
	}
	now := j.Up.End.RelationByOID(d.table.OID)
	if now == nil || now.AttributeByNum(a.Num) == nil {
		return // dropped, with what it held
	}
	name, at := columnName(d.table, a), d.step.Op.Span()
	for _, o := range down {
		k := slices.IndexFunc(o.columns, func(c string) bool { return o.isColumn(c, a) })
		switch {
		case k < 0:
		case inverse(d, i, o, k, a):
			j.write(o.step, OverwrittenValues, name, "", fmt.Sprintf("the down takes back what the up did to column %s, also in values that are written after it", name))
			return
		default:
			j.Reasons = append(j.Reasons, Reason{rows: true, At: at, Text: fmt.Sprintf("whether the down gives column %s the values back that it had is not known", name)})
			return
		}
	}
	detail := fmt.Sprintf("the values of column %s are overwritten, and no down brings them back", name)
	if d.where != nil && onlyNulls(d.where, column) {
		detail = fmt.Sprintf("where column %s was NULL it has a value now, and stays so", name)
	}
	j.lose(Loss{Stage: ByUp, Kind: OverwrittenValues, Object: name, At: at, Step: d.step, Detail: detail})
}

// onlyNulls reports whether a condition is that a column is NULL, or that and
// more.
func onlyNulls(where *ddl.Expr, column string) bool {
	pattern := regexp.MustCompile(`(?i)^\(*\s*(?:\w+\.)?"?` + regexp.QuoteMeta(column) + `"?\s+IS\s+NULL\b`)
	return pattern.MatchString(where.Text) && !disjunction.MatchString(where.Text)
}

var disjunction = pattern.New(`(?i)\bOR\b`)

var arithmetic = pattern.New(`^"?([A-Za-z_][A-Za-z0-9_]*)"?\s*([-+*/])\s*([1-9][0-9]*)$`)

// opposite is the operator that takes back what one does, on integers: what
// overflows is refused.
var opposite = map[string]string{"+": "-", "-": "+", "*": "/"}

// inverse reports whether an UPDATE gives a column the values back that another
// one has changed: it takes back what was added, and touches all rows.
func inverse(up *dataChange, i int, down *dataChange, k int, a *catalog.Attribute) bool {
	if up.where != nil || down.where != nil || i >= len(up.values) || k >= len(down.values) || len(up.values) != len(up.columns) || len(down.values) != len(down.columns) {
		return false
	}
	x, y := up.values[i], down.values[k]
	if x == nil || y == nil {
		return false
	}
	negates := func(e *ddl.Expr, name string) bool {
		words := strings.Fields(e.Text)
		return len(words) == 2 && strings.EqualFold(words[0], "not") && strings.EqualFold(strings.Trim(words[1], `"`), name)
	}
	was, is := up.columns[i], down.columns[k] // it may be renamed between them
	if negates(x, was) && negates(y, is) {
		return true
	}
	switch a.Type.Name.Name {
	case "int2", "int4", "int8":
	default:
		return false
	}
	m, n := arithmetic.FindStringSubmatch(strings.TrimSpace(x.Text)), arithmetic.FindStringSubmatch(strings.TrimSpace(y.Text))
	return m != nil && n != nil && strings.EqualFold(m[1], was) && strings.EqualFold(n[1], is) && m[3] == n[3] && opposite[m[2]] == n[2]
}

// downData judges a statement of the down that changes rows which the up left
// alone.
func (j *judge) downData(step *replay.Step) {
	j.withClause(step)
	d := dataOf(step)
	if d == nil || j.there(d.table) == nil || j.old(d.table) == nil || j.Down.End.RelationByOID(d.table.OID) == nil {
		return
	}
	up := j.changesOf(j.Up, d.table.OID)
	table, at := d.table.String(), step.Op.Span()
	switch ups := func(f func(*dataChange) bool) bool { return slices.ContainsFunc(up, f) }; {
	case !d.added, ups(func(o *dataChange) bool { return o.removed }):
	case ups(func(o *dataChange) bool { return o.added }):
		j.Reasons = append(j.Reasons, Reason{rows: true, At: at, Text: fmt.Sprintf("whether the rows that the down adds to %s are there already is not known", table)})
	default:
		j.lose(Loss{Stage: ByDown, Kind: AddedRows, Object: table, At: at, Step: step, Detail: fmt.Sprintf("the down adds rows to %s that were not there before the up", table)})
	}
	if d.removed && !slices.ContainsFunc(up, func(o *dataChange) bool { return o.added }) {
		j.downRows(d, RemovedRows, table, fmt.Sprintf("the down removes rows of %s", table))
	}
	for _, column := range d.columns {
		a := d.table.Attribute(column)
		if a == nil || j.thereColumn(d.table, a) == nil || !j.oldColumn(d.table, a) {
			continue // it has no values yet, or they go with it
		}
		if slices.ContainsFunc(up, func(o *dataChange) bool {
			return slices.ContainsFunc(o.columns, func(c string) bool { return o.isColumn(c, a) })
		}) {
			continue // the up's statement speaks
		}
		name := columnName(d.table, a)
		j.downRows(d, OverwrittenValues, name, fmt.Sprintf("the down overwrites values of column %s", name))
	}
}

// downRows judges rows that the down changes or removes: those that only the
// new schema takes are written after the up, of others it is not known.
func (j *judge) downRows(d *dataChange, kind LossKind, object, what string) {
	switch {
	case kind == RemovedRows && j.upEmpties(d.table.OID):
		j.write(d.step, kind, object, "", what+", all of which are written after the up")
	case j.onlyNew(d):
		j.write(d.step, kind, object, "", what+" that only the new schema takes")
	case d.where == nil:
		j.lose(Loss{Stage: ByDown, Kind: kind, Object: object, At: d.step.Op.Span(), Step: d.step, Detail: what + ", also those from before the up"})
	default:
		j.Reasons = append(j.Reasons, Reason{rows: true, At: d.step.Op.Span(), Text: fmt.Sprintf("%s, and whether any of them is from before the up is not known", what)})
	}
}

// upEmpties reports whether the up removes all rows of a table that it leaves.
func (j *judge) upEmpties(oid catalog.OID) bool { return empties(j.Up.Steps, oid) }

// empties reports whether one of the steps removes all rows of a table, and none
// behind it adds any.
func empties(steps []*replay.Step, oid catalog.OID) bool {
	empty := false
	for _, step := range steps {
		if step.RolledBack || step.Refusal != nil || step.Op.Facts().Conditional {
			continue
		}
		if d := dataOf(step); d != nil && d.table.OID == oid {
			op, ok := step.Op.(*ddl.Delete)
			empty = ok && op.Using == nil && op.Where == nil || empty && !d.added
		}
		for _, c := range step.Changes {
			if r, ok := c.(*catalog.DataRemoved); ok && r.Relation.OID == oid {
				empty = true
			}
		}
	}
	return empty
}

// before are the steps of a script before one of them.
func before(run *replay.Run, step *replay.Step) []*replay.Step {
	return run.Steps[:max(0, slices.Index(run.Steps, step))]
}

// onlyNew reports whether the rows that a statement chooses cannot be from
// before the up: NULL where there could be none, or a label that was not there.
func (j *judge) onlyNew(d *dataChange) bool {
	if d.where == nil || strings.Contains(strings.ToUpper(d.where.Text), " OR ") {
		return false
	}
	before := j.before.RelationByOID(d.table.OID)
	if before == nil {
		return false
	}
	for _, c := range d.where.Columns {
		a := before.Attribute(c.Column)
		if a == nil {
			continue
		}
		if a.NotNull && onlyNulls(d.where, a.Name) {
			return true
		}
		now := d.table.Attribute(c.Column)
		if now == nil || len(d.where.Columns) != 1 {
			continue
		}
		was, is := j.before.TypeByOID(a.Type.Def), j.Up.End.TypeByOID(now.Type.Def)
		if was == nil || is == nil || was.Kind != catalog.Enum || is.Kind != catalog.Enum {
			continue
		}
		m := regexp.MustCompile(`=\s*'((?:[^']|'')*)'(?:::\w+)?\s*\)*$`).FindStringSubmatch(d.where.Text)
		if m != nil && slices.Contains(is.Labels, m[1]) && !slices.Contains(was.Labels, m[1]) {
			return true
		}
	}
	return false
}
