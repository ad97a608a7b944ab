package rules

import "github.com/migracheck/migracheck/analyzer/catalog"

// A typeChange is a change of a column's type over a whole window.
type typeChange struct {
	table         *catalog.Relation
	before, after *catalog.Attribute
	kind          catalog.Conversion
}

// typeChange returns what a change of type comes to at the end of the window;
// ok is false where the previous version does not know the column, or another
// change of the window speaks.
func (p *Pass) typeChange(c *catalog.ColumnTypeChanged) (t typeChange, ok bool) {
	table, column := p.known(c.Relation), p.knownColumn(c.Relation, c.Before)
	end := p.endColumn(c.Relation, c.After)
	if column == nil || end == nil || !p.stillOf(end, c.After) || p.followsParent(c.Relation) {
		return t, false
	}
	if p.offered(table, column) == nil {
		return t, false // statements that name it fail anyway: rename-column speaks
	}
	kind := p.convert(column.Type, end.Type)
	return typeChange{table: table, before: column, after: end, kind: kind}, kind != catalog.SameType
}

// convert compares the type of a column before the window with that after it.
func (p *Pass) convert(from, to catalog.Type) catalog.Conversion {
	return catalog.Convert(from, p.Window.Base, to, p.Window.End)
}

// stillOf reports whether a column has, at the end of the window, the type that
// it got; which may have another name by then.
func (p *Pass) stillOf(end, got *catalog.Attribute) bool {
	if got.Type.Def != 0 {
		return end.Type.Def == got.Type.Def && end.Type.Dims == got.Type.Dims
	}
	return end.Type.Equal(got.Type)
}

// refusing returns the code with which a type refuses a value.
func refusing(t catalog.Type) string {
	switch {
	case t.IsNumber():
		return "22003"
	case t.IsText() || t.Name.Name == "varbit":
		return "22001"
	case t.Name.Name == "bit":
		return "22026"
	}
	return "22P02"
}
