package migration

import (
	"cmp"
	"strings"

	"github.com/migracheck/migracheck/parser/pattern"
)

// A version is the part of a tag that says which release it is, as semantic
// versioning orders it. Numbers may be two to four, so that 1.4 and 2026.01.15
// are versions too. What follows a plus sign means nothing.
// https://semver.org/#spec-item-11
type version struct {
	numbers []string
	// pre is what makes it a pre-release, else "".
	pre string
}

var versionForm = pattern.New(`^([vV]\.?)?(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z.-]+)|((?:a|b|rc|alpha|beta|dev)\.?\d*))?(?:\+[0-9A-Za-z.-]+)?$`)

// parseVersion reads a tag: a version, perhaps after the name of the part of
// the repository that it is about ("api/v1.2.0", "api-1.2.0", "@acme/api@1.2.0").
// Words for release are no such names.
func parseVersion(tag string) (v version, component string, ok bool) {
	for at := 0; at <= len(tag); at++ {
		if at > 0 && !strings.ContainsRune("-/@_", rune(tag[at-1])) {
			continue
		}
		m := versionForm.FindStringSubmatch(tag[at:])
		if m == nil {
			continue
		}
		component = strings.TrimRight(tag[:at], "-/@_")
		word := false
		switch strings.ToLower(component) {
		case "release", "releases", "rel", "version", "ver":
			component, word = "", true
		}
		pre := m[3] + m[4]
		if !strings.Contains(m[2], ".") && m[1] == "" && (!word || pre != "") {
			continue // 20260115 and the like may be anything
		}
		return version{strings.Split(m[2], "."), pre}, component, true
	}
	return version{}, "", false
}

func (v version) compare(w version) int {
	for i := range max(len(v.numbers), len(w.numbers)) {
		if c := compareNumbers(numberAt(v.numbers, i), numberAt(w.numbers, i)); c != 0 {
			return c
		}
	}
	switch {
	case v.pre == w.pre:
		return 0
	case v.pre == "":
		return 1
	case w.pre == "":
		return -1
	}
	a, b := strings.Split(v.pre, "."), strings.Split(w.pre, ".")
	for i := range min(len(a), len(b)) {
		if c := compareIdentifiers(a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// numberAt returns a number of a version; those that it lacks are 0.
func numberAt(numbers []string, i int) string {
	if i < len(numbers) {
		return numbers[i]
	}
	return "0"
}

// compareNumbers compares digits, however many.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// compareIdentifiers compares parts of pre-releases: numbers come before words.
func compareIdentifiers(a, b string) int {
	aNumber, bNumber := isDigits(a), isDigits(b)
	switch {
	case aNumber && bNumber:
		return compareNumbers(a, b)
	case aNumber:
		return -1
	case bNumber:
		return 1
	}
	return strings.Compare(a, b)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
