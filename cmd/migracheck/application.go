package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/migracheck/migracheck/analyzer/gocode"
	"github.com/migracheck/migracheck/analyzer/queries"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/report"
)

// Code is what the flags say of the application's code.
type code struct {
	// app are directories of Go code, and directories or files of queries.
	app []string
	// queries are files of the previous version's queries.
	queries []string
	// previous is the git ref of the previous version.
	previous string
	syntax   bool
}

func (c *code) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&c.app, "app", nil, "Go code of the application, or files of its queries: a `path`, repeatable")
	f.StringArrayVar(&c.queries, "queries", nil, "queries of the previous version: a `file` of migracheck extract, SQL, or an export of pg_stat_statements; repeatable")
	f.StringVar(&c.previous, "previous", "", "git `ref` whose code at --app is the previous version; latest-tag: the newest release before HEAD")
	f.BoolVar(&c.syntax, "syntax-only", false, "read Go code without the go command: no types of other modules")
}

// check refuses flags that say nothing together.
func (c *code) check() error {
	if c.previous != "" && len(c.app) == 0 {
		return fmt.Errorf("--previous %s: say with --app where the application's code is", c.previous)
	}
	return nil
}

// known reports whether there are queries of the previous version.
func (c *code) known() bool { return c.previous != "" || len(c.queries) > 0 }

// now reads what the application in the work tree asks, nil where no code is
// named.
func (c *code) now(cmd *cobra.Command) (*queries.Application, error) {
	if len(c.app) == 0 {
		return nil, nil
	}
	all := &queries.Application{}
	for _, p := range c.app {
		one, err := c.read(cmd, p, p)
		if err != nil {
			return nil, fmt.Errorf("--app %s: %w", p, err)
		}
		all.Add(one)
	}
	return all, nil
}

// before reads what the previous version asks, nil where nothing says so.
func (c *code) before(cmd *cobra.Command) (*queries.Application, error) {
	if !c.known() {
		return nil, nil
	}
	all := &queries.Application{}
	if c.previous != "" {
		at, err := c.at(cmd, c.previous)
		if err != nil {
			return nil, err
		}
		all = at
	}
	for _, name := range c.queries {
		one, err := readQueries(name, name)
		if err != nil {
			return nil, fmt.Errorf("--queries: %w", err)
		}
		all.Add(one)
	}
	return all, nil
}

// at reads what the application asked at a git ref, from a temporary directory.
func (c *code) at(cmd *cobra.Command, ref string) (*queries.Application, error) {
	ctx := cmd.Context()
	version, err := migration.PreviousVersion(ctx, c.app[0], ref)
	if err != nil {
		return nil, err
	}
	to, err := os.MkdirTemp("", "migracheck-previous-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(to)
	warning, err := version.Checkout(ctx, to)
	if err != nil {
		return nil, err
	}
	all := &queries.Application{Version: version.Ref, Commit: version.Commit}
	if warning != "" {
		all.Warnings = append(all.Warnings, warning)
	}
	for _, p := range c.app {
		relative, err := inRepository(version.Root, p)
		if err != nil {
			return nil, fmt.Errorf("--app %s: %w", p, err)
		}
		there := filepath.Join(to, relative)
		if _, err := os.Stat(there); err != nil {
			all.Warnings = append(all.Warnings, fmt.Sprintf("%s was not there in %s", p, version.Ref))
			continue
		}
		one, err := c.read(cmd, there, p)
		if err != nil {
			return nil, fmt.Errorf("--app %s in %s: %w", p, version.Ref, err)
		}
		all.Add(one)
	}
	return all, nil
}

// inRepository returns the path of a file from the root of its repository.
func inRepository(root, p string) (string, error) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return "", err
	}
	// What is there no longer has no links to resolve.
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	relative, err := filepath.Rel(root, abs)
	if err != nil || relative == ".." || strings.HasPrefix(relative, ".."+string(filepath.Separator)) {
		return "", fmt.Errorf("it is not in the repository at %s", root)
	}
	return relative, nil
}

// read reads what a directory or file asks; shown is how its path is shown.
func (c *code) read(cmd *cobra.Command, at, shown string) (*queries.Application, error) {
	info, err := os.Stat(at)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return readQueries(at, shown)
	}
	if !hasGo(at) {
		return readFolder(at, shown)
	}
	progress := progressOf(cmd.ErrOrStderr())
	progress.say("reading the Go code of " + shown)
	defer progress.done()
	found, err := gocode.Load(cmd.Context(), at, nil, gocode.Options{Env: os.Environ(), Syntax: c.syntax})
	if err != nil {
		return nil, err
	}
	a := &queries.Application{
		Queries: found.Queries, Unresolved: found.Unresolved, Syntax: found.Mode == gocode.Syntax,
		Packages: found.Packages, Calls: found.Calls, Warnings: found.Warnings,
	}
	rebase(a, shown)
	return a, nil
}

// rebase makes the paths of Go code, which are relative to its directory, those
// that are shown.
func rebase(a *queries.Application, dir string) {
	move := into(dir)
	for _, q := range a.Queries {
		move(q.At.File)
		move(q.Call.File)
	}
	for _, u := range a.Unresolved {
		move(u.At.File)
		move(u.Call.File)
	}
}

// into returns what makes the path of a file one that is shown: that of its
// directory before it, once for each file.
func into(dir string) func(*source.File) {
	done := map[*source.File]bool{}
	return func(f *source.File) {
		if f != nil && !done[f] {
			done[f] = true
			f.Path = path.Join(filepath.ToSlash(dir), f.Path)
		}
	}
}

// hasGo reports whether there is Go code in a directory or below it.
func hasGo(dir string) bool {
	found := false
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // the reader says what cannot be read
		case d.IsDir() && p != dir && (strings.HasPrefix(d.Name(), ".") || slices.Contains([]string{"vendor", "testdata", "node_modules"}, d.Name())):
			return fs.SkipDir
		case !d.IsDir() && strings.HasSuffix(d.Name(), ".go") && !strings.HasSuffix(d.Name(), "_test.go"):
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// readFolder reads the files of queries in a directory and below it.
func readFolder(at, shown string) (*queries.Application, error) {
	all := &queries.Application{}
	files := 0
	err := filepath.WalkDir(at, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".sql", ".json", ".csv"}, filepath.Ext(p)) {
			return err
		}
		relative, err := filepath.Rel(at, p)
		if err != nil {
			return err
		}
		one, err := readQueries(p, filepath.Join(shown, relative))
		if err != nil {
			return err
		}
		files++
		all.Add(one)
		return nil
	})
	if err == nil && files == 0 {
		err = fmt.Errorf("there is neither Go code nor a file of queries (.sql, .json, .csv) in it")
	}
	return all, err
}

// readQueries reads a file of queries.
func readQueries(at, shown string) (*queries.Application, error) {
	text, err := os.ReadFile(at)
	if err != nil {
		return nil, err
	}
	return queries.ReadApplication(source.NewFile(filepath.ToSlash(shown), string(text)))
}

// newExtract makes the command that keeps an application version's queries.
func newExtract() *cobra.Command {
	var c code
	var out string
	cmd := &cobra.Command{
		Use:   "extract [PATH...]",
		Short: "Write the queries of an application version to a file",
		Long: `extract reads Go code, or files of queries, and writes every query that reaches the database to
one file, with its place. A release that keeps this file can be checked later with compat --queries,
without its git history and without a Go build.`,
		Example: `  migracheck extract ./... > queries.json
  migracheck extract --output queries-v1.4.0.json .
  migracheck extract --previous v1.4.0 --output queries-v1.4.0.json .`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return extract(cmd, args, &c, out) },
	}
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "write to this `file` (default: standard output)")
	f.StringVar(&c.previous, "previous", "", "git `ref` to read the code from; latest-tag: the newest release before HEAD (default: the work tree)")
	f.BoolVar(&c.syntax, "syntax-only", false, "read Go code without the go command: no types of other modules")
	return cmd
}

func extract(cmd *cobra.Command, args []string, c *code, out string) error {
	if len(args) == 0 {
		args = []string{"."}
	}
	for _, a := range args {
		c.app = append(c.app, strings.TrimSuffix(strings.TrimSuffix(a, "..."), string(filepath.Separator)))
	}
	var found *queries.Application
	var err error
	if c.previous != "" {
		found, err = c.at(cmd, c.previous)
	} else {
		found, err = c.now(cmd)
		if err == nil {
			found.Version, found.Commit = describe(cmd.Context(), c.app[0])
		}
	}
	if err != nil {
		return err
	}
	write := found.Write
	if out == "" || out == "-" {
		err = write(cmd.OutOrStdout())
	} else {
		err = replaceFile(out, "the queries", func(w io.Writer) error { return write(w) })
	}
	if err != nil {
		return err
	}
	for _, w := range found.Warnings {
		fmt.Fprintln(cmd.ErrOrStderr(), "migracheck: "+report.Lines(w))
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "migracheck: "+report.Coverage(found))
	if len(found.Queries)+len(found.Unresolved) == 0 {
		return fmt.Errorf("no query was found in %s", strings.Join(c.app, ", "))
	}
	return nil
}

// describe names the work tree as a release would: its tag, if HEAD has one.
func describe(ctx context.Context, dir string) (version, commit string) {
	at, err := migration.PreviousVersion(ctx, dir, "HEAD")
	if err != nil {
		return "", ""
	}
	return at.Tag(ctx), at.Commit
}
