package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/migracheck/migracheck/parser"
)

// version is the module's version, with the commit where the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// versionText is what --version prints: the version, the commit where the build
// knows it, what it was built with and for, and whose grammar it reads.
func versionText() string {
	lines := []string{"migracheck " + version()}
	major, grammar := parser.Grammar()
	info, _ := debug.ReadBuildInfo()
	if commit := commitOf(info); commit != "" {
		lines = append(lines, "commit "+commit)
	}
	lines = append(lines,
		fmt.Sprintf("%s %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH),
		fmt.Sprintf("grammar of PostgreSQL %d (%s)", major, grammar))
	return strings.Join(lines, "\n") + "\n"
}

// commitOf is the commit of a build from a repository, and its time.
func commitOf(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	commit := settings["vcs.revision"]
	if at := settings["vcs.time"]; commit != "" && at != "" {
		commit += " of " + at
	}
	if settings["vcs.modified"] == "true" {
		commit += ", modified"
	}
	return commit
}
