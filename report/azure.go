package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/migracheck/migracheck/rules"
)

// Azure writes logging commands, which Azure Pipelines turns into issues of the
// build. It shows the first ten errors and warnings of a task, so the worst come
// first. It knows no notes: they are plain lines of the log.
// https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
func Azure(w io.Writer, run *Run) error {
	out := &printer{w: w}
	for _, f := range run.worstFirst() {
		if f.Severity <= rules.Note {
			out.line(place(f.At) + ": " + f.Severity.String() + ": " + message(&f))
			continue
		}
		out.line(azureIssue(run, &f))
	}
	total := run.summary()
	if nothing := run.nothing(); nothing != "" {
		out.line(azureCommand([][2]string{{"type", "warning"}}, command+": "+nothing))
	} else {
		out.line(command + ": " + total.line())
	}
	return out.err
}

// azureIssue is the command for a finding. The agent writes place and code in
// front of the message of one that has a file.
func azureIssue(run *Run, f *rules.Finding) string {
	properties := [][2]string{{"type", f.Severity.String()}}
	if f.At.IsZero() || isStream(f.At.File.Path) {
		return azureCommand(properties, place(f.At)+": "+message(f))
	}
	from := f.At.From()
	properties = append(properties,
		[2]string{"sourcepath", run.repositoryPath(f.At.File.Path)},
		[2]string{"linenumber", fmt.Sprint(from.Line)},
		[2]string{"columnnumber", fmt.Sprint(from.Column)},
		[2]string{"code", f.Rule.Name},
	)
	return azureCommand(properties, f.Message)
}

func azureCommand(properties [][2]string, message string) string {
	var b strings.Builder
	b.WriteString("##vso[task.logissue ")
	for _, p := range properties {
		b.WriteString(p[0] + "=" + escapeAzure.Replace(visible(p[1])) + ";")
	}
	b.WriteString("]" + escapeAzure.Replace(visible(message)))
	return b.String()
}

// escapeAzure is the agent's own escaping, and what it takes back.
// https://github.com/microsoft/azure-pipelines-agent/blob/master/docs/design/percentEncoding.md
var escapeAzure = strings.NewReplacer("%", "%AZP25", ";", "%3B", "\r", "%0D", "\n", "%0A", "]", "%5D")
