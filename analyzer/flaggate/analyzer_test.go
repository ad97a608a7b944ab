package flaggate_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/featureflag"
	"github.com/migracheck/migracheck/analyzer/flaggate"
)

func nobody(string) bool { return false }

func TestPackageByPackage(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/modular.txtar")
	require.NoError(t, err)
	files := map[string]string{}
	for _, f := range archive.Files {
		files[f.Name] = string(f.Data)
	}
	dir, cleanup, err := analysistest.WriteFiles(files)
	require.NoError(t, err)
	defer cleanup()
	loaded := 0
	pass := flaggate.New(func() (*flaggate.Gate, error) {
		loaded++
		r := released(t, true, func(string, string) string { return "billing-v2" }, "CREATE TABLE users (id bigint PRIMARY KEY, name text)", "ALTER TABLE users ADD plan text")
		return &flaggate.Gate{Releases: []*flaggate.Release{r}, Checks: featureflag.SDKs(), Today: "2026-01-01"}, nil
	}, nobody)
	analysistest.Run(t, dir, pass, "flags", "db", "wrap", "app")
	require.Equal(t, 1, loaded)
}

// TestNothingReached: packages that reach neither a database nor flags do not
// even ask what is new.
func TestNothingReached(t *testing.T) {
	dir, cleanup, err := analysistest.WriteFiles(map[string]string{"bare/bare.go": "package bare\n\nimport \"strings\"\n\nvar Upper = strings.ToUpper\n"})
	require.NoError(t, err)
	defer cleanup()
	pass := flaggate.New(func() (*flaggate.Gate, error) { return nil, errors.New("asked") }, nobody)
	analysistest.Run(t, dir, pass, "bare")
}
