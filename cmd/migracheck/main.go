// Command migracheck checks that PostgreSQL migrations are compatible with the
// version of the application that runs now, and that may have to run again.
//
// This package is wiring: flags and configuration in, exit status out, one file
// for each subcommand. What is found is decided in package rules, how it looks
// in package report.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

func main() {
	// Never touched, so it costs address space and no memory; but the garbage
	// collector counts it, and so leaves runs alone that need less.
	ballast := make([]byte, 64<<20)
	if os.Getenv("GOGC") == "" {
		const percent = 200 // a run is short: memory that is not collected costs less
		debug.SetGCPercent(percent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	runtime.KeepAlive(ballast)
	os.Exit(status)
}
