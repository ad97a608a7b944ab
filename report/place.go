package report

import (
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// place is "path:line:column", with which a line of output may begin.
func place(s source.Span) string {
	if s.IsZero() {
		return command
	}
	from := s.From()
	return fmt.Sprintf("%s:%d:%d", shownPath(s.File.Path), from.Line, from.Column)
}

// shownPath is a path at the start of a line. CI systems take lines that begin
// in certain ways as commands, and anybody may name a file.
func shownPath(p string) string {
	p = visible(p)
	start := strings.TrimSpace(p)
	if strings.HasPrefix(start, ":") || strings.HasPrefix(start, "##") {
		return "./" + p
	}
	if start == "" {
		return "-"
	}
	return p
}

// message is a finding's message with the name of its rule.
func message(f *rules.Finding) string {
	return visible(f.Message) + " (" + f.Rule.Name + ")"
}

// repositoryPath is the name that a file has in the repository. A path that
// leads out of it stays absolute, or begins with "..".
func (r *Run) repositoryPath(p string) string {
	if isStream(p) {
		return p
	}
	if !isAbsolute(p) {
		return path.Join(r.Prefix, p)
	}
	p = path.Clean(p)
	if inside, ok := strings.CutPrefix(p, strings.TrimSuffix(r.Root, "/")+"/"); ok && r.Root != "" {
		return inside
	}
	return p
}

// isStream reports whether a path is not one, but stands for standard input.
func isStream(p string) bool {
	return p == "" || p == "-" || strings.HasPrefix(p, "<")
}

// isAbsolute reports whether a slash-separated path is absolute, on any system.
func isAbsolute(p string) bool {
	drive := len(p) > 2 && p[1] == ':' && p[2] == '/' && (p[0]|0x20 >= 'a' && p[0]|0x20 <= 'z')
	return strings.HasPrefix(p, "/") || drive
}

// A printer writes lines until one cannot be written.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(text, " ")+"\n")
	}
}
