package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"github.com/migracheck/migracheck/cmd/migracheck/config"
	"github.com/migracheck/migracheck/parser/migration"
)

//go:embed init.tmpl
var initTemplates string

// A starter is a file that init writes, and where it goes from the root of the
// repository.
type starter struct {
	path, template string
	// addition is the template of what to add where the file is there already;
	// "" where the whole file is what to compare with.
	addition string
}

var starters = []starter{
	{path: config.Name, template: "config"},
	{path: ".pre-commit-config.yaml", template: "pre-commit", addition: "hook"},
	{path: ".github/workflows/migracheck.yml", template: "workflow"},
}

func newInit() *cobra.Command {
	var stdout bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write " + config.Name + ", the pre-commit hook and the CI workflow, from what the repository shows",
		Long: `init looks for the migrations of the repository that it is run in, for the PostgreSQL version that
its compose and CI files name, and for its default branch. It writes the configuration, a hook for
pre-commit and a workflow for GitHub, each unless it is there already: then it prints what it would write.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wd, err := os.Getwd()
			if err != nil {
				return err
			}
			root := or(migration.Root(wd), wd)
			d, err := detect(cmd.Context(), root)
			if err != nil {
				return err
			}
			return initialize(cmd.OutOrStdout(), root, d, stdout)
		},
	}
	cmd.Flags().BoolVar(&stdout, "print", false, "write to standard output, and no file")
	return cmd
}

// initialize writes the starters, or prints them.
func initialize(out io.Writer, root string, d *detected, stdout bool) error {
	templates, err := template.New("").Funcs(template.FuncMap{"yaml": yamlText, "join": strings.Join, "glob": glob}).Parse(initTemplates)
	if err != nil {
		return err
	}
	fill := func(name string) (string, error) {
		var b bytes.Buffer
		err := templates.ExecuteTemplate(&b, name, d)
		return b.String(), err
	}
	for _, line := range d.seen {
		comment := ""
		if stdout {
			comment = "# "
		}
		fmt.Fprintln(out, comment+line)
	}
	for _, s := range starters {
		if s.template == "workflow" && d.elsewhere != "" {
			continue
		}
		text, err := fill(s.template)
		if err != nil {
			return err
		}
		if stdout {
			fmt.Fprintf(out, "\n# %s\n%s", s.path, text)
			continue
		}
		addition := ""
		if s.addition != "" {
			if addition, err = fill(s.addition); err != nil {
				return err
			}
		}
		if err := s.write(out, root, text, addition); err != nil {
			return err
		}
	}
	if !stdout {
		fmt.Fprintln(out, "\nmigracheck config shows what is in effect, migracheck checks the migrations")
	}
	return nil
}

// write writes the file unless there is one, and says what it did.
func (s starter) write(out io.Writer, root, text, addition string) error {
	path := filepath.Join(root, filepath.FromSlash(s.path))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("writing %s: %w", s.path, err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist) && addition == "":
		fmt.Fprintf(out, "%s is there and stays as it is; this is what would be written:\n\n%s\n", s.path, indented(text))
		return nil
	case errors.Is(err, fs.ErrExist) && strings.Contains(contents(path), "id: migracheck"):
		fmt.Fprintf(out, "%s has the hook already\n", s.path)
		return nil
	case errors.Is(err, fs.ErrExist):
		fmt.Fprintf(out, "%s is there and stays as it is; add this to its repos:\n\n%s\n", s.path, indented(addition))
		return nil
	case err != nil:
		return fmt.Errorf("writing %s: %w", s.path, err)
	}
	_, err = io.WriteString(file, text)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", s.path, err)
	}
	fmt.Fprintf(out, "wrote %s\n", s.path)
	return nil
}

func contents(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(text)
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// yamlText writes a text as YAML reads it back, in quotes only where it must.
func yamlText(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("_./-", r)
	}
	if s != "" && plain(rune(s[0])) && !strings.ContainsRune("./-", rune(s[0])) && !slices.Contains([]string{"true", "false", "null", "y", "n", "yes", "no", "on", "off"}, strings.ToLower(s)) &&
		strings.IndexFunc(s, func(r rune) bool { return !plain(r) && (r < '0' || r > '9') }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// glob matches the files in a directory, as a workflow's paths do.
func glob(dir string) string {
	if dir == "." {
		return "**/*.sql"
	}
	return dir + "/**"
}

// A detected is what the repository shows.
type detected struct {
	Schema   string
	Projects []migration.Found
	// Files matches the paths of the migrations, for pre-commit.
	Files string
	// Version is the server's major version, 0 where nothing shows it or where
	// Versions, the files with what they name, disagree.
	Version  int
	Versions []string
	// Since is the default branch on the remote, "" outside git.
	Since string

	seen []string
	// elsewhere is the host of a repository that is not GitHub's.
	elsewhere string
}

// detect looks at a repository.
func detect(ctx context.Context, root string) (*detected, error) {
	d := &detected{Schema: config.SchemaURL}
	var err error
	if d.Projects, err = migration.Find(ctx, root); err != nil {
		return nil, err
	}
	if len(d.Projects) == 0 {
		return nil, fmt.Errorf("no migrations found in %s or below it: nothing is written (docs/configuration.md says how to write %s by hand)", root, config.Name)
	}
	var patterns []string
	for _, p := range d.Projects {
		d.seen = append(d.seen, fmt.Sprintf("found %s: %s (%s)", p.Path, p.Layout, p.Reason))
		patterns = append(patterns, regexp.QuoteMeta(p.Path)+"/")
	}
	d.Files = "^(" + strings.Join(patterns, "|") + ")"
	if slices.ContainsFunc(d.Projects, func(p migration.Found) bool { return p.Path == "." }) {
		d.Files = `\.sql$`
	}
	d.serverVersion(root)
	d.repository(ctx, root)
	return d, nil
}
