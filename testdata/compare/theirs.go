package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/parser/source"
	"github.com/migracheck/migracheck/rules"
)

// theirRules are examples for rules of other linters, which report them there:
// each file is named after the rules, as linter/rule.
//
//go:embed theirs.txtar
var theirRules []byte

// theirs asks migracheck about what the others have rules for, and makes sure
// that they report it.
func theirs(ctx context.Context, below string, linters []*linter) (string, error) {
	byName := map[string]*linter{"squawk": linters[0], "server": linters[2], "pgfence": linters[3]}
	type pair struct{ linter, rule, says string }
	var pairs []pair
	var wrong error
	files := txtar.Parse(theirRules).Files
	for i, f := range files[1:] {
		dir := filepath.Join(below, "theirs", strconv.Itoa(i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "0001_before.sql"), files[0].Data, 0o600), os.WriteFile(filepath.Join(dir, change), f.Data, 0o600)); err != nil {
			return "", err
		}
		findings, err := ours(ctx, dir)
		if err != nil {
			return "", err
		}
		for _, each := range strings.Fields(f.Name) {
			linter, rule, _ := strings.Cut(each, "/")
			l := byName[linter]
			if l == nil {
				return "", fmt.Errorf("theirs.txtar: %s is no linter", linter)
			}
			reported, err := l.check(ctx, dir, []string{change})
			if err != nil {
				return "", err
			}
			if !slices.ContainsFunc(reported, func(f finding) bool { return f.rule == rule }) {
				wrong = errors.Join(wrong, fmt.Errorf("theirs.txtar: %s reports %v, and not %s", linter, reported, rule))
			}
			pairs = append(pairs, pair{linter, rule, says(findings, rule)})
		}
	}
	var b strings.Builder
	for _, group := range []struct{ linter, name string }{{"squawk", "squawk"}, {"server", "postgres-language-server"}, {"pgfence", "pgfence"}} {
		fmt.Fprintf(&b, "| rule of %s | what migracheck reports of its example |\n|---|---|\n", group.name)
		for _, p := range pairs {
			if p.linter == group.linter {
				fmt.Fprintf(&b, "| %s | %s |\n", p.rule, p.says)
			}
		}
		b.WriteString("\n")
	}
	return b.String(), wrong
}

// change is the name of the file that is judged.
const change = "0002_change.sql"

// ours returns what all our rules report of the change in a directory.
func ours(ctx context.Context, dir string) ([]rules.Finding, error) {
	sets, err := migration.Load(ctx, []string{dir}, migration.Options{})
	if err != nil {
		return nil, err
	}
	timeline := replay.Up(sets[0].Migrations, replay.Options{OneTransaction: sets[0].OneTransaction})
	return rules.Run(sets, timeline, rules.All(), rules.Options{
		Today:    "2026-01-01",
		Selected: func(f *source.File) bool { return filepath.Base(f.Path) == change },
		Undone:   func(w *replay.Window) []*rollback.Migration { return rollback.Window(w, replay.Options{}) },
	}), nil
}

// ourAdvice are our rules that speak of nearly every statement.
var ourAdvice = []string{"add-column", "missing-comment", "missing-required-column", "missing-row-security", "unqualified-name", "missing-lock-timeout", "missing-statement-timeout"}

// says names the rules of findings, for a cell of the table about a rule of
// another linter.
func says(findings []rules.Finding, rule string) string {
	var on, off []string
	for _, f := range findings {
		timeout := strings.Contains(f.Rule.Name, "timeout") && strings.Contains(strings.ToLower(rule), "timeout")
		if slices.Contains(ourAdvice, f.Rule.Name) && !timeout {
			continue
		}
		name := fmt.Sprintf("[%s](rules/%s.md)", f.Rule.Name, f.Rule.Name)
		if f.Rule.Off {
			off = append(off, name+" (off by default)")
		} else {
			on = append(on, name)
		}
	}
	slices.Sort(on)
	slices.Sort(off)
	all := slices.Concat(slices.Compact(on), slices.Compact(off))
	if len(all) == 0 {
		return "**nothing**"
	}
	return strings.Join(all, ", ")
}
