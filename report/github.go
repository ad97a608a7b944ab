package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/migracheck/migracheck/rules"
)

// maxAnnotations is how many annotations of one severity GitHub shows of one
// step of a workflow; the others it drops in silence.
const maxAnnotations = 10

// GitHub writes workflow commands, which GitHub Actions turns into annotations
// on the changed lines. The worst findings come first; those beyond what
// GitHub shows follow as plain lines of the log.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
func GitHub(w io.Writer, run *Run) error {
	out := &printer{w: w}
	findings := run.findings()
	slices.SortStableFunc(findings, func(a, b rules.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	shown, rest := limitAnnotations(findings)
	for i := range shown {
		out.line(annotation(run, &shown[i]))
	}
	if total := run.summary(); total.Statements == 0 {
		out.line(workflowCommand("warning", [][2]string{{"title", command}}, total.nothing()))
	}
	if len(rest) > 0 {
		cut := Run{Findings: rest}
		message := "GitHub shows " + fmt.Sprint(maxAnnotations) + " annotations of a kind; " +
			cut.summary().found() + " more in the log of this step"
		out.line(workflowCommand("notice", [][2]string{{"title", command}}, message))
	}
	for i := range rest {
		f := &rest[i]
		out.line(place(f.At) + ": " + f.Severity.String() + ": " + message(f))
	}
	return out.err
}

// limitAnnotations parts findings into those that GitHub will show and the
// others. The notice that says so needs a place itself.
func limitAnnotations(findings []rules.Finding) (shown, rest []rules.Finding) {
	count := map[rules.Severity]int{}
	for _, f := range findings {
		count[f.Severity]++
	}
	limit := map[rules.Severity]int{rules.Error: maxAnnotations, rules.Warning: maxAnnotations, rules.Note: maxAnnotations}
	for _, n := range count {
		if n > maxAnnotations {
			limit[rules.Note] = maxAnnotations - 1
		}
	}
	for _, f := range findings {
		if limit[f.Severity] > 0 {
			limit[f.Severity]--
			shown = append(shown, f)
		} else {
			rest = append(rest, f)
		}
	}
	return shown, rest
}

// annotation is the command for a finding. The place is in the message too,
// because the log shows nothing else.
func annotation(run *Run, f *rules.Finding) string {
	name := "notice"
	if f.Severity > rules.Note {
		name = f.Severity.String()
	}
	if f.At.IsZero() || isStream(f.At.File.Path) {
		return workflowCommand(name, [][2]string{{"title", f.Rule.Name}}, place(f.At)+": "+message(f))
	}
	from, to := f.At.From(), f.At.To()
	properties := [][2]string{
		{"title", f.Rule.Name},
		{"file", run.repositoryPath(f.At.File.Path)},
		{"line", fmt.Sprint(from.Line)},
		{"endLine", fmt.Sprint(to.Line)},
	}
	if from.Line == to.Line {
		// GitHub drops the place of an annotation that has columns on
		// different lines.
		properties = append(properties, [2]string{"col", fmt.Sprint(from.Column)}, [2]string{"endColumn", fmt.Sprint(to.Column)})
	}
	return workflowCommand(name, properties, place(f.At)+": "+message(f))
}

// workflowCommand writes a command. Control characters are made visible, line
// ends too: they would reach the terminal of who reads the log, and are not
// ours.
func workflowCommand(name string, properties [][2]string, message string) string {
	var b strings.Builder
	b.WriteString("::" + name)
	separator := " "
	for _, p := range properties {
		b.WriteString(separator + p[0] + "=" + escapeProperty.Replace(visible(p[1])))
		separator = ","
	}
	b.WriteString("::" + escapeData.Replace(visible(message)))
	return b.String()
}

var (
	escapeData     = strings.NewReplacer("%", "%25")
	escapeProperty = strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C")
)
