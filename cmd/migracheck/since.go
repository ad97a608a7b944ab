package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/migracheck/migracheck/analyzer/replay"
	"github.com/migracheck/migracheck/parser/migration"
)

// before returns what --since compares a set with.
func before(ctx context.Context, set *migration.Set, o *options) (*migration.Base, error) {
	dir := filepath.Dir(filepath.FromSlash(set.Migrations[0].Up.Span.File.Path))
	if o.since != "auto" {
		return migration.SinceAny(ctx, dir, []migration.Candidate{{Ref: o.since}}, o.staging(), set.Kinds()...)
	}
	base, err := migration.SinceAny(ctx, dir, released(os.Getenv), o.staging(), set.Kinds()...)
	if err != nil {
		return nil, fmt.Errorf("--since auto: %w", err)
	}
	return base, nil
}

// comparison says what a set is compared with, and why.
func comparison(set *migration.Set, b *migration.Base) string {
	line := fmt.Sprintf("%s: with %s (%.12s)", set.Path, b.Ref, b.Commit)
	if b.Why != "" {
		line += ", " + b.Why
	}
	return line
}

// staging asks for what is staged, or returns nil.
func (o *options) staging() *migration.Staging {
	if !o.staged {
		return nil
	}
	return &migration.Staging{IndexFile: os.Getenv("GIT_INDEX_FILE")}
}

// narrow makes history of the windows in which nothing was asked about, so that
// no rule spends time on them: a hook names few files of many.
func narrow(set *migration.Set, t *replay.Timeline) {
	for _, w := range t.Windows {
		asked := func(m *migration.Migration) bool {
			return set.Selected(m.Up.Span.File) || m.Down != nil && set.Selected(m.Down.Span.File)
		}
		if !slices.ContainsFunc(w.Migrations, asked) {
			w.Reported = false
		}
	}
}
