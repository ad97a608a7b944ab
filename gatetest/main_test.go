package gatetest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// commands is where the commands of migracheck are.
var commands string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

// run builds the commands and runs the tests.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "gatetest")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	commands = dir
	build := exec.Command("go", "-C", "..", "build", "-o", dir+string(filepath.Separator), "./cmd/migracheck", "./cmd/flaggate")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the commands cannot be built:", err)
		return 1
	}
	return m.Run()
}
