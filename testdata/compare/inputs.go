package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/migracheck/migracheck/testdata/histories"
)

// An input is a history of one shape, in a directory of its own.
type input struct {
	name string
	// files are relative to dir, in order.
	dir   string
	files []string
	bytes int
	// ours is set for inputs that are given to migracheck alone.
	ours bool
}

// A file writes what is in it. Nothing keeps the whole of it in memory, for a
// process begins with what the one that started it used.
type file func(w io.Writer)

// inputs writes the histories that are timed below a directory. They are the
// same at each run.
func inputs(below string, large bool) ([]input, error) {
	type made struct {
		name  string
		files []file
		ours  bool
	}
	all := []made{
		{"one small file", split(histories.Steps(1)), false},
		{"1,000 files", split(histories.Steps(1000)), false},
		{"one file of 5 MB", []file{sized(5)}, false},
		{"10,000 files, 2,000 tables", split(changes(10_000, 2000)), true},
	}
	if large {
		for _, megabytes := range []int{20, 40, 200} {
			all = append(all, made{"one file of statements", []file{sized(megabytes)}, true})
		}
		for _, megabytes := range []int{25, 50, 100} {
			all = append(all, made{"a dump with INSERT", []file{dump(megabytes, inserted)}, true})
		}
		for _, megabytes := range []int{50, 100, 200} {
			all = append(all, made{"a dump with COPY", []file{dump(megabytes, copied)}, true})
		}
	}
	var written []input
	for i, a := range all {
		in := input{name: a.name, dir: filepath.Join(below, fmt.Sprintf("%d", i)), ours: a.ours}
		if err := os.MkdirAll(in.dir, 0o755); err != nil {
			return nil, err
		}
		for n, f := range a.files {
			name := fmt.Sprintf("%05d_step.up.sql", n+1)
			size, err := f.save(filepath.Join(in.dir, name))
			if err != nil {
				return nil, err
			}
			in.files = append(in.files, name)
			in.bytes += size
		}
		written = append(written, in)
	}
	return written, nil
}

// save writes the file and returns its size.
func (f file) save(path string) (int, error) {
	out, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	w := bufio.NewWriter(out)
	f(w)
	if err := errors.Join(w.Flush(), out.Close()); err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return int(info.Size()), nil
}

// changes returns n migrations: the first make the tables, the others change
// them, one after the other and again and again.
func changes(n, tables int) func(yield func(string) bool) {
	kinds := []string{
		"ALTER TABLE t%[1]d ADD COLUMN c%[2]d text;\n",
		"CREATE INDEX i%[2]d ON t%[1]d (state);\n",
		"UPDATE t%[1]d SET state = 'x' WHERE id = %[2]d;\n",
		"ALTER TABLE t%[1]d ADD CONSTRAINT k%[2]d CHECK (length(state) < %[2]d);\n",
	}
	return func(yield func(string) bool) {
		for i := range n {
			text := fmt.Sprintf(kinds[i/tables%len(kinds)], i%tables, i)
			if i < tables {
				text = fmt.Sprintf("CREATE TABLE t%d (id bigint PRIMARY KEY, name text NOT NULL, state text);\n", i)
			}
			if !yield(text) {
				return
			}
		}
	}
}

// split makes each migration a file.
func split(migrations func(yield func(string) bool)) []file {
	var files []file
	for text := range migrations {
		files = append(files, func(w io.Writer) { fmt.Fprint(w, text) })
	}
	return files
}

// sized is one file of many steps, of a size in MB.
func sized(megabytes int) file {
	return func(w io.Writer) {
		size := 0
		for text := range histories.Steps(1 << 30) {
			if size += len(text); size > megabytes*1_000_000 {
				break
			}
			fmt.Fprint(w, text)
		}
	}
}

// dump is what pg_dump makes of a database, of a size in MB: tables, their rows,
// and their keys.
func dump(megabytes int, rows func(w io.Writer, table int) (size int)) file {
	return func(w io.Writer) {
		for i, size := 0, 0; size < megabytes*1_000_000; i++ {
			fmt.Fprintf(w, "CREATE TABLE public.t%d (id bigint NOT NULL, name text, amount numeric(12,2), created_at timestamptz);\n", i)
			size += rows(w, i)
			fmt.Fprintf(w, "ALTER TABLE ONLY public.t%[1]d ADD CONSTRAINT t%[1]d_pkey PRIMARY KEY (id);\n", i)
		}
	}
}

// rowsEach is how many rows a table has.
const rowsEach = 1000

func inserted(w io.Writer, table int) (size int) {
	for i := range rowsEach {
		n, _ := fmt.Fprintf(w, "INSERT INTO public.t%d VALUES (%d, 'name number %d', %d.25, '2024-01-%02d 10:11:12+00');\n", table, i, i*7919%10007, i%100, i%28+1)
		size += n
	}
	return size
}

func copied(w io.Writer, table int) (size int) {
	fmt.Fprintf(w, "COPY public.t%d (id, name, amount, created_at) FROM stdin;\n", table)
	for i := range rowsEach {
		n, _ := fmt.Fprintf(w, "%d\tname number %d\t%d.25\t2024-01-%02d 10:11:12+00\n", i, i*7919%10007, i%100, i%28+1)
		size += n
	}
	fmt.Fprint(w, "\\.\n\n")
	return size
}
