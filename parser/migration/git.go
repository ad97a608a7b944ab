package migration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A Base is the state of a repository that a release is compared with: the
// commit at which the branch left ref.
type Base struct {
	// Ref is what the user named, or what stands for it; Commit what it came to.
	Ref, Commit string
	// Why says why this ref, where the user did not name it.
	Why string
	// Root is the top of the work tree.
	Root string

	// was maps today's paths of files that were there to true where they are
	// unchanged. Paths are relative to Root, with slashes.
	was map[string]bool
	// from maps today's paths to those they were renamed from, and gone are the
	// paths of files that are there no longer.
	from map[string]string
	gone map[string]bool
	// added are migrations that are new in files that were there.
	added map[*Migration]bool
	// real remembers directories with their links resolved.
	mu   sync.Mutex
	real map[string]string
}

// Has reports whether a file was there, under this name or the one that it has
// been renamed from. The path is as [Load] shows it, or absolute.
func (b *Base) Has(path string) bool {
	_, ok := b.was[b.relative(path)]
	return ok
}

// Edited reports whether a file was there and has been changed since.
func (b *Base) Edited(path string) bool {
	same, ok := b.was[b.relative(path)]
	return ok && !same
}

// relative returns the path from Root, with links in its directories resolved,
// because that is how git knows it.
func (b *Base) relative(path string) string {
	abs, err := filepath.Abs(filepath.FromSlash(path))
	if err != nil {
		return path
	}
	dir, name := filepath.Split(abs)
	b.mu.Lock()
	defer b.mu.Unlock()
	real, ok := b.real[dir]
	if !ok {
		if real, err = filepath.EvalSymlinks(dir); err != nil {
			real = filepath.Clean(dir)
		}
		b.real[dir] = real
	}
	rel, err := filepath.Rel(b.Root, filepath.Join(real, name))
	if err != nil {
		return path
	}
	return filepath.ToSlash(rel)
}

// Root returns the top of the work tree that dir is in, or "" where it is in
// none. It asks no git.
func Root(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(abs, ".git")); err == nil {
			return abs
		}
		parent := filepath.Dir(abs)
		if parent == abs {
			return ""
		}
		abs = parent
	}
}

// Top returns the directory above which nothing is read for the sake of dir: the
// top of its work tree, or else the working directory that it is in, or else
// itself. What lies further up is another's.
func Top(dir string) string {
	if root := Root(dir); root != "" {
		return root
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	here, err := os.Getwd()
	if err != nil {
		return abs
	}
	if rel, err := filepath.Rel(here, abs); err != nil || !filepath.IsLocal(rel) {
		return abs
	}
	return here
}

// Since returns the base for the window of migrations that are not in ref yet.
// It is the merge base of HEAD and ref, which is ref itself where HEAD comes
// after it; a tag is always itself, for it names what was released. A ref that
// is not here may be origin's branch of that name, and [LatestTag] is the
// newest release. Files in the work tree count whether or not they are
// committed. Dir is any directory or file in the work tree.
func Since(ctx context.Context, dir, ref string) (*Base, error) {
	return SinceAny(ctx, dir, []Candidate{{Ref: ref}}, nil)
}

// base lists the files of a commit under the names that they have today.
func (g git) base(at resolution) (*Base, error) {
	b := &Base{Ref: at.ref, Commit: at.base, Why: at.why, Root: at.root, was: map[string]bool{}, from: map[string]string{}, gone: map[string]bool{}, real: map[string]string{}}
	var tree, diff string
	var treeErr, diffErr error
	var group sync.WaitGroup
	group.Go(func() {
		tree, treeErr = g.in(at.root).run("ls-tree", "-r", "-z", "--name-only", "--full-tree", b.Commit)
	})
	group.Go(func() { diff, diffErr = g.diff(at) })
	group.Wait()
	if err := errors.Join(treeErr, diffErr); err != nil {
		return nil, fmt.Errorf("cannot compare with %s: %w", at.ref, err)
	}
	for path := range strings.SplitSeq(tree, "\x00") {
		if path != "" {
			b.was[path] = true
		}
	}
	b.apply(diff)
	return b, nil
}

// apply turns the paths of the base into those of the work tree.
func (b *Base) apply(diff string) {
	fields := strings.Split(strings.TrimSuffix(diff, "\x00"), "\x00")
	renamed := map[string]bool{}
	for i := 0; i+1 < len(fields); i += 2 {
		status, path := fields[i], fields[i+1]
		switch {
		case strings.HasPrefix(status, "R"):
			if i+2 >= len(fields) {
				return
			}
			delete(b.was, path)
			b.from[fields[i+2]] = path
			renamed[fields[i+2]] = status == "R100"
			i++
		case status == "D":
			delete(b.was, path)
			b.gone[path] = true
		case status == "M", status == "T":
			b.was[path] = false
		}
	}
	// Last, because a file may be renamed to what another was called.
	for path, same := range renamed {
		b.was[path] = same
	}
}

// git runs commands in a directory.
type git struct {
	ctx context.Context
	dir string
	// flag is what the user asked for, for messages.
	flag string
	// index is another index file than the repository's, or "".
	index string
	// staged: the index is compared, not the work tree.
	staged bool
	// kinds are the extensions of the files that are compared; none is all.
	kinds []string
	// stdin is what commands read.
	stdin string
}

// in is g in another directory.
func (g git) in(dir string) git {
	g.dir = dir
	return g
}

// existing returns the directory itself, or the nearest above it that exists: one
// that was staged or released may be gone from the work tree.
func existing(dir string) string {
	for {
		info, err := os.Stat(dir)
		if err == nil && info.IsDir() {
			return dir
		}
		up := above(dir)
		if up == dir {
			return dir
		}
		dir = up
	}
}

// A gitError is a command that failed, with what it printed.
type gitError struct {
	stderr string
	err    error
}

func (e *gitError) Error() string {
	first, _, _ := strings.Cut(e.stderr, "\n")
	if first == "" {
		return "git: " + e.err.Error()
	}
	return "git: " + strings.TrimPrefix(first, "fatal: ")
}

func (e *gitError) Unwrap() error { return e.err }

func (g git) run(args ...string) (string, error) {
	cmd := exec.CommandContext(g.ctx, "git", append([]string{"--no-pager", "--no-optional-locks"}, args...)...)
	cmd.Dir = g.dir
	cmd.Env = g.environment()
	if g.stdin != "" {
		cmd.Stdin = strings.NewReader(g.stdin)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err == nil {
		return stdout.String(), nil
	}
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("git is not installed or not in PATH: %s needs it", g.flag)
	}
	if g.ctx.Err() != nil {
		return "", g.ctx.Err()
	}
	return stdout.String(), &gitError{stderr: strings.TrimSpace(stderr.String()), err: err}
}

// environment is ours, without what a hook's git says about its repository:
// the directory is what counts.
func (g git) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		switch name, _, _ := strings.Cut(kv, "="); name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE",
			"GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_LITERAL_PATHSPECS", "GIT_TRACE", "LC_ALL", "LANGUAGE":
			return true
		}
		return false
	})
	env = append(env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	if g.index != "" {
		env = append(env, "GIT_INDEX_FILE="+g.index)
	}
	return env
}

// A resolution is what a ref comes to.
type resolution struct{ root, index, head, base, ref, why string }

// resolve asks one command for everything: where we are, which commits ref and
// HEAD are, where they parted, and whether ref is a tag.
func (g git) resolve(c Candidate) (resolution, error) {
	ref := c.Ref
	out, err := g.run("rev-parse", "--show-toplevel", "--is-shallow-repository", "--git-path", "index",
		ref+"^{commit}...HEAD", "--symbolic-full-name", ref)
	rows := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(rows) < 3 {
		return resolution{}, g.outside(err)
	}
	shallow := rows[1] == "true"
	if err != nil {
		return resolution{}, g.unknown(c, shallow, err)
	}
	at := resolution{root: filepath.FromSlash(rows[0]), index: rows[2], ref: ref, why: c.Why}
	if !filepath.IsAbs(at.index) {
		at.index = filepath.Join(g.dir, at.index)
	}
	var commits, bases []string
	tag := false
	for _, row := range rows[3:] {
		switch base, isBase := strings.CutPrefix(row, "^"); {
		case isBase:
			bases = append(bases, base)
		case strings.HasPrefix(row, "refs/"):
			tag = strings.HasPrefix(row, "refs/tags/")
		case row != "" && len(commits) < 2:
			commits = append(commits, row)
		}
	}
	if len(commits) == 2 {
		at.head = commits[0]
	}
	switch {
	case (tag || c.Exact) && len(commits) == 2: // HEAD, ref
		at.base = commits[1]
	case len(bases) > 0:
		at.base = bases[0]
	case shallow:
		return resolution{}, &missingError{fmt.Sprintf("HEAD and %s have no common commit in this shallow clone: %s", ref, fetch(c, true))}
	default:
		return resolution{}, &missingError{fmt.Sprintf("HEAD and %s have no common commit: name a ref that HEAD descends from", ref)}
	}
	return at, nil
}

// outside says why there is no repository to ask.
func (g git) outside(err error) error {
	var failed *gitError
	switch {
	case err == nil:
		return fmt.Errorf("%s is not in a git work tree: %s needs one", g.dir, g.flag)
	case !errors.As(err, &failed):
		return err
	case strings.Contains(failed.stderr, "not a git repository") && g.staged:
		return fmt.Errorf("%s is not in a git repository: --staged needs one", g.dir)
	case strings.Contains(failed.stderr, "not a git repository"):
		if g.flag != "--since" {
			return fmt.Errorf("%s is not in a git repository: %s needs one", g.dir, g.flag)
		}
		return fmt.Errorf("%s is not in a git repository: --since needs one; --from ID works without", g.dir)
	case strings.Contains(failed.stderr, "must be run in a work tree"):
		return fmt.Errorf("%s is in a bare git repository: %s needs a work tree", g.dir, g.flag)
	case strings.Contains(failed.stderr, "dubious ownership"):
		return fmt.Errorf("git refuses %s because another user owns it: run git config --global --add safe.directory %s", g.dir, g.dir)
	}
	return err
}

// unknown says what to do about a ref that cannot be resolved.
func (g git) unknown(c Candidate, shallow bool, err error) error {
	if _, headErr := g.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}"); headErr != nil {
		return fmt.Errorf("the git repository has no commit yet: %s needs one", g.flag)
	}
	ref := c.Ref
	if shallow {
		return &missingError{fmt.Sprintf("git ref %s is not in this shallow clone: %s", ref, fetch(c, true))}
	}
	if _, knownErr := g.run("rev-parse", "--verify", "--quiet", ref+"^{commit}"); knownErr == nil {
		return fmt.Errorf("cannot compare with %s: %w", ref, err)
	}
	if near := g.near(ref); len(near) > 0 {
		return &missingError{fmt.Sprintf("git ref %s does not exist: did you mean %s?", ref, strings.Join(near, " or "))}
	}
	return &missingError{fmt.Sprintf("git ref %s does not exist: %s", ref, fetch(c, false))}
}

// near returns up to three refs with similar names.
func (g git) near(ref string) []string {
	out, err := g.run("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
	if err != nil {
		return nil
	}
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	for name := range strings.SplitSeq(strings.TrimSpace(out), "\n") {
		switch n := distance(ref, name); {
		case name == "":
		case strings.HasSuffix(name, "/"+ref), strings.HasSuffix(ref, "/"+name):
			found = append(found, candidate{name, 0})
		case n <= 1+len(ref)/4:
			found = append(found, candidate{name, n})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.distance - b.distance })
	var names []string
	for _, c := range found[:min(3, len(found))] {
		names = append(names, c.name)
	}
	return names
}

// distance is the number of letters to insert, delete or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// similar is how much of a file must be the same for it to be called renamed.
// It is more than git's half, because migrations resemble each other and a new
// one that is taken for an old one is not checked.
const similar = "--find-renames=80%"

// Kinds returns the extensions of files that can be migrations: those of the
// set's own, and those that tools have for theirs. It returns none where a name
// has no extension, or one that is a pattern to git: that can be anything's.
func (s *Set) Kinds() []string {
	kinds := []string{".sql", ".go", ".js", ".ts", ".java", ".py", ".rb", ".xml", ".yaml", ".yml", ".json"}
	for script := range scriptsOf([]*Set{s}) {
		switch kind := strings.ToLower(path.Ext(script.Span.File.Path)); {
		case kind == "" || strings.ContainsAny(kind, `*?[]\`):
			return nil
		case !slices.Contains(kinds, kind):
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// diff compares the base with the work tree. Files that git does not track yet
// are entered in a copy of the index, so that a rename that is not staged is
// still seen as one; the repository's own index stays as it is.
func (g git) diff(at resolution) (string, error) {
	compare := []string{"diff", "--name-status", "-z", similar, "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", at.base}
	// What is renamed is found in the text of all files that come or go: those
	// that are no migrations are left out, for they may be many and large, and a
	// partial clone does not have them.
	files := []string{"--"}
	for _, kind := range g.kinds {
		files = append(files, ":(glob,icase)**/*"+kind)
	}
	if g.staged {
		return g.in(at.root).run(slices.Concat(compare, []string{"--cached"}, files)...)
	}
	scratch, err := os.MkdirTemp("", "migracheck-index-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	g.dir, g.index = at.root, filepath.Join(scratch, "index")
	if err := copyFile(g.index, at.index); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if _, err := g.run("add", "--intent-to-add", "--ignore-errors", "--", "."); err != nil {
		// A file that cannot be added is not a reason to know nothing of the
		// others, and the next command says if all is lost.
		var failed *gitError
		if !errors.As(err, &failed) {
			return "", err
		}
	}
	return g.run(append(compare, files...)...)
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
