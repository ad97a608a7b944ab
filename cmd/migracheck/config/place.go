package config

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/migracheck/migracheck/parser/source"
)

// longest is the size of a file in which the place of a syntax error is looked
// for, which means to parse many times.
const longest = 64 << 10

// syntaxError returns the error for a text that is not YAML.
//
// The line that the parser gives is sometimes that of the construct around,
// sometimes none. So the place is found by asking: it is the end of the
// shortest beginning of the text that, however much of the rest follows, fails
// in the same way.
func syntaxError(f *source.File, err error) error {
	e := &Error{Path: f.Path, Message: complaint(err)}
	if len(f.Text) > longest {
		return e
	}
	fails := func(end int) bool { return complaint(parse(f.Text[:end])) == e.Message }
	line := f.Lines()
	for line > 1 && fails(endOf(f, line-1)) {
		line--
	}
	text, start := f.Line(line)
	at := start + len(text)
	for at > start {
		_, size := utf8.DecodeLastRuneInString(f.Text[start:at])
		if !fails(at - size) {
			at -= size
			break
		}
		at -= size
	}
	e.At = f.Position(at)
	return e
}

// endOf is the offset after a line and its line end.
func endOf(f *source.File, line int) int {
	_, start := f.Line(line + 1)
	return start
}

// parse returns what the parser says about a text.
func parse(text string) error {
	d := yaml.NewDecoder(strings.NewReader(text))
	for {
		var n yaml.Node
		if err := d.Decode(&n); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// complaint is the parser's message without its place.
func complaint(err error) string {
	if err == nil {
		return ""
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if after, ok := strings.CutPrefix(text, "line "); ok {
		if digits, message, ok := strings.Cut(after, ": "); ok && strings.Trim(digits, "0123456789") == "" {
			return message
		}
	}
	return text
}

// span returns the text of a node from its first byte to the end of the last
// scalar in it, or of that one's line where it is written in several.
func (r *reader) span(n *yaml.Node) source.Span {
	last := lastIn(n)
	at := r.offset(last)
	line, start := r.file.Line(last.Line)
	rest, end := line[at-start:], start+len(line)
	switch last.Style {
	case yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle:
		if closing := strings.IndexByte(rest[1:], rest[0]); closing >= 0 && strings.Count(rest, rest[:1]) == 2 {
			end = at + closing + 2
		}
	default:
		if last.Value != "" && strings.HasPrefix(rest, last.Value) {
			end = at + len(last.Value)
		}
	}
	return source.Span{File: r.file, Start: r.offset(n), End: end}
}

// offset returns the offset of a node.
func (r *reader) offset(n *yaml.Node) int {
	text, at := r.file.Line(n.Line)
	for range n.Column - 1 {
		_, size := utf8.DecodeRuneInString(text)
		text, at = text[size:], at+size
	}
	return at
}

// lastIn is the last node in a node that ends where it does.
func lastIn(n *yaml.Node) *yaml.Node {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n
}
