package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// serverImage matches the images of PostgreSQL and of what is built on it:
// postgres:16-alpine, postgis/postgis:15-3.4, pgvector/pgvector:pg17.
var serverImage = pattern.New(`(?i)\b(?:postgres|postgresql|postgis|pgvector|timescaledb(?:-ha)?):(?:pg|latest-pg)?(\d+)\b`)

// serverFiles match the names of files that say which server is run.
var serverFiles = []string{
	"compose*.yml", "compose*.yaml", "docker-compose*.yml", "docker-compose*.yaml",
	".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml", ".circleci/config.yml",
	"*/compose*.yml", "*/compose*.yaml", "*/docker-compose*.yml", "*/docker-compose*.yaml",
}

// serverVersion looks for the server's major version. Several that differ say
// nothing about production.
func (d *detected) serverVersion(root string) {
	fsys := os.DirFS(root)
	found := map[int]bool{}
	for _, pattern := range serverFiles {
		names, err := fs.Glob(fsys, pattern)
		if err != nil {
			continue
		}
		for _, name := range names {
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				continue
			}
			var here []string
			for _, m := range serverImage.FindAllStringSubmatch(uncommented(string(text)), -1) {
				if major, err := strconv.Atoi(m[1]); err == nil && !slices.Contains(here, m[1]) {
					here = append(here, m[1])
					found[major] = true
				}
			}
			if len(here) > 0 {
				d.Versions = append(d.Versions, fmt.Sprintf("%s has %s", path.Clean(name), strings.Join(here, ", ")))
			}
		}
	}
	if len(found) == 1 {
		for major := range found {
			if major >= 13 && major <= 18 {
				d.Version = major
			}
		}
	}
	if d.Version != 0 {
		d.seen = append(d.seen, fmt.Sprintf("found PostgreSQL %d: %s", d.Version, d.Versions[0]))
	}
}

// uncommented is a YAML text without the lines that are comments.
func uncommented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// repository asks git for the default branch and the host.
func (d *detected) repository(ctx context.Context, root string) {
	git := func(args ...string) string {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = root
		out, err := cmd.Output()
		if err != nil {
			return "" // no git, no repository, no such ref: nothing to see
		}
		return strings.TrimSpace(string(out))
	}
	if url := git("remote", "get-url", "origin"); url != "" {
		host := hostOf(url)
		if _, err := os.Stat(filepath.Join(root, ".github")); err != nil && host != "" && !strings.Contains(host, "github") {
			d.elsewhere = host
			d.seen = append(d.seen, "found the remote at "+host+": no workflow for GitHub is written")
		}
	}
	d.Since = git("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
	for _, ref := range []string{"origin/main", "origin/master", "main", "master"} {
		if d.Since == "" && git("rev-parse", "--verify", "--quiet", ref+"^{commit}") != "" {
			d.Since = ref
		}
	}
	if d.Since != "" {
		d.seen = append(d.seen, "found the default branch "+d.Since)
	}
}

// hostOf returns the host of a remote, "" for a path.
func hostOf(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		rest, _, _ = strings.Cut(rest, "/")
		if _, host, ok := strings.Cut(rest, "@"); ok {
			rest = host
		}
		host, _, _ := strings.Cut(rest, ":")
		return host
	}
	if before, _, ok := strings.Cut(url, ":"); ok && !strings.Contains(before, "/") {
		if _, host, ok := strings.Cut(before, "@"); ok {
			return host
		}
		return before
	}
	return ""
}
