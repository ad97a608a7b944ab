package migration

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// LatestTag is the ref that stands for the newest release before HEAD.
const LatestTag = "latest-tag"

// A Candidate is a ref that may say what was released before.
type Candidate struct {
	// Ref is a git ref, or [LatestTag].
	Ref string
	// Why says in a few words where the ref is from.
	Why string
	// Exact: the commit itself is what was there, not where HEAD left it.
	Exact bool
	// Behind: it counts only where HEAD has come further, for a branch that
	// is compared with itself says nothing.
	Behind bool
	// Guess: the name is a habit, and nobody said that it exists.
	Guess bool
}

// A missingError says that a repository lacks a ref, or that nothing connects
// it with HEAD; another candidate may do.
type missingError struct{ message string }

func (e *missingError) Error() string { return e.message }

// SinceAny returns the base for the first of some candidates that the
// repository has. With staged, the index counts and not the work tree. Of other
// files than those of the kinds given, which are extensions such as .sql, the
// base knows only that they were there; without kinds it knows all of them.
func SinceAny(ctx context.Context, dir string, candidates []Candidate, staged *Staging, kinds ...string) (*Base, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	g := git{ctx: ctx, dir: existing(dir), flag: "--since", kinds: kinds}
	if staged != nil {
		g.staged, g.index = true, staged.file(g.dir)
	}
	var failed error
	for _, c := range candidates {
		at, err := g.find(c, dir)
		var missing *missingError
		switch {
		case err == nil && c.Behind && at.base == at.head:
			err = fmt.Errorf("HEAD is on %s already, which says nothing of what was released before: name that with --since REF", at.ref)
		case err == nil:
			return g.base(at)
		case !errors.As(err, &missing):
			return nil, err
		}
		if failed == nil && !c.Guess || c.Behind && missing == nil {
			failed = err
		}
	}
	if failed == nil {
		var names []string
		for _, c := range candidates {
			names = append(names, c.Ref)
		}
		return nil, fmt.Errorf("there is no %s to compare with: run git fetch origin, or name a ref with --since REF", strings.Join(names, " or "))
	}
	return nil, failed
}

// find resolves a candidate, or origin's branch of that name.
func (g git) find(c Candidate, dir string) (resolution, error) {
	if c.Ref == LatestTag {
		return g.latestTag(c, dir)
	}
	if c.Ref == "" || strings.HasPrefix(c.Ref, "-") || strings.ContainsAny(c.Ref, "\x00\n") || strings.Contains(c.Ref, "..") {
		return resolution{}, fmt.Errorf("%q is no git ref", c.Ref)
	}
	at, err := g.resolve(c)
	var missing *missingError
	if !errors.As(err, &missing) || c.Guess || remoteBranch(c.Ref) != c.Ref {
		return at, err
	}
	remote := c
	remote.Ref = "refs/remotes/origin/" + c.Ref
	found, remoteErr := g.resolve(remote)
	if remoteErr != nil {
		return at, err
	}
	found.ref = "origin/" + c.Ref
	if found.why == "" {
		found.why = "there is no " + c.Ref + " here"
	}
	return found, nil
}

// remoteBranch is what origin calls a branch.
func remoteBranch(ref string) string {
	for _, prefix := range []string{"refs/remotes/", "origin/", "refs/heads/"} {
		ref = strings.TrimPrefix(ref, prefix)
	}
	return ref
}

// fetch says how a repository gets what a candidate needs.
func fetch(c Candidate, shallow bool) string {
	branch := remoteBranch(c.Ref)
	tag, isTag := strings.CutPrefix(c.Ref, "refs/tags/")
	if _, _, ok := parseVersion(c.Ref); ok && strings.ContainsRune("vV0123456789", rune(c.Ref[0])) {
		isTag = true // branches are called release-1.2
	}
	var command string
	switch {
	case isTag && shallow:
		return fmt.Sprintf("run git fetch --depth=1 origin refs/tags/%s:refs/tags/%[1]s", tag)
	case isTag:
		return fmt.Sprintf("fetch it with git fetch origin refs/tags/%s:refs/tags/%[1]s", tag)
	case c.Exact && isHash(c.Ref) && shallow:
		return "run git fetch --depth=1 origin " + c.Ref
	case isHash(c.Ref) && shallow:
		command = "git fetch --unshallow origin " + c.Ref
	case isHash(c.Ref):
		return "fetch it with git fetch origin " + c.Ref
	case strings.ContainsAny(branch, "~^@{}: ") || branch == "HEAD":
		command = "git fetch --unshallow origin"
		if !shallow {
			return "git log lists the commits that there are"
		}
	case shallow:
		command = fmt.Sprintf("git fetch --unshallow origin +refs/heads/%s:refs/remotes/origin/%[1]s", branch)
	default:
		return fmt.Sprintf("fetch it with git fetch origin +refs/heads/%s:refs/remotes/origin/%[1]s", branch)
	}
	return "run " + command + ", or check out the whole history (fetch-depth: 0 in GitHub Actions, GIT_DEPTH: 0 in GitLab CI)"
}

func isHash(ref string) bool {
	return len(ref) >= 40 && strings.Trim(ref, "0123456789abcdef") == ""
}

// A tag is a tag that names a version.
type tag struct {
	name, component string
	version         version
}

// latestTag resolves the tag of the newest release that HEAD contains. Tags on
// HEAD itself do not count: where a release is built, HEAD has its tag, and
// what was released before it is the question. Pre-releases count where nothing
// else was ever released.
func (g git) latestTag(c Candidate, dir string) (resolution, error) {
	where, err := g.run("rev-parse", "--show-toplevel", "--is-shallow-repository", "--verify", "HEAD^{commit}")
	rows := strings.Split(strings.TrimSuffix(where, "\n"), "\n")
	if len(rows) < 2 {
		return resolution{}, g.outside(err)
	}
	if err != nil {
		return resolution{}, fmt.Errorf("the git repository has no commit yet: %s needs one", g.flag)
	}
	shallow := rows[1] == "true"
	out, err := g.run("for-each-ref", "--merged=HEAD", "--format=%(refname:lstrip=2)%09%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)", "refs/tags")
	if err != nil {
		return resolution{}, fmt.Errorf("cannot list the tags: %w", err)
	}
	var tags []tag
	for line := range strings.Lines(out) {
		name, commit, _ := strings.Cut(strings.TrimSpace(line), "\t")
		v, component, ok := parseVersion(name)
		if ok && commit != rows[len(rows)-1] {
			tags = append(tags, tag{name, component, v})
		}
	}
	root := filepath.FromSlash(rows[0])
	tags, foreign := ofDirectory(tags, root, dir)
	releases := slices.DeleteFunc(slices.Clone(tags), func(t tag) bool { return t.version.pre != "" })
	if len(releases) == 0 && !shallow {
		releases = tags
	}
	if len(releases) == 0 {
		return resolution{}, &missingError{g.noTag(foreign, shallow)}
	}
	newest := slices.MaxFunc(releases, func(a, b tag) int { return a.version.compare(b.version) })
	c.Ref = "refs/tags/" + newest.name
	at, err := g.resolve(c)
	if err != nil {
		return resolution{}, err
	}
	at.ref = newest.name
	kind := "release"
	if newest.version.pre != "" {
		kind = "pre-release, and there is no release,"
	}
	reason := fmt.Sprintf("the newest %s before HEAD among %s", kind, count(len(tags), "version tag"))
	if at.why != "" {
		reason = at.why + ": " + reason
	}
	at.why = reason
	return at, nil
}

// noTag says what to do where no tag names an earlier version.
func (g git) noTag(foreign []string, shallow bool) string {
	switch {
	case shallow:
		return "no tag of a release before HEAD is in this shallow clone: run git fetch --unshallow --tags origin, or check out the whole history (fetch-depth: 0 in GitHub Actions, GIT_DEPTH: 0 in GitLab CI)"
	case len(foreign) > 0:
		return "the version tags before HEAD are of other parts of the repository (" + some(foreign) + "): name a ref with " + g.flag + " REF"
	}
	return "no commit before HEAD has a version tag such as v1.2.3: run git fetch --tags origin, or name a ref with " + g.flag + " REF"
}

// ofDirectory returns the tags that are about a directory: in a repository of
// several parts, each has its own ("api/v1.2.0", "api-v1.2.0"). Where none is
// named after the directory or one above it, tags without a part's name count,
// and then those of the only part that has any, unless it is another directory.
// Failing that, it returns examples of the parts that there are.
func ofDirectory(tags []tag, root, dir string) (of []tag, foreign []string) {
	by := map[string][]tag{}
	for _, t := range tags {
		by[t.component] = append(by[t.component], t)
	}
	for at := relativeTo(root, dir); at != "." && at != "/"; at = path.Dir(at) {
		for _, name := range []string{at, path.Base(at)} {
			if found := by[name]; found != nil {
				return found, nil
			}
		}
	}
	if found := by[""]; found != nil {
		return found, nil
	}
	var names []string
	for component, found := range by {
		names = append(names, component)
		of = found
	}
	slices.Sort(names)
	if len(names) == 1 {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(names[0]))); err != nil {
			return of, nil
		}
	}
	return nil, names
}

// relativeTo returns the path from root, with slashes; "." where there is none.
func relativeTo(root, dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "."
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	rel, err := filepath.Rel(root, abs)
	if err != nil || strings.HasPrefix(rel, "..") {
		return "."
	}
	return filepath.ToSlash(rel)
}
