package main

import (
	"errors"
	"fmt"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/analyzer/rollback"
	"github.com/migracheck/migracheck/parser/migration"
	"github.com/migracheck/migracheck/report"
)

// suggestAll makes a down for each migration that needs another one.
func (c *rollbackCommand) suggestAll(into *report.Rollback) {
	into.Suggestions = map[*rollback.Migration]*rollback.Suggestion{}
	for _, m := range into.Migrations {
		if m.NeedsDown() {
			into.Suggestions[m] = rollback.Suggest(m, m.Up.Start, replay.Options{PGVersion: c.pgVersion})
		}
	}
}

// writeDowns writes the suggested downs. One that is there stays as it is, and
// is an error, once the others are written.
func writeDowns(h *history, into *report.Rollback) error {
	var all []error
	for _, m := range into.Migrations {
		s := into.Suggestions[m]
		if s == nil {
			continue
		}
		path, err := writeDown(h, m.Migration, s.SQL)
		if err != nil {
			all = append(all, err)
			continue
		}
		into.Written = append(into.Written, path)
	}
	return errors.Join(all...)
}

func writeDown(h *history, m *migration.Migration, sql string) (string, error) {
	for _, set := range h.sets {
		for _, each := range set.Migrations {
			if each != m {
				continue
			}
			addition, err := set.AddDown(m, sql)
			if err != nil {
				return "", fmt.Errorf("no down was written for %s: %w", m.ID, err)
			}
			return addition.Path, addition.Write()
		}
	}
	return "", fmt.Errorf("no down was written for %s: it belongs to no directory", m.ID)
}
