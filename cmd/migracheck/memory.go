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
	const least = 4800 // percent of the runtime's least heap of 4 MB
	debug.SetGCPercent(least)
	// A file of 5 MB is done before there is a third one.
	growBy([]int{400, 400, 250})
	if os.Getenv("GOMEMLIMIT") == "" {
		afterCollection(limitMemory)
	}
}

// growBy lets the heap grow after each garbage collection by these percent of
// what is in use, and then always by the last.
func growBy(percents []int) {
	afterCollection(func() {
		debug.SetGCPercent(percents[0])
		if rest := percents[1:]; len(rest) > 0 {
			growBy(rest)
		}
	})
}

// afterCollection calls f after the next garbage collection.
func afterCollection(f func()) {
	runtime.AddCleanup(new([16]byte), func(f func()) { f() }, f)
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
