package migration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Staging asks for what is staged for the next commit.
type Staging struct {
	// IndexFile is what git tells its hooks in GIT_INDEX_FILE: the commit of
	// some files only is made from another index than the repository's.
	IndexFile string
}

// file returns the index file to read for a directory, "" for the repository's
// own. What a hook was told is about the repository that it runs in, and a
// relative path begins at the top of its work tree.
func (s *Staging) file(dir string) string {
	root := Root(dir)
	if s.IndexFile == "" || root == "" || Root(".") != root {
		return ""
	}
	if filepath.IsAbs(s.IndexFile) {
		return s.IndexFile
	}
	return filepath.Join(root, s.IndexFile)
}

// An index is what is staged in a repository: a file system of the contents
// that the next commit would have, whatever the work tree holds. Paths begin at
// the top of the work tree.
type index struct {
	git     git
	root    string
	entries map[string]*entry
	// staged are the paths whose content the next commit would change.
	staged map[string]bool
	// removed are the paths that it would not have any more.
	removed map[string]bool
	// scope are the directories that were asked about.
	scope []string

	mu sync.Mutex // for the contents of entries
}

// An entry is a file or a directory.
type entry struct {
	name     string
	mode     fs.FileMode
	object   string
	unmerged bool // two sides of a merge, of which neither is to be committed
	text     []byte
	read     bool
	children []*entry
}

// openIndex reads the index of the repository that a directory is in. It does
// not read contents yet.
func openIndex(ctx context.Context, dir string, s *Staging) (*index, error) {
	g := git{ctx: ctx, dir: existing(dir), flag: "--staged", staged: true}
	g.index = s.file(g.dir)
	out, err := g.run("rev-parse", "--show-toplevel")
	top := strings.TrimSuffix(out, "\n")
	if top == "" || err != nil {
		return nil, g.outside(err)
	}
	x := &index{root: filepath.FromSlash(top), git: g.in(filepath.FromSlash(top)), staged: map[string]bool{}, removed: map[string]bool{}}
	var list, diff string
	var listErr, diffErr error
	var group sync.WaitGroup
	group.Go(func() { list, listErr = x.git.run("ls-files", "--stage", "-z", "--full-name") })
	group.Go(func() {
		diff, diffErr = x.git.run("diff", "--cached", "--name-status", "-z", similar, "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--")
	})
	group.Wait()
	if err := errors.Join(listErr, diffErr); err != nil {
		return nil, fmt.Errorf("cannot read the index of %s: %w", top, err)
	}
	x.changes(diff)
	x.list(list)
	return x, nil
}

// openTree reads a directory of a commit, as it is stored: without what an
// export or a checkout would do to it. It does not read contents yet.
func openTree(g git, commit, dir string) (*index, error) {
	x := &index{git: g, root: g.dir, staged: map[string]bool{}, removed: map[string]bool{}, scope: []string{dir}}
	text, err := g.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", dir)
	if err != nil {
		return nil, err
	}
	var rows strings.Builder
	for row := range strings.SplitSeq(text, "\x00") { // "mode type object\tpath"
		head, name, ok := strings.Cut(row, "\t")
		if fields := strings.Fields(head); ok && len(fields) == 3 {
			rows.WriteString(fields[0] + " " + fields[2] + " 0\t" + name + "\x00")
		}
	}
	x.list(rows.String())
	return x, nil
}

// changes takes from a comparison with HEAD which contents are new. A file that
// was only renamed has been judged under its old name, and one that is deleted
// is there no longer.
func (x *index) changes(diff string) {
	fields := strings.Split(strings.TrimSuffix(diff, "\x00"), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		status, path := fields[i], fields[i+1]
		if strings.HasPrefix(status, "R") && i+2 < len(fields) {
			x.removed[path] = true
			path = fields[i+2]
			i++
		}
		switch status {
		case "D":
			x.removed[path] = true
		case "R100":
		default:
			x.staged[path] = true
		}
	}
}

// list makes the tree from what ls-files prints: "mode object stage\tpath".
func (x *index) list(text string) {
	x.entries = map[string]*entry{".": {name: ".", mode: fs.ModeDir | 0o755}}
	for row := range strings.SplitSeq(text, "\x00") {
		head, name, ok := strings.Cut(row, "\t")
		fields := strings.Fields(head)
		if !ok || len(fields) != 3 {
			continue
		}
		if fields[2] != "0" {
			x.staged[name] = true
			x.add(name, &entry{mode: 0o644, unmerged: true})
			continue
		}
		switch fields[0] {
		case "120000":
			x.add(name, &entry{mode: fs.ModeSymlink | 0o777, object: fields[1]})
		case "160000": // a submodule, whose files are another repository's
		default:
			x.add(name, &entry{mode: 0o644, object: fields[1]})
		}
	}
	for _, e := range x.entries {
		slices.SortFunc(e.children, func(a, b *entry) int { return strings.Compare(a.name, b.name) })
	}
}

// add enters a file, and the directories that it is in.
func (x *index) add(name string, e *entry) {
	if x.entries[name] != nil {
		return // another side of a conflict
	}
	e.name = path.Base(name)
	x.entries[name] = e
	for {
		dir := path.Dir(name)
		parent, known := x.entries[dir]
		if !known {
			parent = &entry{name: path.Base(dir), mode: fs.ModeDir | 0o755}
			x.entries[dir] = parent
		}
		parent.children = append(parent.children, e)
		if known {
			return
		}
		name, e = dir, parent
	}
}

// within returns the staged paths in a directory and below, in order.
func (x *index) within(dir string) []string {
	var names []string
	for name := range x.staged {
		if dir == "." || name == dir || strings.HasPrefix(name, dir+"/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// removes reports whether the next commit removes a file, or the files in a
// directory.
func (x *index) removes(at string) bool {
	for name := range x.removed {
		if name == at || strings.HasPrefix(name, at+"/") {
			return true
		}
	}
	return false
}

// locate returns the path in the index of one that the user named. Links that
// lead to it are followed as far as the work tree has them.
func (x *index) locate(p string) (string, error) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return "", err
	}
	parent, name := filepath.Dir(abs), filepath.Base(abs)
	if abs == x.root {
		return ".", nil
	}
	for _, full := range []string{filepath.Join(realPath(parent), name), realPath(abs)} {
		rel, err := filepath.Rel(x.root, full)
		if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return filepath.ToSlash(rel), nil
		}
	}
	return "", fmt.Errorf("%s is not in the repository %s", p, filepath.ToSlash(x.root))
}

// realPath follows the links in a path, of which the end need not exist.
func realPath(abs string) string {
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	if up := filepath.Dir(abs); up != abs {
		return filepath.Join(realPath(up), filepath.Base(abs))
	}
	return abs
}

// lookup returns an entry, following links within the index.
func (x *index) lookup(op, name string) (*entry, error) {
	fail := func(err error) (*entry, error) { return nil, &fs.PathError{Op: op, Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	at, rest := ".", name
	for links := 0; ; {
		e := x.entries[at]
		switch {
		case e == nil:
			return fail(fs.ErrNotExist)
		case e.mode.Type() == fs.ModeSymlink:
			if links++; links > 40 {
				return fail(syscall.ELOOP)
			}
			target, err := x.content(e)
			if err != nil {
				return fail(err)
			}
			whole := path.Join(path.Dir(at), string(target), rest)
			if path.IsAbs(string(target)) || !fs.ValidPath(whole) {
				return fail(fs.ErrNotExist) // outside the repository
			}
			at, rest = ".", whole
		case rest == "." || rest == "":
			return e, nil
		default:
			var next string
			next, rest, _ = strings.Cut(rest, "/")
			at = path.Join(at, next)
		}
	}
}

// content returns what a file holds, or where a link leads.
func (x *index) content(e *entry) ([]byte, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if e.unmerged {
		return nil, errors.New("it has merge conflicts: resolve them and stage it first")
	}
	if !e.read {
		if err := x.fetch(e); err != nil {
			return nil, err
		}
	}
	return e.text, nil
}

// fetch reads an entry's content, and with it all the SQL around it, of which
// most will be asked for: one command for each file would take seconds.
func (x *index) fetch(e *entry) error {
	wanted := []*entry{e}
	isSQL := func(f *entry) bool { return f.mode.IsRegular() && strings.EqualFold(path.Ext(f.name), ".sql") }
	var collect func(dir *entry)
	collect = func(dir *entry) {
		for _, c := range dir.children {
			switch {
			case c.mode.IsDir() && !skipped(c.name):
				collect(c)
			case c != e && !c.read && !c.unmerged && isSQL(c):
				wanted = append(wanted, c)
			}
		}
	}
	for _, dir := range x.scope {
		if isSQL(e) && x.entries[dir] != nil {
			collect(x.entries[dir])
		}
	}
	slices.SortFunc(wanted, func(a, b *entry) int { return strings.Compare(a.object, b.object) })
	return x.batch(slices.Compact(wanted))
}

// batch reads the contents of entries.
// https://git-scm.com/docs/git-cat-file#_batch_output
func (x *index) batch(wanted []*entry) error {
	var objects strings.Builder
	for _, e := range wanted {
		objects.WriteString(e.object + "\n")
	}
	g := x.git
	g.stdin = objects.String()
	out, err := g.run("cat-file", "--batch")
	if err != nil {
		return err
	}
	for _, e := range wanted {
		head, rest, ok := strings.Cut(out, "\n")
		fields := strings.Fields(head)
		if !ok || len(fields) != 3 {
			return fmt.Errorf("git has no content for %s: %s", e.name, head)
		}
		size, err := strconv.Atoi(fields[2])
		if err != nil || size < 0 || size >= len(rest) {
			return fmt.Errorf("git has no content for %s: %s", e.name, head)
		}
		e.text, e.read = []byte(rest[:size]), true
		out = rest[size+1:]
	}
	return nil
}

// ReadFile implements [fs.ReadFileFS].
func (x *index) ReadFile(name string) ([]byte, error) {
	e, err := x.lookup("open", name)
	if err != nil {
		return nil, err
	}
	if e.mode.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	}
	text, err := x.content(e)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return bytes.Clone(text), nil
}

// ReadDir implements [fs.ReadDirFS].
func (x *index) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := x.lookup("open", name)
	if err != nil {
		return nil, err
	}
	if !e.mode.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: syscall.ENOTDIR}
	}
	list := make([]fs.DirEntry, 0, len(e.children))
	for _, c := range e.children {
		list = append(list, fs.FileInfoToDirEntry(entryInfo{c, x, c.name}))
	}
	return list, nil
}

// Stat implements [fs.StatFS].
func (x *index) Stat(name string) (fs.FileInfo, error) {
	e, err := x.lookup("stat", name)
	if err != nil {
		return nil, err
	}
	return entryInfo{e, x, path.Base(name)}, nil
}

// Open implements [fs.FS].
func (x *index) Open(name string) (fs.File, error) {
	e, err := x.lookup("open", name)
	if err != nil {
		return nil, err
	}
	if e.mode.IsDir() {
		list, err := x.ReadDir(name)
		return &openDir{info: entryInfo{e, x, path.Base(name)}, list: list}, err
	}
	text, err := x.content(e)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &openFile{Reader: bytes.NewReader(text), info: entryInfo{e, x, path.Base(name)}}, nil
}

// An entryInfo describes an entry; the size of what was not read yet takes
// reading it.
type entryInfo struct {
	*entry
	x     *index
	asked string // a link's name, where it was asked for by that
}

func (i entryInfo) Name() string       { return i.asked }
func (i entryInfo) Mode() fs.FileMode  { return i.mode }
func (i entryInfo) ModTime() time.Time { return time.Time{} }
func (i entryInfo) IsDir() bool        { return i.mode.IsDir() }
func (i entryInfo) Sys() any           { return nil }
func (i entryInfo) Size() int64 {
	if i.mode.IsDir() {
		return 0
	}
	text, err := i.x.content(i.entry)
	if err != nil {
		return 0
	}
	return int64(len(text))
}

type openFile struct {
	*bytes.Reader
	info entryInfo
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openDir struct {
	info entryInfo
	list []fs.DirEntry
}

func (d *openDir) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *openDir) Close() error               { return nil }
func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.info.name, Err: syscall.EISDIR}
}

// ReadDir implements [fs.ReadDirFile].
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	list := d.list
	if n > 0 {
		if len(list) == 0 {
			return nil, io.EOF
		}
		list = list[:min(n, len(list))]
	}
	d.list = d.list[len(list):]
	return list, nil
}

// sameDir reports whether two descriptions are of one directory.
func sameDir(a, b fs.FileInfo) bool {
	x, ok := a.(entryInfo)
	y, alike := b.(entryInfo)
	if ok && alike {
		return x.entry == y.entry
	}
	return os.SameFile(a, b)
}
