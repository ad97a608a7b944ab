package main

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// A memory is what the program does about the memory of its process, which is
// the main function's to decide: a run is short, and what is spent on giving
// back memory or on getting it in small pieces is lost. Nil leaves everything
// to the runtime.
type memory struct {
	// first is what follows the first collection.
	first runtime.Cleanup
	// roomy is set once there is room for the input.
	roomy bool
}

const (
	// firstHeap is how many bytes the heap has at the first collection.
	firstHeap = 192 << 20
	// leastHeap is what the runtime takes a smaller heap for when it asks by how
	// many percent it grew.
	leastHeap = 4 << 20
	// growth is by how many percent the heap grows between later collections.
	growth = 250
)

// collectLate leaves a run without garbage collection that needs less than some
// 200 MB, as nearly all do. In the others it is rare, until they come near the
// end of what the machine or the container has. GOGC and GOMEMLIMIT have
// precedence.
func collectLate() *memory {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	m := &memory{}
	m.collectAt(firstHeap, leastHeap)
	return m
}

// collectAt puts the first collection off until the heap has that many bytes, of
// which live ones are in use now.
func (m *memory) collectAt(size, live uint64) {
	debug.SetGCPercent(int(max(growth, 100*size/max(live, leastHeap))))
	m.first = runtime.AddCleanup(new([16]byte), func(percent int) {
		debug.SetGCPercent(percent)
		if os.Getenv("GOMEMLIMIT") == "" {
			limitMemory()
		}
	}, growth)
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

// makeRoom gets the heap for what becomes of so many bytes of SQL in huge pages,
// where the system has them: of 1,000 files or of a file of 5 MB, a fifth of the
// time was the system's, for handing out pages of 4 KB. It is called when there
// is next to nothing in the heap.
//
// The runtime takes its heap from the system piece by piece and never asks for
// huge pages. So a block as large as the heap will be is allocated, the system
// told, and the block, of which nothing was touched, left to the runtime as free
// heap.
func (m *memory) makeRoom(input int) {
	const (
		perByte = 200       // bytes of heap for one of SQL: DDL takes 100 to 200
		least   = 16 << 20  // below, the collection costs more
		most    = 512 << 20 // above, there is no more to gain: collections reuse heap
	)
	room := min(input, most/perByte) * perByte
	if m == nil || m.roomy || room < least || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	m.roomy = true
	m.first.Stop()
	debug.SetGCPercent(-1) // not for the block
	adviseHuge(make([]byte, room))
	runtime.GC()
	m.collectAt(firstHeap, liveHeap())
}

// liveHeap is how many bytes the last collection found in use.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

type memoryKey struct{}

// with returns a context that brings the memory to where input is read.
func (m *memory) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, memoryKey{}, m)
}

// memoryOf returns the memory of a context, or nil.
func memoryOf(ctx context.Context) *memory {
	m, _ := ctx.Value(memoryKey{}).(*memory)
	return m
}
