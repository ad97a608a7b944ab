package migration

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
	"github.com/migracheck/migracheck/parser/source"
)

const atlasSum = "atlas.sum"

var atlasSumIgnore = pattern.New(`^-- *atlas:sum +ignore`)

// A sumEntry is a line of atlas.sum.
type sumEntry struct {
	name, hash string
	at         source.Span
}

// checkSum compares a directory with its atlas.sum. A hash covers the names and
// contents of all files up to its own, so that only the first file that differs
// can be named: what comes after it differs because of it.
// https://github.com/ariga/atlas/blob/master/sql/migrate/dir.go
func checkSum(dir *Dir, layout string) []Problem {
	sum := dir.File(atlasSum)
	if sum == nil || layout == (flyway{}).Name() {
		return nil // Atlas sums Flyway directories by rules of its own
	}
	total, entries, ok := parseSum(sum)
	if !ok {
		return []Problem{{Kind: Checksum, At: sum.Start(), Message: sum.Path() + " is not an atlas.sum file: its first line is no h1: hash"}}
	}
	var actual []sumEntry
	hash := sha256.New()
	for _, in := range listed(dir, layout) {
		hash.Write([]byte(in.Name))
		if atlasSumIgnore.MatchString(in.Text()) {
			continue
		}
		hash.Write(in.Raw())
		actual = append(actual, sumEntry{in.Name, base64.StdEncoding.EncodeToString(hash.Sum(nil)), in.Start()})
	}
	if p, ok := firstDifference(sum, entries, actual); ok {
		return []Problem{p}
	}
	all := sha256.New()
	for _, e := range entries {
		all.Write([]byte(e.name + e.hash))
	}
	if base64.StdEncoding.EncodeToString(all.Sum(nil)) != total.hash {
		return []Problem{{Kind: Checksum, At: total.at, Message: "the hash of the whole directory in " + sum.Path() + " does not match its lines, so atlas refuses the directory"}}
	}
	return nil
}

// parseSum reads "h1:hash" and then "name h1:hash" lines.
func parseSum(sum *Input) (total sumEntry, entries []sumEntry, ok bool) {
	for l := range lines(sum.Body()) {
		name, hash, found := strings.Cut(l.text, "h1:")
		if !found {
			continue
		}
		e := sumEntry{strings.TrimSpace(name), strings.TrimSpace(hash), l.span(sum.Source())}
		if e.name != "" {
			entries = append(entries, e)
			continue
		}
		total, ok = e, true
	}
	return total, entries, ok
}

func firstDifference(sum *Input, entries, actual []sumEntry) (Problem, bool) {
	known, present := map[string]sumEntry{}, map[string]bool{}
	for _, e := range entries {
		known[e.name] = e
	}
	for _, e := range actual {
		present[e.name] = true
	}
	for _, e := range entries {
		if !present[e.name] {
			return Problem{Kind: Checksum, At: e.at, Message: fmt.Sprintf("%s lists %s, which is not there, so atlas refuses the directory", sum.Path(), e.name)}, true
		}
	}
	for i, e := range actual {
		shown := sum.dir.show(e.name)
		if _, ok := known[e.name]; !ok {
			return Problem{Kind: Checksum, At: e.at, Message: fmt.Sprintf("%s is not listed in %s, so atlas refuses the directory", shown, sum.Path())}, true
		}
		if entries[i].name != e.name {
			return Problem{Kind: Checksum, At: entries[i].at, Message: fmt.Sprintf("%s lists %s out of order, so atlas refuses the directory", sum.Path(), entries[i].name)}, true
		}
		if entries[i].hash != e.hash {
			return Problem{
				Kind:    Checksum,
				At:      e.at,
				Message: fmt.Sprintf("%s was changed after %s was written: its hash differs, so atlas refuses the directory", shown, sum.Path()),
				Related: []Related{{At: entries[i].at, Message: "the hash that was written"}},
			}, true
		}
	}
	return Problem{}, false
}
