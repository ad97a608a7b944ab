package main

import (
	"bufio"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMakeRoom(t *testing.T) {
	enabled, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	if err != nil {
		t.Skip("the system has no transparent huge pages:", err)
	}
	t.Log(strings.TrimSpace(string(enabled)))
	t.Setenv("GOMEMLIMIT", "")
	before := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(before) })

	m := &memory{}
	m.collectAt(firstHeap, leastHeap)
	assert.Equal(t, 4800, debug.SetGCPercent(100))
	m.makeRoom(1000)
	assert.False(t, m.roomy, "a small input needs no room")

	m.makeRoom(1 << 20)
	assert.True(t, m.roomy)
	made := advisedHuge(t)
	assert.GreaterOrEqual(t, made, 200<<10, "at least the block: the runtime asks for some of its own tables")
	assert.Greater(t, debug.SetGCPercent(100), growth, "the first collection still comes late")
	m.makeRoom(2 << 20)
	assert.Equal(t, made, advisedHuge(t), "there is room already")

	var none *memory
	none.makeRoom(1 << 20) // leaves it to the runtime
}

// advisedHuge is the size of the mappings of this process that are to be of huge
// pages, in KB.
func advisedHuge(t *testing.T) int {
	smaps, err := os.Open("/proc/self/smaps")
	require.NoError(t, err)
	defer smaps.Close()
	total, size := 0, 0
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		switch words := strings.Fields(lines.Text()); words[0] {
		case "Size:":
			n, err := strconv.Atoi(words[1])
			require.NoError(t, err)
			size = n
		case "VmFlags:":
			if slices.Contains(words, "hg") {
				total += size
			}
		}
	}
	return total
}
