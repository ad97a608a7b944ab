package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/migracheck/migracheck/rules"
)

// What TeamCity keeps of a value, in characters.
const (
	teamcityShort = 255
	teamcityLong  = 4000
)

// TeamCity writes service messages, from which TeamCity makes its list of
// inspections: each rule is announced before its first finding.
// https://www.jetbrains.com/help/teamcity/service-messages.html#Reporting+Inspections
func TeamCity(w io.Writer, run *Run) error {
	out := &printer{w: w}
	announced := map[*rules.Rule]bool{}
	for _, f := range run.findings() {
		if !announced[f.Rule] {
			announced[f.Rule] = true
			out.line(serviceMessage("inspectionType", []teamcityValue{
				{"id", f.Rule.Name, teamcityShort},
				{"name", f.Rule.Name, teamcityShort},
				{"description", f.Rule.Title, teamcityLong},
				{"category", command + " " + string(f.Rule.Category), teamcityShort},
			}))
		}
		out.line(serviceMessage("inspection", []teamcityValue{
			{"typeId", f.Rule.Name, teamcityShort},
			{"message", f.Message, teamcityLong},
			{"file", run.fileOf(f.At), teamcityLong},
			{"line", fmt.Sprint(lineOf(f.At)), teamcityShort},
			{"SEVERITY", teamcitySeverity(f.Severity), teamcityShort},
		}))
	}
	text, status := run.summary().line(), "NORMAL"
	if nothing := run.nothing(); nothing != "" {
		text, status = nothing, "WARNING"
	}
	out.line(serviceMessage("message", []teamcityValue{{"text", command + ": " + text, teamcityLong}, {"status", status, teamcityShort}}))
	return out.err
}

// A teamcityValue is a property of a service message and how long it may be.
type teamcityValue struct {
	name, value string
	limit       int
}

func serviceMessage(name string, values []teamcityValue) string {
	var b strings.Builder
	b.WriteString("##teamcity[" + name)
	for _, v := range values {
		b.WriteString(" " + v.name + "='" + escapeTeamCity(visible(v.value), v.limit) + "'")
	}
	return b.String() + "]"
}

// escapeTeamCity writes a value of at most so many characters, which are UTF-16
// code units to TeamCity. What is not ASCII is written as its number, because
// an agent reads in the encoding of its machine.
func escapeTeamCity(text string, limit int) string {
	units := utf16.Encode([]rune(text))
	if len(units) > limit {
		units = append(units[:limit-1:limit-1], '…')
		if last := len(units) - 2; last >= 0 && units[last] >= 0xd800 && units[last] < 0xdc00 {
			units[last] = '…' // half of a pair is no character
			units = units[:last+1]
		}
	}
	var b strings.Builder
	for _, u := range units {
		switch {
		case u == '|' || u == '\'' || u == '[' || u == ']':
			b.WriteByte('|')
			b.WriteByte(byte(u))
		case u == '\n':
			b.WriteString("|n")
		case u == '\r':
			b.WriteString("|r")
		case u < ' ' || u > '~':
			fmt.Fprintf(&b, "|0x%04X", u)
		default:
			b.WriteByte(byte(u))
		}
	}
	return b.String()
}

func teamcitySeverity(s rules.Severity) string {
	switch s {
	case rules.Error:
		return "ERROR"
	case rules.Warning:
		return "WARNING"
	}
	return "INFO"
}
