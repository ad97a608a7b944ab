package migration

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/migracheck/migracheck/parser/source"
)

// Options say how to load.
type Options struct {
	// Framework is the layout to use; "" and "auto" look for one.
	Framework string
	// Stdin is what the path "-" reads.
	Stdin io.Reader
	// Projects are the directories of which more is known than their files
	// show. For them, their own framework counts where Framework is not given.
	Projects []Project
	// Staged reads what is staged, and not the work tree; nil reads the work
	// tree. Selected are the files among those that were asked for whose
	// staged content is new; there is no set where there are none.
	Staged *Staging
	// Contents are what to read, by path as it is shown, in place of what is on
	// disk: [Load] tells what a change would come to.
	Contents map[string][]byte
	// Size, if not nil, is told by [Begin] how many bytes of migrations there
	// are, before they are parsed.
	Size func(bytes int)
}

// A Project is a directory of migrations of which a team has said more than
// its files show.
type Project struct {
	// Dir is the directory, absolute or from the working directory. Files in
	// it, however deep, are read in its context.
	Dir string
	// Framework is the layout to use; "" and "auto" look for one.
	Framework string
	// Custom describes the layout "custom", which it is where Framework names
	// no other.
	Custom *Custom
	// Placeholders are the values of placeholders that a tool fills in, see
	// parser.Placeholders.
	Placeholders map[string]string
	// OneTransaction: the tool runs all pending migrations in one transaction.
	OneTransaction bool
}

// Load reads migrations: each path is a directory, a file or "-" for standard
// input. A file is read in the context of its project or directory, of which
// only the files that were named are selected; so is a directory in a project.
// A directory above projects stands for them. There is one set per directory,
// in order of first mention. Paths in the result are relative to the working
// directory.
//
// Errors are what keeps us from the work; each names its path. What is wrong
// with files that can be read is among the problems of a set.
func Load(ctx context.Context, paths []string, opts Options) ([]*Set, error) {
	sets, err := loadUnparsed(ctx, paths, opts)
	if err != nil {
		return nil, err
	}
	return sets, parse(ctx, sets)
}

// Begin is Load, and returns while statements are still being parsed. Those of
// [Piece.All] can be used at once. All else that follows from statements is there
// when wait has returned, which nobody may call while statements are used.
func Begin(ctx context.Context, paths []string, opts Options) (sets []*Set, wait func() error, err error) {
	sets, err = loadUnparsed(ctx, paths, opts)
	if err != nil {
		return nil, nil, err
	}
	if opts.Size != nil {
		opts.Size(size(sets))
	}
	wait = sync.OnceValue(begin(ctx, sets))
	if slices.ContainsFunc(sets, (*Set).unsettled) {
		return sets, wait, wait()
	}
	return sets, wait, nil
}

// loadUnparsed is Load without a look at the statements.
func loadUnparsed(ctx context.Context, paths []string, opts Options) ([]*Set, error) {
	if _, err := opts.known(); err != nil {
		return nil, err
	}
	if opts.Staged != nil {
		return loadStaged(ctx, paths, opts)
	}
	wanted, err := targets(paths, opts)
	if err != nil {
		return nil, err
	}
	var sets []*Set
	for _, t := range wanted {
		forced, reason, err := opts.choice(t.project)
		if err != nil {
			return nil, err
		}
		var set *Set
		if t.stdin {
			set, err = readStdin(opts.Stdin, forced)
		} else {
			set, err = t.read(ctx, forced, reason, opts.Contents)
		}
		if err != nil {
			return nil, err
		}
		t.project.apply(set)
		sets = append(sets, set)
	}
	return sets, nothingSelected(sets)
}

// size returns how long the files of migrations are, in bytes.
func size(sets []*Set) int {
	n := 0
	counted := map[*source.File]bool{}
	for s := range scriptsOf(sets) {
		if f := s.Span.File; !counted[f] {
			counted[f] = true
			n += len(f.Text)
		}
	}
	return n
}

// LoadFS reads the migrations in a directory of fsys; a project whose Dir is
// root counts for it.
func LoadFS(ctx context.Context, fsys fs.FS, root string, opts Options) (*Set, error) {
	var project *Project
	for i := range opts.Projects {
		if path.Clean(opts.Projects[i].Dir) == path.Clean(root) {
			project = &opts.Projects[i]
		}
	}
	forced, reason, err := opts.choice(project)
	if err != nil {
		return nil, err
	}
	dir, err := OpenDir(fsys, root, root)
	if err != nil {
		return nil, err
	}
	set, err := read(ctx, dir, forced, reason)
	if err != nil {
		return nil, err
	}
	project.apply(set)
	return set, parse(ctx, []*Set{set})
}

// A target is a directory to read, and what in it was named.
type target struct {
	stdin bool
	dir   string
	info  fs.FileInfo
	whole bool
	// named are the files and directories that were, from dir.
	named   []string
	project *Project
	// index is where the directory is read from, if not from the work tree; at
	// is its path there.
	index *index
	at    string
}

// targets groups paths by directory.
func targets(paths []string, opts Options) ([]*target, error) {
	if len(paths) == 0 {
		return nil, errors.New("no path was given")
	}
	var ts []*target
	for _, p := range paths {
		if p == "-" {
			if !slices.ContainsFunc(ts, func(t *target) bool { return t.stdin }) {
				ts = append(ts, &target{stdin: true})
			}
			continue
		}
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s does not exist", p)
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", p, cause(err))
		}
		if !info.IsDir() && !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is neither a file nor a directory", p)
		}
		more, err := opts.leadTo(p, info)
		if err != nil {
			return nil, err
		}
		for _, t := range more {
			ts = join(ts, t)
		}
	}
	return ts, nil
}

// leadTo returns what to read for a path.
func (o Options) leadTo(p string, info fs.FileInfo) ([]*target, error) {
	dir := filepath.Clean(p)
	if project, rest := o.around(p, info.IsDir()); project != nil {
		if rest == "." {
			return []*target{{dir: dir, info: info, whole: true, project: project}}, nil
		}
		t := &target{dir: project.Dir, named: []string{rest}, project: project}
		return []*target{t}, t.stat()
	}
	t := &target{}
	if info.IsDir() {
		if t.dir = gathering(filepath.Join(dir, "x.sql")); t.dir == "" {
			return o.projects(dir, info)
		}
	} else {
		t.dir = home(dir)
	}
	rest, ok := placeOf(dir, info.IsDir()).from(placeOf(t.dir, true))
	if !ok {
		rest = filepath.Base(dir)
	}
	t.named = []string{rest}
	return []*target{t}, t.stat()
}

// projects returns what to read for a directory that is in no project: the
// projects in it, else itself.
func (o Options) projects(dir string, info fs.FileInfo) ([]*target, error) {
	var ts []*target
	for _, project := range o.below(dir) {
		if err := project.exists(); err != nil {
			return nil, err
		}
		t := &target{dir: project.Dir, whole: true, project: project}
		if err := t.stat(); err != nil {
			return nil, err
		}
		ts = append(ts, t)
	}
	if len(ts) == 0 {
		ts = []*target{{dir: dir, info: info, whole: true}}
	}
	return ts, nil
}

func (t *target) stat() error {
	info, err := os.Stat(t.dir)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", t.dir, cause(err))
	}
	t.info = info
	return nil
}

// join adds a target, or what it names to the one of the same directory.
func join(ts []*target, t *target) []*target {
	at := slices.IndexFunc(ts, func(o *target) bool { return o.info != nil && os.SameFile(o.info, t.info) })
	if at < 0 {
		return append(ts, t)
	}
	ts[at].whole = ts[at].whole || t.whole
	ts[at].named = append(ts[at].named, t.named...)
	return ts
}

// home returns the directory in whose context a file is read: its own, the one
// above for a tool with a directory per migration or several in numbered ones,
// and the topmost for files that Flyway collects from several levels.
func home(file string) string {
	dir := filepath.Dir(file)
	if up := above(dir); together(up, dir) {
		return up
	}
	if up := gathering(file); up != "" {
		return up
	}
	switch strings.ToLower(filepath.Base(file)) {
	case "up.sql", "down.sql", "migration.sql", "up.yaml", "down.yaml":
		up := above(dir)
		entries, err := os.ReadDir(up)
		if err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return sqlExtension(e.Name()) }) {
			return dir
		}
		return up
	}
	isFlyway := func(name string) bool {
		_, ok := flyway{}.file(&Input{Name: name})
		return ok && strings.Contains(name, "__")
	}
	if !isFlyway(filepath.Base(file)) {
		return dir
	}
	for range depth {
		up := above(dir)
		entries, err := os.ReadDir(up)
		if up == dir || err != nil || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return isFlyway(e.Name()) }) {
			break
		}
		dir = up
	}
	return dir
}

// above returns the parent, also where the path is relative and short.
func above(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil && (dir == "." || strings.HasSuffix(dir, "..")) {
		return filepath.Dir(abs)
	}
	return filepath.Dir(dir)
}

// shown returns the path as users see it: relative to the working directory,
// with slashes.
func shown(p string) string {
	abs, err := filepath.Abs(p)
	if err != nil {
		return filepath.ToSlash(p)
	}
	wd, err := os.Getwd()
	if err != nil {
		return filepath.ToSlash(p)
	}
	rel, err := filepath.Rel(wd, abs)
	if err != nil {
		return filepath.ToSlash(abs)
	}
	return filepath.ToSlash(rel)
}

// rooted returns a directory as one below another, from which those above it can
// be seen, too, as far as its project goes.
func rooted(dir string) (top, root string) {
	top = Top(dir)
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir, "."
	}
	root, err = filepath.Rel(top, abs)
	if root = filepath.ToSlash(root); err != nil || !fs.ValidPath(root) {
		return dir, "."
	}
	return top, root
}

func (t *target) read(ctx context.Context, forced Layout, reason string, contents map[string][]byte) (*Set, error) {
	top, root := rooted(t.dir)
	dir, err := OpenDir(over(top, contents), root, shown(t.dir))
	if err != nil {
		return nil, err
	}
	set, err := read(ctx, dir, forced, reason)
	if err != nil || t.whole {
		return set, err
	}
	set.selected = map[string]bool{}
	for _, name := range t.named {
		set.choose(shown(filepath.Join(t.dir, name)))
	}
	return set, nil
}

// choose selects a file, or the files in a directory.
func (s *Set) choose(name string) {
	found := false
	for script := range scriptsOf([]*Set{s}) {
		if p := script.Span.File.Path; strings.HasPrefix(p, name+"/") {
			s.selected[p], found = true, true
		}
	}
	if !found {
		s.selected[name] = true
	}
}

// nothingSelected is the error for files that no tool reads.
func nothingSelected(sets []*Set) error {
	var left []string
	var tool string
	for _, set := range sets {
		for _, m := range set.Migrations {
			if set.Selected(m.Up.Span.File) || m.Down != nil && set.Selected(m.Down.Span.File) {
				return nil
			}
		}
		for name := range set.selected {
			left = append(left, name)
		}
		tool = set.Layout
	}
	slices.Sort(left)
	return fmt.Errorf("no migration among %s: %s does not read %s", strings.Join(left, ", "), tool, thatFile(len(left)))
}

func thatFile(n int) string {
	if n == 1 {
		return "a file of that name"
	}
	return "files of those names"
}

// read recognises and loads the migrations of a directory, or of the one
// directory below it that has any.
func read(ctx context.Context, dir *Dir, forced Layout, reason string) (*Set, error) {
	set, err := readHere(ctx, dir, forced, reason)
	if set != nil || err != nil {
		return set, err
	}
	below, err := candidates(ctx, dir, forced)
	if err != nil {
		return nil, err
	}
	if dir.err != nil {
		return nil, dir.err
	}
	switch len(below) {
	case 0:
		return nil, fmt.Errorf("no migrations in %s: %s", dir.Path, lookedFor(dir, forced))
	case 1:
		return readHere(ctx, below[0], forced, reason)
	}
	return nil, fmt.Errorf("no migrations directly in %s, but in several directories below it; name one: %s", dir.Path, pathsOf(below))
}

// namedDirs bounds how many directories a message names.
const namedDirs = 8

// pathsOf lists directories for a message. Where they are many, they hold one
// history together, more likely than so many of their own.
func pathsOf(dirs []*Dir) string {
	var names []string
	for _, d := range dirs[:min(len(dirs), namedDirs)] {
		names = append(names, d.Path)
	}
	text := strings.Join(names, ", ")
	if more := len(dirs) - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more; or, if they are one history, describe it as custom in .migracheck.yaml", more)
	}
	return text
}

// candidates returns the directories below with migrations of a tool, or
// failing that with any SQL files. What is below a candidate belongs to it.
func candidates(ctx context.Context, dir *Dir, forced Layout) ([]*Dir, error) {
	var of, other []*Dir
	var failed error
	dir.walk(func(_ string, sub *Dir) {
		if failed != nil || within(sub, of) || within(sub, other) {
			return
		}
		if failed = prefetch(ctx, wantedFiles(sub)); failed != nil {
			return
		}
		layout := forced
		if forced == nil {
			layout, _, _ = detect(sub)
		} else if len(forced.Load(sub).Migrations) == 0 {
			layout = nil
		}
		switch layout.(type) {
		case nil:
		case plain:
			other = append(other, sub)
		default:
			of = append(of, sub)
		}
	})
	if len(of) > 0 {
		return of, failed
	}
	return other, failed
}

func within(sub *Dir, dirs []*Dir) bool {
	return slices.ContainsFunc(dirs, func(d *Dir) bool { return strings.HasPrefix(sub.Path, d.Path+"/") })
}

// wantedFiles are the files that layouts look into, to be read at once.
func wantedFiles(dir *Dir) []*Input {
	return slices.DeleteFunc(dir.Files(), func(in *Input) bool { return !in.isSQL() && in.Name != atlasSum })
}

// readHere loads the migrations of the directory itself; nil where nothing
// says that there are any.
func readHere(ctx context.Context, dir *Dir, forced Layout, reason string) (*Set, error) {
	if err := prefetch(ctx, wantedFiles(dir)); err != nil {
		return nil, err
	}
	layout, evidence := forced, Evidence{Reason: reason}
	var considered []string
	if forced == nil {
		layout, evidence, considered = detect(dir)
		if layout == nil {
			return nil, nil
		}
	}
	set := layout.Load(dir)
	for in := range dir.known() {
		if in.err != nil {
			return nil, in.err
		}
	}
	if dir.err != nil {
		return nil, dir.err
	}
	if len(set.Migrations) == 0 {
		if forced != nil {
			return nil, nil
		}
		return nil, fmt.Errorf("no migrations in %s: it looks like %s (%s), but %s reads none of its files: %s",
			dir.Path, layout.Name(), evidence.Reason, layout.Name(), some(set.Ignored))
	}
	set.Path, set.Reason = dir.Path, evidence.Reason
	set.Considered = append(append(considered, set.Considered...), nolint(dir, set)...)
	set.Problems = append(set.Problems, flaws(dir, set)...)
	set.Problems = append(set.Problems, checkSum(dir, set.Layout)...)
	set.Ignored = slices.DeleteFunc(set.Ignored, func(p string) bool { return path.Base(p) == atlasSum })
	slices.Sort(set.Ignored)
	slices.SortStableFunc(set.Problems, func(a, b Problem) int { return a.At.Compare(b.At) })
	return set, nil
}

// flaws returns the problems with the text of the files that are used.
func flaws(dir *Dir, set *Set) []Problem {
	used := map[*source.File]bool{}
	for s := range scriptsOf([]*Set{set}) {
		used[s.Span.File] = true
	}
	var problems []Problem
	for in := range dir.known() {
		if in.flaw != nil && used[in.file] {
			problems = append(problems, *in.flaw)
		}
	}
	return problems
}

// lookedFor says what would have been taken for a migration.
func lookedFor(dir *Dir, forced Layout) string {
	looked := "there is no .sql file in it or below it"
	if forced != nil {
		looked = "nothing in it or below it is named as " + forced.Name() + " wants it"
	}
	var names []string
	for _, in := range dir.Files() {
		names = append(names, in.Name)
	}
	if len(names) == 0 {
		return looked
	}
	return looked + ", only " + some(names)
}

// some lists the first few names.
func some(names []string) string {
	const few = 5
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}

// stdinName is the path of standard input in reports.
const stdinName = "<stdin>"

// readStdin reads standard input as one migration. Without a name there is no
// layout, but a tool's markers still tell up from down.
func readStdin(r io.Reader, forced Layout) (*Set, error) {
	if r == nil {
		return nil, errors.New("cannot read standard input: there is none")
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("cannot read standard input: %w", err)
	}
	dir := &Dir{Path: "."}
	in := &Input{Name: stdinName, dir: dir, raw: append([]byte{}, raw...)}
	dir.files = []*Input{in}
	layout := cmp.Or(forced, Layout(plain{}))
	reason := "standard input"
	if tools := in.signers(); forced == nil && in.Opaque() == "" && len(tools) > 0 {
		layout, reason = tools[0], "its markers on standard input"
	}
	set := &Set{Path: stdinName, Layout: layout.Name(), Reason: reason}
	m := &Migration{ID: stdinName}
	set.Migrations = []*Migration{m}
	switch l := layout.(type) {
	case single:
		set.Migrations, set.Problems = l.single(in)
	case fileReader:
		if with, ok := layout.(marker); ok && in.Opaque() == "" && in.signedBy(with) {
			set.Problems = sections(with, in, 0, m)
		} else {
			m.Up, m.Opaque, set.Problems = l.readFile(in)
		}
	case marker:
		set.Problems = sections(l, in, 0, m)
	default:
		t := Implicit
		switch layout.(type) {
		case flyway, atlas:
			t = Wrapped
		case plain:
			t = Unstated
		}
		m.Up, m.Opaque, set.Problems = whole(in, layout, t)
	}
	set.Problems = append(set.Problems, flaws(dir, set)...)
	return set, nil
}
