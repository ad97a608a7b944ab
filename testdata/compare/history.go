package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ofHistory is the table of what is reported of a real history, each migration
// as a release of its own.
func ofHistory(ctx context.Context, dir, ours string, linters []*linter) (string, error) {
	var files []string
	downs := map[string]int{} // the first line that only runs to undo
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".sql" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files, downs[name] = append(files, name), down(name, string(text))
		return err
	})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| %s, %d files | findings | of them in down halves | errors | files with findings | seconds |\n|---|---|---|---|---|---|\n", filepath.Base(dir), len(files))
	line := func(name string, findings []finding, errors string, took time.Duration) {
		undoing := 0
		var flagged []string
		for _, f := range findings {
			if at := downs[f.file]; at > 0 && f.first >= at || at == 1 {
				undoing++
			}
			flagged = append(flagged, f.file)
		}
		slices.Sort(flagged)
		fmt.Fprintf(&b, "| %s | %d | %d | %s | %d | %.2f |\n", name, len(findings), undoing, errors, len(slices.Compact(flagged)), took.Seconds())
	}
	findings, grave, took, err := check(ctx, ours, dir)
	if err != nil {
		return "", err
	}
	line("migracheck", findings, fmt.Sprint(grave), took)
	for _, l := range linters {
		start := time.Now()
		findings, err := l.check(ctx, dir, files)
		if err != nil {
			return "", err
		}
		line(l.name, findings, "", time.Since(start))
	}
	return b.String() + "\n", nil
}

// down returns the line from which on a file is only run to undo another; 0 for
// none, 1 for all of it.
func down(name, text string) int {
	if strings.HasSuffix(name, ".down.sql") || filepath.Base(name) == "down.sql" {
		return 1
	}
	for i, l := range strings.Split(text, "\n") {
		if l = strings.ToLower(strings.Join(strings.Fields(l), " ")); l == "-- +goose down" || l == "-- migrate:down" {
			return i + 1
		}
	}
	return 0
}

// check runs migracheck on a directory.
func check(ctx context.Context, ours, dir string) (findings []finding, grave int, took time.Duration, err error) {
	cmd := exec.CommandContext(ctx, ours, "--no-config", "--format=json", ".")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	out, err := cmd.Output()
	took = time.Since(start)
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return nil, 0, 0, fmt.Errorf("migracheck in %s: %w: %s", dir, err, stderr.Bytes())
	}
	var report struct {
		Findings []struct {
			Path      string `json:"path"`
			Severity  string `json:"severity"`
			StartLine int    `json:"startLine"`
			EndLine   int    `json:"endLine"`
			Rule      string `json:"rule"`
		} `json:"findings"`
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return nil, 0, 0, err
	}
	for _, f := range report.Findings {
		findings = append(findings, finding{file: f.Path, first: f.StartLine, last: f.EndLine, rule: f.Rule})
		if f.Severity == "error" {
			grave++
		}
	}
	return findings, grave, took, nil
}
