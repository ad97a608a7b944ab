package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/report"
	"github.com/migracheck/migracheck/rules"
)

// fixes adds the flags that change migrations.
func (o *options) fixes(f *pflag.FlagSet) {
	f.BoolVar(&o.fix, "fix", false, "apply safe fixes to migrations that are not released yet, then report what is left")
	f.BoolVar(&o.diff, "diff", false, "print what --fix would do as a unified diff instead of reports, and change nothing; exit status 1 if there is something")
}

// checkFixes refuses what cannot be fixed.
func (o *options) checkFixes(paths []string) error {
	flag := "--fix"
	switch {
	case !o.fix && !o.diff:
		return nil
	case o.fix && o.diff:
		return errors.New("--fix changes files and --diff changes none: use one")
	case o.diff:
		flag = "--diff"
	}
	if slices.Contains(paths, "-") {
		return fmt.Errorf("%s is for files, not for standard input: name directories or files", flag)
	}
	if o.staged {
		return fmt.Errorf("%s is about the work tree, and --staged about git's index: use one", flag)
	}
	return nil
}

// mend applies safe fixes, or prints them; changed reports whether there are
// any.
func (o *options) mend(cmd *cobra.Command, paths []string, selected []*rules.Rule, known *report.Baseline) (changed bool, err error) {
	for _, name := range []string{"syntax-error", "refused-by-postgres"} {
		if rule := rules.Find(name); rule != nil && !slices.Contains(selected, rule) {
			selected = append(slices.Clip(selected), rule)
		}
	}
	judge := func(contents map[string][]byte) (*history, []rules.Finding, error) {
		with := *o
		with.contents = contents
		h, err := load(cmd.Context(), nil, paths, &with)
		if err != nil {
			return nil, nil, err
		}
		return h, o.findings(h, selected, nil), nil
	}
	h, findings, err := judge(nil)
	if err != nil {
		return false, err
	}
	m := &mender{
		judge: func(contents map[string][]byte) (state, error) {
			h, findings, err := judge(contents)
			if err != nil {
				return state{}, err
			}
			return stateOf(h.sets, findings), nil
		},
		before: stateOf(h.sets, findings),
		was:    map[string][]byte{},
	}
	fixable := findings
	if known != nil && o.writeBaseline == "" {
		fixable = unknown(known, h, findings)
	}
	all, err := o.unreleased(cmd, h, repairs(fixable))
	if err != nil {
		return false, err
	}
	for _, r := range all {
		if m.was[r.path] != nil {
			continue
		}
		if m.was[r.path], err = os.ReadFile(filepath.FromSlash(r.path)); err != nil {
			return false, err
		}
	}
	if err := m.mend(m.first(all)); err != nil {
		return false, err
	}
	for _, r := range m.refused {
		fmt.Fprintf(cmd.ErrOrStderr(), "migracheck: %s:%d: %s is not fixed: %s\n", report.Lines(r.finding.At.File.Path), r.finding.At.From().Line, r.finding.Rule.Name, r.reason)
	}
	if o.diff {
		return len(m.kept) > 0, m.print(cmd.OutOrStdout())
	}
	return len(m.kept) > 0, m.write(cmd.ErrOrStderr())
}

// unknown returns the findings with those marked that a baseline knows.
func unknown(known *report.Baseline, h *history, findings []rules.Finding) []rules.Finding {
	root, prefix := repository()
	run := &report.Run{Findings: slices.Clone(findings), Timeline: h.timeline, Sets: h.sets, Selected: h.selected, Root: root, Prefix: prefix}
	known.Apply(run, func(path string) bool {
		_, err := os.Stat(filepath.Join(filepath.FromSlash(root), filepath.FromSlash(path)))
		return err == nil
	})
	return run.Findings
}

// unreleased leaves out the fixes of migrations that were released before: what
// has run somewhere stays as it is.
func (o *options) unreleased(cmd *cobra.Command, h *history, all []*repair) ([]*repair, error) {
	bases := map[*migration.Set]*migration.Base{}
	var left []*repair
	released := map[string]int{}
	for _, r := range all {
		set, m := h.home(r)
		if set == nil {
			continue
		}
		base, ok := bases[set]
		if !ok {
			var err error
			if base, err = o.base(cmd.Context(), set); err != nil {
				return nil, err
			}
			bases[set] = base
		}
		if base.Released(m) || base.Has(r.path) && r.path != m.Up.Span.File.Path {
			released[base.Ref] += len(r.findings)
			continue
		}
		left = append(left, r)
	}
	for _, ref := range slices.Sorted(maps.Keys(released)) {
		fmt.Fprintf(cmd.ErrOrStderr(), "migracheck: %s not fixed, because %s has the migration already, and what was released stays as it is\n", findings(released[ref]), ref)
	}
	return left, nil
}

// home returns the migration that a fix is of.
func (h *history) home(r *repair) (*migration.Set, *migration.Migration) {
	at := r.findings[0].At
	for _, set := range h.sets {
		for _, m := range set.Migrations {
			if m.Up.Span.Contains(at) || m.Down != nil && m.Down.Span.Contains(at) {
				return set, m
			}
		}
	}
	return nil, nil
}

// base returns what says which migrations of a set were released: --since, or
// else what --since auto would be.
func (o *options) base(ctx context.Context, set *migration.Set) (*migration.Base, error) {
	with := *o
	if with.since == "" {
		with.since = "auto"
	}
	base, err := before(ctx, set, &with)
	if err != nil {
		return nil, fmt.Errorf("only migrations that were not released are fixed, and nothing says which those are: %w", err)
	}
	return base, base.Compare(ctx, set, migration.Options{Projects: o.projects})
}

// paths are those of the files that fixes change, in order.
func (m *mender) paths() []string {
	var all []string
	for _, r := range m.kept {
		all = append(all, r.path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// print prints a unified diff.
func (m *mender) print(w io.Writer) error {
	contents, err := m.contents(m.kept)
	if err != nil {
		return err
	}
	for _, path := range m.paths() {
		if _, err := w.Write(diff.Diff(diffName("a/"+path), m.was[path], diffName("b/"+path), contents[path])); err != nil {
			return fmt.Errorf("writing the diff: %w", err)
		}
	}
	return nil
}

// diffName quotes what would break a line of a diff, as git does.
func diffName(path string) string {
	if quoted := strconv.Quote(path); strings.ContainsRune(quoted, '\\') {
		return quoted
	}
	return path
}

// write replaces the files, each at once, and says what was done. One that has
// changed in the meantime stays.
func (m *mender) write(stderr io.Writer) error {
	contents, err := m.contents(m.kept)
	if err != nil {
		return err
	}
	var failed []error
	var lines []string
	fixed, files := 0, 0
	for _, path := range m.paths() {
		if err := m.replace(path, contents[path]); err != nil {
			failed = append(failed, err)
			continue
		}
		files++
		for _, r := range m.kept {
			if r.path == path {
				fixed += len(r.findings)
				lines = append(lines, "  "+path+": "+r.fix.Title)
			}
		}
	}
	if files == 0 {
		fmt.Fprintln(stderr, "migracheck: nothing was fixed")
		return errors.Join(failed...)
	}
	fmt.Fprintf(stderr, "migracheck: fixed %s in %s\n%s\n", findings(fixed), filesOf(files), strings.Join(lines, "\n"))
	return errors.Join(failed...)
}

func filesOf(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}

func (m *mender) replace(path string, content []byte) error {
	path = filepath.FromSlash(path)
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, m.was[filepath.ToSlash(path)]) {
		return fmt.Errorf("%s has changed since it was read, and is not fixed", path)
	}
	return replaceFile(path, "the fixes", func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
