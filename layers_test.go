package migracheck_test

import (
	"errors"
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	module   = "github.com/migracheck/migracheck"
	pgQuery  = "github.com/pganalyze/pg_query_go/"
	oliphant = "github.com/sqlc-dev/oliphant"
)

// layers are the packages from bottom to top: each imports only packages above
// its own line in this list. Commands stand on top of all of them and are not
// listed.
var layers = []string{
	"parser/pattern",
	"parser/source",
	"parser/query",
	"parser/ddl",
	"parser/grammar",
	"parser",
	"parser/migration",
	"analyzer/cluster",
	"analyzer/postgres", // for tests
	"analyzer/catalog",
	"analyzer/lock",
	"analyzer/replay",
	"analyzer/queries",
	"analyzer/gocode",
	"analyzer/compat",
	"analyzer/rollback",
	"analyzer/rollback/pairs", // for tests
	"analyzer/drill",
	"analyzer/featureflag",
	"analyzer/flaggate",
	"rules",
	"report",
}

func TestImportsPointOneWay(t *testing.T) {
	assert.Empty(t, violations(layers, imports(t)))
}

func TestViolations(t *testing.T) {
	layers := []string{"parser/source", "parser/grammar", "parser", "analyzer/catalog", "rules"}
	for name, c := range map[string]struct {
		graph map[string][]string
		want  []string
	}{
		"downward": {
			graph: map[string][]string{"rules": {"analyzer/catalog", "parser/source", "fmt"}, "parser": {"parser/source"}},
		},
		"upward": {
			graph: map[string][]string{"parser": {"rules"}},
			want:  []string{"parser imports rules, which is above it"},
		},
		"upward within a stage": {
			graph: map[string][]string{"parser/source": {"parser"}},
			want:  []string{"parser/source imports parser, which is above it"},
		},
		"commands are on top": {
			graph: map[string][]string{"cmd/migracheck": {"rules", "parser"}},
		},
		"commands are for nobody": {
			graph: map[string][]string{"rules": {"cmd/migracheck"}},
			want:  []string{"rules imports cmd/migracheck, which is above it"},
		},
		"no place": {
			graph: map[string][]string{"util": {"fmt"}},
			want:  []string{"util has no place in layers"},
		},
		"the parser's parser": {
			graph: map[string][]string{"parser/grammar": {pgQuery + "v6", oliphant}},
		},
		"a second parser": {
			graph: map[string][]string{"cmd/migracheck": {pgQuery + "v6/parser"}},
			want:  []string{"cmd/migracheck imports " + pgQuery + "v6/parser, which only parser/grammar may"},
		},
		"the parser's parser past the parser": {
			graph: map[string][]string{"rules": {"parser/grammar"}},
			want:  []string{"rules imports parser/grammar, which only parser may"},
		},
		"the test's own package": {
			graph: map[string][]string{"": {"testing"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, violations(layers, qualified(c.graph)))
		})
	}
}

// qualified puts the module's path before the names of its packages.
func qualified(graph map[string][]string) map[string][]string {
	full := map[string][]string{}
	for name, imports := range graph {
		var paths []string
		for _, p := range imports {
			if p != "fmt" && p != "testing" && !strings.Contains(p, ".") {
				p = path.Join(module, p)
			}
			paths = append(paths, p)
		}
		full[path.Join(module, name)] = paths
	}
	return full
}

// violations are the imports that layers forbid, and the packages that have no
// place in it, in order.
func violations(layers []string, graph map[string][]string) []string {
	height := func(pkg string) int {
		if pkg == "" || strings.HasPrefix(pkg, "cmd/") {
			return len(layers)
		}
		return slices.Index(layers, pkg)
	}
	var found []string
	for importer, imported := range graph {
		pkg := local(importer)
		if height(pkg) < 0 {
			found = append(found, pkg+" has no place in layers")
			continue
		}
		for _, path := range imported {
			switch {
			case (strings.HasPrefix(path, pgQuery) || strings.HasPrefix(path, oliphant)) && pkg != "parser/grammar":
				found = append(found, fmt.Sprintf("%s imports %s, which only parser/grammar may", pkg, path))
			case path == module+"/parser/grammar" && pkg != "parser":
				found = append(found, pkg+" imports parser/grammar, which only parser may")
			case strings.HasPrefix(path, module+"/") && height(local(path)) >= height(pkg) && !commands(pkg, path):
				found = append(found, fmt.Sprintf("%s imports %s, which is above it", pkg, local(path)))
			}
		}
	}
	slices.Sort(found)
	return found
}

// commands reports whether a package of a command imports another of them.
func commands(pkg, path string) bool {
	return strings.HasPrefix(pkg, "cmd/") && strings.HasPrefix(local(path), "cmd/")
}

// local is a package's path within the module, "" for the module's own.
func local(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
}

// imports reads from the source which package of the module imports which;
// imports of tests do not count. (Not with go list: the test's result is cached,
// and only files that the test itself opens make the cache out of date.)
func imports(t *testing.T) map[string][]string {
	t.Helper()
	graph := map[string][]string{}
	require.NoError(t, filepath.WalkDir(".", func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); dir != "." && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); dir != "." && err == nil {
			return fs.SkipDir // another module
		}
		pkg, err := build.ImportDir(dir, 0)
		if _, none := errors.AsType[*build.NoGoError](err); none {
			return nil
		}
		graph[path.Join(module, filepath.ToSlash(dir))] = pkg.Imports
		return err
	}))
	require.Contains(t, graph, module+"/parser")
	return graph
}
