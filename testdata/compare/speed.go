package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A cost is what one run of a program took.
type cost struct {
	wall, cpu time.Duration
	megabytes float64
}

// patience is how long a program may take for an input.
const patience = 2 * time.Minute

// speed times migracheck and the linters on the same inputs: whole processes,
// one program after the other and again, the median of what each took.
func speed(ctx context.Context, below string, ours []binary, linters []*linter, large bool) (string, error) {
	all, err := inputs(below, large)
	if err != nil {
		return "", err
	}
	linters = slices.DeleteFunc(slices.Clone(linters), func(l *linter) bool { return l.config != "" })
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %d processors. Each cell: seconds on the clock, processor seconds, and the most memory.\n\n", time.Now().UTC().Format(time.DateOnly), runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU())
	b.WriteString("| input |")
	for _, o := range ours {
		fmt.Fprintf(&b, " %s |", o.name)
	}
	for _, l := range linters {
		fmt.Fprintf(&b, " %s |", l.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(ours)+len(linters)) + "\n")
	for _, in := range all {
		var commands [][]string
		for _, o := range ours {
			commands = append(commands, []string{o.path, "--no-config", "."})
		}
		if !in.ours {
			for _, l := range linters {
				commands = append(commands, append(slices.Clone(l.argv), in.files...))
			}
		}
		runs := make([][]cost, len(commands))
		late := make([]bool, len(commands))
		for range rounds(in.bytes) {
			for i, argv := range commands {
				if late[i] {
					continue
				}
				c, err := run(ctx, in.dir, argv)
				if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
					late[i] = true
					continue
				}
				if err != nil {
					return "", err
				}
				runs[i] = append(runs[i], c)
			}
		}
		fmt.Fprintf(&b, "| %s (%.1f MB) |", in.name, float64(in.bytes)/1e6)
		for i := range len(ours) + len(linters) {
			switch {
			case i >= len(commands):
				b.WriteString(" |")
			case late[i]:
				fmt.Fprintf(&b, " more than %.0f s |", patience.Seconds())
			default:
				fmt.Fprintf(&b, " %s |", median(runs[i]))
			}
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}

// rounds is how often an input is given to each program.
func rounds(bytes int) int {
	switch {
	case bytes < 100_000:
		return 21
	case bytes < 1_000_000:
		return 15
	case bytes < 10_000_000:
		return 3
	}
	return 1
}

// run runs a program and throws away what it prints.
func run(ctx context.Context, dir string, argv []string) (cost, error) {
	within, stop := context.WithTimeout(ctx, patience)
	defer stop()
	cmd := exec.CommandContext(within, argv[0], argv[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, io.Discard, io.Discard
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return cost{}, err
	}
	defer null.Close()
	cmd.Stdout, cmd.Stderr = null, null
	start := time.Now()
	err = cmd.Run()
	took := time.Since(start)
	if within.Err() != nil {
		return cost{}, within.Err()
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return cost{}, err
	}
	c := cost{wall: took, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.megabytes = float64(usage.Maxrss) * 1024 / 1e6
	}
	return c, nil
}

func median(runs []cost) string {
	of := func(value func(cost) float64) float64 {
		var all []float64
		for _, c := range runs {
			all = append(all, value(c))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return fmt.Sprintf("%.3f s, %.3f s, %.0f MB", of(func(c cost) float64 { return c.wall.Seconds() }), of(func(c cost) float64 { return c.cpu.Seconds() }), of(func(c cost) float64 { return c.megabytes }))
}
