package main

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/migracheck/migracheck/cmd/flaggate/settings"
)

var update = flag.Bool("update", false, "rewrite the expected output in scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"migracheck": func() {
			os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
		"flaggate": func() { unitchecker.Main(settings.Pass()) },
	})
}

// TestScripts runs the whole tool on small projects: exit status, streams,
// files.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			// Dates of allowances are judged against this day.
			e.Setenv("SOURCE_DATE_EPOCH", "1767225600") // 2026-01-01
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			cache, err := exec.Command("go", "env", "GOCACHE").Output()
			if err != nil {
				return err
			}
			e.Setenv("BUILD_CACHE", strings.TrimSpace(string(cache)))
			return nil
		},
	})
}
