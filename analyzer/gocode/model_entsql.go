package gocode

import (
	"slices"
	"strings"
)

// has writes the predicate that rows at the other end of an edge exist. The
// columns of a table of two keys are not known.
func (e *entSchema) has(of *entity, edge entEdge, conditions string) string {
	to := e.entities[edge.to]
	if conditions != "" {
		conditions = " AND " + conditions
	}
	switch {
	case to == nil:
		return hole
	case edge.column == "":
		text := of.column(of.key()) + " IN (SELECT " + hole + " FROM " + quoteName(edge.table)
		if conditions != "" {
			text += " JOIN " + quoteName(to.table) + " ON " + hole + " = " + to.column(to.key()) + strings.Replace(conditions, " AND", " WHERE", 1)
		}
		return text + ")"
	case edge.table == of.table && conditions == "":
		return of.column(edge.column) + " IS NOT NULL"
	case edge.table == of.table:
		return exists(to, to.key(), of.column(edge.column)+" = "+to.column(to.key())+conditions)
	}
	return exists(to, edge.column, of.column(of.key())+" = "+to.column(edge.column)+conditions)
}

func exists(of *entity, column, conditions string) string {
	return "EXISTS (SELECT " + of.column(column) + " FROM " + quoteName(of.table) + " WHERE " + conditions + ")"
}

// followed begins a query of the rows at the other end of an edge: of those of
// one row or, if that is not nil, of all that a query finds.
func (e *entSchema) followed(of *entity, edge entEdge, from *made) []clause {
	to := e.entities[edge.to]
	if to == nil {
		return []clause{{name: modelPart, text: edge.to}, {name: openPart}}
	}
	out := []clause{{name: modelPart, text: to.name}, {name: optionPart, text: "DISTINCT"}}
	keys := func(table, column string) string {
		text := "SELECT " + column + " FROM " + table
		if from == nil {
			return text + " WHERE " + of.column(of.key()) + " = ?"
		}
		s, _ := e.statement(from)
		for _, join := range from.all(joinPart) {
			text += " " + join
		}
		return text + s.where()
	}
	join := func(keys, key, column string) []clause {
		return append(out, clause{name: joinPart, text: "JOIN (" + keys + `) AS "t1" ON ` + to.column(key) + ` = "t1".` + column})
	}
	table := quoteName(of.table)
	switch {
	case edge.column != "" && edge.table == of.table:
		return join(keys(table, of.column(edge.column)), to.key(), quoteName(edge.column))
	case edge.column != "" && from == nil:
		return append(out, clause{name: wherePart, text: quoteName(edge.column) + " = ?"})
	case edge.column != "":
		return join(keys(table, of.column(of.key())), edge.column, quoteName(of.key()))
	case from == nil:
		return join("SELECT "+hole+" FROM "+quoteName(edge.table)+" WHERE "+hole+" = ?", to.key(), hole)
	}
	return join(keys(quoteName(edge.table)+" JOIN "+table+" ON "+hole+" = "+of.column(of.key()), hole), to.key(), hole)
}

// linked is the statement that sets the far ends of an edge.
func (e *entSchema) linked(edge entEdge) string {
	to := e.entities[edge.to]
	if edge.column == "" || to == nil {
		return "INSERT INTO " + quoteName(edge.table) + " (" + hole + ") VALUES (?, ?)"
	}
	column := quoteName(edge.column)
	return "UPDATE " + quoteName(edge.table) + " SET " + column + " = ? WHERE " + quoteName(to.key()) + " IN (?) AND " + column + " IS NULL"
}

// An entStatement is what was made of an entity.
type entStatement struct {
	*entSchema
	*made
	of *entity
}

func (e *entSchema) statement(m *made) (entStatement, bool) {
	c, is := m.last(modelPart)
	of := e.entities[c.text]
	return entStatement{e, m, of}, is && of != nil
}

// condition writes a statement that is an argument.
func (e *entSchema) condition(_ *reader, m *made) (string, bool) {
	s, is := e.statement(m)
	if !is {
		return "", false
	}
	switch m.verb {
	case "SELECT":
		return s.read(s.selected()), true
	case "INSERT":
		return s.insert(s.all(columnPart)), true
	case "UPDATE":
		return s.change(), true
	case "DELETE":
		return "DELETE FROM " + quoteName(s.of.table) + s.where(), true
	}
	return "", false
}

// sent writes the statements that a method sends.
func (e *entSchema) sent(c *step, in []value, method string) []value {
	var out []value
	for _, v := range in {
		if v.made == nil || v.made.library != c.library {
			out = union(out, []value{c.lost(v)})
			continue
		}
		s, is := e.statement(v.made)
		if !is {
			out = union(out, []value{c.lost(v)})
			continue
		}
		for _, text := range s.texts(method) {
			out = union(out, []value{c.finished(v, text)})
		}
	}
	return limited(out)
}

// texts are the statements of a method.
func (s entStatement) texts(method string) []string {
	var out []string
	switch s.made.verb {
	case "SELECT":
		out = s.reads(method)
	case "INSERT":
		out = s.inserts()
	case "UPDATE":
		if text := s.change(); text != "" {
			out = append(out, text)
		}
		if _, one := s.last(onePart); one {
			out = append(out, "SELECT "+strings.Join(quotedAll(s.selected()), ", ")+" FROM "+quoteName(s.of.table)+" WHERE "+quoteName(s.of.key())+" = ?")
		}
	case "DELETE":
		out = []string{"DELETE FROM " + quoteName(s.of.table) + s.where()}
	}
	return append(out, s.all(farPart)...)
}

// selected are the columns that a query reads, with the keys that preloading
// needs.
func (s entStatement) selected() []string {
	columns := s.all(columnPart)
	if len(columns) == 0 {
		columns = slices.Clone(s.of.fields)
	}
	for _, name := range s.all(preloadPart) {
		if edge := s.of.edges[name]; edge.table == s.of.table && edge.column != "" && !slices.Contains(columns, edge.column) {
			columns = append(columns, edge.column)
		}
	}
	return columns
}

// where writes the conditions.
func (s entStatement) where() string {
	conditions := slices.DeleteFunc(s.all(wherePart), func(text string) bool { return text == "" })
	if _, open := s.last(openPart); open {
		conditions = append(conditions, hole)
	}
	if len(conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(conditions, " AND ")
}

// read writes a SELECT of columns.
func (s entStatement) read(columns []string, more ...clause) string {
	m := &made{verb: "SELECT", clauses: []clause{{name: tablePart, text: quoteName(s.of.table)}}}
	if _, is := s.last(optionPart); is {
		m.clauses = append(m.clauses, clause{name: optionPart, text: "DISTINCT"})
	}
	for _, name := range columns {
		if strings.ContainsAny(name, "(*") || name == hole {
			name = strings.ReplaceAll(name, currentTable, quoteName(s.of.table))
		} else {
			name = s.of.column(name)
		}
		m.clauses = append(m.clauses, clause{name: columnPart, text: name})
	}
	for _, join := range s.all(joinPart) {
		m.clauses = append(m.clauses, clause{name: joinPart, text: join})
	}
	if where := strings.TrimPrefix(s.where(), " WHERE "); where != "" {
		m.clauses = append(m.clauses, clause{name: wherePart, text: where})
	}
	for _, name := range s.all(groupPart) {
		m.clauses = append(m.clauses, clause{name: groupPart, text: s.of.column(name)})
	}
	for _, c := range s.clauses {
		if slices.Contains([]string{orderPart, limitPart, offsetPart, suffixPart}, c.name) {
			c.text = strings.ReplaceAll(c.text, currentTable, quoteName(s.of.table))
			m.clauses = append(m.clauses, c)
		}
	}
	m.clauses = append(m.clauses, more...)
	text, _ := m.selectSQL()
	return text
}

// reads are the statements of a query's method, with those that preload.
func (s entStatement) reads(method string) []string {
	limit := func(n string) clause { return clause{name: limitPart, text: n} }
	key := []string{s.of.key()}
	switch method {
	case "Count":
		return []string{s.read([]string{"COUNT(" + s.of.column(s.of.key()) + ")"})}
	case "Exist", "FirstID":
		return []string{s.read(key, limit("1"))}
	case "OnlyID":
		return []string{s.read(key, limit("2"))}
	case "IDs":
		return []string{s.read(key)}
	}
	columns := s.selected()
	if items := s.all(itemPart); len(items) > 0 {
		columns = slices.Concat(s.all(columnPart), items)
	}
	var more []clause
	if method == "All" || method == "First" || method == "Only" {
		// Entities have their keys, whatever is chosen.
		columns = slices.Insert(slices.DeleteFunc(columns, func(name string) bool { return name == s.of.key() }), 0, s.of.key())
	}
	switch method {
	case "First":
		more = []clause{limit("1")}
	case "Only":
		more = []clause{limit("2")}
	}
	out := []string{s.read(columns, more...)}
	for _, name := range s.all(preloadPart) {
		out = append(out, s.preload(s.of.edges[name]))
	}
	return out
}

// preload reads the rows at the other end of an edge.
func (s entStatement) preload(edge entEdge) string {
	to := s.entities[edge.to]
	if to == nil {
		return hole
	}
	other := entStatement{s.entSchema, &made{verb: "SELECT"}, to}
	columns := slices.Clone(to.fields)
	where := to.column(to.key()) + " IN (?)"
	switch {
	case edge.column == "":
		where = to.column(to.key()) + " IN (SELECT " + hole + " FROM " + quoteName(edge.table) + " WHERE " + hole + " IN (?))"
	case edge.table != s.of.table || edge.table == to.table && !slices.Contains(s.of.fields, edge.column):
		where = to.column(edge.column) + " IN (?)"
		if !slices.Contains(columns, edge.column) {
			columns = append(columns, edge.column)
		}
	}
	return other.read(columns, clause{name: wherePart, text: where})
}

// inserts are the statements that create rows. Rows of a bulk are written one
// by one.
func (s entStatement) inserts() []string {
	if rows := s.all(queryPart); len(rows) > 0 {
		var out []string
		for _, row := range rows {
			if !slices.Contains(out, row) {
				out = append(out, row)
			}
		}
		return out
	}
	columns := s.all(columnPart)
	if _, open := s.last(openPart); open {
		columns = append(columns, hole)
	}
	return []string{s.insert(columns)}
}

// insert writes an INSERT of what is set and what has a default.
func (s entStatement) insert(set []string) string {
	var columns []string
	for _, name := range slices.Concat(s.of.fields, set) {
		if (slices.Contains(set, name) || slices.Contains(s.of.defaults, name)) && !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	text := "INSERT INTO " + quoteName(s.of.table)
	switch {
	case len(columns) == 0:
		text += " DEFAULT VALUES"
	default:
		values := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
		text += " (" + strings.Join(quotedAll(columns), ", ") + ") VALUES (" + values + ")"
	}
	return text + s.onConflict(columns) + " RETURNING " + quoteName(s.of.key())
}

// onConflict writes what happens to rows that are there already.
func (s entStatement) onConflict(columns []string) string {
	target := s.all(conflictPart)
	set := s.all(setPart)
	if _, is := s.last(newPart); is {
		for _, name := range columns {
			set = append(set, quoteName(name)+` = "excluded".`+quoteName(name))
		}
	}
	nothing := slices.Contains(s.all(suffixPart), "DO NOTHING")
	if len(target) == 0 && len(set) == 0 && !nothing {
		return ""
	}
	text := " ON CONFLICT"
	if len(target) > 0 {
		text += " (" + strings.Join(quotedAll(target), ", ") + ")"
	}
	switch {
	case nothing:
		return text + " DO NOTHING"
	case len(set) == 0:
		set = []string{hole + " = ?"}
	}
	if len(target) == 0 {
		text += " (" + hole + ")"
	}
	return text + " DO UPDATE SET " + strings.Join(set, ", ")
}

// change writes an UPDATE, "" if nothing is set: what is cleared, then what is
// set, then the rest, each in order of the fields.
func (s entStatement) change() string {
	set := s.all(setPart)
	for _, name := range s.of.updated {
		if !slices.ContainsFunc(set, func(text string) bool { return strings.HasPrefix(text, quoteName(name)+" = ") }) {
			set = append(set, quoteName(name)+" = ?")
		}
	}
	if _, open := s.last(openPart); open && len(s.all(setPart)) == 0 {
		set = append(set, hole+" = ?")
	}
	if len(set) == 0 {
		return ""
	}
	place := func(text string) int {
		name, to, _ := strings.Cut(text, " = ")
		kind := map[string]int{"NULL": 0, "?": 1}
		at, is := kind[to]
		if !is {
			at = 2
		}
		field := slices.IndexFunc(s.of.fields, func(field string) bool { return quoteName(field) == name })
		if field < 0 {
			field = len(s.of.fields)
		}
		return at*(len(s.of.fields)+1) + field
	}
	slices.SortStableFunc(set, func(a, b string) int { return place(a) - place(b) })
	return "UPDATE " + quoteName(s.of.table) + " SET " + strings.Join(set, ", ") + s.where()
}
