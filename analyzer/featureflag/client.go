package featureflag

import (
	"slices"
	"strings"
	"sync"

	"github.com/migracheck/migracheck/parser/pattern"
)

// Client reports whether a package, by its import path, is of one of the clients
// that SDKs knows.
func Client(importPath string) bool {
	return slices.Contains(clients(), unversioned(importPath))
}

var clients = sync.OnceValue(func() []string {
	var all []string
	for _, check := range SDKs() {
		all = append(all, check.Package())
	}
	return all
})

// Package is the import path that the name of a check begins with, without a
// major version.
func (c Check) Package() string { return packageName.FindString(strings.TrimPrefix(c.Name, "(")) }

// SamePackage reports whether two import paths differ in nothing but their major
// versions.
func SamePackage(a, b string) bool {
	return unversioned(a) == unversioned(b)
}

// packageName is the import path that the name of a check begins with.
var packageName = pattern.New(`^(?:[^/]+/)*[^/.]+`)
