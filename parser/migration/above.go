package migration

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// levels is how far above a directory of migrations the files of its project
// are looked for: db/postgres/migrations lies three below the manifest.
const levels = 3

// above returns the nearest file of that name in the directories above, and
// the path that leads from there down to d; nil where there is none. It does
// not look beyond the repository.
func (d *Dir) above(name string) (in *Input, down string) {
	if d.fsys == nil {
		return nil, ""
	}
	at := &Dir{Path: d.Path, fsys: d.fsys, root: d.root}
	for range levels {
		if at.root == "." || at.holds(".git") {
			return nil, ""
		}
		down = path.Join(path.Base(at.root), down)
		at = &Dir{Path: path.Join(at.Path, ".."), fsys: d.fsys, root: path.Dir(at.root)}
		if at.holds(name) {
			return &Input{Name: name, dir: at}, down
		}
	}
	return nil, ""
}

func (d *Dir) holds(name string) bool {
	_, err := fs.Stat(d.fsys, path.Join(d.root, name))
	return err == nil
}

// crate reports whether the nearest manifest says that the Rust package depends
// on a crate.
func (d *Dir) crate(name string) bool {
	manifest := d.nearest("Cargo.toml")
	if manifest == nil || manifest.Opaque() != "" {
		return false
	}
	quoted := regexp.QuoteMeta(name)
	return regexp.MustCompile(`(?m)^\s*"?` + quoted + `"?(\.workspace)?\s*=|^\s*\[[^\]\n]*dependencies\.` + quoted + `\]`).MatchString(manifest.Text())
}

// at returns a file below by its path, whatever directories lead there, or nil.
func (d *Dir) at(name string) *Input {
	dir, base := path.Split(path.Clean(name))
	for dir != "" {
		var first string
		first, dir, _ = strings.Cut(dir, "/")
		if d = d.Sub(first); d == nil {
			return nil
		}
	}
	return d.File(base)
}
