package compat

import (
	_ "embed"
	"strings"
	"sync"
)

// functionNames are the names of the functions in pg_catalog, of all majors
// that are supported.
//
//go:embed functions.txt
var functionNames string

// builtinFunctions are those names. A call of one may mean pg_catalog's
// function, whatever the history defines.
var builtinFunctions = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(functionNames) {
		set[name] = true
	}
	return set
})
