package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A linter is a program that is compared with migracheck.
type linter struct {
	name, link string
	// argv is the command, and version what it answers to --version.
	argv    []string
	version string
	// config is a file that it reads from where it runs, and its text.
	config, text string
	read         func(out []byte) ([]finding, error)
	// timeouts and style are the rules that speak of nearly every statement: they
	// count only where the page is about what they say.
	timeouts, style []string
	// alone: it remembers what earlier files of a run made, or gives up at the
	// first that it cannot read, so that each example needs a run of its own.
	alone bool
	// cannotRead is its rule for what it does not understand.
	cannotRead string
}

// A finding is what a linter says of some lines; first is 0 where it names a
// file only.
type finding struct {
	file        string
	first, last int
	rule        string
}

// rivals are the programs that fetch has installed in a folder.
func rivals(ctx context.Context, installed string) ([]*linter, error) {
	modules := filepath.Join(installed, "node_modules")
	server := []string{filepath.Join(modules, "@postgres-language-server/cli-x86_64-linux-gnu/postgres-language-server"), "check", "--disable-db", "--reporter=json", "--max-diagnostics=none", "--colors=off", "--files-max-size=1000000000"}
	timeouts := []string{"lockTimeoutWarning", "requireStatementTimeout", "requireIdleInTransactionTimeout"}
	style := []string{"preferRobustStmts", "preferBigInt", "preferBigintOverInt", "preferBigintOverSmallint", "preferIdentity", "preferJsonb", "preferTextField", "preferTimestamptz", "multipleAlterTable"}
	all := []*linter{
		{
			name: "squawk", link: "https://github.com/sbdchd/squawk",
			argv:       []string{filepath.Join(modules, "@squawk-cli/linux-x64/bin/squawk"), "--reporter=json"},
			read:       readSquawk,
			timeouts:   []string{"require-lock-timeout", "require-statement-timeout"},
			style:      []string{"prefer-robust-stmts", "prefer-bigint-over-int", "prefer-bigint-over-smallint", "prefer-identity", "prefer-text-field", "prefer-timestamp-tz"},
			cannotRead: "syntax-error",
		},
		{
			name: "postgres-language-server", link: "https://github.com/supabase-community/postgres-language-server",
			argv: server, read: readServer, timeouts: timeouts, style: style, cannotRead: "syntax",
		},
		{
			name: "the same, all rules on", link: "https://github.com/supabase-community/postgres-language-server",
			argv: server, config: "postgres-language-server.jsonc", text: `{"linter": {"rules": {"all": true}}}`,
			read: readServer, timeouts: timeouts, style: style, cannotRead: "syntax",
		},
		{
			name: "pgfence", link: "https://github.com/flvmnt/pgfence",
			argv: []string{"node", filepath.Join(modules, "@flvmnt/pgfence/dist/index.js"), "analyze", "--output=json"},
			read: readFence, cannotRead: "syntax-error", alone: true,
			timeouts: []string{"missing-lock-timeout", "missing-statement-timeout", "missing-application-name", "missing-idle-timeout"},
		},
	}
	for _, l := range all {
		argv := l.argv[:1]
		if l.argv[0] == "node" {
			argv = l.argv[:2]
		}
		out, err := exec.CommandContext(ctx, argv[0], append(slices.Clone(argv[1:]), "--version")...).Output()
		if err != nil {
			return nil, fmt.Errorf("%s --version: %w (testdata/compare/fetch installs it)", l.name, err)
		}
		words := strings.Fields(string(out))
		l.version = words[len(words)-1]
	}
	return all, nil
}

// check runs the linter on files of a directory, in which it runs.
func (l *linter) check(ctx context.Context, dir string, files []string) ([]finding, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if l.config != "" {
		if err := os.WriteFile(filepath.Join(dir, l.config), []byte(l.text), 0o600); err != nil {
			return nil, err
		}
		defer os.Remove(filepath.Join(dir, l.config))
	}
	cmd := exec.CommandContext(ctx, l.argv[0], append(slices.Clone(l.argv[1:]), files...)...)
	cmd.Dir = dir
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run() // a status other than 0 is an answer, too
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return nil, err
	}
	if out.Len() == 0 && bytes.Contains(stderr.Bytes(), []byte("syntax error")) {
		return []finding{{file: files[0], rule: l.cannotRead}}, nil
	}
	findings, err := l.read(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("%s in %s: %w: %s%s", l.name, dir, err, out.Bytes(), stderr.Bytes())
	}
	return findings, nil
}

func readSquawk(out []byte) ([]finding, error) {
	var all []struct {
		File  string `json:"file"`
		First int    `json:"line"` // from 0
		Last  int    `json:"line_end"`
		Rule  string `json:"rule_name"`
	}
	if err := json.Unmarshal(out, &all); err != nil {
		return nil, err
	}
	var findings []finding
	for _, f := range all {
		findings = append(findings, finding{file: f.File, first: f.First + 1, last: f.Last + 1, rule: f.Rule})
	}
	return findings, nil
}

func readServer(out []byte) ([]finding, error) {
	var report struct {
		Diagnostics []struct {
			Category string `json:"category"`
			Location struct {
				Path  string `json:"path"`
				Start struct {
					Line int `json:"line"`
				} `json:"start"`
				End struct {
					Line int `json:"line"`
				} `json:"end"`
			} `json:"location"`
		} `json:"diagnostics"`
	}
	// Where it finds errors, words follow the report.
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&report); err != nil {
		return nil, err
	}
	var findings []finding
	for _, d := range report.Diagnostics {
		findings = append(findings, finding{file: d.Location.Path, first: d.Location.Start.Line, last: d.Location.End.Line, rule: filepath.Base(d.Category)})
	}
	return findings, nil
}

func readFence(out []byte) ([]finding, error) {
	type check struct {
		Rule string `json:"ruleId"`
	}
	var report struct {
		Results []struct {
			File       string  `json:"filePath"`
			Checks     []check `json:"checks"`
			Violations []check `json:"policyViolations"`
		} `json:"results"`
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return nil, err
	}
	var findings []finding
	for _, r := range report.Results {
		for _, c := range slices.Concat(r.Checks, r.Violations) {
			findings = append(findings, finding{file: r.File, rule: c.Rule})
		}
	}
	return findings, nil
}
