package migration

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// refinery reads V1__name.sql and V1__name.rs in the directory and all below,
// and U1__name.sql, which are migrations, too: they may be added out of order.
// There is no way back. Each runs in a transaction. By their names alone the
// files could be Flyway's, to which U means undo: only a migration in Rust, or
// a manifest that depends on refinery, tells them apart.
// https://github.com/rust-db/refinery/blob/main/refinery_core/src/util.rs (0.9.1)
type refinery struct{}

func (refinery) Name() string { return "refinery" }

var refineryName = pattern.New(`^[UV](\d+(?:\.\d+)?)__([\pL\pM\p{Nd}_]+)\.(sql|rs)$`)

// Detect implements [Layout].
func (l refinery) Detect(dir *Dir) Evidence {
	files, rust := l.files(dir.Files())
	if len(files) == 0 {
		files, rust = l.files(dir.Below())
	}
	switch {
	case len(files) == 0:
		return Evidence{}
	case rust > 0:
		return Evidence{Reason: count(rust, "file") + " named V1__name.rs", Files: files}
	case dir.crate("refinery"):
		return Evidence{Reason: count(len(files), "file") + " named V1__name.sql, and Cargo.toml depends on refinery", Files: files}
	}
	return Evidence{}
}

func (refinery) files(among []*Input) (files []*Input, rust int) {
	for _, in := range among {
		if !refineryName.MatchString(path.Base(in.Name)) {
			continue
		}
		files = append(files, in)
		if path.Ext(in.Name) == ".rs" {
			rust++
		}
	}
	return files, rust
}

// Load implements [Layout].
func (l refinery) Load(dir *Dir) *Set {
	set := &Set{Layout: l.Name()}
	var ms []numbered
	homes := map[string]bool{} // directories with migrations
	files, _ := l.files(dir.Below())
	for _, in := range files {
		homes[path.Dir(in.Name)] = true
	}
	for _, in := range dir.Below() {
		base := path.Base(in.Name)
		parts := refineryName.FindStringSubmatch(base)
		if parts == nil {
			if homes[path.Dir(in.Name)] || in.isSQL() {
				set.Ignored = append(set.Ignored, in.Path())
			}
			if flyway.shows(flyway{}, in) {
				set.Problems = append(set.Problems, Problem{
					Kind:    MixedLayouts,
					At:      in.Start(),
					Message: fmt.Sprintf("refinery does not read %s: its name is not V1__name.sql, with letters, digits and underscores", in.Path()),
				})
			}
			continue
		}
		number, err := strconv.ParseUint(parts[1], 10, 63)
		if err != nil {
			set.Problems = append(set.Problems, Problem{
				Kind:    BadMarker,
				At:      in.Start(),
				Message: fmt.Sprintf("version %s of %s is no integer, so refinery refuses the directory", parts[1], in.Path()),
			})
			major, _, _ := strings.Cut(parts[1], ".")
			number, _ = strconv.ParseUint(major, 10, 63) // as near as it can be
		}
		m := &Migration{ID: parts[1], Name: parts[2]}
		if parts[3] == "rs" {
			m.Up, m.Opaque = &Script{Span: in.Start()}, "Rust migration"
		} else {
			var problems []Problem
			m.Up, m.Opaque, problems = whole(in, l, Wrapped)
			set.Problems = append(set.Problems, problems...)
		}
		ms = append(ms, numbered{number, in, m})
	}
	set.sortNumbered(ms)
	return set
}

// single implements [single].
func (l refinery) single(in *Input) ([]*Migration, []Problem) { return wholeAs(in, l, Wrapped) }
