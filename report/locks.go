package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/lock"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/ddl"
	"github.com/migracheck/migracheck/parser/source"
)

// A duration is what a statement does that decides how long it keeps its locks,
// mildest first. How long its transaction keeps them after it is left out:
// rules speak of that.
type duration uint8

const (
	brief duration = iota
	data
	scan
	indexBuild
	rewrite
)

// A lockTaken is a lock on a relation that was there before the release.
type lockTaken struct {
	relation string
	mode     lock.Mode
	duration duration
	// of says what the work is on, where it is not the relation itself: a lock
	// on a referenced table lasts as long as the scan of the other.
	of string
	at source.Span
}

// locks lists what a release locks, the longest and strongest first. Each
// relation has one row; a lock that is weaker and lasts longer, but still
// makes somebody wait, follows in a row without name.
func (t *textWriter) locks() {
	groups := t.run.locks()
	if len(groups) == 0 {
		t.begin(single)
		t.line("no locks on relations that were there before")
		return
	}
	rows := [][]string{{"relation", "mode", "duration", "waiting", "taken at"}}
	for _, group := range groups {
		for i, l := range group {
			rows = append(rows, l.row())
			if i > 0 {
				rows[len(rows)-1][0] = ""
			}
		}
	}
	t.list("locks:", align(rows))
}

// locks returns the locks of each relation that are worth a row.
func (r *Run) locks() [][]lockTaken {
	byRelation := map[string][]lockTaken{}
	names := map[catalog.OID]string{}
	for _, s := range r.statements() {
		for _, l := range locksOf(s, names) {
			byRelation[l.relation] = append(byRelation[l.relation], l)
		}
	}
	var groups [][]lockTaken
	for _, all := range byRelation {
		groups = append(groups, gravest(all))
	}
	slices.SortFunc(groups, func(a, b []lockTaken) int {
		return cmp.Or(
			cmp.Compare(b[len(b)-1].duration, a[len(a)-1].duration),
			cmp.Compare(b[0].mode, a[0].mode),
			strings.Compare(a[0].relation, b[0].relation),
		)
	})
	return groups
}

// gravest returns the first of the strongest locks, and after it those that
// are weaker and longer than the one before and make writers wait.
func gravest(all []lockTaken) []lockTaken {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b lockTaken) int {
		return cmp.Or(cmp.Compare(b.mode, a.mode), cmp.Compare(b.duration, a.duration))
	})
	rows := sorted[:1:1]
	for _, l := range sorted[1:] {
		if l.mode.BlocksWrites() && l.duration > rows[len(rows)-1].duration {
			rows = append(rows, l)
		}
	}
	return rows
}

// A locked is a relation that a statement locks.
type locked struct {
	name     string
	index    bool
	mode     lock.Mode
	duration duration
}

// locksOf returns what a statement locks of what was there before its window.
// All its locks last as long as the longest work under any of them.
func locksOf(s *replay.Statement, names map[catalog.OID]string) []lockTaken {
	var all []locked
	for _, a := range s.Locks() {
		if r := s.Relation(a.Relation); r != nil && s.Window.RelationExisted(r) {
			all = append(all, locked{nameBefore(s, r, names), r.Index != nil, a.Mode, work(a)})
		}
	}
	longest := brief
	if slices.ContainsFunc(s.Steps, func(step *replay.Step) bool { return handlesRows(step.Op) }) {
		longest = data
	}
	for _, l := range all {
		longest = max(longest, l.duration)
	}
	var taken []lockTaken
	for _, l := range all {
		one := lockTaken{relation: l.name, mode: l.mode, duration: longest, at: s.Span}
		if longest > data && l.duration < longest {
			one.of = workedOn(all, longest)
		}
		taken = append(taken, one)
	}
	return taken
}

// nameBefore is a relation's name before the window, or, where only the window
// tells of it, the first that it is seen with.
func nameBefore(s *replay.Statement, r *catalog.Relation, names map[catalog.OID]string) string {
	if before := s.Window.Base.RelationByOID(r.OID); before != nil {
		return before.String()
	}
	if names[r.OID] == "" {
		names[r.OID] = r.String()
	}
	return names[r.OID]
}

// work is the longest that is done on a relation under a lock.
func work(a lock.Acquisition) duration {
	switch {
	case a.Rewrite:
		return rewrite
	case a.Index:
		return indexBuild
	case a.Scan:
		return scan
	}
	return brief
}

// handlesRows reports whether an operation may read or write any number of
// rows, other than to change the definition of their table.
func handlesRows(op ddl.Op) bool {
	switch op := op.(type) {
	case *ddl.Insert, *ddl.Update, *ddl.Delete, *ddl.Merge, *ddl.Select, *ddl.Copy, *ddl.Vacuum:
		return true
	case *ddl.CreateTableAs:
		return !op.WithNoData
	case *ddl.RefreshMaterializedView:
		return !op.WithNoData
	}
	return false
}

// workedOn names what a statement works on the longest; indexes are named
// where there is nothing else.
func workedOn(all []locked, longest duration) string {
	var tables, indexes []string
	for _, l := range all {
		switch {
		case l.duration < longest:
		case l.index:
			indexes = append(indexes, l.name)
		default:
			tables = append(tables, l.name)
		}
	}
	if len(tables) == 0 {
		tables = indexes
	}
	if len(tables) == 1 {
		return tables[0]
	}
	return fmt.Sprintf("%s and %d more", tables[0], len(tables)-1)
}

func (l lockTaken) row() []string {
	at := command
	if !l.at.IsZero() {
		at = fmt.Sprintf("%s:%d", shownPath(l.at.File.Path), l.at.From().Line)
	}
	return []string{visible(l.relation), l.mode.SQL(), visible(l.grows()), waiting(l.mode), at}
}

// grows says what is done under the lock, and what the time for it grows with.
func (l lockTaken) grows() string {
	size, rows := "its size", "its rows"
	if l.of != "" {
		size, rows = "the size of "+l.of, "the rows of "+l.of
	}
	switch l.duration {
	case rewrite:
		return "rewrite: grows with " + size
	case indexBuild:
		return "index build: grows with " + rows
	case scan:
		return "scan: grows with " + rows
	case data:
		return "data: grows with the rows read or written"
	}
	return "brief: does not grow"
}

// waiting says what has to wait for a lock.
func waiting(m lock.Mode) string {
	switch {
	case m.BlocksReads():
		return "reads and writes"
	case m.BlocksWrites():
		return "writes"
	}
	return "nothing"
}

// align joins the cells of each row, as wide as the widest of their column.
func align(rows [][]string) []string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], columnsOf(text))
		}
	}
	lines := make([]string, 0, len(rows))
	for _, row := range rows {
		var b strings.Builder
		for i, text := range row {
			b.WriteString(text)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-columnsOf(text)+2))
			}
		}
		lines = append(lines, b.String())
	}
	return lines
}

// columnsOf is how many columns of a terminal a text takes.
func columnsOf(text string) int {
	columns := 0
	for _, c := range cells(text) {
		columns += c.width
	}
	return columns
}
