// Command migracheck checks that PostgreSQL migrations are compatible with the
// version of the application that runs now, and that may have to run again.
//
// This package is wiring: flags and configuration in, exit status out, one file
// for each subcommand. What is found is decided in package rules, how it looks
// in package report.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

func main() {
	if os.Getenv("GOGC") == "" {
		collectLate()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	done := make(chan int, 1)
	go func() { done <- run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr) }()
	os.Exit(ended(ctx, stop, done))
}

// grace is how long a run that was interrupted may take to clean up: a drill
// stops its server and removes its databases.
const grace = 10 * time.Second

// ended waits for the end of a run. Interrupted, it waits no longer than that
// takes; a second signal ends the program at once.
func ended(ctx context.Context, stop func(), done <-chan int) int {
	select {
	case status := <-done:
		return status
	case <-ctx.Done():
	}
	stop()
	select {
	case status := <-done:
		return status
	case <-time.After(grace):
		fmt.Fprintln(os.Stderr, "migracheck: interrupted")
		return exitFailed
	}
}

// collectLate leaves a run without garbage collection that needs less than some
// 200 MB, as nearly all do, and makes it rare in the others: a run is short, and
// memory that is not collected costs less.
func collectLate() {
	const first, then = 4800, 250 // percent; the first of the runtime's least heap of 4 MB
	debug.SetGCPercent(first)
	runtime.AddCleanup(new([16]byte), func(percent int) { debug.SetGCPercent(percent) }, then)
}
