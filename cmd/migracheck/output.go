package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/migracheck/migracheck/report"
)

// An output is one --format: a format and where it goes.
type output struct {
	name  string
	write report.Format
	// file is empty for standard output.
	file string
	// more is set where the file may hold what other commands wrote, which
	// stays.
	more bool
}

// auto is the format that the environment chooses.
const auto = "auto"

func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return append([]string{auto}, names...)
}

// automatic are the outputs that the environment chooses. Those that go to
// standard output do so one after the other.
func automatic(getenv func(string) string) []output {
	var outputs []output
	for _, spec := range report.Auto(getenv) {
		name, file, _ := strings.Cut(spec, "=")
		outputs = append(outputs, output{name: name, write: report.ByName(name), file: file, more: file != ""})
	}
	return outputs
}

func parseOutputs(specs []string, getenv func(string) string) ([]output, error) {
	if len(specs) == 0 {
		specs = []string{"text"}
	}
	var outputs []output
	var onStdout string
	files := map[string]bool{}
	for _, spec := range specs {
		name, file, _ := strings.Cut(spec, "=")
		if spec == auto {
			if onStdout != "" {
				return nil, fmt.Errorf("formats %s and auto would both go to standard output: give %[1]s a file, as in --format %[1]s=FILE", onStdout)
			}
			onStdout = auto
			outputs = append(outputs, automatic(getenv)...)
			continue
		}
		format := report.ByName(name)
		if format == nil {
			return nil, fmt.Errorf("unknown format %q: use %s", name, strings.Join(formatNames(), ", "))
		}
		if strings.Contains(spec, "=") && file == "" {
			return nil, fmt.Errorf("--format %s: no file after the equals sign", spec)
		}
		if file == "" || file == "-" {
			if onStdout != "" {
				return nil, fmt.Errorf("formats %s and %s would both go to standard output: give one of them a file, as in --format %s=FILE", onStdout, name, name)
			}
			onStdout, file = name, ""
		} else if files[filepath.Clean(file)] {
			return nil, fmt.Errorf("two formats would go to %s: give each its own file", file)
		}
		files[filepath.Clean(file)] = true
		outputs = append(outputs, output{name: name, write: format, file: file})
	}
	return outputs, nil
}

// write sends the run to each output.
func write(cmd *cobra.Command, outputs []output, run *report.Run, color string) error {
	for _, o := range outputs {
		if o.file == "" {
			run.Color, run.Width = terminal(cmd.OutOrStdout(), color)
			w := bufio.NewWriterSize(cmd.OutOrStdout(), 1<<16)
			if err := o.write(w, run); err != nil {
				return fmt.Errorf("writing %s to standard output: %w", o.name, err)
			}
			if err := w.Flush(); err != nil {
				return fmt.Errorf("writing %s to standard output: %w", o.name, err)
			}
			continue
		}
		run.Color, run.Width = color == "always", 0
		if err := writeFile(o, run); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(o output, run *report.Run) error {
	if o.more {
		return extendFile(o, run)
	}
	return replaceFile(o.file, o.name, func(w io.Writer) error { return o.write(w, run) })
}

// extendFile writes to the end of a file.
func extendFile(o output, run *report.Run) error {
	file, err := os.OpenFile(o.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		err = fill(file, func(w io.Writer) error { return o.write(w, run) })
	}
	if err != nil {
		return fmt.Errorf("writing %s to %s: %w", o.name, o.file, err)
	}
	return nil
}

// replaceFile writes to a temporary file first, so that nobody ever reads half of
// what is written. What is no regular file (a device, a pipe) is written to as it
// is, a symbolic link stays one, and permissions are kept.
func replaceFile(path, what string, write func(io.Writer) error) error {
	fail := func(err error) error { return fmt.Errorf("writing %s to %s: %w", what, path, err) }
	to, mode := path, os.FileMode(0o644)
	if target, err := filepath.EvalSymlinks(to); err == nil {
		to = target
	}
	info, err := os.Stat(to)
	if err == nil {
		mode = info.Mode().Perm()
	}
	if err == nil && !info.Mode().IsRegular() {
		file, err := os.OpenFile(to, os.O_WRONLY, 0)
		if err != nil {
			return fail(err)
		}
		if err := fill(file, write); err != nil {
			return fail(err)
		}
		return nil
	}
	temporary, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*")
	if err != nil {
		return fail(err)
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	if err := temporary.Chmod(mode); err != nil {
		return fail(err)
	}
	if err := fill(temporary, write); err != nil {
		return fail(err)
	}
	if err := os.Rename(temporary.Name(), to); err != nil {
		return fail(err)
	}
	return nil
}

// fill writes to a file and closes it.
func fill(file *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(file, 1<<16)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	return errors.Join(err, file.Close())
}

// terminal says whether to colour what goes to w, and its width: --color, then
// NO_COLOR (https://no-color.org), then whether it is a terminal.
func terminal(w io.Writer, color string) (colored bool, width int) {
	file, ok := w.(*os.File)
	isTerminal := ok && term.IsTerminal(int(file.Fd()))
	if isTerminal {
		width, _, _ = term.GetSize(int(file.Fd()))
	}
	switch {
	case color == "always":
		return true, width
	case color == "never", os.Getenv("NO_COLOR") != "", os.Getenv("TERM") == "dumb":
		return false, width
	}
	return isTerminal, width
}
