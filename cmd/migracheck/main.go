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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
