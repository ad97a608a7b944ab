package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/migracheck/migracheck/parser/source"
)

// An excerpt is the line where a finding starts, as it is shown, and the run
// of columns to mark in it. It holds no line end, tab or control character.
type excerpt struct {
	text string
	// from and to are columns from 0, to exclusive; at least one is marked.
	from, to int
	// more counts the lines of the span after the first.
	more int
}

// maxColumns is how much of a line is shown.
const maxColumns = 200

// reach is how many bytes before and after the start of a mark are looked at,
// so that one long line with many findings is not read once for each. It is
// ample for the columns shown.
const reach = 4 * maxColumns

// newExcerpt returns the excerpt for a span, or false where there is nothing to
// show: the line is blank.
func newExcerpt(s source.Span, columns int) (excerpt, bool) {
	first := s.From().Line
	text, offset := s.File.Line(first)
	if strings.TrimSpace(text) == "" {
		return excerpt{}, false
	}
	e := excerpt{more: s.File.Position(lastByte(s)).Line - first}
	start := min(max(s.Start-offset, 0), len(text))
	end := min(max(s.End-offset, start), len(text))
	if e.more > 0 {
		end = len(strings.TrimRight(text, " \t"))
	}
	left := runeStart(text, start-reach)
	right := runeStart(text, start+reach)
	all := cells(text[left:right])
	from, to := markedCells(all, start-left, min(end, right)-left)
	lead, tail := left > 0, right < len(text)
	all, from, to, lead, tail = window(all, from, to, lead, tail, columns)
	e.text, e.from, e.to = draw(all, from, to, lead, tail)
	return e, true
}

// lastByte is the offset of a span's last byte; a line end does not count as
// the beginning of another line.
func lastByte(s source.Span) int {
	return max(s.Start, s.Start+len(strings.TrimRight(s.Text(), " \t\r\n"))-1)
}

// runeStart returns the nearest start of a rune at or before i, within text.
func runeStart(text string, i int) int {
	i = min(max(i, 0), len(text))
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}

// markedCells returns the range of the cells that hold bytes from start to end;
// a cell cut by an end counts.
func markedCells(all []cell, start, end int) (from, to int) {
	for from < len(all) && all[from].end <= start {
		from++
	}
	to = from
	for to < len(all) && all[to].start < end {
		to++
	}
	return from, to
}

// window cuts a line to the columns there are, around the start of the mark.
func window(all []cell, from, to int, lead, tail bool, columns int) ([]cell, int, int, bool, bool) {
	total := 0
	for _, c := range all {
		total += c.width
	}
	if total <= columns && !lead && !tail {
		return all, from, to, lead, tail
	}
	columns -= 2 // for the ellipses
	low, high, used := from, from, 0
	fits := func(i, limit int) bool { return used+all[i].width <= limit }
	for low > 0 && fits(low-1, columns/3) {
		low--
		used += all[low].width
	}
	for high < len(all) && fits(high, columns) {
		used += all[high].width
		high++
	}
	for low > 0 && fits(low-1, columns) {
		low--
		used += all[low].width
	}
	return all[low:high], from - low, min(to, high) - low, lead || low > 0, tail || high < len(all)
}

// draw joins cells and turns the marked ones into columns.
func draw(all []cell, from, to int, lead, tail bool) (text string, start, end int) {
	var b strings.Builder
	column := 0
	if lead {
		b.WriteString("…")
		column++
	}
	start, end = -1, -1
	for i, c := range all {
		if i == from {
			start = column
		}
		if i == to {
			end = column
		}
		b.WriteString(c.text)
		column += c.width
	}
	if start < 0 {
		start = column
	}
	if end < 0 {
		end = column
	}
	if tail {
		b.WriteString("…")
	}
	return b.String(), start, max(end, start+1)
}

// marks is the line below the text: carets under what is meant.
func (e excerpt) marks() string {
	return strings.Repeat(" ", e.from) + strings.Repeat("^", e.to-e.from)
}

// moreLines says how much of the span is not shown, or nothing.
func (e excerpt) moreLines() string {
	if e.more == 0 {
		return ""
	}
	return fmt.Sprintf("… %s", plural(e.more, "more line"))
}
