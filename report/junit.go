package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// JUnit writes the XML of JUnit's Ant task: a suite for each file, in which each
// finding is a case. Errors and warnings fail; a note passes, and says so in its
// output; what is allowed, known from the baseline or not analysable is skipped.
// A file about which there is nothing to say has one case, which passes. No time
// was measured, and readers want one, so it is 0.
// https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
func JUnit(w io.Writer, run *Run) error {
	j := &junitWriter{run: run, index: map[string]int{}, names: map[string]int{}}
	for _, m := range run.migrations() {
		j.suite(run.fileOf(m.Up.Span))
		if m.Opaque != "" {
			j.add(m.Up.Span, junitCase{Name: "not analysable", Skipped: &junitOutcome{Message: visible(m.Opaque)}})
		}
		if m.Down != nil {
			j.suite(run.fileOf(m.Down.Span))
		}
	}
	for i := range run.Findings {
		j.finding(&run.Findings[i])
	}
	for _, s := range run.statements() {
		if reason, unknown := s.Unanalysable(); unknown {
			name := strings.TrimPrefix(visible(s.Kind)+" not analysable", " ")
			j.add(s.Span, junitCase{Name: name, Skipped: &junitOutcome{Message: visible(reason)}})
		}
	}
	// A report without a case counts as a test run that broke.
	if total := run.summary(); total.Statements == 0 {
		j.put(command, junitCase{Name: "nothing to check", Skipped: &junitOutcome{Message: total.nothing()}})
	}
	return encodeXML(w, j.document())
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     int          `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     int         `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Time      int           `xml:"time,attr"`
	Skipped   *junitOutcome `xml:"skipped"`
	Failure   *junitOutcome `xml:"failure"`
	Output    string        `xml:"system-out,omitempty"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

type junitWriter struct {
	run    *Run
	suites []junitSuite
	// index finds the suite of a file; names counts those of its cases: readers
	// take two of one name for one.
	index map[string]int
	names map[string]int
}

// suite makes sure that there is a suite for a file.
func (j *junitWriter) suite(path string) *junitSuite {
	i, known := j.index[path]
	if !known {
		i = len(j.suites)
		j.index[path] = i
		j.suites = append(j.suites, junitSuite{Name: path})
	}
	return &j.suites[i]
}

// add puts a case into the suite of the file that it is about.
func (j *junitWriter) add(at source.Span, c junitCase) {
	path := j.run.fileOf(at)
	c.File, c.Line = path, lineOf(at)
	j.put(path, c)
}

func (j *junitWriter) put(path string, c junitCase) {
	key := path + "\x00" + c.Name
	if j.names[key]++; j.names[key] > 1 {
		c.Name += fmt.Sprintf(" (%d)", j.names[key])
	}
	c.ClassName = strings.TrimSuffix(path, ".sql")
	suite := j.suite(path)
	suite.Cases = append(suite.Cases, c)
}

// finding adds the case of a finding. Its name has no line number, so that it
// is the same test in the next run.
func (j *junitWriter) finding(f *rules.Finding) {
	c := junitCase{Name: f.Rule.Name}
	if object := objectOf(f); object != "" {
		c.Name += " " + visible(object)
	}
	switch {
	case baselined(f):
		c.Skipped = &junitOutcome{Message: visible(f.Suppressed.Reason)}
	case f.Suppressed != nil:
		c.Skipped = &junitOutcome{Message: visible(allowedBy(f.Suppressed))}
	case f.Severity <= rules.Note:
		c.Output = junitText(f)
	default:
		c.Failure = &junitOutcome{Message: visible(f.Message), Type: f.Severity.String(), Text: junitText(f)}
	}
	j.add(f.At, c)
}

// objectOf names what a finding is about, "" where it is about no one thing.
func objectOf(f *rules.Finding) string {
	if f.Relation != "" && f.Object != "" {
		return f.Relation + "." + f.Object
	}
	return f.Relation + f.Object
}

// allowedBy says why something is allowed, and for how long.
func allowedBy(s *rules.Suppression) string {
	text := "allowed: " + s.Reason
	if s.Until != "" {
		text += " (until " + s.Until + ")"
	}
	return text
}

// junitText is a finding as people read it in a list of failed tests.
func junitText(f *rules.Finding) string {
	var b strings.Builder
	b.WriteString(place(f.At) + ": " + f.Severity.String() + ": " + message(f) + "\n")
	if !f.At.IsZero() {
		if e, ok := newExcerpt(f.At, maxColumns); ok {
			b.WriteString("| " + e.text + "\n| " + e.marks() + "\n")
		}
	}
	for _, r := range f.Related {
		b.WriteString(place(r.At) + ": " + visible(r.Message) + "\n")
	}
	b.WriteString("why: " + visible(f.Rule.Title) + "\n")
	b.WriteString(command + " explain " + f.Rule.Name + "\n")
	return b.String()
}

// document counts the cases.
func (j *junitWriter) document() junitSuites {
	all := junitSuites{Name: command, Suites: j.suites}
	for i := range all.Suites {
		s := &all.Suites[i]
		if len(s.Cases) == 0 {
			s.Cases = []junitCase{{Name: "nothing found", ClassName: strings.TrimSuffix(s.Name, ".sql"), File: s.Name}}
		}
		s.Tests = len(s.Cases)
		for _, c := range s.Cases {
			if c.Failure != nil {
				s.Failures++
			}
			if c.Skipped != nil {
				s.Skipped++
			}
		}
		all.Tests += s.Tests
		all.Failures += s.Failures
	}
	return all
}
