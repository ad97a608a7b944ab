package queries

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
)

// An Application is what one version of an application asks of its database.
type Application struct {
	// Version is how people call it: a tag, a branch; "" is the work tree.
	// Commit is the commit, where it is one.
	Version, Commit string
	Queries         []Query
	// Unresolved are what is known to reach the database without its text being
	// known.
	Unresolved []Unresolved
	// Syntax is set where some of the code was read without types, and calls
	// were recognised by their names.
	Syntax bool
	// Packages and Calls count the Go packages that were read, and the calls in
	// them that reach the database.
	Packages, Calls int
	// Warnings say what could not be read, one sentence each.
	Warnings []string
}

// Add takes in what else the version asks.
func (a *Application) Add(b *Application) {
	a.Queries = append(a.Queries, b.Queries...)
	a.Unresolved = append(a.Unresolved, b.Unresolved...)
	a.Syntax = a.Syntax || b.Syntax
	a.Packages, a.Calls = a.Packages+b.Packages, a.Calls+b.Calls
	a.Warnings = append(a.Warnings, b.Warnings...)
	if a.Version == "" {
		a.Version, a.Commit = b.Version, b.Commit
	}
}

// Complete reports whether these are certainly all queries of the version, each
// with its whole text. What a server has been asked is a sample, and where calls
// were recognised by their names, some may not have been.
func (a *Application) Complete() bool {
	sample := func(q Query) bool { return q.Source == Statistics }
	return len(a.Queries) > 0 && len(a.Unresolved) == 0 && a.Partial() == 0 && !a.Syntax && len(a.Warnings) == 0 && !slices.ContainsFunc(a.Queries, sample)
}

// Partial counts the queries that are known but for parts.
func (a *Application) Partial() int {
	n := 0
	for i := range a.Queries {
		if a.Queries[i].Partial {
			n++
		}
	}
	return n
}

// artifactVersion is that of the file that Write writes.
const artifactVersion = 1

// An artifact is an application in a file. Its fields are a contract: there may
// be more of them one day, but none is renamed.
type artifact struct {
	Artifact   string               `json:"artifact"`
	Version    int                  `json:"version"`
	Release    string               `json:"release,omitempty"`
	Commit     string               `json:"commit,omitempty"`
	Syntax     bool                 `json:"syntax,omitempty"`
	Packages   int                  `json:"packages,omitempty"`
	Calls      int                  `json:"calls,omitempty"`
	Warnings   []string             `json:"warnings,omitempty"`
	Queries    []artifactQuery      `json:"queries"`
	Unresolved []artifactUnresolved `json:"unresolved"`
}

type artifactQuery struct {
	SQL     string         `json:"sql"`
	Name    string         `json:"name,omitempty"`
	Source  Source         `json:"source"`
	Partial bool           `json:"partial,omitempty"`
	At      artifactPlace  `json:"at"`
	Call    *artifactPlace `json:"call,omitempty"`
	Callee  string         `json:"callee,omitempty"`
	Func    string         `json:"func,omitempty"`
	Package string         `json:"package,omitempty"`
	Client  artifactClient `json:"client,omitzero"`
}

// artifactClient is a Client with names for the file.
type artifactClient struct {
	Library Library `json:"library,omitempty"`
	Sending Sending `json:"sending,omitempty"`
	Copy    bool    `json:"copy,omitempty"`
	Reading Reading `json:"reading,omitempty"`
	Targets Values  `json:"targets,omitempty"`
	Args    Values  `json:"args,omitempty"`
}

type artifactUnresolved struct {
	Reason  Reason        `json:"reason"`
	At      artifactPlace `json:"at"`
	Callee  string        `json:"callee,omitempty"`
	Func    string        `json:"func,omitempty"`
	Package string        `json:"package,omitempty"`
}

type artifactPlace struct {
	Path      string `json:"path"`
	Line      int    `json:"startLine"`
	Column    int    `json:"startColumn"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

// kind marks the file.
const kind = "migracheck-queries"

// Write writes the application to a file that [ReadApplication] reads, in order
// of the queries.
func (a *Application) Write(w io.Writer) error {
	file := artifact{
		Artifact: kind, Version: artifactVersion, Release: a.Version, Commit: a.Commit, Syntax: a.Syntax,
		Packages: a.Packages, Calls: a.Calls, Warnings: a.Warnings, Queries: []artifactQuery{}, Unresolved: []artifactUnresolved{},
	}
	for _, q := range a.Queries {
		entry := artifactQuery{SQL: q.SQL, Name: q.Name, Source: q.Source, Partial: q.Partial, At: placeOf(q.At), Callee: q.Callee, Func: q.Func, Package: q.Package, Client: artifactClient(q.Client)}
		if !q.Call.IsZero() && q.Call != q.At {
			call := placeOf(q.Call)
			entry.Call = &call
		}
		file.Queries = append(file.Queries, entry)
	}
	for _, u := range a.Unresolved {
		file.Unresolved = append(file.Unresolved, artifactUnresolved{Reason: u.Reason, At: placeOf(u.At), Callee: u.Callee, Func: u.Func, Package: u.Package})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(file)
}

func placeOf(s source.Span) artifactPlace {
	if s.IsZero() {
		return artifactPlace{}
	}
	from, to := s.From(), s.To()
	return artifactPlace{Path: s.File.Path, Line: from.Line, Column: from.Column, EndLine: to.Line, EndColumn: to.Column}
}

// ReadApplication reads the queries of an application from a file: one that
// [Application.Write] wrote, or any that [Read] reads.
func ReadApplication(f *source.File) (*Application, error) {
	text := strings.TrimPrefix(f.Text, "\ufeff")
	var mark struct {
		Artifact string `json:"artifact"`
		Version  int    `json:"version"`
	}
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") || json.Unmarshal([]byte(text), &mark) != nil || mark.Artifact != kind {
		found, unresolved, err := Read(f)
		if err != nil {
			return nil, err
		}
		return &Application{Queries: found, Unresolved: unresolved}, nil
	}
	if mark.Version != artifactVersion {
		return nil, fmt.Errorf("%s: it is of version %d of the format, and this migracheck reads %d: extract it anew, or use a newer migracheck", f.Path, mark.Version, artifactVersion)
	}
	var file artifact
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Path, describeJSON(f, err))
	}
	a := &Application{Version: file.Release, Commit: file.Commit, Syntax: file.Syntax, Packages: file.Packages, Calls: file.Calls, Warnings: file.Warnings}
	for _, q := range file.Queries {
		entry := Query{SQL: q.SQL, Name: q.Name, Source: q.Source, Partial: q.Partial, At: q.At.span(q.SQL), Callee: q.Callee, Func: q.Func, Package: q.Package, Client: Client(q.Client)}
		if q.Call != nil {
			entry.Call = q.Call.span("")
		}
		a.Queries = append(a.Queries, entry)
	}
	for _, u := range file.Unresolved {
		a.Unresolved = append(a.Unresolved, Unresolved{Reason: u.Reason, At: u.At.span(""), Callee: u.Callee, Func: u.Func, Package: u.Package})
	}
	return a, nil
}

// describeJSON says where in a file JSON is not what it should be.
func describeJSON(f *source.File, err error) error {
	at := func(offset int64) source.Position { return f.Position(int(offset)) }
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		p := at(syntax.Offset)
		return fmt.Errorf("line %d, column %d: %w", p.Line, p.Column, err)
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		p := at(wrong.Offset)
		return fmt.Errorf("line %d, column %d: %s cannot be a %s", p.Line, p.Column, wrong.Field, wrong.Value)
	}
	return err
}

// maxLine bounds what a file can make span build.
const maxLine = 1_000_000

// span makes a file in which all is blank but what is at the place: the file
// itself is that of another version, and is not here.
func (p artifactPlace) span(text string) source.Span {
	if p.Path == "" || p.Line < 1 || p.Line > maxLine || p.Column < 1 || p.Column > maxLine {
		return source.Span{}
	}
	before := strings.Repeat("\n", p.Line-1) + strings.Repeat(" ", p.Column-1)
	if missing := min(p.EndLine, maxLine) - p.Line - strings.Count(text, "\n"); missing > 0 {
		text += strings.Repeat("\n", missing)
	}
	file := source.NewFile(path.Clean(p.Path), before+text)
	return source.Span{File: file, Start: len(before), End: len(before) + len(text)}
}
