package report

import (
	"encoding/xml"
	"io"

	"github.com/migracheck/migracheck/rules"
)

// checkstyleVersion is the version of Checkstyle whose reports these are like;
// readers want one, and none reads it.
const checkstyleVersion = "5.0"

// Checkstyle writes the XML of the Checkstyle tool, which many readers of other
// tools' reports know. A source is the family and name of the rule, with dots,
// from which they make a category and a type.
// https://github.com/checkstyle/checkstyle/blob/master/src/main/java/com/puppycrawl/tools/checkstyle/XMLLogger.java
func Checkstyle(w io.Writer, run *Run) error {
	document := checkstyle{Version: checkstyleVersion}
	index := map[string]int{}
	add := func(path string, e checkstyleError) {
		i, known := index[path]
		if !known {
			i = len(document.Files)
			index[path] = i
			document.Files = append(document.Files, checkstyleFile{Name: path})
		}
		document.Files[i].Errors = append(document.Files[i].Errors, e)
	}
	for _, f := range run.findings() {
		e := checkstyleError{
			Line: lineOf(f.At), Severity: checkstyleSeverity(f.Severity), Message: visible(f.Message),
			Source: command + "." + string(f.Rule.Category) + "." + f.Rule.Name,
		}
		if !f.At.IsZero() {
			e.Column = f.At.From().Column
		}
		add(run.fileOf(f.At), e)
	}
	if nothing := run.nothing(); nothing != "" {
		at := rules.Finding{}.At
		add(run.fileOf(at), checkstyleError{Line: lineOf(at), Severity: "warning", Message: nothing, Source: command})
	}
	return encodeXML(w, document)
}

type checkstyle struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"`
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr,omitempty"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// checkstyleSeverity is Checkstyle's word: it has ignore, info, warning and
// error.
func checkstyleSeverity(s rules.Severity) string {
	if s > rules.Note {
		return s.String()
	}
	return "info"
}
