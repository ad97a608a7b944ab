package gocode

import (
	"slices"
	"strings"
)

// A bunStatement is a chain whose model is known.
type bunStatement struct {
	*reader
	*made
	model *model // nil if there are tables only
}

func (r *reader) bunStatement(m *made) *bunStatement {
	b := &bunStatement{reader: r, made: m}
	if c, is := m.last(modelPart); is {
		if of := modelType(c.of); of != nil {
			b.model = r.bunTableOf(m.library, of)
		}
	}
	return b
}

// from is the table with its alias, and what was added to it.
func (b *bunStatement) from() string {
	var out []string
	if b.model != nil {
		table := b.model.table
		if b.made.verb == "SELECT" && b.model.selects != "" {
			table = b.model.selects
		}
		out = []string{table + " AS " + b.model.alias}
		if _, conflict := b.last(conflictPart); b.made.verb == "INSERT" && !conflict && !b.made.library.isPG() {
			out = []string{table}
		}
	}
	for i, text := range b.all(tablePart) {
		if i == 0 && b.model != nil && !strings.Contains(text, ",") {
			out = nil // ModelTableExpr
		}
		out = append(out, text)
	}
	return b.filled(strings.Join(out, ", "))
}

// filled puts what the model says into a text.
func (b *bunStatement) filled(text string) string {
	if b.model == nil || !strings.Contains(text, "?") {
		return text
	}
	return strings.NewReplacer("?TableName", b.model.table, "?TableAlias", b.model.alias).Replace(text)
}

// column writes a name that Column has.
func (b *bunStatement) column(name string) string {
	if b.model == nil || !plainName.MatchString(name) || strings.Contains(name, ".") {
		return gormIdentifier(name)
	}
	if name == "*" {
		return name
	}
	if _, is := b.model.find(name); !is {
		return quoteName(name)
	}
	return b.model.alias + "." + quoteName(name)
}

// chosen are the columns of the model that the chain leaves in.
func (b *bunStatement) chosen(allowed func(c column) bool) []column {
	if b.model == nil {
		return nil
	}
	names, out := b.all(columnPart), []column(nil)
	excluded := b.all(excludePart)
	for _, c := range b.model.columns {
		is := func(name string) bool { return name == c.name }
		if allowed(c) && (len(names) == 0 || slices.ContainsFunc(names, is)) && !slices.ContainsFunc(excluded, is) {
			out = append(out, c)
		}
	}
	return out
}

// where joins the conditions.
func (b *bunStatement) where() []clause {
	m := b.made
	var keys []string
	if _, is := m.last(keyPart); is {
		keys = []string{hole}
		if b.model != nil {
			keys = nil
			for _, c := range b.model.columns {
				if c.primary {
					keys = append(keys, b.model.alias+"."+quoteName(c.name)+" = ?")
				}
			}
		}
	}
	text := gormWhereText(m)
	if len(keys) > 0 {
		key := "(" + strings.Join(keys, " AND ") + ")"
		if text != "" {
			key += " AND " + text
		}
		text = key
	}
	if _, is := m.last(openPart); is {
		if text != "" {
			text += " AND "
		}
		text += hole
	}
	if deleted := b.notDeleted(); deleted != "" {
		_, either := m.last(orPart)
		switch {
		case text == "":
			text = deleted
		case either:
			text = deleted + " AND (" + text + ")"
		default:
			text = deleted + " AND " + text
		}
	}
	if text == "" {
		return nil
	}
	return []clause{{name: wherePart, text: b.filled(text)}}
}

// notDeleted leaves out the rows that are deleted, "" if there are none.
func (b *bunStatement) notDeleted() string {
	_, all := b.last(deletedPart)
	_, force := b.last(forcePart)
	if b.model == nil || all || force {
		return ""
	}
	for _, c := range b.model.columns {
		if c.softDelete {
			return b.model.alias + "." + quoteName(c.name) + " IS NULL"
		}
	}
	return ""
}

// rest are the other clauses of the chain.
func (b *bunStatement) rest(parts ...string) []clause {
	var out []clause
	for _, c := range b.clauses {
		if slices.Contains(parts, c.name) {
			out = append(out, clause{name: c.name, text: b.filled(c.text)})
		}
	}
	return out
}

// bunChain writes a chain that is an argument.
func bunChain(r *reader, m *made) (string, bool) { return r.bunStatement(m).statement(m.verb) }

// statement writes it, by what it was begun as.
func (b *bunStatement) statement(verb string) (string, bool) {
	if b.from() == "" {
		return "", false
	}
	switch verb {
	case "SELECT":
		return b.selectAll()
	case "INSERT":
		return b.insert()
	case "UPDATE":
		return b.update()
	case "DELETE":
		return b.remove()
	}
	return "", false
}

func (b *bunStatement) selectAll() (string, bool) {
	var columns []string
	for _, c := range b.clauses {
		switch c.name {
		case columnPart:
			columns = append(columns, b.column(c.text))
		case itemPart:
			columns = append(columns, b.filled(c.text))
		}
	}
	if len(columns) == 0 {
		for _, c := range b.chosen(func(c column) bool { return c.read }) {
			columns = append(columns, b.model.alias+"."+quoteName(c.name))
		}
	}
	if len(columns) == 0 {
		columns = []string{"*"}
	}
	if _, open := b.last(openPart); open {
		columns = append(columns, hole)
	}
	return b.query(columns, b.rest(groupPart, havingPart, orderPart, limitPart, offsetPart, suffixPart)...)
}

// query writes a SELECT.
func (b *bunStatement) query(columns []string, more ...clause) (string, bool) {
	all := []clause{{name: tablePart, text: b.from()}}
	for _, text := range columns {
		all = append(all, clause{name: columnPart, text: text})
	}
	all = append(append(all, b.rest(optionPart, joinPart)...), b.where()...)
	return b.sql(&made{verb: "SELECT", clauses: append(all, more...)})
}

func (b *bunStatement) insert() (string, bool) {
	all := []clause{{name: tablePart, text: b.from()}}
	var given []clause
	for _, c := range b.chosen(func(c column) bool { return c.created }) {
		all = append(all, clause{name: columnPart, text: quoteName(c.name)})
		if c.given {
			given = append(given, clause{name: returningPart, text: quoteName(c.name)})
		}
	}
	for _, name := range b.all(valuePart) {
		if b.model == nil || !slices.ContainsFunc(b.model.columns, func(c column) bool { return c.name == name }) {
			all = append(all, clause{name: columnPart, text: quoteName(name)})
		}
	}
	if len(all) == 1 { // a map
		all = append(all, clause{name: columnPart, text: hole})
	}
	all = append(append(all, clause{name: rowPart, text: spread}), b.rest(conflictPart)...)
	if set := b.rest(setPart); len(set) > 0 {
		var texts []string
		for _, s := range set {
			texts = append(texts, s.text)
		}
		all = append(all, clause{name: conflictPart, text: "SET " + strings.Join(texts, ", ")})
	}
	if own := b.rest(returningPart); len(own) > 0 {
		given = slices.DeleteFunc(own, func(c clause) bool { return c.text == "NULL" || c.text == "" })
	}
	return b.sql(&made{verb: "INSERT", clauses: append(all, given...)})
}

func (b *bunStatement) update() (string, bool) {
	all := []clause{{name: tablePart, text: b.from()}}
	set := b.rest(setPart)
	if _, open := b.last(openPart); open && len(set) == 0 {
		set = []clause{{name: setPart, text: hole + " = ?"}} // which are not zero is not known
	}
	if len(set) == 0 {
		for _, c := range b.chosen(func(c column) bool { return c.updated && !c.primary }) {
			set = append(set, clause{name: setPart, text: quoteName(c.name) + " = ?"})
		}
	}
	if len(set) == 0 {
		set = []clause{{name: setPart, text: hole + " = ?"}}
	}
	all = append(append(all, set...), b.where()...)
	return b.sql(&made{verb: "UPDATE", clauses: append(all, b.rest(returningPart)...)})
}

// remove writes a DELETE, or the UPDATE that stands for it.
func (b *bunStatement) remove() (string, bool) {
	if _, force := b.last(forcePart); b.model != nil && !force {
		for _, c := range b.model.columns {
			if c.softDelete {
				all := append([]clause{{name: tablePart, text: b.from()}, {name: setPart, text: quoteName(c.name) + " = ?"}}, b.where()...)
				return b.sql(&made{verb: "UPDATE", clauses: append(all, b.rest(returningPart)...)})
			}
		}
	}
	all := append([]clause{{name: tablePart, text: b.from()}}, b.where()...)
	return b.sql(&made{verb: "DELETE", clauses: append(all, b.rest(returningPart)...)})
}

// bunSend interprets a call that sends a statement; others end the chain.
func (c *step) bunSend(in []value) []value {
	verbs, is := bunVerbs[c.name]
	if !is {
		return nil
	}
	var out []value
	for _, v := range in {
		if v.made == nil || v.made.library == nil {
			out = union(out, []value{c.lost(v)})
			continue
		}
		verb := verbs
		if verb == "" {
			verb = v.made.verb
		}
		b := c.bunStatement(v.made)
		b.made = &made{library: v.made.library, verb: verb, clauses: v.made.clauses}
		for _, text := range c.bunTexts(b, verb) {
			w := c.finished(v, text)
			if text == "" {
				w = c.lost(v)
			}
			out = union(out, []value{w})
		}
	}
	return limited(out)
}

// bunVerbs are the methods that send, with what go-pg's send; those of bun send
// what was begun.
var bunVerbs = map[string]string{
	"Scan": "", "Exec": "", "Rows": "",
	"Select": "SELECT", "First": "SELECT", "Last": "SELECT", "ForEach": "SELECT", "SelectAndCount": "SELECT", "SelectOrInsert": "SELECT",
	"Insert": "INSERT", "Update": "UPDATE", "UpdateNotZero": "UPDATE", "Delete": "DELETE", "ForceDelete": "DELETE",
	"Count": "SELECT", "Exists": "SELECT", "ScanAndCount": "SELECT",
}

// bunTexts are the statements of one call.
func (c *step) bunTexts(b *bunStatement, verb string) []string {
	if b.from() == "" {
		return []string{""}
	}
	count := func() []string { return one(b.query([]string{"count(*)"})) }
	switch c.name {
	case "Count":
		return count()
	case "Exists":
		text, ok := b.statement(verb)
		return one("SELECT EXISTS ("+text+")", ok)
	case "ScanAndCount", "SelectAndCount":
		return append(one(b.statement(verb)), count()...)
	case "SelectOrInsert":
		return append(one(b.statement(verb)), one(b.insert())...)
	case "UpdateNotZero":
		b.clauses = append(slices.Clone(b.clauses), clause{name: setPart, text: hole + " = ?"})
	case "First", "Last":
		key := hole
		if b.model != nil {
			for _, column := range b.model.columns {
				if column.primary {
					key = b.model.alias + "." + quoteName(column.name)
				}
			}
		}
		b.clauses = append(slices.Clone(b.clauses), clause{name: orderPart, text: key}, clause{name: limitPart, text: "1"})
	}
	return one(b.statement(verb))
}
