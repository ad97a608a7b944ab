package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAdoptIsRun holds that the script runs what the page tells readers to run.
func TestAdoptIsRun(t *testing.T) {
	script := contents("../../testdata/script/adopt.txtar")
	page := contents("../../docs/adopt.md")
	commands := regexp.MustCompile("(?m)(?:^|`)(migracheck(?: [^`\n]+)?)(?:$|`)").FindAllStringSubmatch(page, -1)
	require.Greater(t, len(commands), 12)
	for _, c := range commands {
		if strings.HasSuffix(c[1], " --drill") {
			continue // it wants a server: package drill has its tests
		}
		assert.Regexp(t, `(?m)^!? ?exec `+regexp.QuoteMeta(c[1])+`(?: |$)`, script)
	}
}
