package gocode

import "strings"

// sql writes what is made as SQL, if it is complete and is SQL at all. An
// expression without text is a condition that is left out.
func (r *reader) sql(m *made) (string, bool) {
	switch {
	case m.verb == exprVerb:
		return strings.Join(m.all(itemPart), ""), true
	case m.library != nil && m.library.chains:
		return m.library.condition(r, m)
	}
	switch m.verb {
	case "SELECT":
		return m.selectSQL()
	case "INSERT", "REPLACE":
		return m.insertSQL()
	case "UPDATE":
		return m.updateSQL()
	case "DELETE":
		return m.deleteSQL()
	case listVerb, mapVerb, structVerb:
		return "", false
	}
	if m.library == nil || m.library.condition == nil {
		return "", false
	}
	return m.library.condition(r, m)
}

func (m *made) selectSQL() (string, bool) {
	columns := m.all(columnPart)
	if len(columns) == 0 {
		return "", false
	}
	w := m.begin("SELECT")
	w.word(strings.Join(columns, ", "))
	if from, is := m.last(tablePart); is {
		w.word("FROM " + from.text)
	}
	w.word(m.all(joinPart)...)
	m.conditions(w)
	m.end(w)
	return w.String(), true
}

func (m *made) insertSQL() (string, bool) {
	table, is := m.last(tablePart)
	if !is || table.text == "" {
		return "", false
	}
	w := m.begin(m.verb)
	w.word("INTO " + table.text)
	columns := m.all(columnPart)
	if len(columns) > 0 {
		w.word("(" + strings.Join(columns, ", ") + ")")
	}
	rows, query := m.all(rowPart), m.all(queryPart)
	switch {
	case len(query) > 0:
		w.word(query[len(query)-1])
	case len(rows) == 0:
		return "", false
	default:
		w.word("VALUES " + strings.Join(written(rows, columns), ", "))
	}
	w.word(m.all(conflictPart)...)
	m.end(w)
	return w.String(), true
}

// written puts rows into parentheses. How many values a list has that is not
// known is known from the columns.
func written(rows, columns []string) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		switch {
		case row == "DEFAULT VALUES":
		case row == spread && len(columns) > 0 && !strings.Contains(strings.Join(columns, ""), hole):
			row = strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
		case row == spread:
			row = hole
		}
		out[i] = "(" + row + ")"
	}
	return out
}

func (m *made) updateSQL() (string, bool) {
	table, is := m.last(tablePart)
	set := m.all(setPart)
	if !is || table.text == "" || len(set) == 0 {
		return "", false
	}
	w := m.begin("UPDATE")
	w.word(table.text, "SET "+strings.Join(set, ", "))
	if from := m.all(fromPart); len(from) > 0 {
		w.word("FROM " + strings.Join(from, ", "))
	}
	m.conditions(w)
	m.end(w)
	return w.String(), true
}

func (m *made) deleteSQL() (string, bool) {
	table, is := m.last(tablePart)
	if !is || table.text == "" {
		return "", false
	}
	w := m.begin("DELETE")
	w.word("FROM " + table.text)
	if using := m.all(fromPart); len(using) > 0 {
		w.word("USING " + strings.Join(using, ", "))
	}
	m.conditions(w)
	m.end(w)
	return w.String(), true
}

// A writer puts spaces between the parts of a statement.
type writer struct{ strings.Builder }

func (w *writer) word(parts ...string) {
	for _, part := range parts {
		if part == "" {
			continue
		}
		if w.Len() > 0 {
			w.WriteByte(' ')
		}
		w.WriteString(part)
	}
}

// begin writes a statement's beginning.
func (m *made) begin(verb string) *writer {
	w := &writer{}
	w.word(m.all(prefixPart)...)
	w.word(verb)
	w.word(m.all(optionPart)...)
	return w
}

// conditions writes WHERE, GROUP BY and HAVING.
func (m *made) conditions(w *writer) {
	m.joined(w, wherePart, " AND ")
	m.joined(w, groupPart, ", ")
	m.joined(w, havingPart, " AND ")
}

// joined writes the texts of a clause, without empty ones.
func (m *made) joined(w *writer, name, separator string) {
	var texts []string
	for _, text := range m.all(name) {
		if text != "" {
			texts = append(texts, text)
		}
	}
	if len(texts) > 0 {
		w.word(name + " " + strings.Join(texts, separator))
	}
}

// end writes what a statement ends in.
func (m *made) end(w *writer) {
	m.joined(w, orderPart, ", ")
	for _, name := range []string{limitPart, offsetPart} {
		if last, is := m.last(name); is && last.text != "" {
			w.word(name + " " + last.text)
		}
	}
	m.joined(w, returningPart, ", ")
	w.word(m.all(suffixPart)...)
}
