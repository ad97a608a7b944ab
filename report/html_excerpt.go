package report

import (
	"strings"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// An htmlExcerpt is the SQL that a finding is about.
type htmlExcerpt struct {
	Lines []htmlLine
	// More says how much of the span is not shown, or nothing.
	More string
}

type htmlLine struct {
	Number int
	Runs   []htmlRun
}

// An htmlRun is a piece of a line that looks the same throughout.
type htmlRun struct {
	Class  string
	Marked bool
	Text   string
}

const (
	// excerptLines is how many lines are shown of a finding.
	excerptLines = 12
	// excerptLead is how far above a finding its statement may begin to be
	// shown from there.
	excerptLead = 4
)

// excerptOf returns the lines of a finding, from the beginning of its statement
// where that is near, or nil where there are none.
func excerptOf(f *rules.Finding) *htmlExcerpt {
	if f.At.IsZero() {
		return nil
	}
	file, first := f.At.File, f.At.From().Line
	last := file.Position(lastByte(f.At)).Line
	if text, _ := file.Line(first); first == last && strings.TrimSpace(text) == "" {
		return nil
	}
	begin := first
	if f.Statement != nil && f.Statement.Statement != nil && f.Statement.Span.File == file && f.Statement.Span.Start < f.At.Start {
		if line := f.Statement.Span.From().Line; first-line <= excerptLead {
			begin = line
		}
	}
	e := &htmlExcerpt{}
	var lex sqlLexer
	for n := begin; n <= last; n++ {
		if n-begin == excerptLines && n > first {
			e.More = "… " + plural(last-n+1, "more line")
			break
		}
		e.Lines = append(e.Lines, htmlLine{n, markedRuns(&lex, f.At, n)})
	}
	return e
}

// markedRuns is a line of a file, cut to what is shown of it, with the part that
// lies in a span marked. A span without text marks the character after it.
func markedRuns(lex *sqlLexer, at source.Span, number int) []htmlRun {
	text, offset := at.File.Line(number)
	within := offset <= lastByte(at) && at.Start <= offset+len(text)
	start := min(max(at.Start-offset, 0), len(text))
	end := min(max(at.End-offset, start), len(strings.TrimRight(text, " \t")))
	if !within {
		start, end = 0, 0
	}
	left, right := runeStart(text, start-reach), runeStart(text, start+reach)
	part := text[left:right]
	if left > 0 {
		*lex = sqlLexer{}
	}
	classes := lex.line(part)
	all := cells(part)
	from, to := markedCells(all, start-left, min(end, right)-left)
	if !within {
		from, to = 0, 0
	} else if to <= from {
		to = min(from+1, len(all))
	}
	all, from, to, lead, tail := window(all, from, to, left > 0, right < len(text), maxColumns)
	var runs []htmlRun
	add := func(class string, marked bool, text string) {
		if n := len(runs); n > 0 && runs[n-1].Class == class && runs[n-1].Marked == marked {
			runs[n-1].Text += text
			return
		}
		runs = append(runs, htmlRun{class, marked, text})
	}
	if lead {
		add("", false, "…")
	}
	for i, c := range all {
		add(string(classes[c.start]), i >= from && i < to, c.text)
	}
	if within && from == len(all) && at.Start >= offset {
		add("", true, " ")
	}
	if tail {
		add("", false, "…")
	}
	return runs
}

// highlighted is SQL of our own, whole.
func highlighted(sql string) []htmlLine {
	var lines []htmlLine
	var lex sqlLexer
	for text := range strings.Lines(sql) {
		text = strings.TrimRight(text, "\r\n")
		classes := lex.line(text)
		var runs []htmlRun
		for _, c := range cells(text) {
			class := string(classes[c.start])
			if n := len(runs); n > 0 && runs[n-1].Class == class {
				runs[n-1].Text += c.text
				continue
			}
			runs = append(runs, htmlRun{class, false, c.text})
		}
		lines = append(lines, htmlLine{len(lines) + 1, runs})
	}
	return lines
}
