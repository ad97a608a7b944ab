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
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	done := make(chan int, 1)
	inMemory := collectLate().with(ctx)
	go func() { done <- run(inMemory, os.Args[1:], os.Stdin, os.Stdout, os.Stderr) }()
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
