package migration

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Version is a commit whose files can be had beside the work tree.
type Version struct {
	// Ref is what the user named, or what stands for it; Commit what it came to.
	Ref, Commit string
	// Why says why this ref, where the user did not name it.
	Why string
	// Root is the top of the work tree.
	Root string
}

// PreviousVersion resolves a ref as [Since] does. Dir is any directory or file
// in the work tree.
func PreviousVersion(ctx context.Context, dir, ref string) (*Version, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	g := git{ctx: ctx, dir: existing(dir), flag: "--previous"}
	at, err := g.find(Candidate{Ref: ref}, dir)
	if err != nil {
		return nil, err
	}
	return &Version{Ref: at.ref, Commit: at.base, Why: at.why, Root: at.root}, nil
}

// Tag returns a tag of the version, "" where it has none.
func (v *Version) Tag(ctx context.Context) string {
	g := git{ctx: ctx, dir: v.Root, flag: "--previous"}
	out, err := g.run("describe", "--tags", "--exact-match", v.Commit)
	if err != nil {
		return "" // most commits have none
	}
	return strings.TrimSpace(out)
}

// Checkout writes the files of the version to a directory, which is to be
// empty. Neither the work tree nor the repository is touched, nothing is
// registered that would have to be cleaned up, and submodules and files in
// large file storage are left as pointers. What git cannot write of it, as a
// file whose content a partial mirror lacks, is a warning unless it is all.
func (v *Version) Checkout(ctx context.Context, to string) (warning string, err error) {
	scratch, err := os.MkdirTemp("", "migracheck-index-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	g := git{ctx: ctx, dir: v.Root, flag: "--previous", index: filepath.Join(scratch, "index")}
	if _, err := g.run("read-tree", v.Commit); err != nil {
		return "", fmt.Errorf("cannot read %s: %w", v.Ref, err)
	}
	prefix := filepath.ToSlash(to)
	if !strings.HasSuffix(prefix, "/") {
		prefix += "/"
	}
	_, err = g.run("-c", "filter.lfs.smudge=cat", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false",
		"checkout-index", "--all", "--force", "--quiet", "--prefix="+prefix)
	if err == nil {
		return "", nil
	}
	if written, readErr := os.ReadDir(to); readErr != nil || len(written) == 0 {
		return "", fmt.Errorf("cannot write the files of %s: %w", v.Ref, err)
	}
	return fmt.Sprintf("not all files of %s could be written: %s", v.Ref, err), ctx.Err()
}
