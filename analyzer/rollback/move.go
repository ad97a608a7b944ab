package rollback

import (
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/pattern"
)

// A move says whether the values of a column that the up drops come back from
// another one.
type move uint8

const (
	// gone: nothing gives them back.
	gone move = iota
	// moved: they are copied to another column before, and back from there.
	moved
	// perhapsMoved: the down fills the column, and from what is not known.
	perhapsMoved
)

// movedBack tells what becomes of the values of a column that the up drops.
func (j *judge) movedBack(dropped *replay.Step, r *catalog.Relation, a *catalog.Attribute) move {
	if j.Down == nil {
		return gone
	}
	var back *dataChange
	var k int
	for _, d := range j.changesOf(j.Down, r.OID) {
		if i := slices.Index(d.columns, a.Name); i >= 0 {
			back, k = d, i
		}
	}
	if back == nil {
		return gone
	}
	from := copies(back, k)
	for _, step := range j.Up.Steps {
		if step == dropped {
			break
		}
		d := dataOf(step)
		if d == nil || d.table.OID != r.OID || step.RolledBack || step.Refusal != nil {
			continue
		}
		for i, column := range d.columns {
			to := d.table.Attribute(column)
			if from == column && copies(d, i) == a.Name && to != nil && exact(a.Type, step.Before, to.Type, step.Before) {
				return moved
			}
		}
	}
	return perhapsMoved
}

// copies returns the column whose value an UPDATE of all rows gives to its i-th
// one; "" where it is anything else.
func copies(d *dataChange, i int) string {
	op, ok := d.step.Op.(*ddl.Update)
	if !ok || op.From != nil || d.where != nil || i >= len(d.values) || len(d.values) != len(d.columns) || d.values[i] == nil {
		return ""
	}
	e := d.values[i]
	if len(e.Columns) != 1 || strings.Trim(strings.TrimSpace(e.Text), `"`) != e.Columns[0].Column {
		return ""
	}
	return e.Columns[0].Column
}

var comparison = pattern.New(`^\(*\s*"?(\w+)"?\s*(<=|>=|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)\s*\)*$`)

// implies reports whether a value that one comparison with a number accepts is
// accepted by the other.
func implies(a, b *ddl.Expr) bool {
	if a == nil || b == nil {
		return false
	}
	x, y := comparison.FindStringSubmatch(strings.TrimSpace(a.Text)), comparison.FindStringSubmatch(strings.TrimSpace(b.Text))
	if x == nil || y == nil || x[1] != y[1] {
		return false
	}
	m, err := strconv.ParseFloat(x[3], 64)
	n, err2 := strconv.ParseFloat(y[3], 64)
	if err != nil || err2 != nil {
		return false
	}
	switch y[2] {
	case ">":
		return x[2] == ">" && m >= n || (x[2] == ">=" || x[2] == "=") && m > n
	case ">=":
		return (x[2] == ">" || x[2] == ">=" || x[2] == "=") && m >= n
	case "<":
		return x[2] == "<" && m <= n || (x[2] == "<=" || x[2] == "=") && m < n
	case "<=":
		return (x[2] == "<" || x[2] == "<=" || x[2] == "=") && m <= n
	}
	return x[2] == "=" && m == n
}
