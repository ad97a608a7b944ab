// Package pairs reads the pairs of up and down scripts on which the verdicts
// of package rollback are held, and proved by package drill: one archive for
// each, with what was there before, the two scripts, and the verdict.
//
// It is for tests.
package pairs

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/catalog"
	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
)

// A Pair is what is there before a migration, and the migration.
type Pair struct {
	// Name is the archive's, without extension.
	Name string
	// Path is the archive's file.
	Path string
	// Before is the schema, and Rows what is in it.
	Before, Rows string
	// Up and Down are the scripts; HasDown tells an empty down from none.
	Up, Down string
	HasDown  bool
	// Autocommit: the scripts run statement by statement.
	Autocommit bool
	// Since is the first major version that knows the syntax; 0 for all.
	Since int
	// Want is the judgement.
	Want string

	archive *txtar.Archive
}

// Read returns the pairs of a directory, in order of name.
func Read(t testing.TB, dir string) []*Pair {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	var all []*Pair
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		p := &Pair{Name: strings.TrimSuffix(filepath.Base(path), ".txtar"), Path: path, archive: txtar.Parse(text)}
		for _, f := range p.archive.Files {
			body := string(f.Data)
			switch f.Name {
			case "before.sql":
				p.Before = body
			case "rows.sql":
				p.Rows = body
			case "up.sql":
				p.Up = body
			case "down.sql":
				p.Down, p.HasDown = body, true
			case "up.notransaction.sql":
				p.Up, p.Autocommit = body, true
			case "down.notransaction.sql":
				p.Down, p.HasDown, p.Autocommit = body, true, true
			case "since":
				p.Since, err = strconv.Atoi(strings.TrimSpace(body))
				require.NoError(t, err, path)
			case "want":
				p.Want = body
			default:
				t.Fatalf("%s: unknown part %s", path, f.Name)
			}
		}
		require.NotEmpty(t, p.Up, path)
		all = append(all, p)
	}
	return all
}

// Update writes the judgement into the archive.
func (p *Pair) Update(t testing.TB, want string) {
	t.Helper()
	var files []txtar.File
	for _, f := range p.archive.Files {
		if f.Name != "want" {
			files = append(files, f)
		}
	}
	files = append(files, txtar.File{Name: "want", Data: []byte(want)})
	p.archive.Files = files
	require.NoError(t, os.WriteFile(p.Path, txtar.Format(p.archive), 0o644))
}

// Catalog returns what is there before the migration.
func (p *Pair) Catalog(t testing.TB) *catalog.Catalog {
	t.Helper()
	before := script(p.Path+"/before.sql", p.Before, migration.Autocommit)
	run := replay.Script(catalog.New(true), &migration.Migration{Up: before}, before, replay.Options{Complete: true})
	if s := run.Refused(); s != nil {
		t.Fatalf("%s: %s: %v %v", p.Path, s.Span.Text(), s.Refused, s.Err)
	}
	return run.End
}

// History returns the migration behind another one that makes what is there
// before it.
func (p *Pair) History() []*migration.Migration {
	before := &migration.Migration{ID: "before", Up: script(p.Path+"/before.sql", p.Before+"\n"+p.Rows, migration.Autocommit)}
	return []*migration.Migration{before, p.Migration()}
}

// Migration returns the two scripts as a migration.
func (p *Pair) Migration() *migration.Migration {
	how := migration.Wrapped
	if p.Autocommit {
		how = migration.Autocommit
	}
	m := &migration.Migration{ID: p.Name, Up: script("up.sql", p.Up, how)}
	if p.HasDown {
		m.Down = script("down.sql", p.Down, how)
	}
	return m
}

func script(path, text string, how migration.Transaction) *migration.Script {
	span := source.NewFile(path, text).Whole()
	piece := migration.Piece{Span: span, Transaction: how, Statements: parser.Parse(span).Statements}
	return &migration.Script{Span: span, Pieces: []migration.Piece{piece}}
}
