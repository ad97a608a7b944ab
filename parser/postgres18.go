package parser

import (
	"cmp"
	"slices"
)

// Forms of PostgreSQL 18 that the grammar of 17 refuses are rewritten to the
// nearest form that it accepts, and a mark remembers what was there. This is
// tried only after a statement was refused, so that nothing that parses is
// ever touched.

// modernForms returns the changes that a statement of PostgreSQL 18 needs.
func modernForms(text string, tokens []token) []change {
	m := modern{text: text, tokens: tokens}
	if !m.possible() {
		return nil
	}
	for i := range tokens {
		if tokens[i].kind != tokenWord {
			continue
		}
		m.notNull(i)
		m.generated(i)
		m.enforced(i)
		m.withoutOverlaps(i)
		m.period(i)
		m.alterConstraint(i)
		m.returning(i)
	}
	m.vacuumOnly()
	m.largeObjects()
	return m.sorted()
}

// possible reports whether a token can be part of such a form.
func (m *modern) possible() bool {
	for i, t := range m.tokens {
		if t.kind != tokenWord {
			continue
		}
		switch {
		case t.isOneOf(m.text, "enforced", "overlaps", "period", "inherit", "returning", "only", "objects"):
			return true
		case m.listedNotNull(i), m.computed(i):
			return true
		}
	}
	return false
}

// A modern is the search for forms of PostgreSQL 18 in one statement.
type modern struct {
	text    string
	tokens  []token
	changes []change
}

func (m *modern) at(i int, want ...string) bool { return follow(m.text, m.tokens, i, want...) }

func (m *modern) oneOf(i int, want ...string) bool {
	return i >= 0 && i < len(m.tokens) && m.tokens[i].isOneOf(m.text, want...)
}

func (m *modern) isName(i int) bool {
	return i >= 0 && i < len(m.tokens) && (m.tokens[i].kind == tokenWord || m.tokens[i].kind == tokenQuoted || m.tokens[i].kind == tokenPlaceholder)
}

// remove takes the tokens from i to before j away.
func (m *modern) remove(i, j int, kind markKind) {
	m.changes = append(m.changes, change{start: m.tokens[i].start, end: m.tokens[j-1].end, mark: kind, marked: true})
}

// swallow takes the tokens after i and before j away, as if they were a part
// of the token i, which then is the end of what they belonged to.
func (m *modern) swallow(i, j int, kind markKind) {
	t := m.tokens[i]
	m.changes = append(m.changes, change{start: t.start, end: m.tokens[j-1].end, text: m.text[t.start:t.end], mark: kind, marked: true})
}

// sorted returns the changes in order, without those that overlap an earlier
// one.
func (m *modern) sorted() []change {
	slices.SortStableFunc(m.changes, func(a, b change) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	kept := m.changes[:0]
	for _, c := range m.changes {
		if len(kept) == 0 || c.start >= kept[len(kept)-1].end {
			kept = append(kept, c)
		}
	}
	return kept
}

// notNull: [CONSTRAINT n] NOT NULL c [NOT VALID] [NO INHERIT] in the place of
// a table constraint, and NOT NULL NO INHERIT of a column.
func (m *modern) notNull(i int) {
	if !m.at(i, "not", "null") {
		return
	}
	if !m.listedNotNull(i) {
		if m.at(i+2, "no", "inherit") {
			m.swallow(i+1, i+4, markNotNullNoInherit)
		}
		return
	}
	name := m.tokens[i+2].end
	m.changes = append(m.changes, change{start: m.tokens[i].start, end: m.tokens[i+1].end, text: "UNIQUE (", mark: markNotNull, marked: true})
	for j := i + 3; ; j += 2 {
		c := change{start: name, end: name, marked: true}
		switch {
		case m.at(j, "not", "valid"):
			c.mark = markNotValid
		case m.at(j, "no", "inherit"):
			c.mark = markNoInherit
		default:
			m.changes = append(m.changes, change{start: name, end: m.tokens[j-1].end, text: ")"})
			return
		}
		m.changes = append(m.changes, c)
	}
}

// listedNotNull reports whether NOT NULL stands with a column in the place of a
// table constraint.
func (m *modern) listedNotNull(i int) bool {
	if !m.at(i, "not", "null") || !m.isName(i+2) {
		return false
	}
	before := i - 1
	if m.isName(before) && m.at(before-1, "constraint") {
		before -= 2
	}
	return m.oneOf(before, "(", ",", "add")
}

// computed reports whether a generated column begins its expression.
func (m *modern) computed(i int) bool { return m.at(i, "generated", "always", "as", "(") }

// generated: GENERATED ALWAYS AS (…) that is VIRTUAL, or says nothing.
func (m *modern) generated(i int) {
	if !m.computed(i) {
		return
	}
	end := closing(m.text, m.tokens, i+3)
	if end == len(m.tokens) || m.at(end+1, "stored") {
		return
	}
	generated := m.tokens[i]
	m.changes = append(m.changes, change{start: generated.start, end: generated.start, mark: markVirtual, marked: true})
	if m.at(end+1, "virtual") {
		m.changes = append(m.changes, change{start: m.tokens[end+1].start, end: m.tokens[end+1].end, text: "STORED"})
		return
	}
	m.changes = append(m.changes, change{start: m.tokens[end].end, end: m.tokens[end].end, text: " STORED"})
}

// enforced: [NOT] ENFORCED after a constraint or in ALTER CONSTRAINT.
func (m *modern) enforced(i int) {
	if !m.at(i, "enforced") {
		return
	}
	last := i+1 == len(m.tokens) || m.oneOf(i+1, ",", ")", "not", "null", "no", "deferrable", "initially", "constraint",
		"check", "unique", "primary", "references", "default", "generated", "collate")
	if !last || i == 0 || m.oneOf(i-1, "(", ",", ".", "add", "column", "exists", "constraint") {
		return
	}
	from, kind := i, markEnforced
	if m.at(i-1, "not") {
		from, kind = i-1, markNotEnforced
	}
	if from == 0 {
		return
	}
	if m.at(from-1, ")") {
		m.swallow(from-1, i+1, kind)
		return
	}
	m.remove(from, i+1, kind)
}

// withoutOverlaps: WITHOUT OVERLAPS at the end of a key's column list.
func (m *modern) withoutOverlaps(i int) {
	if m.at(i, "without", "overlaps", ")") {
		m.remove(i, i+2, markWithoutOverlaps)
	}
}

// period: PERIOD c in FOREIGN KEY (…) and REFERENCES t (…).
func (m *modern) period(i int) {
	open := i + 2
	switch {
	case m.at(i, "foreign", "key", "("):
	case m.at(i, "references") && m.isName(i+1):
		for m.at(open, ".") && m.isName(open+1) {
			open += 2
		}
		if !m.at(open, "(") {
			return
		}
	default:
		return
	}
	for j := open + 1; j < closing(m.text, m.tokens, open); j++ {
		if m.at(j, "period") && m.oneOf(j-1, "(", ",") && m.isName(j+1) {
			m.remove(j, j+1, markPeriod)
		}
	}
}

// alterConstraint: ALTER CONSTRAINT n [NO] INHERIT.
func (m *modern) alterConstraint(i int) {
	if !m.at(i, "alter", "constraint") || !m.isName(i+2) {
		return
	}
	for j := i + 3; j < len(m.tokens) && !m.at(j, ","); j++ {
		switch {
		case m.at(j, "no", "inherit"):
			m.remove(j, j+2, markNoInherit)
			j++
		case m.at(j, "inherit"):
			m.remove(j, j+1, markInherit)
		}
	}
}

// returning: RETURNING WITH (OLD AS o, NEW AS n).
func (m *modern) returning(i int) {
	if !m.at(i, "returning", "with", "(") {
		return
	}
	if end := closing(m.text, m.tokens, i+2); end < len(m.tokens) {
		m.remove(i+1, end+1, markReturning)
	}
}

// vacuumOnly: ONLY before the tables of VACUUM and ANALYZE.
func (m *modern) vacuumOnly() {
	if !m.oneOf(0, "vacuum", "analyze", "analyse") {
		return
	}
	for i := range m.tokens {
		if m.at(i, "only") {
			m.remove(i, i+1, markOnly)
		}
	}
}

// largeObjects: ON LARGE OBJECTS in ALTER DEFAULT PRIVILEGES.
func (m *modern) largeObjects() {
	if !m.at(0, "alter", "default", "privileges") {
		return
	}
	for i := range m.tokens {
		if m.at(i, "on", "large", "objects") {
			m.changes = append(m.changes, change{start: m.tokens[i+1].start, end: m.tokens[i+2].end, text: "TABLES", mark: markLargeObjects, marked: true})
		}
	}
}

// merge puts two lists of changes into one; where two overlap, those of the
// first stay.
func merge(first, second []change) []change {
	if len(first) == 0 {
		return second
	}
	all := slices.Clone(first)
	for _, c := range second {
		overlaps := slices.ContainsFunc(first, func(f change) bool { return c.start < f.end && f.start < c.end })
		if !overlaps {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Or(a.start-b.start, a.end-b.end) })
	return all
}
