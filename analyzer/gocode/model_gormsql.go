package gocode

import (
	"go/types"
	"slices"
	"strings"
)

// A gormStatement is a chain whose model is known.
type gormStatement struct {
	*reader
	*made
	model *model // nil if there is a table only
	table string
	// dest is what rows are read into.
	dest types.Type
}

// gormStatement finds the model of a chain: that of Model, or what is read
// into.
func (r *reader) gormStatement(m *made, dest types.Type) *gormStatement {
	g := &gormStatement{reader: r, made: m, dest: modelType(dest)}
	of := g.dest
	if c, is := m.last(modelPart); is {
		of = modelType(c.of)
	}
	if of != nil {
		g.model = r.gormModel(of)
		g.table = g.model.table
	}
	if c, is := m.last(tablePart); is {
		g.table = c.text
	}
	return g
}

// name is what columns are qualified with: the alias, if there is one.
func (g *gormStatement) name() string {
	fields := strings.Fields(g.table)
	switch {
	case len(fields) == 3 && strings.EqualFold(fields[1], "as"), len(fields) == 2:
		return gormIdentifier(fields[len(fields)-1])
	case len(fields) == 1:
		return g.table[strings.LastIndexByte(g.table, '.')+1:]
	}
	return hole
}

// column writes the name that Select and its like have for one.
func (g *gormStatement) column(name string) string {
	if g.model != nil {
		if c, is := g.model.find(name); is {
			return quoteName(c.name)
		}
	}
	return name
}

// key is the column that is the key.
func (g *gormStatement) key() string {
	if g.model != nil {
		for _, c := range g.model.columns {
			if c.primary {
				return quoteName(c.name)
			}
		}
	}
	return hole
}

// filled puts what is known of the model into a text.
func (g *gormStatement) filled(text string) string {
	text = strings.ReplaceAll(text, updateAll, g.updatedOnConflict())
	if strings.HasPrefix(text, "ON CONFLICT") {
		return strings.ReplaceAll(text, currentKey, g.key())
	}
	return strings.NewReplacer(currentTable, g.name(), currentKey, g.name()+"."+g.key()).Replace(text)
}

// updatedOnConflict is what UpdateAll sets.
func (g *gormStatement) updatedOnConflict() string {
	if g.model == nil {
		return hole + " = ?"
	}
	var out []string
	for _, c := range g.model.columns {
		if c.created && !c.primary && !c.given && !c.born {
			out = append(out, quoteName(c.name)+` = "excluded".`+quoteName(c.name))
		}
	}
	if len(out) == 0 {
		return hole + " = ?"
	}
	return strings.Join(out, ", ")
}

// where joins the conditions, with that of models whose rows are not deleted.
func (g *gormStatement) where(extra ...string) []clause {
	text := gormWhereText(g.made)
	for _, condition := range extra {
		if condition == "" {
			continue
		}
		if text != "" {
			text += " AND "
		}
		text += condition
	}
	deleted := ""
	if _, unscoped := g.last(unscopedPart); !unscoped && g.model != nil {
		for _, c := range g.model.columns {
			if c.softDelete {
				deleted = g.name() + "." + quoteName(c.name) + " IS NULL"
			}
		}
	}
	switch {
	case text != "" && deleted != "" && slices.ContainsFunc(g.clauses, func(c clause) bool { return c.name == orPart }):
		text = "(" + text + ") AND " + deleted
	case text != "" && deleted != "":
		text += " AND " + deleted
	case text == "":
		text = deleted
	}
	if text == "" {
		return nil
	}
	return []clause{{name: wherePart, text: g.filled(text)}}
}

// rest are the other clauses of the chain, written with what the model says.
func (g *gormStatement) rest(parts ...string) []clause {
	var out []clause
	for _, c := range g.clauses {
		if slices.Contains(parts, c.name) {
			out = append(out, clause{name: c.name, text: g.filled(c.text)})
		}
	}
	return out
}

// selected returns the columns of a SELECT.
func (g *gormStatement) selected() []string {
	var out []string
	if names := g.all(columnPart); len(names) > 0 {
		for _, name := range names {
			out = append(out, g.column(name))
		}
		return out
	}
	from := g.model
	_, omits := g.last(omitPart)
	_, joined := g.last(joinPart)
	model, is := g.last(modelPart)
	if is && g.dest != nil && from != nil && !omits && !joined && !types.Identical(modelType(model.of), g.dest) {
		from = g.gormModel(g.dest)
		omits = true
	}
	if from == nil || !omits && !joined {
		return []string{"*"}
	}
	for _, c := range from.columns {
		if !slices.ContainsFunc(g.all(omitPart), func(name string) bool { return name == c.name || name == c.field }) {
			out = append(out, g.name()+"."+quoteName(c.name))
		}
	}
	if slices.Contains(g.all(omitPart), hole) {
		return []string{hole}
	}
	return out
}

// query writes a SELECT.
func (g *gormStatement) query(columns []string, more ...clause) (string, bool) {
	if g.table == "" {
		return "", false
	}
	all := []clause{{name: tablePart, text: g.table}}
	if _, is := g.last(optionPart); is {
		all = append(all, clause{name: optionPart, text: "DISTINCT"})
	}
	for _, text := range columns {
		all = append(all, clause{name: columnPart, text: text})
	}
	for _, join := range g.all(joinPart) {
		joined, names := g.join(join)
		all = append(all, clause{name: joinPart, text: joined})
		if len(g.all(columnPart)) == 0 && len(columns) > 1 {
			for _, name := range names {
				all = append(all, clause{name: columnPart, text: name})
			}
		}
	}
	all = append(all, g.rest(groupPart, havingPart, orderPart, limitPart, offsetPart, suffixPart)...)
	return g.sql(&made{verb: "SELECT", clauses: append(all, more...)})
}

// join writes a join, and returns the columns that a relation adds.
func (g *gormStatement) join(text string) (string, []string) {
	if g.model == nil || !plainName.MatchString(text) {
		return text, nil
	}
	relation, is := g.model.relations[text]
	if !is || modelType(relation.of) == nil {
		return "LEFT JOIN " + hole + " ON " + hole, []string{hole}
	}
	other := g.gormModel(modelType(relation.of))
	var names []string
	for _, c := range other.columns {
		names = append(names, quoteName(text)+"."+quoteName(c.name)+" AS "+quoteName(text+"__"+c.name))
	}
	return "LEFT JOIN " + other.table + " " + quoteName(text) + " ON " + hole, names
}

// gormChain writes a chain that is an argument: a sub-query, or a table.
func gormChain(r *reader, m *made) (string, bool) {
	g := r.gormStatement(m, nil)
	if g.table == "" {
		return "", false
	}
	return g.query(g.selected(), g.where()...)
}

// gormSend interprets a call that sends a statement; others end the chain.
func (c *step) gormSend(in []value) []value {
	var out []value
	known := false
	for _, v := range in {
		if v.made == nil || v.made.library != c.library {
			out = union(out, []value{c.lost(v)})
			continue
		}
		if _, raw := v.made.last(rawPart); raw && c.name != "Count" {
			known = true // Raw is what sends it
			continue
		}
		if len(v.made.clauses) == 0 {
			v.pos, v.end = c.call.Pos(), c.call.End()
		}
		texts, is := c.gormTextsSent(v.made)
		known = known || is
		for _, text := range texts {
			w := c.finished(v, text)
			if text == "" {
				w = c.lost(v)
			}
			out = union(out, []value{w})
		}
	}
	if !known && len(out) == 0 {
		return nil
	}
	if out == nil {
		return []value{}
	}
	return limited(out)
}

// gormTextsSent returns the statements that a call sends, "" for what is not
// known, and whether it is one that does.
func (c *step) gormTextsSent(m *made) ([]string, bool) {
	switch c.name {
	case "First", "Take", "Last", "Find", "FindInBatches", "FirstOrInit", "FirstOrCreate", "Scan":
		return c.gormRead(m), true
	case "Row", "Rows":
		return one(c.gormStatement(m, nil).queryAll()), true
	case "Count":
		return one(c.gormCount(m)), true
	case "Pluck":
		return c.gormPluck(m), true
	case "Create", "CreateInBatches", "Save":
		return c.gormWrite(m), true
	case "Update", "UpdateColumn", "Updates", "UpdateColumns":
		return c.gormUpdate(m), true
	case "Delete":
		return c.gormDelete(m), true
	}
	return nil, false
}

// one is a text, or what stands for one that is not known.
func one(text string, ok bool) []string {
	if !ok {
		return []string{""}
	}
	return []string{text}
}

func (g *gormStatement) queryAll() (string, bool) {
	return g.query(g.selected(), g.where()...)
}

// argType is the type of the first argument.
func (c *step) argType() types.Type {
	if len(c.call.Args) == 0 {
		return nil
	}
	return c.unit.info.Types[c.call.Args[0]].Type
}

// gormRead writes the SELECT of First and its like, and those of what they
// preload.
func (c *step) gormRead(m *made) []string {
	g := c.gormStatement(m, c.argType())
	var more []clause
	switch c.name {
	case "First", "FirstOrInit", "FirstOrCreate":
		more = []clause{{name: orderPart, text: g.name() + "." + g.key()}, {name: limitPart, text: "1"}}
	case "Last":
		more = []clause{{name: orderPart, text: g.name() + "." + g.key() + " DESC"}, {name: limitPart, text: "1"}}
	case "Take":
		more = []clause{{name: limitPart, text: "1"}}
	}
	conditions := []string{""}
	switch c.name {
	case "FindInBatches", "Scan":
	default:
		conditions = c.gormConditions(1)
	}
	if g.model == nil {
		more = slices.DeleteFunc(more, func(c clause) bool { return c.name == orderPart })
	}
	var out []string
	for _, condition := range conditions {
		out = append(out, one(g.query(g.selected(), slices.Concat(g.where(condition), more)...))...)
	}
	if c.name == "FirstOrCreate" {
		out = append(out, one(g.insert(nil))...)
	}
	for _, path := range m.all(preloadPart) {
		out = append(out, g.preloads(path)...)
	}
	return out
}

// preloads writes what reads the rows that belong to those of a model; of the
// conditions, the keys are known at run time.
func (g *gormStatement) preloads(path string) []string {
	of := g.model
	var out []string
	for name := range strings.SplitSeq(path, ".") {
		if of == nil {
			return []string{""}
		}
		relation, is := of.relations[name]
		if !is || modelType(relation.of) == nil {
			return []string{""}
		}
		if relation.through != "" {
			out = append(out, "SELECT * FROM "+relation.through+" WHERE "+hole)
		}
		of = g.gormModel(modelType(relation.of))
		out = append(out, "SELECT * FROM "+of.table+" WHERE "+hole)
	}
	return out
}

// gormCount writes the SELECT of Count.
func (c *step) gormCount(m *made) (string, bool) {
	g := c.gormStatement(m, nil)
	columns := []string{"count(*)"}
	if names := m.all(columnPart); len(names) == 1 && plainName.MatchString(names[0]) && names[0] != "*" {
		columns = []string{"COUNT(" + gormIdentifier(unquoted(g.column(names[0]))) + ")"}
		if _, distinct := m.last(optionPart); distinct {
			columns = []string{"COUNT(DISTINCT(" + gormIdentifier(unquoted(g.column(names[0]))) + "))"}
		}
	}
	g.made = &made{library: m.library, clauses: m.without(optionPart, orderPart)}
	return g.query(columns, g.where()...)
}

func unquoted(name string) string { return strings.ReplaceAll(name, `"`, "") }

// gormPluck writes the SELECT of Pluck.
func (c *step) gormPluck(m *made) []string {
	g := c.gormStatement(m, nil)
	var out []string
	for _, name := range c.texts(c.call.Args[0]) {
		out = append(out, one(g.query([]string{gormIdentifier(unquoted(g.column(name)))}, g.where()...))...)
	}
	return out
}

// gormWrite writes what Create and Save send.
func (c *step) gormWrite(m *made) []string {
	g := c.gormStatement(m, c.argType())
	if g.dest == nil || g.model == nil {
		return c.gormInsertMap(g)
	}
	if c.name != "Save" {
		return one(g.insert(nil))
	}
	conflict := []clause{{name: conflictPart, text: g.filled("ON CONFLICT (" + currentKey + ") DO UPDATE SET " + updateAll)}}
	if isSlice(c.argType()) {
		return one(g.insert(conflict))
	}
	return slices.Concat(one(g.saved()), one(g.insert(nil)), one(g.insert(conflict)))
}

// insert writes an INSERT of a model. A column that the database gives is left
// out where the model has no value.
func (g *gormStatement) insert(more []clause) (string, bool) {
	if g.model == nil {
		return "", false
	}
	all := []clause{{name: tablePart, text: g.table}}
	var given []clause
	for _, c := range g.model.columns {
		switch {
		case c.given && c.created:
			given = append(given, clause{name: returningPart, text: quoteName(c.name)})
		case g.writes(c, c.created) || c.created && len(g.all(columnPart)) > 0 && (c.born || c.stamped):
			all = append(all, clause{name: columnPart, text: quoteName(c.name)})
		}
	}
	row := spread
	if len(all) == 1 {
		row = "DEFAULT"
		all = append(all, clause{name: columnPart, text: g.key()})
	}
	all = append(all, clause{name: rowPart, text: row})
	all = append(all, g.rest(conflictPart)...)
	all = append(all, more...)
	if own := g.rest(returningPart); len(own) > 0 {
		given = own
	}
	return g.sql(&made{verb: "INSERT", clauses: append(all, given...)})
}

// writes reports whether Select and Omit leave a column in.
func (g *gormStatement) writes(c column, allowed bool) bool {
	names := func(list []string) bool {
		return slices.ContainsFunc(list, func(name string) bool { return name == "*" || name == c.name || name == c.field })
	}
	chosen := g.all(columnPart)
	return allowed && (len(chosen) == 0 || names(chosen)) && !names(g.all(omitPart))
}

// gormInsertMap writes an INSERT of a map.
func (c *step) gormInsertMap(g *gormStatement) []string {
	if g.table == "" || len(c.call.Args) == 0 {
		return []string{""}
	}
	var out []string
	for _, v := range c.eval(c.unit, c.call.Args[0], c.scope) {
		if v.made == nil || v.made.verb != mapVerb {
			out = append(out, "INSERT INTO "+g.table+" ("+hole+") VALUES ("+hole+")")
			continue
		}
		all := []clause{{name: tablePart, text: g.table}}
		for _, e := range v.made.clauses {
			all = append(all, clause{name: columnPart, text: quoteName(unquoted(g.column(e.name)))})
		}
		all = append(all, clause{name: rowPart, text: spread})
		out = append(out, one(g.sql(&made{verb: "INSERT", clauses: append(all, g.rest(conflictPart)...)}))...)
	}
	return out
}

// saved writes the UPDATE of Save: all columns, for the row of the key.
func (g *gormStatement) saved() (string, bool) {
	var set []string
	for _, c := range g.model.columns {
		if !c.primary && g.writes(c, c.updated) {
			set = append(set, quoteName(c.name)+" = ?")
		}
	}
	return g.update(set, g.key()+" = ?")
}

// update writes an UPDATE.
func (g *gormStatement) update(set []string, conditions ...string) (string, bool) {
	if g.table == "" || len(set) == 0 {
		return "", false
	}
	all := []clause{{name: tablePart, text: g.table}}
	for _, text := range set {
		all = append(all, clause{name: setPart, text: text})
	}
	if strings.TrimSpace(gormWhereText(g.made)) == "" && len(conditions) == 0 {
		conditions = []string{g.key() + " = ?"} // it refuses to update all rows
	}
	all = append(all, g.where(conditions...)...)
	return g.sql(&made{verb: "UPDATE", clauses: append(all, g.rest(returningPart)...)})
}

// gormUpdate writes the UPDATE of Update, Updates and those without hooks.
func (c *step) gormUpdate(m *made) []string {
	g := c.gormStatement(m, nil)
	if len(c.call.Args) == 0 {
		return []string{""}
	}
	if g.model == nil && g.table == "" && c.name == "Updates" {
		g = c.gormStatement(m, c.argType()) // the model is what it updates to
	}
	var out []string
	for _, set := range c.gormSet(g) {
		if g.model != nil && !strings.HasPrefix(c.name, "UpdateColumn") {
			for _, column := range g.model.columns {
				if text := quoteName(column.name) + " = ?"; column.stamped && !slices.Contains(set, text) {
					set = append(set, text)
				}
			}
		}
		out = append(out, one(g.update(set))...)
	}
	return out
}

// gormSet returns what the arguments set, with alternatives.
func (c *step) gormSet(g *gormStatement) [][]string {
	var out [][]string
	if c.name == "Update" || c.name == "UpdateColumn" {
		to := boundEntry
		if len(c.call.Args) == 2 {
			to = oneValue(c.entry(c.unit, c.call.Args[1], c.scope))
		}
		for _, name := range c.texts(c.call.Args[0]) {
			out = append(out, []string{quoteName(unquoted(g.column(name))) + " = " + to})
		}
		return out
	}
	for _, v := range c.eval(c.unit, c.call.Args[0], c.scope) {
		var set []string
		switch {
		case v.made != nil && v.made.verb == mapVerb:
			for _, e := range v.made.clauses {
				set = append(set, quoteName(unquoted(g.column(e.name)))+" = "+oneValue(e.text))
			}
		default:
			set = c.gormNonZero(g, v)
		}
		out = append(out, set)
	}
	return out
}

// gormNonZero returns what a struct sets: the fields that are not zero, which a
// literal shows where they are constants, and all that Select names.
func (c *step) gormNonZero(g *gormStatement, v value) []string {
	if chosen := g.all(columnPart); len(chosen) > 0 && g.model != nil {
		var set []string
		for _, column := range g.model.columns {
			if g.writes(column, column.updated) && !column.primary {
				set = append(set, quoteName(column.name)+" = ?")
			}
		}
		return c.ordered(g, set)
	}
	set := []string{}
	if v.made != nil && v.made.verb == structVerb && g.model != nil {
		unsure := false
		for _, f := range v.made.clauses {
			column, is := g.model.find(f.name)
			if is && f.text != hole {
				set = append(set, quoteName(column.name)+" = ?")
			}
			unsure = unsure || !is || f.text == hole
		}
		if !unsure {
			return c.ordered(g, set)
		}
	}
	return append(set, hole+" = ?")
}

// ordered puts what a struct sets in order of its fields, with the time of the
// change.
func (c *step) ordered(g *gormStatement, set []string) []string {
	var out []string
	for _, column := range g.model.columns {
		text := quoteName(column.name) + " = ?"
		if slices.Contains(set, text) || column.stamped && !strings.HasPrefix(c.name, "UpdateColumn") {
			out = append(out, text)
		}
	}
	return out
}

// gormDelete writes the DELETE of Delete, or the UPDATE that stands for it.
func (c *step) gormDelete(m *made) []string {
	g := c.gormStatement(m, c.argType())
	var out []string
	for _, condition := range c.gormConditions(1) {
		if condition == "" && gormWhereText(m) == "" {
			condition = currentKey + " = ?"
		}
		out = append(out, one(g.remove(condition))...)
	}
	return out
}

// remove writes a DELETE.
func (g *gormStatement) remove(condition string) (string, bool) {
	if _, unscoped := g.last(unscopedPart); g.model != nil && !unscoped {
		for _, c := range g.model.columns {
			if c.softDelete {
				return g.update([]string{quoteName(c.name) + " = ?"}, condition)
			}
		}
	}
	all := append([]clause{{name: tablePart, text: g.table}}, g.where(condition)...)
	return g.sql(&made{verb: "DELETE", clauses: append(all, g.rest(returningPart)...)})
}
