package catalog_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/postgres"
	"github.com/migracheck/migracheck/parser/migration"
)

// TestExamplesConform runs the examples of the rules' pages on the newest
// server: what they show is what happens.
func TestExamplesConform(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute or more: every example has a database of its own")
	}
	pages, err := filepath.Glob("../../rules/examples/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	server := postgres.One(t, postgres.Newest)
	for _, page := range pages {
		archive, err := txtar.ParseFile(page)
		require.NoError(t, err)
		for _, example := range examples(archive) {
			if filepath.Base(page) == "use-new-enum-value.txtar" {
				continue // what it shows depends on the transaction, which a catalog does not know
			}
			name := strings.TrimSuffix(filepath.Base(page), ".txtar") + "/" + example
			t.Run(name, func(t *testing.T) {
				for _, role := range []string{"shop", "app", "admin", "reporting"} {
					server.Execute(t, "DROP ROLE IF EXISTS "+role)
				}
				server.Execute(t, "CREATE ROLE app; CREATE ROLE admin")
				compare(t, server, exampleHistory(t, archive, example)).fail(t)
			})
		}
	}
}

// examples are the names of those in a page, in order.
func examples(archive *txtar.Archive) []string {
	var names []string
	for _, f := range archive.Files {
		name, _, nested := strings.Cut(f.Name, "/")
		if f.Name != "want" && (nested || strings.HasSuffix(f.Name, ".sql")) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func exampleHistory(t *testing.T, archive *txtar.Archive, example string) []*migration.Migration {
	t.Helper()
	files := fstest.MapFS{}
	for _, f := range archive.Files {
		name, ok := strings.CutPrefix(f.Name, example+"/")
		if f.Name == example {
			name, ok = f.Name, true
		}
		if ok && !strings.HasPrefix(name, "previous/") && !strings.HasPrefix(name, "current/") {
			files["m/"+strings.TrimPrefix(name, "before/")] = &fstest.MapFile{Data: f.Data, Mode: fs.ModePerm}
		}
	}
	set, err := migration.LoadFS(context.Background(), files, "m", migration.Options{})
	require.NoError(t, err)
	return set.Migrations
}
