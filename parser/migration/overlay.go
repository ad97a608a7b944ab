package migration

import (
	"io/fs"
	"os"
	"path/filepath"
)

// An overlay is a file system in which some files have other contents than on
// disk.
type overlay struct {
	fs.FS
	contents map[string][]byte
}

// over returns the file system of a directory, with contents laid over it by
// path as [Load] shows it.
func over(top string, contents map[string][]byte) fs.FS {
	if len(contents) == 0 {
		return os.DirFS(top)
	}
	o := overlay{os.DirFS(top), map[string][]byte{}}
	top, err := filepath.Abs(top)
	if err != nil {
		return o
	}
	for p, content := range contents {
		abs, err := filepath.Abs(filepath.FromSlash(p))
		if err != nil {
			continue
		}
		if rel, err := filepath.Rel(top, abs); err == nil {
			o.contents[filepath.ToSlash(rel)] = content
		}
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
