package gocode

import (
	"slices"
	"strings"
)

// Driver reports whether a package, by its import path, is one through which
// code reaches a database: a driver, a library on top of one, or one that makes
// SQL.
func Driver(importPath string) bool {
	path := "/" + unversioned(importPath)
	if slices.ContainsFunc(drivers, func(d driver) bool { return strings.HasSuffix(path, "/"+strings.TrimPrefix(d.path, "/")) }) {
		return true
	}
	return built(strings.TrimPrefix(path, "/"))
}
