package migration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unicode/utf8"

	"github.com/migracheck/migracheck/parser/source"
)

// A Dir is a directory that may hold migrations: its listing, and its files,
// each read at most once. It is made for one goroutine, but reads in parallel.
type Dir struct {
	// Path is the directory as it is shown to the user.
	Path string

	fsys  fs.FS
	root  string // in fsys
	files []*Input
	dirs  []string
	subs  map[string]*Dir
	up    *Dir      // what outer returned
	below *[]*Input // what Below returned
	err   error     // of the first listing that failed
}

// An Input is a file of a Dir.
type Input struct {
	// Name is slash-separated and relative to the Dir.
	Name string

	dir    *Dir
	once   sync.Once
	raw    []byte
	file   *source.File
	opaque string
	flaw   *Problem
	err    error

	signs  sync.Once
	signed []signed
}

// OpenDir lists a directory of fsys; shown is its path for the user.
func OpenDir(fsys fs.FS, root, shown string) (*Dir, error) {
	d := &Dir{Path: shown, fsys: fsys, root: root}
	entries, err := fs.ReadDir(fsys, root)
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", shown, cause(err))
	}
	for _, e := range entries {
		mode := e.Type()
		if mode&fs.ModeSymlink != 0 {
			info, err := fs.Stat(fsys, path.Join(root, e.Name()))
			if err != nil {
				if path.Ext(e.Name()) != ".sql" {
					continue // a dangling link that no tool would read
				}
				if errors.Is(err, fs.ErrNotExist) {
					err = errors.New("it is a symbolic link to what does not exist")
				}
				return nil, fmt.Errorf("cannot read %s: %w", d.show(e.Name()), cause(err))
			}
			mode = info.Mode().Type()
		}
		switch {
		case mode.IsDir():
			d.dirs = append(d.dirs, e.Name())
		case mode.IsRegular():
			d.files = append(d.files, &Input{Name: e.Name(), dir: d})
		case path.Ext(e.Name()) == ".sql": // a pipe, a device
			return nil, fmt.Errorf("cannot read %s: it is neither a file nor a directory", d.show(e.Name()))
		}
	}
	return d, nil
}

// cause strips the operation and path of a file system error, which the
// message around it names in the user's words.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
		if !utf8.ValidString(pe.Path) && errors.Is(err, fs.ErrInvalid) {
			return errors.New("its name is not UTF-8")
		}
	}
	if errors.Is(err, syscall.ELOOP) {
		return errors.New("its symbolic links form a loop")
	}
	return err
}

func (d *Dir) show(name string) string {
	if d.Path == "." || d.Path == "" {
		return name
	}
	p := path.Join(d.Path, name)
	if strings.HasPrefix(p, "../") {
		return shown(p) // it may lead back down
	}
	return p
}

// Files returns the files of the directory itself, in order of name.
func (d *Dir) Files() []*Input { return slices.Clone(d.files) }

// SQL returns those files of the directory itself that end in .sql.
func (d *Dir) SQL() []*Input { return sqlOf(d.files) }

func sqlOf(files []*Input) []*Input {
	var out []*Input
	for _, in := range files {
		if in.isSQL() {
			out = append(out, in)
		}
	}
	return out
}

// Dirs returns the names of the subdirectories, in order.
func (d *Dir) Dirs() []string { return slices.Clone(d.dirs) }

// File returns the file of that name of the directory itself, or nil.
func (d *Dir) File(name string) *Input {
	for _, in := range d.files {
		if in.Name == name {
			return in
		}
	}
	return nil
}

// skipped are directories that hold copies or other people's files.
func skipped(name string) bool {
	switch name {
	case "node_modules", "vendor", "testdata", "target", "build", "dist":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// depth bounds the descent: no project keeps its migrations deeper, and a
// pipe of links cannot lead further.
const depth = 12

// Below returns the files of the directory and of all directories below it, in
// order of name. Links are followed, but no directory is entered twice.
func (d *Dir) Below() []*Input {
	if d.below != nil {
		return slices.Clone(*d.below)
	}
	all := d.Files()
	d.walk(func(name string, sub *Dir) {
		for _, in := range sub.files {
			all = append(all, &Input{Name: path.Join(name, in.Name), dir: d})
		}
	})
	d.below = &all
	return slices.Clone(all)
}

// walk visits all directories below d, parents first, in order of name.
func (d *Dir) walk(visit func(name string, sub *Dir)) {
	var seen []fs.FileInfo
	if info, err := fs.Stat(d.fsys, d.root); err == nil {
		seen = append(seen, info)
	}
	var descend func(at *Dir, prefix string, level int)
	descend = func(at *Dir, prefix string, level int) {
		if level > depth {
			return
		}
		for _, name := range at.dirs {
			if skipped(name) {
				continue
			}
			full := path.Join(at.root, name)
			info, err := fs.Stat(d.fsys, full)
			if err != nil || slices.ContainsFunc(seen, func(o fs.FileInfo) bool { return sameDir(o, info) }) {
				continue
			}
			seen = append(seen, info)
			sub := at.Sub(name)
			if sub == nil {
				d.err = cmp.Or(d.err, at.err)
				continue
			}
			visit(path.Join(prefix, name), sub)
			descend(sub, path.Join(prefix, name), level+1)
		}
	}
	descend(d, "", 1)
}

// Sub lists a subdirectory, or returns nil.
func (d *Dir) Sub(name string) *Dir {
	if !slices.Contains(d.dirs, name) {
		return nil
	}
	if sub := d.subs[name]; sub != nil {
		return sub
	}
	sub, err := OpenDir(d.fsys, path.Join(d.root, name), d.show(name))
	if err != nil {
		d.err = cmp.Or(d.err, err)
		return nil
	}
	if d.subs == nil {
		d.subs = map[string]*Dir{}
	}
	d.subs[name] = sub
	return sub
}

// outer lists the directory above, or returns nil where it cannot be seen: what
// stands beside the migrations says which tool is meant. Its files are read for
// that alone.
func (d *Dir) outer() *Dir {
	if d.up == nil && d.root != "." && d.fsys != nil {
		d.up, _ = OpenDir(d.fsys, path.Dir(d.root), path.Join(d.Path, "..")) // nil on errors
	}
	return d.up
}

// name is the directory's own name, "." where it is not known.
func (d *Dir) name() string { return path.Base(d.root) }

// known yields every file that was listed so far.
func (d *Dir) known() iter.Seq[*Input] {
	return func(yield func(*Input) bool) {
		all := d.files
		if d.below != nil {
			all = *d.below // with those of the directory itself
		}
		for _, in := range all {
			if !yield(in) {
				return
			}
		}
		for _, name := range d.dirs {
			if sub := d.subs[name]; sub != nil {
				for in := range sub.known() {
					if !yield(in) {
						return
					}
				}
			}
		}
	}
}

// prefetch reads files in parallel, and looks for the markers of tools.
func prefetch(ctx context.Context, files []*Input) error {
	each(len(files), func(i int) {
		if ctx.Err() == nil {
			files[i].signers()
		}
	})
	return ctx.Err()
}

// each calls f for 0 to n-1 on as many goroutines as there are processors.
func each(n int, f func(i int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	group.Wait()
}

// Path returns the file's path as it is shown to the user.
func (in *Input) Path() string { return in.dir.show(in.Name) }

func (in *Input) isSQL() bool { return strings.EqualFold(path.Ext(in.Name), ".sql") }

func (in *Input) read() {
	in.once.Do(func() {
		if in.raw == nil { // standard input comes with its bytes
			in.raw, in.err = fs.ReadFile(in.dir.fsys, path.Join(in.dir.root, in.Name))
		}
		if in.err != nil {
			in.err = fmt.Errorf("cannot read %s: %w", in.Path(), cause(in.err))
			in.opaque = "unreadable file"
		}
		in.decode()
	})
}

// Raw returns the bytes as they are on disk.
func (in *Input) Raw() []byte {
	in.read()
	return in.raw
}

// Source returns the file for spans. Bytes that are not UTF-8 are question
// marks in it, so that all other offsets and all other text stay as they are.
func (in *Input) Source() *source.File {
	in.read()
	return in.file
}

// Body returns the span of the text without byte order mark.
func (in *Input) Body() source.Span {
	s := in.Source().Whole()
	if strings.HasPrefix(in.file.Text, byteOrderMark) {
		s.Start = len(byteOrderMark)
	}
	return s
}

// Text returns the text without byte order mark.
func (in *Input) Text() string { return in.Body().Text() }

// signers returns the tools whose markers the file has. All layouts ask for them.
func (in *Input) signers() []signed {
	in.signs.Do(func() {
		for _, l := range markers() {
			if l.marked(in.Text()) {
				in.signed = append(in.signed, l)
			}
		}
	})
	return in.signed
}

// signedBy reports whether the file has the markers of a tool.
func (in *Input) signedBy(l Layout) bool {
	return slices.ContainsFunc(in.signers(), func(s signed) bool { return s.Name() == l.Name() })
}

// Opaque says why the file cannot be read as SQL text; empty where it can.
func (in *Input) Opaque() string {
	in.read()
	return in.opaque
}

// Start returns the place for problems of the file as a whole.
func (in *Input) Start() source.Span {
	s := in.Body()
	s.End = s.Start
	return s
}
