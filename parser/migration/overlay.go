package migration

import (
	"io/fs"
	"path/filepath"
	"strings"
)

// An overlay is a file system in which some files have other contents than on
// disk.
type overlay struct {
	fs.FS
	contents map[string][]byte
}

// over lays contents, by path as [Load] shows it, over a file system that
// [rooted] made.
func over(fsys fs.FS, contents map[string][]byte) fs.FS {
	if len(contents) == 0 {
		return fsys
	}
	o := overlay{fsys, map[string][]byte{}}
	for p, content := range contents {
		abs, err := filepath.Abs(filepath.FromSlash(p))
		if err != nil {
			continue
		}
		o.contents[filepath.ToSlash(strings.TrimPrefix(abs, filepath.VolumeName(abs)+string(filepath.Separator)))] = content
	}
	return o
}

// ReadFile implements [fs.ReadFileFS].
func (o overlay) ReadFile(name string) ([]byte, error) {
	if content, ok := o.contents[name]; ok {
		return content, nil
	}
	return fs.ReadFile(o.FS, name)
}

// ReadDir implements [fs.ReadDirFS].
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(o.FS, name) }

// Stat implements [fs.StatFS].
func (o overlay) Stat(name string) (fs.FileInfo, error) { return fs.Stat(o.FS, name) }
