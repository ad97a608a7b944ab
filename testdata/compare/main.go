// Command compare gives the same files to migracheck and to other linters of
// PostgreSQL migrations, and writes what came out into docs/comparison.md,
// between the marks there.
//
//	go run ./testdata/compare [-part examples,theirs,speed] [-large] [HISTORY...]
//
// It runs at the root of the repository, after testdata/compare/fetch. The parts
// are what the linters make of the examples of our rules, what migracheck makes
// of examples of their rules, and how long all of them take. Each HISTORY is a
// directory of migrations, on which they are compared as well: those results are
// printed, and not written down.
//
// It judges nobody: it counts, by the rules that docs/comparison.md states.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// page is what is written, and installed where fetch puts the others and this
// command migracheck.
const (
	page      = "docs/comparison.md"
	installed = ".cache/compare"
)

func main() {
	parts := flag.String("part", "examples,theirs", "`parts` of the page to write anew: examples, theirs, speed")
	large := flag.Bool("large", false, "time large files of migracheck's own as well, up to 200 MB")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := compare(ctx, strings.Split(*parts, ","), *large, flag.Args(), os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare: "+err.Error())
		os.Exit(1)
	}
}

func compare(ctx context.Context, parts []string, large bool, histories []string, out io.Writer) error {
	root, err := filepath.Abs(installed)
	if err != nil {
		return err
	}
	linters, err := rivals(ctx, root)
	if err != nil {
		return err
	}
	ours, err := build(ctx, root)
	if err != nil {
		return err
	}
	for _, dir := range histories {
		table, err := ofHistory(ctx, dir, ours[0].path, linters)
		if err != nil {
			return err
		}
		fmt.Fprint(out, table)
	}
	if len(histories) > 0 {
		return nil
	}
	scratch, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if err := write(out, "versions", ofVersions(ctx, linters)); err != nil {
		return err
	}
	if slices.Contains(parts, "examples") {
		rows, err := examples(ctx, scratch, linters)
		if err != nil {
			return err
		}
		if err := write(out, "examples", ofExamples(rows, linters)); err != nil {
			return err
		}
	}
	if slices.Contains(parts, "theirs") {
		table, err := theirs(ctx, scratch, linters)
		if err != nil {
			return err
		}
		if err := write(out, "theirs", table); err != nil {
			return err
		}
	}
	if slices.Contains(parts, "speed") {
		table, err := speed(ctx, scratch, ours, linters, large)
		if err != nil {
			return err
		}
		return write(out, "speed", table)
	}
	return nil
}

// A binary is migracheck, as released or as the go command builds it.
type binary struct{ name, path string }

// build builds migracheck without a C compiler, which is what is released, and
// with one.
func build(ctx context.Context, below string) ([]binary, error) {
	all := []binary{
		{"migracheck, as released", filepath.Join(below, "migracheck")},
		{"migracheck, built with a C compiler", filepath.Join(below, "migracheck-cgo")},
	}
	for i, b := range all {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", b.path, "./cmd/migracheck")
		cmd.Env = append(os.Environ(), fmt.Sprintf("CGO_ENABLED=%d", i))
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building migracheck: %w: %s", err, out)
		}
	}
	return all, nil
}

// ofVersions says what was compared.
func ofVersions(ctx context.Context, linters []*linter) string {
	commit, err := exec.CommandContext(ctx, "git", "log", "-1", "--format=%h of %cs").Output()
	if err != nil {
		commit = []byte("unknown")
	}
	words := []string{"migracheck at commit " + strings.TrimSpace(string(commit))}
	for _, l := range linters {
		if l.config == "" {
			words = append(words, fmt.Sprintf("[%s](%s) %s", l.name, l.link, l.version))
		}
	}
	return strings.Join(words, ", ") + ".\n"
}

// write puts a part into the page, between its marks, and prints it.
func write(out io.Writer, part, text string) error {
	fmt.Fprintln(out, text)
	begin, end := "<!-- "+part+":begin -->\n", "<!-- "+part+":end -->\n"
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, begun := strings.Cut(string(old), begin)
	_, after, ended := strings.Cut(rest, end)
	if !begun || !ended {
		return fmt.Errorf("%s has no marks for %s", page, part)
	}
	return os.WriteFile(page, []byte(before+begin+text+end+after), 0o644)
}
