package migration

import (
	"path"
	"slices"
	"strings"
)

// imports reports whether Go code beside the migrations, or in one of the two
// directories above, where they are embedded, imports a package.
func (d *Dir) imports(pkg string) bool {
	for range 3 {
		if d == nil {
			return false
		}
		if slices.ContainsFunc(d.files, func(in *Input) bool {
			return path.Ext(in.Name) == ".go" && strings.Contains(in.Text(), `"`+pkg)
		}) {
			return true
		}
		d = d.outer()
	}
	return false
}

// requires returns the package.json that the migrations belong to, the nearest
// one, if it names the npm package; else nil.
func (d *Dir) requires(pkg string) *Input {
	in := d.nearest("package.json")
	if in == nil || !strings.Contains(in.Text(), `"`+pkg+`":`) {
		return nil
	}
	return in
}

// nearest returns the file of a name in the directory or above, or nil.
func (d *Dir) nearest(name string) *Input {
	if in := d.File(name); in != nil {
		return in
	}
	in, _ := d.above(name)
	return in
}
