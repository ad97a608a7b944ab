package main

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// collectLate leaves a run without garbage collection that needs less than some
// 200 MB, as nearly all do: a run is short, and memory that is not collected
// costs less. In the others it is rare, until they come near the end of what
// the machine or the container has. GOGC and GOMEMLIMIT have precedence.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	const first, then = 4800, 250 // percent; the first of the runtime's least heap of 4 MB
	debug.SetGCPercent(first)
	// The cleanup runs after the first collection.
	runtime.AddCleanup(new([16]byte), func(percent int) {
		debug.SetGCPercent(percent)
		if os.Getenv("GOMEMLIMIT") == "" {
			limitMemory()
		}
	}, then)
}

// limitMemory lets garbage collection keep the process below most of the memory
// that there is. What is in use is not limited: where it is more, collection
// takes up to half of the processors and the run goes on.
func limitMemory() {
	const most = 0.75
	all, err := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)()
	if err == nil {
		debug.SetMemoryLimit(int64(most * float64(all)))
	}
}
